/** How the folders of a source are read as charts: the list of them, and the tables of one. */
import { patternOf, tableFor, type NameSettings, type TableSettings } from '#intake'
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  EmptyState,
  FactList,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { SourceFiles, SourceReading } from '../source-reading-ports.ts'
import type { Ui } from '../ui.ts'

type Part = SourceReading['parts'][number]

/** What can be chosen on screen; FHIR only where the source is for it. */
export const READING_FORMATS = ['csv', 'uke', 'documents', 'mixed', 'none'] as const

export const readingPath = (sourceId: string, ...more: (string | number)[]): string =>
  ['', 'sources', sourceId, 'reading', ...more].join('/')

/** What was set up, in a few words. */
function partWords(ui: Ui, { format, settings }: Part): string {
  const t = ui.t.sourceReading
  if (format === 'csv') return `${t.formats.csv}：${t.tables(ui.f.count((settings as TableSettings).tables.length))}`
  if (format === 'documents')
    return `${t.formats.documents}：${t.patterns((settings as NameSettings).patterns.join(' ・ '))}`
  return t.formats[format]
}

const setUpPath = (sourceId: string, part: number, format: Part['format']): string | undefined => {
  const page = {
    csv: 'tables',
    uke: 'claims',
    documents: 'documents',
    mixed: 'mixed',
    fhir: undefined,
    none: undefined,
  }[format]
  return page && readingPath(sourceId, part, page)
}

function PartBlock(props: { ui: Ui; reading: SourceReading; part: Part; number: number }) {
  const { ui, reading, part, number } = props
  const t = ui.t.sourceReading
  const path = setUpPath(reading.source.id, number, part.format)
  return (
    <Section title={`${t.path} ${number + 1}`}>
      <FactList
        wide
        facts={[
          { term: t.path, value: <span class="mono">{part.path}</span> },
          { term: t.format, value: partWords(ui, part) },
        ]}
      />
      {path ? (
        <div class="actions">
          <ButtonLink href={path} kind="primary">
            {t.change}
          </ButtonLink>
        </div>
      ) : null}
      {part.format === 'fhir' ? null : (
        <Form ui={ui} action={readingPath(reading.source.id, number, 'format')}>
          <ChoiceField
            name="format"
            kind="one"
            label={t.format}
            hint={t.formatHint}
            options={READING_FORMATS.map((value) => ({ value, label: t.formats[value] }))}
            chosen={[part.format === 'none' && reading.source.kind === 'csv' ? 'csv' : part.format]}
          />
          <SubmitButton kind={path ? 'secondary' : 'primary'}>{t.next}</SubmitButton>
        </Form>
      )}
    </Section>
  )
}

export function SourceReadingPage(props: {
  ui: Ui
  reading: SourceReading
  said?: 'added' | 'saved' | undefined
  folder?: { value: string; error: string } | undefined
}) {
  const { ui, reading, said, folder } = props
  const t = ui.t.sourceReading
  const { id, name } = reading.source
  return (
    <PageFrame ui={ui} title={t.title}>
      <div class="narrow-page">
        <PageHeading title={t.title} lead={name} />
        {said === 'added' ? <Notice ui={ui} kind="good" title={t.addedNext} live /> : null}
        {said === 'saved' ? (
          <>
            <Notice ui={ui} kind="good" title={t.saved} live />
            <div class="actions">
              <PostButton ui={ui} action={`/sources/${id}/run`}>
                {t.runNow}
              </PostButton>
            </div>
          </>
        ) : null}
        <p>{t.lead}</p>
        {reading.parts.map((part, number) => (
          <PartBlock ui={ui} reading={reading} part={part} number={number} />
        ))}
        <Section title={t.addFolder}>
          <Form
            ui={ui}
            action={readingPath(id, 'folders')}
            errors={folder ? { path: folder.error } : {}}
            labels={{ path: t.path }}
          >
            <TextField
              name="path"
              label={t.path}
              hint={t.addFolderHint}
              value={folder?.value}
              error={folder?.error}
              required
            />
            <SubmitButton kind="secondary">{t.add}</SubmitButton>
          </Form>
        </Section>
        <p>
          <a href={`/sources/${id}`}>{ui.t.form.back}</a>
        </p>
      </div>
    </PageFrame>
  )
}

export function NoFiles({ ui }: { ui: Ui }) {
  const t = ui.t.sourceReading
  return <EmptyState title={t.noFiles} next={t.noFilesNext} />
}

/** Tables of a folder, each with whether it is set up. Addresses carry numbers: names of files may tell of patients. */
export function TablesPage(props: {
  ui: Ui
  reading: SourceReading
  part: number
  found: SourceFiles
  settings: TableSettings
}) {
  const { ui, reading, part, found, settings } = props
  const t = ui.t.sourceReading
  const rows = found.files.map((file, number) => ({ file, number })).filter(({ file }) => isTable(file.path))
  return (
    <PageFrame ui={ui} title={t.files}>
      <PageHeading title={t.files} lead={reading.parts[part]!.path} />
      {found.more ? <p>{t.moreFiles}</p> : null}
      {rows.length === 0 ? (
        <NoFiles ui={ui} />
      ) : (
        <DataTable
          ui={ui}
          caption={t.files}
          hideCaption
          rows={rows}
          columns={[
            { key: 'name', head: t.name, cell: ({ file }) => file.path, isName: true },
            { key: 'size', head: t.size, cell: ({ file }) => ui.f.size(file.sizeBytes), align: 'right' },
            {
              key: 'state',
              head: t.state,
              cell: ({ file }) => {
                const table = tableFor(file.path, settings)
                return table ? `✓ ${t.table.kinds[table.kind]}（${table.file}）` : `▲ ${t.stateNone}`
              },
            },
            {
              key: 'do',
              head: '',
              cell: ({ file, number }) => (
                <a href={readingPath(reading.source.id, part, 'tables', number)}>
                  {tableFor(file.path, settings) ? t.change : t.setUp}
                  <span class="visually-hidden">: {patternOf(file.path)}</span>
                </a>
              ),
            },
          ]}
        />
      )}
      <p>
        <a href={readingPath(reading.source.id)}>{t.back}</a>
      </p>
    </PageFrame>
  )
}

export const isTable = (path: string): boolean => /\.(csv|tsv|txt)$/i.test(path)
