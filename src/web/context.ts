/** What every route works with. */
import type { Clock } from '#base'
import type { Chart } from '#chart'
import type { Context, Hono } from 'hono'
import type { Asset } from './http/assets.ts'
import type { CookieOptions } from './http/cookies.ts'
import type { SessionNotes } from './http/session-notes.ts'
import type { Services, Viewer } from './ports.ts'
import type { Ui } from './ui.ts'

export interface WebOptions {
  readonly clock: Clock
  /** Letters and digits that tell this installation's cookies from another's on the same host (cookies ignore ports). */
  readonly instance?: string
  /** Names by which this server may be called, besides loopback. */
  readonly hosts: readonly string[]
  /** Served over https (also when a proxy in front does it). */
  readonly secure: boolean
  /** Told about what ended as an error page; the web itself writes no log. */
  onError(error: unknown): void
}

/** What every screen asks for, whoever serves it. */
export type FrameServices = Pick<Services<Chart>, 'institution'> & {
  readonly auth: Pick<Services<Chart>['auth'], 'session'>
}

export interface Web<S extends FrameServices = Services<Chart>> {
  readonly services: S
  readonly options: WebOptions
  readonly cookies: CookieOptions
  readonly notes: SessionNotes
  readonly assets: { readonly stylesheet: Asset; readonly script: Asset }
}

/** A house that is read and nothing else. */
export type ReadingServices = FrameServices & Pick<Services<Chart>, 'charts'>

export interface WebEnv {
  Bindings: { incoming?: { socket?: { remoteAddress?: string } } }
  Variables: { ui: Ui; viewer?: Viewer; form?: FormData }
}
export type WebContextOf = Context<WebEnv>
export type WebApp = Hono<WebEnv>

/** The signed-in person; routes behind the guard always have one. */
export function viewerOf(c: WebContextOf): Viewer {
  const viewer = c.get('viewer')
  if (!viewer) throw new Error('a route without its guard')
  return viewer
}

/** One text of a posted form, trimmed; '' where it is missing or a file. */
export function field(c: WebContextOf, name: string): string {
  const value = c.get('form')?.get(name)
  return typeof value === 'string' ? value.trim() : ''
}
export function fields(c: WebContextOf, name: string): string[] {
  return (c.get('form')?.getAll(name) ?? []).filter((value) => typeof value === 'string')
}

const MOST_TYPED = 4000
/** All that a form brought, for the fields of a page that refuses it; of a file its name. */
export function typedIn(c: WebContextOf): Readonly<Record<string, string>> {
  const typed: Record<string, string> = {}
  for (const [name, value] of c.get('form')?.entries() ?? [])
    if (typeof value === 'string') typed[name] ??= value.slice(0, MOST_TYPED)
    else typed[name] = [typed[name], value.name.slice(0, MOST_TYPED)].filter(Boolean).join('、')
  return typed
}

/** Whom lock-outs count: the peer. A proxy's header is not believed. */
export const addressOf = (c: WebContextOf) => c.env?.incoming?.socket?.remoteAddress ?? 'unknown'

/** Page number of an address, from 1. */
export function pageNumber(c: WebContextOf): number {
  const page = Number(c.req.query('page') ?? '1')
  return Number.isSafeInteger(page) && page > 0 ? page : 1
}

const BASE = 'http://toride.invalid'

/** Only paths of this server may be gone back to. Browsers drop TAB and line ends inside addresses and read \\ as /. */
export function localPath(path: string | undefined): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (path === undefined || !path.startsWith('/') || /[\u0000-\u0020\u007f\\]/.test(path) || !URL.canParse(path, BASE))
    return '/'
  const { origin, pathname, search, hash } = new URL(path, BASE)
  // "/.//evil.example" is resolved to a path with two slashes, which would be a host again.
  return origin === BASE && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/'
}
