/** 未収金: paper bills of which less was received than was asked for. */
import { type Unpaid } from '#reconciliation'
import { ButtonLink, DataTable, EmptyState, Notice, PageFrame, PageHeading, PrintButton } from '../components/index.ts'
import type { Ui } from '../ui.ts'

export function PaperUnpaidPage({ ui, unpaid }: { ui: Ui; unpaid: readonly Unpaid[] }) {
  const t = ui.t.paperEntry
  const known = unpaid.flatMap(({ left }) => left ?? [])
  const unread = unpaid.length - known.length
  const total = known.reduce((sum, left) => sum + left, 0)
  return (
    <PageFrame ui={ui} title={t.unpaidTitle} across>
      <PageHeading title={t.unpaidTitle} lead={t.unpaidLead}>
        <ButtonLink href="/paper-entry">{t.backToList}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {unpaid.length === 0 ? (
        <EmptyState title={t.unpaidNone} next={t.unpaidLead} />
      ) : (
        <>
          <p>
            <strong>{t.unpaidTotal(ui.f.count(total), ui.f.count(known.length))}</strong>
          </p>
          {unread > 0 ? <Notice ui={ui} kind="caution" title={t.unpaidUnread(ui.f.count(unread))} /> : null}
          <DataTable
            ui={ui}
            caption={t.unpaidTitle}
            hideCaption
            rows={unpaid}
            columns={[
              {
                key: 'number',
                head: t.numberHead,
                isName: true,
                cell: ({ sheet }) => <a href={`/paper-entry/${sheet.id}`}>{sheet.number}</a>,
              },
              { key: 'day', head: t.dayHead, cell: ({ sheet }) => ui.f.recordedDate(sheet.day) },
              { key: 'patient', head: t.patient, cell: ({ sheet }) => sheet.joined?.name || sheet.patient || '－' },
              { key: 'what', head: t.what.billing, cell: ({ what }) => what || '－' },
              { key: 'due', head: t.field['due']!, cell: ({ due }) => due || '－' },
              { key: 'paid', head: t.field['paid']!, cell: ({ paid }) => paid || '－' },
              {
                key: 'left',
                head: t.unpaidLeft,
                cell: ({ left }) => (left === undefined ? `▲ ${t.unpaidNoFigure}` : t.yen(ui.f.count(left))),
              },
            ]}
          />
        </>
      )}
    </PageFrame>
  )
}
