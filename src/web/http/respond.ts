import type { Context } from 'hono'
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
