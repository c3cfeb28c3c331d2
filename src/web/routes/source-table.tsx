/** One table of a source: looked at, mapped, tried on one patient, saved. */
import {
  firstPatient,
  INTAKE_FORMATS,
  lookAtTable,
  mappingFaults,
  patternOf,
  placeColumns,
  ROLES_OF,
  suggestColumns,
  suggestExports,
  suggestKind,
  TABLE_KINDS,
  tableFor,
  wholeRows,
  type ExportsLook,
  type TableLook,
  type TableMapping,
  type TableSettings,
} from '#intake'
import { field, viewerOf, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { isTable } from '../pages/source-reading.tsx'
import { TablePage } from '../pages/source-table.tsx'
import type { IntakePart, SourceFile, SourceReadingService } from '../source-reading-ports.ts'
import { LOOKED_AT_BYTES, type ReadingPart, readingWith, settingsIn } from './reading-part.ts'

interface TableParts {
  readonly partOf: (c: WebContextOf) => Promise<ReadingPart | undefined>
  readonly save: (c: WebContextOf, found: ReadingPart, chosen: IntakePart) => Promise<Response>
}

interface Opened extends ReadingPart {
  readonly number: number
  readonly file: SourceFile
  readonly bytes: Uint8Array
  readonly isCut: boolean
  readonly settings: TableSettings
  /** An older export of the same table beside it, compared. */
  readonly exportsLook: ExportsLook | undefined
}

export function tableSettingsOf(found: ReadingPart): TableSettings {
  return settingsIn(found).csv ?? { tables: [] }
}

export function tableRoutes(app: WebApp, service: SourceReadingService, { partOf, save }: TableParts): void {
  const open = async (c: WebContextOf): Promise<Opened | undefined> => {
    const found = await partOf(c)
    if (!found) return undefined
    const { id } = found.reading.source
    const number = Number(c.req.param('file'))
    const { files } = await service.files(viewerOf(c), id, found.part)
    const file = files[number]
    if (!file || !isTable(file.path)) return undefined
    const beginning = async (one: SourceFile): Promise<Uint8Array> => {
      const read = await service.read(viewerOf(c), id, found.part, one, LOOKED_AT_BYTES)
      return one.sizeBytes > LOOKED_AT_BYTES ? wholeRows(read) : read
    }
    const bytes = await beginning(file)
    const [older, newer] = neighbours(files, file)
    const exportsLook =
      older && newer
        ? suggestExports(await beginning(older), await beginning(newer), lookAtTable(bytes).headingRow)
        : undefined
    const isCut = file.sizeBytes > LOOKED_AT_BYTES
    return { ...found, number, file, bytes, isCut, settings: tableSettingsOf(found), exportsLook }
  }
  const show = (
    c: WebContextOf,
    opened: Opened,
    { look, mapping }: Draft,
    more: { showFaults?: boolean; preview?: ReturnType<typeof firstPatient> } = {},
  ) => {
    const name = opened.file.path.slice(opened.file.path.lastIndexOf('/') + 1)
    const isSaved = tableFor(opened.file.path, opened.settings) !== undefined
    const page = (
      <TablePage
        ui={c.get('ui')}
        reading={opened.reading}
        part={opened.part}
        file={{ number: opened.number, name }}
        look={look}
        mapping={mapping}
        isSaved={isSaved}
        isCut={opened.isCut}
        exportsLook={opened.exportsLook}
        showFaults={more.showFaults ?? false}
        preview={more.preview}
      />
    )
    return renderPage(c, page, more.showFaults ? 400 : 200)
  }
  app.get('/sources/:id/reading/:part/tables/:file', async (c) => {
    const opened = await open(c)
    return opened ? show(c, opened, proposed(opened)) : refuse(c, 404, 'notFound')
  })
  app.post('/sources/:id/reading/:part/tables/:file', async (c) => {
    const opened = await open(c)
    if (!opened) return refuse(c, 404, 'notFound')
    const draft = typed(c, opened)
    const act = field(c, 'do')
    if (act === 'remove') return save(c, opened, without(opened))
    if (act === 'again') return show(c, opened, draft)
    if (mappingFaults(draft.mapping).length > 0) return show(c, opened, draft, { showFaults: true })
    if (act === 'save') return save(c, opened, together(opened, draft.mapping))
    const settings = { tables: [{ ...draft.mapping, file: opened.file.path }] }
    return show(c, opened, draft, { preview: firstPatient(INTAKE_FORMATS.csv, settings, opened.file, opened.bytes) })
  })
}

/** The two newest exports of the file's table, the older first; none where there is one alone. */
function neighbours(files: readonly SourceFile[], { path }: SourceFile): readonly SourceFile[] {
  const pattern = patternOf(path)
  const alike = files.filter((one) => isTable(one.path) && patternOf(one.path) === pattern)
  return alike.length < 2 ? [] : alike.toSorted((a, b) => a.mtimeMs - b.mtimeMs || (a.path < b.path ? -1 : 1)).slice(-2)
}

interface Draft {
  readonly look: TableLook
  readonly mapping: TableMapping
}

/** What is saved of this file, else a proposal. */
function proposed({ file, bytes, settings, exportsLook }: Opened): Draft {
  const saved = tableFor(file.path, settings)
  const look = lookAtTable(bytes, saved?.headingRow)
  const placed = saved && placeColumns(saved, look.headings)
  if (saved && placed && placed.state !== 'other')
    return {
      look,
      mapping: {
        ...saved,
        columns: look.headings.map((heading, at) => ({ heading, role: placed.columns[at]?.role ?? 'extra' })),
      },
    }
  const columns = suggestColumns(look)
  const pattern = saved?.file ?? patternOf(file.path)
  const exports = saved ? saved.exports : exportsLook?.isWhole ? 'whole' : undefined
  const mapping = { file: pattern, kind: suggestKind(columns), headingRow: look.headingRow, columns }
  return { look, mapping: { ...mapping, ...(exports && { exports }) } }
}

/** With other headings, other columns: they are proposed anew. */
function typed(c: WebContextOf, { bytes, file }: Opened): Draft {
  const headingRow = Math.max(0, Math.min(50, Number(field(c, 'headingRow').normalize('NFKC')) || 0))
  const look = lookAtTable(bytes, headingRow)
  const kind = TABLE_KINDS.find((known) => known === field(c, 'kind')) ?? 'patients'
  const isSame = field(c, 'lookedHeadingRow') === String(headingRow)
  const columns = isSame
    ? look.headings.map((heading, at) => ({
        heading,
        role: ROLES_OF[kind].find((known) => known === field(c, `role-${at}`)) ?? 'extra',
      }))
    : suggestColumns(look)
  const exports = field(c, 'exports') === 'whole' ? 'whole' : undefined
  const pattern = field(c, 'file').slice(0, 200) || patternOf(file.path)
  return { look, mapping: { file: pattern, kind, headingRow, columns, ...(exports && { exports }) } }
}

/** The mapping instead of the one that this file had, and of one for the same name. */
function together(opened: Opened, mapping: TableMapping): IntakePart {
  const { file, settings } = opened
  const before = tableFor(file.path, settings)
  const others = settings.tables.filter((table) => table !== before && table.file !== mapping.file)
  return readingWith(opened, 'csv', { tables: [...others, mapping] })
}

function without(opened: Opened): IntakePart {
  const { file, settings } = opened
  const before = tableFor(file.path, settings)
  return readingWith(opened, 'csv', { tables: settings.tables.filter((table) => table !== before) })
}
