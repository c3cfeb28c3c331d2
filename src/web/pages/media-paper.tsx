/** For the printer: the labels of the disks, and who exchanges which disk when. */
import {
  ButtonLink,
  DataTable,
  dayText,
  MediumLabel,
  PageFrame,
  PageHeading,
  PrintButton,
} from '../components/index.ts'
import type { Exchange, MediaView, Medium } from '../media-ports.ts'
import type { Ui } from '../ui.ts'
import { LINKS } from './media.tsx'

export function LabelsPage(props: { ui: Ui; view: MediaView; media: readonly Medium[] }) {
  const { ui, view, media } = props
  const t = ui.t.mediaPage
  return (
    <PageFrame ui={ui} title={t.labelsTitle}>
      <PageHeading title={t.labelsTitle} lead={t.labelsLead}>
        <PrintButton kind="primary">{ui.t.nav.print}</PrintButton>
        <ButtonLink href="/media">{t.toMedia}</ButtonLink>
      </PageHeading>
      <div class="medium-labels">
        {media.map(({ number, kind, shelf }) => (
          <MediumLabel ui={ui} facts={{ setId: view.kept.set.id, setName: view.kept.set.name, number, kind, shelf }} />
        ))}
      </div>
    </PageFrame>
  )
}

/** `month`: `YYYY-MM`. */
export function RotaPage(props: {
  ui: Ui
  view: MediaView
  month: string
  next: string
  exchanges: readonly Exchange[]
}) {
  const { ui, view, month, exchanges } = props
  const t = ui.t.mediaPage
  const [year = '', number = ''] = month.split('-')
  const title = t.rotaTitle(t.rotaMonth(year, String(Number(number))))
  return (
    <PageFrame ui={ui} title={title}>
      <PageHeading title={title} lead={`${view.kept.set.name}　${t.rotaLead}`}>
        <PrintButton kind="primary">{ui.t.nav.print}</PrintButton>
        <ButtonLink href={LINKS.rota}>{t.rotaThis}</ButtonLink>
        <ButtonLink href={`${LINKS.rota}?month=${props.next}`}>{t.rotaOther}</ButtonLink>
      </PageHeading>
      {exchanges.length === 0 ? (
        <p>{t.rotaEmpty}</p>
      ) : (
        <div class="rota">
          <DataTable
            ui={ui}
            caption={title}
            hideCaption
            rows={exchanges}
            columns={[
              { key: 'day', head: t.rotaDay, isName: true, cell: (row) => dayText(ui, row.day) },
              {
                key: 'out',
                head: t.rotaOut,
                cell: (row) => (row.out === undefined ? '－' : t.number(String(row.out))),
              },
              { key: 'in', head: t.rotaIn, cell: (row) => <strong>{t.number(String(row.in))}</strong> },
              { key: 'who', head: t.rotaWho, cell: (row) => view.names.get(row.person ?? '') ?? t.nobody },
              { key: 'done', head: t.rotaDone, cell: () => '　' },
            ]}
          />
        </div>
      )}
    </PageFrame>
  )
}
