/** 閲覧の記録: who looked at what and when. */
import {
  ButtonLink,
  DataTable,
  type FieldErrors,
  Form,
  PageFrame,
  PageHeading,
  Pagination,
  PrintButton,
  SelectField,
  SubmitButton,
  TextField,
  type Column,
} from '../components/index.ts'
import type { JournalFilter, JournalKind, JournalRow, Page } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { ChangeList } from './policy-words.tsx'

/** A record is read years later: its times always name the year. */
const WITH_YEAR = 0

export function journalColumns(ui: Ui): Column<JournalRow>[] {
  const { t, f } = ui
  return [
    { key: 'at', head: t.journal.at, isName: true, cell: (row) => f.dateTime(row.atMs, WITH_YEAR) },
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
  if (row.generationTakenMs === undefined || row.href === undefined)
    return (
      <>
        {row.subject ?? ''}
        {row.edition === undefined ? null : <div>{t.journal.edition(String(row.edition))}</div>}
      </>
    )
  return (
    <>
      <a href={row.href}>{t.generation.nameOf(f.date(row.generationTakenMs, WITH_YEAR))}</a>
      {row.subject ? <div>{row.subject}</div> : null}
    </>
  )
}

export const JOURNAL_KINDS: readonly JournalKind[] = ['chart', 'generation', 'sign-in', 'people', 'settings', 'service']

export interface JournalModel {
  readonly page: Page<JournalRow>
  readonly filter: Omit<JournalFilter, 'page'>
  /** Stands for the patient's number in addresses. */
  readonly token?: string | undefined
  readonly errors?: FieldErrors
}

/** The address of what was asked for; the patient's number stays out of it. */
export function journalPath({ kind, who, day }: JournalModel['filter'], token?: string, page = 1): string {
  const all = { kind, who, day, s: token, page: page > 1 ? String(page) : undefined }
  const given = Object.entries(all).flatMap(([key, value]) => (value ? [[key, value]] : []))
  return given.length === 0 ? '/journal' : `/journal?${new URLSearchParams(given).toString()}`
}

function JournalSearch({ ui, model }: { ui: Ui; model: JournalModel }) {
  const { t } = ui
  const { filter, errors = {} } = model
  const isAll = journalPath(filter, model.token) === '/journal'
  return (
    <div class="screen-only">
      <Form
        ui={ui}
        action="/journal/search"
        errors={errors}
        labels={{ who: t.journal.who, patientId: t.search.id, day: t.journal.day }}
      >
        <div class="journal-search">
          <TextField name="who" label={t.journal.who} value={filter.who} maxlength={60} error={errors['who']} />
          {ui.viewer?.can.has('see-patients') ? (
            <TextField
              name="patientId"
              label={t.search.id}
              value={filter.patientId}
              maxlength={40}
              error={errors['patientId']}
            />
          ) : null}
          <TextField
            name="day"
            label={t.journal.day}
            hint={t.journal.dayHint}
            value={filter.day}
            maxlength={20}
            error={errors['day']}
          />
          <SelectField
            name="kind"
            label={t.journal.kindHead}
            value={filter.kind ?? ''}
            options={[
              { value: '', label: t.generation.all },
              ...JOURNAL_KINDS.map((value) => ({ value, label: t.journal.kind[value] })),
            ]}
          />
        </div>
        <div class="actions">
          <SubmitButton>{t.search.submit}</SubmitButton>
          {isAll ? null : <ButtonLink href="/journal">{t.journal.all}</ButtonLink>}
        </div>
      </Form>
    </div>
  )
}

/** On paper it must say what it is of. */
const filterWords = (ui: Ui, { kind, who, patientId, day }: JournalModel['filter']): string =>
  [
    who && `${ui.t.journal.who}: ${who}`,
    patientId && `${ui.t.search.id}: ${patientId}`,
    day && `${ui.t.journal.day}: ${ui.f.recordedDate(day)}`,
    kind && `${ui.t.journal.kindHead}: ${ui.t.journal.kind[kind]}`,
  ]
    .filter(Boolean)
    .join('　')

export function JournalPage({ ui, model }: { ui: Ui; model: JournalModel }) {
  const { page, filter, token } = model
  const { t } = ui
  const words = filterWords(ui, filter)
  return (
    <PageFrame ui={ui} title={t.journal.title} patientPage>
      <PageHeading title={t.journal.title} lead={t.journal.lead}>
        {ui.viewer?.can.has('protect-patients') && ui.viewer.can.has('see-patients') ? (
          <ButtonLink href="/protected">{t.protection.title}</ButtonLink>
        ) : null}
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <JournalSearch ui={ui} model={model} />
      <section class="block">
        {words ? <p class="strong">{words}</p> : null}
        {page.rows.length === 0 ? (
          <p>{words ? t.journal.noneFound : t.journal.none}</p>
        ) : (
          <>
            <DataTable ui={ui} caption={t.journal.title} hideCaption columns={journalColumns(ui)} rows={page.rows} />
            <Pagination ui={ui} page={page} href={(n) => journalPath(filter, token, n)} />
          </>
        )}
      </section>
    </PageFrame>
  )
}
