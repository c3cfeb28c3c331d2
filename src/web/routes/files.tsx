/** Folders and files of a generation without charts: shown, or saved. Everything is journaled by the service. */
import { viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { decodeText, formOf, readTable } from '../file-text.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { DOCUMENT_POLICY, PDF_POLICY } from '../http/security.ts'
import { FilePage, FolderPage } from '../pages/files.tsx'
import { needs } from './guards.ts'

const TABLE_ROWS = 200

export function fileRoutes(app: WebApp, web: Web): void {
  const { browse } = web.services
  app.get('/generations/:id/files', needs('see-documents'), async (c) => {
    const at = positionsOf(c)
    const view = at && (await browse.folder(viewerOf(c), c.req.param('id'), at))
    return view ? renderPage(c, <FolderPage ui={c.get('ui')} view={view} at={at} />) : refuse(c, 404, 'notFound')
  })
  app.get('/generations/:id/file', needs('see-documents'), async (c) => {
    const at = positionsOf(c)
    const generationId = c.req.param('id')
    const file = at && (await browse.file(viewerOf(c), generationId, at))
    if (!file) return refuse(c, 404, 'notFound')
    const { form } = formOf(file.name)
    if (c.req.query('save') === '1' || form === 'browser' || form === 'other') return bytesOf(c, file)
    const content = decodeText(file.bytes)
    const separator = /\.tsv$/i.test(file.name) ? '\t' : ','
    const table = form === 'table' ? { table: readTable(content.text, TABLE_ROWS, separator) } : {}
    const { name, sourceName, takenAtMs } = file
    const model = { generationId, name, sourceName, takenAtMs, content, ...table }
    return renderPage(c, <FilePage ui={c.get('ui')} model={model} at={at} />)
  })
}

/** `at=0.3.2`; '' is the top. Undefined where it is something else. */
function positionsOf(c: WebContextOf): number[] | undefined {
  const text = c.req.query('at') ?? ''
  if (text === '') return []
  return /^\d{1,9}(\.\d{1,9}){0,99}$/.test(text) ? text.split('.').map(Number) : undefined
}

/** Shown by the browser where it can do so without running anything; otherwise, and when asked, saved. */
export function bytesOf(c: WebContextOf, file: { name: string; bytes: Uint8Array }): Response {
  const { form, contentType } = formOf(file.name)
  const isShown = form === 'browser' && c.req.query('save') !== '1'
  return c.body(new Uint8Array(file.bytes), 200, {
    'Content-Type': isShown ? contentType : 'application/octet-stream',
    'Content-Disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'Content-Security-Policy': contentType === 'application/pdf' ? PDF_POLICY : DOCUMENT_POLICY,
  })
}
