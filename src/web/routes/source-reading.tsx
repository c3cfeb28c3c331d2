/** Setting up how the files of a source are read as charts. Whoever does it manages backups and may see documents. */
import { firstPatient, INTAKE_FORMATS, isNamePattern, readerFor, suggestPatterns, wholeRows } from '#intake'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { ClaimsPage, DocumentsPage } from '../pages/source-documents.tsx'
import { MixedPage } from '../pages/source-mixed.tsx'
import { readingPath, READING_FORMATS, SourceReadingPage, TablesPage } from '../pages/source-reading.tsx'
import type { IntakePart, SourceFile } from '../source-reading-ports.ts'
import { needs } from './guards.ts'
import { isMixed, LOOKED_AT_BYTES, type ReadingPart, readingWith, settingsIn } from './reading-part.ts'
import { tableRoutes, tableSettingsOf } from './source-table.tsx'

export function sourceReadingRoutes(app: WebApp, web: Web): void {
  const service = web.services.sourceReading
  app.use('/sources/:id/reading/*', needs('see-documents'))
  app.use('/sources/:id/reading', needs('see-documents'))

  const partOf = async (c: WebContextOf): Promise<ReadingPart | undefined> => {
    const reading = await service.get(viewerOf(c), c.req.param('id') ?? '')
    const part = Number(c.req.param('part'))
    return reading?.parts[part] && { reading, part }
  }
  const save = async (c: WebContextOf, { reading, part }: ReadingPart, chosen: IntakePart) => {
    await service.save(viewerOf(c), reading.source.id, part, chosen)
    return c.redirect(`${readingPath(reading.source.id)}?said=saved`, 303)
  }
  const listed = (c: WebContextOf, { reading, part }: ReadingPart) =>
    service.files(viewerOf(c), reading.source.id, part)

  const overview = async (c: WebContextOf, folder?: { value: string; error: string }) => {
    const reading = await service.get(viewerOf(c), c.req.param('id') ?? '')
    if (!reading) return refuse(c, 404, 'notFound')
    const said = (['added', 'saved'] as const).find((word) => word === c.req.query('said'))
    const page = <SourceReadingPage ui={c.get('ui')} reading={reading} said={said} folder={folder} />
    return renderPage(c, page, folder ? 400 : 200)
  }
  app.get('/sources/:id/reading', (c) => overview(c))
  app.post('/sources/:id/reading/folders', async (c) => {
    const { t } = c.get('ui')
    const value = field(c, 'path')
    if (value === '') return overview(c, { value, error: t.field.required })
    const result = await service.addFolder(viewerOf(c), c.req.param('id'), value)
    if (result.kind === 'refused') return overview(c, { value, error: t.field[result.code] })
    return c.redirect(readingPath(c.req.param('id')), 303)
  })
  app.post('/sources/:id/reading/:part/format', async (c) => {
    const found = await partOf(c)
    const format = READING_FORMATS.find((known) => known === field(c, 'format'))
    if (!found || !format) return refuse(c, 404, 'notFound')
    if (format === 'none') return save(c, found, { format, settings: {} })
    if (format === 'mixed') {
      // What was set up of one sort goes on as a part of the mixture.
      const chosen = isMixed(found) ? undefined : { format, settings: settingsIn(found) }
      if (chosen) await service.save(viewerOf(c), found.reading.source.id, found.part, chosen)
      return c.redirect(readingPath(found.reading.source.id, found.part, 'mixed'), 303)
    }
    const page = { csv: 'tables', uke: 'claims', documents: 'documents' }[format]
    return c.redirect(readingPath(found.reading.source.id, found.part, page), 303)
  })

  app.get('/sources/:id/reading/:part/mixed', async (c) => {
    const found = await partOf(c)
    if (!found || !isMixed(found)) return refuse(c, 404, 'notFound')
    const settings = { csv: { tables: [] }, documents: { patterns: [] }, ...settingsIn(found) }
    return renderPage(c, <MixedPage ui={c.get('ui')} {...found} found={await listed(c, found)} settings={settings} />)
  })
  app.get('/sources/:id/reading/:part/tables', async (c) => {
    const found = await partOf(c)
    if (!found) return refuse(c, 404, 'notFound')
    const settings = tableSettingsOf(found)
    const page = <TablesPage ui={c.get('ui')} {...found} found={await listed(c, found)} settings={settings} />
    return renderPage(c, page)
  })
  tableRoutes(app, service, { partOf, save })

  const documents = async (c: WebContextOf, found: ReadingPart, typed?: { patterns: string[]; own: string }) => {
    const { files, more } = await listed(c, found)
    const taken = files.filter(isMixed(found) ? (file) => isDropped(file, found) : isDocument)
    const fits = suggestPatterns(taken.map(({ path }) => path))
    const { t } = c.get('ui')
    const errors = {
      ...(typed && typed.own !== '' && !isNamePattern(typed.own) ? { own: t.sourceReading.documents.ownWrong } : {}),
      ...(typed && typed.own === '' && typed.patterns.length === 0
        ? { patterns: t.sourceReading.documents.none, own: t.sourceReading.documents.none }
        : {}),
    }
    const own = errors.own === undefined && typed?.own ? [typed.own] : []
    const patterns = typed ? [...typed.patterns, ...own] : (savedPatterns(found) ?? fits.map(({ pattern }) => pattern))
    const page = (
      <DocumentsPage
        ui={c.get('ui')}
        {...found}
        more={more}
        documents={taken}
        others={files.length - taken.length}
        fits={fits}
        patterns={patterns}
        own={errors.own === undefined ? '' : (typed?.own ?? '')}
        errors={errors}
      />
    )
    return { page, patterns, isWrong: Object.keys(errors).length > 0 }
  }
  app.get('/sources/:id/reading/:part/documents', async (c) => {
    const found = await partOf(c)
    return found ? renderPage(c, (await documents(c, found)).page) : refuse(c, 404, 'notFound')
  })
  app.post('/sources/:id/reading/:part/documents', async (c) => {
    const found = await partOf(c)
    if (!found) return refuse(c, 404, 'notFound')
    const typed = { patterns: fields(c, 'patterns').filter(isNamePattern).slice(0, 9), own: field(c, 'own') }
    const { page, patterns, isWrong } = await documents(c, found, typed)
    if (isWrong) return renderPage(c, page, 400)
    if (field(c, 'do') !== 'save') return renderPage(c, page)
    return save(c, found, readingWith(found, 'documents', { patterns }))
  })

  app.get('/sources/:id/reading/:part/claims', async (c) => {
    const found = await partOf(c)
    if (!found) return refuse(c, 404, 'notFound')
    const { files, more } = await listed(c, found)
    const claims = files.filter(({ path }) => /\.uke$/i.test(path))
    const newest = claims.toSorted((a, b) => a.mtimeMs - b.mtimeMs).at(-1)
    const read =
      newest && (await service.read(viewerOf(c), found.reading.source.id, found.part, newest, LOOKED_AT_BYTES))
    const isCut = newest !== undefined && newest.sizeBytes > LOOKED_AT_BYTES
    const preview = newest && firstPatient(INTAKE_FORMATS.uke, {}, newest, isCut ? wholeRows(read!) : read!)
    const page = <ClaimsPage ui={c.get('ui')} {...found} more={more} files={claims} preview={preview} isCut={isCut} />
    return renderPage(c, page)
  })
  app.post('/sources/:id/reading/:part/claims', async (c) => {
    const found = await partOf(c)
    return found ? save(c, found, { format: 'uke', settings: {} }) : refuse(c, 404, 'notFound')
  })
}

/** Those of a kind that a drop folder takes. */
const isDocument = ({ path }: SourceFile): boolean => /\.(pdf|jpe?g|png|tiff?|txt)$/i.test(path)

/** In a mixture a text may be a table. */
const isDropped = (file: SourceFile, found: ReadingPart): boolean => {
  const settings = { csv: { tables: [] }, documents: { patterns: [] }, ...settingsIn(found) }
  return isDocument(file) && readerFor('mixed', settings, file.path).kind === 'documents'
}

function savedPatterns(found: ReadingPart): readonly string[] | undefined {
  const { patterns = [] } = settingsIn(found).documents ?? {}
  return patterns.length > 0 ? patterns : undefined
}
