/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a table that scrolls sideways must take the focus (WCAG 2.1.1) and a name */
/** バックアップの中身: folders and files of a generation whose source has no charts. */
import {
  AsOfBanner,
  ButtonLink,
  DataTable,
  FolderMark,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  type Column,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import { LOOK_REASONS, type LookReason } from '#journal'
import { formOf, type FileText, type TextTable } from '../file-text.ts'
import type { FolderView } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { Refusal } from './restore.tsx'

type Entry = FolderView['entries'][number]

/** Positions, never names: names of files may be patient data and addresses stay in histories. */
export function filesPath(
  generationId: string,
  positions: readonly number[],
  more: { what?: 'files' | 'file'; why?: string | undefined; save?: boolean; all?: boolean } = {},
): string {
  const query = new URLSearchParams({
    ...(positions.length > 0 && { at: positions.join('.') }),
    ...(more.why && { why: more.why }),
    ...(more.save && { save: '1' }),
    ...(more.all && { all: '1' }),
  }).toString()
  return `/generations/${generationId}/${more.what ?? 'files'}${query === '' ? '' : `?${query}`}`
}

/** `doors` above it: the source, then each folder. */
function Trail(props: {
  ui: Ui
  view: Pick<FolderView, 'generationId' | 'sourceName' | 'trail'>
  at: readonly number[]
  why: string | undefined
}) {
  const { view, at } = props
  const doors = [view.sourceName, ...view.trail]
  return (
    <nav class="trail" aria-label={props.ui.t.files.trail}>
      <ol>
        {doors.map((name, depth) => (
          <li>
            {depth === doors.length - 1 ? (
              <span aria-current="page">{name}</span>
            ) : (
              <a href={filesPath(view.generationId, at.slice(0, depth), { why: props.why })}>{name}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}

function columns(
  ui: Ui,
  generationId: string,
  at: readonly number[],
  why: string | undefined,
  all: boolean,
): Column<Entry>[] {
  const { t, f } = ui
  return [
    {
      key: 'pick',
      head: t.take.pickHead,
      cell: (entry) =>
        entry.kind === 'other' ? (
          ''
        ) : (
          <input
            type="checkbox"
            name="pick"
            value={[...at, entry.position].join('.')}
            checked={all}
            aria-label={t.take.pick(entry.name)}
          />
        ),
    },
    {
      key: 'name',
      head: t.files.name,
      isName: true,
      cell: (entry) => <EntryName entry={entry} generationId={generationId} at={[...at, entry.position]} why={why} />,
    },
    {
      key: 'size',
      head: t.files.size,
      align: 'right',
      cell: (entry) => (entry.kind === 'file' ? (entry.sizeBytes === 0 ? t.files.empty : f.size(entry.sizeBytes)) : ''),
    },
    { key: 'changed', head: t.files.changed, cell: (entry) => f.dateTime(entry.mtimeMs, ui.nowMs) },
    {
      key: 'save',
      head: t.files.saveHead,
      cell: (entry) =>
        entry.kind === 'file' && entry.sizeBytes > 0 ? (
          <a href={filesPath(generationId, [...at, entry.position], { what: 'file', why, save: true })}>
            {t.files.save}
            <span class="visually-hidden"> {entry.name}</span>
          </a>
        ) : (
          ''
        ),
    },
  ]
}

function EntryName(props: { entry: Entry; generationId: string; at: readonly number[]; why: string | undefined }) {
  const { entry, generationId, at, why } = props
  if (entry.kind === 'folder')
    return (
      <a href={filesPath(generationId, at, { why })}>
        <FolderMark /> {entry.name}
      </a>
    )
  // What no browser shows is only saved; an empty file has nothing to open.
  const opens = entry.kind === 'file' && entry.sizeBytes > 0 && formOf(entry.name).form !== 'other'
  return opens ? <a href={filesPath(generationId, at, { what: 'file', why })}>{entry.name}</a> : <>{entry.name}</>
}

/** @param why of raw files of a source with charts */
export function FolderPage(props: {
  ui: Ui
  view: FolderView
  at: readonly number[]
  why?: LookReason | undefined
  /** Everything is ticked to begin with. */
  all?: boolean
  refused?: ErrorCode
}) {
  const { ui, view, at, why, all = false, refused } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.files.title} patientPage>
      <PageHeading title={view.trail.at(-1) ?? view.sourceName} lead={t.files.lead}>
        <ButtonLink href={`/generations/${view.generationId}`}>{t.files.toBackup}</ButtonLink>
      </PageHeading>
      <AsOfBanner ui={ui} asOfMs={view.takenAtMs} />
      {refused ? <Refusal ui={ui} code={refused} /> : null}
      <Trail ui={ui} view={view} at={at} why={why} />
      <section class="block">
        {view.entries.length === 0 ? (
          <p>{t.files.nothing}</p>
        ) : (
          <Form ui={ui} action={`/generations/${view.generationId}/take`}>
            <input type="hidden" name="at" value={at.join('.')} />
            <p class="screen-only">
              <a href={filesPath(view.generationId, at, { why, all: true })}>{t.take.pickAll}</a>
            </p>
            <DataTable
              ui={ui}
              caption={t.files.title}
              hideCaption
              columns={columns(ui, view.generationId, at, why, all)}
              rows={view.entries}
            />
            <Take ui={ui} why={why} />
          </Form>
        )}
      </section>
      <p class="quiet">{t.files.recorded}</p>
    </PageFrame>
  )
}

/** What becomes of the chosen ones. */
function Take({ ui, why }: { ui: Ui; why: LookReason | undefined }) {
  const t = ui.t.take
  return (
    <div class="screen-only">
      <SelectField
        name="why"
        label={t.why}
        value={why ?? 'care'}
        options={LOOK_REASONS.map((value) => ({ value, label: t.reason[value] }))}
      />
      <div class="actions">
        <SubmitButton name="do" value="zip">
          {t.zip}
        </SubmitButton>
        {ui.viewer?.can.has('restore') ? (
          <SubmitButton kind="secondary" name="do" value="restore">
            {t.restore}
          </SubmitButton>
        ) : null}
      </div>
    </div>
  )
}

/** The door to raw files of a source with charts: says why, in a code that may stand in an address. */
export function RawFilesDoor({ ui, generationId }: { ui: Ui; generationId: string }) {
  const t = ui.t.take
  return (
    <form class="form screen-only" method="get" action={`/generations/${generationId}/files`}>
      <p>{t.rawNote}</p>
      <SelectField
        name="why"
        label={t.why}
        options={LOOK_REASONS.map((value) => ({ value, label: t.reason[value] }))}
      />
      <SubmitButton kind="secondary">{t.raw}</SubmitButton>
    </form>
  )
}

export interface FileModel {
  readonly why?: LookReason | undefined
  readonly generationId: string
  readonly sourceName: string
  readonly name: string
  readonly takenAtMs: number
  readonly content: FileText
  /** Where the file is a table. */
  readonly table?: TextTable
}

export function FilePage(props: { ui: Ui; model: FileModel; at: readonly number[] }) {
  const { ui, model, at } = props
  const { t, f } = ui
  return (
    <PageFrame ui={ui} title={t.files.title} patientPage printFooter={model.name}>
      <PageHeading title={model.name} lead={model.sourceName}>
        <ButtonLink href={filesPath(model.generationId, at.slice(0, -1), { why: model.why })}>
          {t.files.toFolder}
        </ButtonLink>
        <ButtonLink href={filesPath(model.generationId, at, { what: 'file', why: model.why, save: true })}>
          {t.files.save}
        </ButtonLink>
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <AsOfBanner ui={ui} asOfMs={model.takenAtMs} />
      {model.content.damaged ? <Notice ui={ui} kind="caution" title={t.files.damaged} /> : null}
      <Section title={model.name}>
        {model.table ? <TableOf ui={ui} table={model.table} /> : <pre class="file-text">{model.content.text}</pre>}
        {model.table?.more ? <p class="strong">{t.files.moreRows(f.count(model.table.rows.length))}</p> : null}
      </Section>
    </PageFrame>
  )
}

function TableOf(props: { ui: Ui; table: TextTable }) {
  const { ui, table } = props
  return (
    <div class="table-scroll" tabindex={0} role="region" aria-label={ui.t.files.title}>
      <table class="table">
        <thead>
          <tr>
            {table.head.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr>
              {row.map((value) => (
                <td>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
