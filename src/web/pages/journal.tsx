/** 閲覧の記録: who looked at what and when. */
import {
  ButtonLink,
  DataTable,
  PageFrame,
  PageHeading,
  Pagination,
  PrintButton,
  type Column,
} from '../components/index.ts'
import type { JournalKind, JournalRow, Page } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { ChangeList } from './policy-words.tsx'

export function journalColumns(ui: Ui): Column<JournalRow>[] {
  const { t, f } = ui
  return [
    { key: 'at', head: t.journal.at, isName: true, cell: (row) => f.dateTime(row.atMs, ui.nowMs) },
    { key: 'who', head: t.journal.who, cell: (row) => row.who || t.journal.system },
    { key: 'what', head: t.journal.what, cell: (row) => <JournalEvent ui={ui} row={row} /> },
    {
      key: 'subject',
      head: t.journal.subject,
      cell: (row) => <JournalSubject ui={ui} row={row} />,
    },
    {
      key: 'reason',
      head: t.journal.reason,
      cell: (row) => row.reason ?? (row.source?.reason ? t.source.stopReason[row.source.reason] : ''),
    },
  ]
}

function JournalEvent({ ui, row }: { ui: Ui; row: JournalRow }) {
  const { t } = ui
  return (
    <>
      {row.looked ? t.looked[row.looked] : row.source ? t.source.act[row.source.act] : t.event[row.type]}
      {row.changes ? <ChangeList ui={ui} changes={row.changes} /> : null}
      {row.protectedPatient ? <div class="state-soon">{t.protection.mark}</div> : null}
    </>
  )
}

/** What it is about: a generation by its name on screen, and the patient, person or file beside it. */
function JournalSubject(props: { ui: Ui; row: JournalRow }) {
  const { ui, row } = props
  const { t, f } = ui
  if (row.generationTakenMs === undefined || row.href === undefined) return <>{row.subject ?? ''}</>
  return (
    <>
      <a href={row.href}>{t.generation.nameOf(f.date(row.generationTakenMs, ui.nowMs))}</a>
      {row.subject ? <div>{row.subject}</div> : null}
    </>
  )
}

const KINDS: readonly JournalKind[] = ['chart', 'generation', 'sign-in', 'people', 'settings', 'service']

export function JournalPage(props: { ui: Ui; page: Page<JournalRow>; kind?: JournalKind | undefined }) {
  const { ui, page, kind } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.journal.title} patientPage>
      <PageHeading title={t.journal.title} lead={t.journal.lead}>
        {ui.viewer?.can.has('protect-patients') && ui.viewer.can.has('see-patients') ? (
          <ButtonLink href="/protected">{t.protection.title}</ButtonLink>
        ) : null}
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <form class="actions" method="get" action="/journal">
        <label class="field-label" for="field-kind">
          {t.journal.kindHead}
        </label>
        <select class="input" id="field-kind" name="kind">
          <option value="">{t.generation.all}</option>
          {KINDS.map((value) => (
            <option value={value} selected={value === kind}>
              {t.journal.kind[value]}
            </option>
          ))}
        </select>
        <button class="button button-secondary" type="submit">
          {t.generation.show}
        </button>
      </form>
      <section class="block">
        {page.rows.length === 0 ? (
          <p>{t.journal.none}</p>
        ) : (
          <>
            <DataTable ui={ui} caption={t.journal.title} hideCaption columns={journalColumns(ui)} rows={page.rows} />
            <Pagination ui={ui} page={page} href={(n) => `/journal?page=${n}${kind ? `&kind=${kind}` : ''}`} />
          </>
        )}
      </section>
    </PageFrame>
  )
}
