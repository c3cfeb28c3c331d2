/** Folders and files of a generation without charts: shown, or saved. Everything is journaled by the service. */
import { Readable } from 'node:stream'
import { type ErrorCode, institutionDate, isAppError } from '#base'
import { LOOK_REASONS, type LookReason } from '#journal'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { decodeText, formOf, readTable } from '../file-text.ts'
import { refuse } from '../http/refuse.tsx'
import { named, renderPage } from '../http/respond.ts'
import { DOCUMENT_POLICY, PDF_POLICY } from '../http/security.ts'
import { FilePage, FolderPage } from '../pages/files.tsx'
import { needs } from './guards.ts'
import { picksIn, POSITIONS } from './positions.ts'

const TABLE_ROWS = 200

export function fileRoutes(app: WebApp, web: Web): void {
  const { browse } = web.services
  takeRoute(app, web)
  app.get('/generations/:id/files', needs('see-documents'), async (c) => {
    const at = positionsIn(c, 'at')
    const view = at && (await browse.folder(viewerOf(c), c.req.param('id'), at, whyOf(c.req.query('why'))))
    const why = whyOf(c.req.query('why'))
    return view
      ? renderPage(c, <FolderPage ui={c.get('ui')} view={view} at={at} why={why} all={c.req.query('all') === '1'} />)
      : refuse(c, 404, 'notFound')
  })
  app.get('/generations/:id/file', needs('see-documents'), async (c) => {
    const at = positionsIn(c, 'at')
    const generationId = c.req.param('id')
    const why = whyOf(c.req.query('why'))
    const file = at && (await browse.file(viewerOf(c), generationId, at, why))
    if (!file) return refuse(c, 404, 'notFound')
    const { form } = formOf(file.name)
    if (c.req.query('save') === '1' || form === 'browser' || form === 'other') return bytesOf(c, file)
    const content = decodeText(file.bytes)
    const separator = /\.tsv$/i.test(file.name) ? '\t' : ','
    const table = form === 'table' ? { table: readTable(content.text, TABLE_ROWS, separator) } : {}
    const { name, sourceName, takenAtMs } = file
    const model = { why, generationId, name, sourceName, takenAtMs, content, ...table }
    return renderPage(c, <FilePage ui={c.get('ui')} model={model} at={at} />)
  })
}

/** Chosen entries: into a zip that streams, or on to a restore. Names stand in neither address. */
function takeRoute(app: WebApp, { services: { browse } }: Web): void {
  app.post('/generations/:id/take', needs('see-documents'), async (c) => {
    const id = c.req.param('id')
    const texts = fields(c, 'pick')
    const picks = picksIn(texts)
    if (field(c, 'do') === 'restore' && picks.length > 0) {
      const query = new URLSearchParams(texts.filter((text) => POSITIONS.test(text)).map((text) => ['pick', text]))
      return c.redirect(`/generations/${id}/restore?${query.toString()}`, 303)
    }
    const why = whyOf(field(c, 'why')) ?? 'care'
    if (picks.length === 0) return show(c, id, why, 'RECOVERY_NOTHING_CHOSEN')
    try {
      const zip = await browse.zip(viewerOf(c), id, picks, why)
      if (zip) {
        const name = `${zip.sourceName}_${institutionDate(zip.takenAtMs)}.zip`
        return c.body(Readable.toWeb(Readable.from(zip.bytes)) as ReadableStream<Uint8Array>, 200, {
          'Content-Type': 'application/zip',
          'Content-Disposition': named('attachment', name),
        })
      }
    } catch (error) {
      if (!isAppError(error, 'RECOVERY_TOO_MUCH')) throw error
      return show(c, id, why, error.code)
    }
    return show(c, id, why, 'RECOVERY_NOTHING_CHOSEN')
  })
  async function show(c: WebContextOf, id: string, why: LookReason, refused: ErrorCode): Promise<Response> {
    const [at = []] = picksIn([field(c, 'at')])
    const view = await browse.folder(viewerOf(c), id, at, why)
    const ui = c.get('ui')
    if (!view) return refuse(c, 404, 'notFound')
    return renderPage(c, <FolderPage ui={ui} view={view} at={at} why={why} refused={refused} />, 400)
  }
}

const whyOf = (text: string | undefined): LookReason | undefined => LOOK_REASONS.find((known) => known === text)

/** `at=0.3.2`; '' is the top. Undefined where it is something else. */
export function positionsIn(c: WebContextOf, name: string): number[] | undefined {
  const text = c.req.query(name) ?? ''
  if (text === '') return []
  return POSITIONS.test(text) ? text.split('.').map(Number) : undefined
}

/** Shown by the browser where it can do so without running anything; otherwise, and when asked, saved. */
export function bytesOf(c: WebContextOf, file: { name: string; bytes: Uint8Array }): Response {
  const { form, contentType } = formOf(file.name)
  const isShown = form === 'browser' && c.req.query('save') !== '1'
  return c.body(new Uint8Array(file.bytes), 200, {
    'Content-Type': isShown ? contentType : 'application/octet-stream',
    'Content-Disposition': named(isShown ? 'inline' : 'attachment', file.name),
    'Content-Security-Policy': contentType === 'application/pdf' ? PDF_POLICY : DOCUMENT_POLICY,
  })
}
