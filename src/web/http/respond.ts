import type { Context } from 'hono'
import { type EpochMs, institutionDate } from '#base'
import type { Ui } from '../ui.ts'
import { PDF_POLICY } from './security.ts'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { JSX } from 'hono/jsx/jsx-runtime'

/** A part of a page as text, for event streams. */
export async function partText(part: JSX.Element): Promise<string> {
  return String(await part)
}

/** The whole page as text; JSX has escaped every value in it. */
export async function pageText(page: JSX.Element): Promise<string> {
  return `<!doctype html>${String(await page)}`
}

export async function renderPage(c: Context, page: JSX.Element, status: ContentfulStatusCode = 200): Promise<Response> {
  return c.html(await pageText(page), status)
}

/**
 * A file of ours that the browser shows or prints. No name of a patient in its name: it may be kept.
 * @param disposition of `keptAs`, where people keep it
 */
export function pdfResponse(c: Context, bytes: Uint8Array, disposition = 'inline; filename="print.pdf"'): Response {
  return c.body(new Uint8Array(bytes), 200, {
    'Content-Type': 'application/pdf',
    'Content-Disposition': disposition,
    'Content-Security-Policy': PDF_POLICY,
    'Cache-Control': 'no-store',
  })
}

/**
 * `Content-Disposition` of a file that people keep: what it is, whose and of which day. No name of a patient: it may lie
 * where others read.
 * @param more `onMs`: of what was approved, printed or sent on another day than today
 */
export function keptAs(
  ui: Pick<Ui, 'institution' | 'nowMs'>,
  title: string,
  ending: string,
  { onMs = ui.nowMs, way = 'attachment' }: { onMs?: EpochMs | undefined; way?: 'attachment' | 'inline' } = {},
): string {
  // What Windows takes in no name.
  const name = [title, ui.institution.name, institutionDate(onMs)].join('_').replaceAll(/[\\/:*?"<>|\s]+/g, '_')
  return named(way, `${name}.${ending}`)
}

/** `Content-Disposition` of a file under its own name, whatever letters that has. Source: RFC 6266, RFC 8187. */
export function named(way: 'attachment' | 'inline', fileName: string): string {
  const coded = encodeURIComponent(fileName.toWellFormed())
  return `${way}; filename*=UTF-8''${coded.replaceAll(/['()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`
}
