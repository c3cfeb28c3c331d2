/** 時系列: what people wrote and what the ledger knows, each with its three times. */
import type { EpochMs } from '#base'
import { corrections, happenedAt, type IncidentCase, NOTE_WAYS } from '#incident'
import {
  ButtonLink,
  DataTable,
  FileField,
  IncidentPicture,
  type Lane,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { IncidentView } from '../incident-ports.ts'
import type { Ui } from '../ui.ts'
import { topicWords, valueWords } from './incident-words.ts'
import { CaseForm, type CasePage, codeOf, deviceOf, said, TimeFields, whoOf, Written } from './incident-fields.tsx'

type Entry = IncidentCase['entries'][number]

interface Row {
  readonly atMs: EpochMs
  readonly lane: Lane
  readonly entry: Entry | undefined
  /** Of the ledger. */
  readonly type: string
}

const lane = ({ kind }: Entry): Lane =>
  kind === 'decision' || kind === 'role' || kind === 'count'
    ? 'decision'
    : kind === 'step' || kind === 'clock'
      ? 'step'
      : 'people'

function rowsOf({ one, auto }: IncidentView): Row[] {
  const written = one.entries
    .filter(({ kind }) => kind !== 'came-in')
    .map((entry): Row => ({ atMs: happenedAt(entry), lane: lane(entry), entry, type: '' }))
  const drawn = auto.map(({ atMs, type }): Row => ({ atMs, lane: 'auto', entry: undefined, type }))
  return [...written, ...drawn].toSorted((a, b) => a.atMs - b.atMs)
}

/** When an entry of another device came to this one; its own came when it was written. */
export function cameInAt(one: IncidentCase, entry: Entry): EpochMs | undefined {
  const came = one.entries.find(
    ({ kind, codes, book }) =>
      kind === 'came-in' && book === entry.book && codes['from'] === entry.device && Number(codes['upTo']) >= entry.n,
  )
  return came?.at
}

/** What an entry says, in words. */
export function entryWords(ui: Ui, entry: Entry): string {
  const t = ui.t.timelinePage
  const topic = codeOf(entry, 'topic')
  const value = valueWords(ui, topic, codeOf(entry, 'value'))
  const texts = [
    'place',
    'what',
    'text',
    'from',
    'name',
    'deputy',
    'decider',
    'tried',
    'source',
    'reason',
    'sent',
    'gave',
    'took',
    'exception',
    'course',
  ]
  const own = texts.map((name) => said(entry, name)).filter(Boolean)
  const item =
    entry.kind === 'evidence'
      ? (ui.t.evidencePage.item as Readonly<Record<string, string>>)[codeOf(entry, 'item')]
      : undefined
  const move = (ui.t.evidencePage.move as Readonly<Record<string, string>>)[codeOf(entry, 'move')]
  const settled = topic === '' ? '' : `${topicWords(ui, topic)}${value === '' ? '' : `: ${value}`}`
  const parts = [settled, item, move, ...own].filter(Boolean)
  return `${(t.kind as Readonly<Record<string, string>>)[entry.kind] ?? entry.kind}${parts.length > 0 ? ` — ${parts.join(' / ')}` : ''}`
}

export function IncidentTimelinePage({ ui, view, errors = {}, typed, done }: CasePage) {
  const t = ui.t.timelinePage
  const { one } = view
  const rows = rowsOf(view)
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href={`/incidents/${one.id}`}>{ui.t.trouble.toCase}</ButtonLink>
        <ButtonLink href="#add">{t.add}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Written ui={ui} done={done} />
      <IncidentPicture ui={ui} marks={rows} />
      <EntryTable ui={ui} view={view} rows={rows} />
      <div class="screen-only">
        <Section title={t.add} id="add">
          <NoteForm ui={ui} view={view} errors={errors} typed={typed} />
        </Section>
      </div>
    </PageFrame>
  )
}

