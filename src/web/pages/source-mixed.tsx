/** A folder of several sorts of files: which reader takes how many, and what nobody reads. */
import { INTAKE_FORMATS, kindsIn, readerFor, type IntakeKind, type MixedSettings } from '#intake'
import { DataTable, Notice, PageFrame, PageHeading, Section } from '../components/index.ts'
import type { SourceFile, SourceFiles, SourceReading } from '../source-reading-ports.ts'
import type { Ui } from '../ui.ts'
import { NoFiles, readingPath } from './source-reading.tsx'

/** Names shown of those that nobody reads. */
const MOST_SHOWN = 100
const PAGE_OF: Readonly<Partial<Record<IntakeKind, string>>> = { csv: 'tables', documents: 'documents' }

export function MixedPage(props: {
  ui: Ui
  reading: SourceReading
  part: number
  found: SourceFiles
  settings: MixedSettings
}) {
  const { ui, reading, part, found, settings } = props
  const words = ui.t.sourceReading
  const t = words.mixed
  const read = found.files.map((file) => ({ file, ...readerFor('mixed', settings, file.path) }))
  const unread = read.flatMap(({ file, kind, settings: own }) => {
    const why = whyUnread(file, kind, own)
    return why === undefined ? [] : [{ file, why }]
  })
  const isSet = { csv: settings.csv.tables.length > 0, documents: settings.documents.patterns.length > 0 }
  const stateOf = (kind: IntakeKind): string =>
    kind === 'csv' || kind === 'documents' ? (isSet[kind] ? t.set : t.unset) : t.itself
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={t.title} lead={reading.parts[part]!.path} />
      <Notice ui={ui} kind="caution" title={words.private} />
      <p>{t.lead}</p>
      {found.more ? <p>{words.moreFiles}</p> : null}
      {found.files.length === 0 ? <NoFiles ui={ui} /> : null}
      <DataTable
        ui={ui}
        caption={t.title}
        hideCaption
        rows={kindsIn('mixed').map((kind) => ({ kind, count: read.filter((one) => one.kind === kind).length }))}
        columns={[
          { key: 'kind', head: t.reader, cell: ({ kind }) => t.kinds[kind], isName: true },
          { key: 'count', head: t.count, cell: ({ count }) => ui.f.count(count), align: 'right' },
          { key: 'state', head: t.state, cell: ({ kind, count }) => (count === 0 ? '' : stateOf(kind)) },
          {
            key: 'do',
            head: '',
            cell: ({ kind }) =>
              PAGE_OF[kind] ? (
                <a href={readingPath(reading.source.id, part, PAGE_OF[kind])}>
                  {words.change}
                  <span class="visually-hidden">: {t.kinds[kind]}</span>
                </a>
              ) : null,
          },
        ]}
      />
      <Section title={t.nobody}>
        {unread.length === 0 ? (
          <p>{t.allRead}</p>
        ) : (
          <>
            <p>{t.nobodyLead}</p>
            <DataTable
              ui={ui}
              caption={t.nobody}
              hideCaption
              rows={unread.slice(0, MOST_SHOWN)}
              columns={[
                { key: 'name', head: words.name, cell: ({ file }) => file.path, isName: true },
                { key: 'why', head: t.why, cell: ({ why }) => t.whys[why] },
              ]}
            />
            {unread.length > MOST_SHOWN ? <p>{t.rest(ui.f.count(unread.length - MOST_SHOWN))}</p> : null}
          </>
        )}
      </Section>
      <p>
        <a href={readingPath(reading.source.id)}>{words.back}</a>
      </p>
    </PageFrame>
  )
}

const NAME_TELLS = ['table-unmapped', 'name-unmatched', 'file-unknown'] as const

/** Where the name alone says that nobody reads it. */
function whyUnread({ path, sizeBytes }: SourceFile, kind: IntakeKind, settings: unknown) {
  const begun = INTAKE_FORMATS[kind].survey({ path, sizeBytes }, settings)
  if ('take' in begun) return undefined
  return NAME_TELLS.find((code) => begun.problems.some((problem) => problem.code === code))
}