function EntryTable({ ui, view, rows }: { ui: Ui; view: IncidentView; rows: readonly Row[] }) {
  const t = ui.t.timelinePage
  const { one } = view
  const corrected = corrections(one.entries)
  const time = (ms: EpochMs) => ui.f.dateTime(ms, ui.nowMs)
  return (
    <DataTable
      ui={ui}
      caption={t.title}
      hideCaption
      rows={rows}
      rowClass={({ lane: of }) => (of === 'auto' ? 'quiet' : undefined)}
      columns={[
        { key: 'happened', head: t.head.happened, isName: true, cell: ({ atMs }) => time(atMs) },
        {
          key: 'what',
          head: t.head.what,
          cell: ({ entry, type }) => {
            if (!entry) return (ui.t.event as Readonly<Record<string, string>>)[type] ?? type
            const by = corrected.get(entry.id) ?? []
            return (
              <>
                {entryWords(ui, entry)}
                {view.isReadable ? '' : ` ${t.sealed}`}
                {by.length > 0 ? <small class="below">▲ {t.corrected}</small> : null}
                {by.length > 1 ? <small class="below strong">× {t.twice}</small> : null}
                {entry.files.map((sha256) => (
                  <a class="below" href={`/incidents/${one.id}/photo/${sha256}`}>
                    {t.openPhoto}
                  </a>
                ))}
              </>
            )
          },
        },
        { key: 'who', head: t.head.who, cell: ({ entry }) => (entry ? whoOf(entry) : t.autoNote) },
        {
          key: 'recorded',
          head: t.head.recorded,
          cell: ({ entry, atMs }) =>
            entry ? (
              <>
                {time(Number(entry.codes['paperAt'] ?? entry.at))}
                {entry.codes['paperAt'] === undefined ? '' : ` ${t.paper}`}
                <ClockOff ui={ui} entry={entry} />
              </>
            ) : (
              time(atMs)
            ),
        },
        {
          key: 'cameIn',
          head: t.head.cameIn,
          cell: ({ entry, atMs }) => (entry ? time(cameInAt(one, entry) ?? entry.at) : time(atMs)),
        },
        { key: 'device', head: t.head.device, cell: ({ entry }) => (entry ? deviceOf(ui, entry.device) : '') },
      ]}
    />
  )
}

/** Of a machine whose clock was wrong: what stands here was put right. */
function ClockOff({ ui, entry }: { ui: Ui; entry: Entry }) {
  const off = Number(entry.codes['clockOff'] ?? 0)
  if (off === 0 || entry.kind === 'came-in') return null
  const t = ui.t.timelinePage
  const text = ui.f.duration(Math.abs(off))
  return <small class="below">▲ {off > 0 ? t.clockBehind(text) : t.clockAhead(text)}</small>
}

const MOST_CORRECTABLE = 50

function NoteForm({ ui, view, errors = {}, typed }: CasePage) {
  const t = ui.t.timelinePage
  const { one } = view
  const ways = NOTE_WAYS.map((value) => ({ value, label: t.wayOf[value] }))
  const notes = one.entries.filter(({ kind }) => kind === 'note').slice(-MOST_CORRECTABLE)
  const correct = notes.map((note) => ({
    value: note.id,
    label: `${ui.f.dateTime(happenedAt(note), ui.nowMs)} ${said(note, 'text').slice(0, 30)}`,
  }))
  return (
    <CaseForm ui={ui} id={one.id} act="note" errors={errors} typed={typed} multipart>
      <SelectField name="way" label={t.way} options={ways} />
      <TextField name="from" label={t.from} maxlength={100} />
      <TextArea name="text" label={t.text} hint={t.textHint} error={errors['text']} />
      <TimeFields ui={ui} name="happened" of="note" errors={errors} />
      <TimeFields ui={ui} name="paper" of="note" label={t.paperAt} errors={errors} />
      <FileField name="photo" label={t.photo} error={errors['photo']} />
      {notes.length > 0 ? (
        <SelectField name="seen" label={t.correct} options={[{ value: '', label: t.correctNone }, ...correct]} />
      ) : null}
      <SubmitButton>{t.save}</SubmitButton>
    </CaseForm>
  )
}
