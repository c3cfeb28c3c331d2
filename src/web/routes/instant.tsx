/** Disks that are started out of a generation. Everything needs the right to restore. */
import { type ErrorCode, isAppError } from '#base'
import { INSTANT_REASONS } from '#journal'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import type { InsidePlace, InstantInput } from '../instant-ports.ts'
import { errorSentences } from '../messages/errors.ts'
import {
  EMPTY_DRAFT,
  type InstantDraft,
  InstantImagesPage,
  InstantListPage,
  InstantStartPage,
} from '../pages/instant.tsx'
import { type InstantSessionModel, InstantSessionPage, type WriteDraft } from '../pages/instant-session.tsx'
import { InsidePage, InsideRefusedPage } from '../pages/instant-inside.tsx'
import { bytesOf, positionsIn } from './files.tsx'
import { needs } from './guards.ts'

const NO_WRITE: WriteDraft = { folder: '', name: '', form: 'qcow2', errors: {} }
/** What a person can do about it in the form itself. */
const OF_REACH: readonly ErrorCode[] = ['DISK_ADDRESS_TAKEN', 'DISK_ADDRESS_UNKNOWN']
/** What a page says itself: the disk can still be started. */
const OF_INSIDE: readonly ErrorCode[] = ['DISK_TOOL_MISSING', 'DISK_INSIDE_UNREADABLE', 'ISOLATION_MISSING']
const OF_TARGET: readonly ErrorCode[] = ['DISK_TARGET_INVALID']

export function instantRoutes(app: WebApp, { services: { instant } }: Web): void {
  const may = needs('restore')

  app.get('/generations/:id/instant', may, async (c) => {
    const found = await instant.images(viewerOf(c), c.req.param('id'))
    if (!found) return refuse(c, 404, 'notFound')
    const ui = c.get('ui')
    const at = c.req.query('at')
    if (at === undefined) return renderPage(c, <InstantImagesPage ui={ui} found={found} />)
    const image = found.images.find((one) => one.at.join('.') === at && one.problem === undefined)
    if (!image) return refuse(c, 404, 'notFound')
    return renderPage(c, <InstantStartPage ui={ui} found={found} image={image} draft={EMPTY_DRAFT} />)
  })

  app.post('/generations/:id/instant', may, async (c) => {
    const id = c.req.param('id')
    const found = await instant.images(viewerOf(c), id)
    const image = found?.images.find((one) => one.at.join('.') === c.req.query('at') && one.problem === undefined)
    if (!found || !image) return refuse(c, 404, 'notFound')
    const draft = draftOf(c)
    const again = (errors: InstantDraft['errors']) =>
      renderPage(c, <InstantStartPage ui={c.get('ui')} found={found} image={image} draft={{ ...draft, errors }} />, 400)
    const input = inputOf(c, found.addresses, draft)
    if ('errors' in input) return again(input.errors)
    const begun = await instant
      .start(viewerOf(c), id, { ...input, at: image.at, canWrite: draft.changes !== 'none' })
      .catch((error: unknown) => sentence(c, error, OF_REACH))
    if (typeof begun === 'string') return again({ port: begun })
    return shown(c, begun)
  })

  app.get('/generations/:id/instant/files', may, async (c) => {
    const place = insideOf(c)
    try {
      const view = place && (await instant.inside(viewerOf(c), place))
      return view ? renderPage(c, <InsidePage ui={c.get('ui')} view={view} />) : refuse(c, 404, 'notFound')
    } catch (error) {
      if (!isAppError(error) || !OF_INSIDE.includes(error.code)) throw error
      const page = <InsideRefusedPage ui={c.get('ui')} generationId={c.req.param('id')} code={error.code} />
      return renderPage(c, page, 409)
    }
  })

  app.get('/generations/:id/instant/file', may, async (c) => {
    const place = insideOf(c)
    const file = place && (await instant.insideFile(viewerOf(c), place))
    return file ? bytesOf(c, file) : refuse(c, 404, 'notFound')
  })

  app.get('/instant', may, async (c) =>
    renderPage(c, <InstantListPage ui={c.get('ui')} sessions={await instant.sessions(viewerOf(c))} />),
  )

  app.get('/instant/:id', may, (c) => page(c, c.req.param('id')))

  app.post('/instant/:id/go-on', may, async (c) => {
    const id = c.req.param('id')
    const draft = draftOf(c)
    const input = inputOf(c, instant.addresses(), draft)
    if ('errors' in input) return page(c, id, { again: { ...draft, errors: input.errors } })
    const begun = await instant.goOn(viewerOf(c), id, input).catch((error: unknown) => sentence(c, error, OF_REACH))
    if (typeof begun === 'string') return page(c, id, { again: { ...draft, errors: { port: begun } } })
    return shown(c, begun)
  })

  app.post('/instant/:id/stop', may, async (c) => {
    await instant.stop(viewerOf(c), c.req.param('id'))
    return c.redirect(`/instant/${c.req.param('id')}`, 303)
  })

  app.post('/instant/:id/throw', may, async (c) => {
    await instant.throwAway(viewerOf(c), c.req.param('id'))
    return c.redirect(`/instant/${c.req.param('id')}`, 303)
  })

  app.post('/instant/:id/write', may, async (c) => {
    const id = c.req.param('id')
    const [folder, name] = [field(c, 'folder'), field(c, 'name')]
    const form = field(c, 'form') === 'raw' ? 'raw' : 'qcow2'
    const draft = { folder, name, form }
    const { required } = c.get('ui').t.field
    if (folder === '' || name === '') {
      const errors = { ...(folder === '' ? { folder: required } : {}), ...(name === '' ? { name: required } : {}) }
      return page(c, id, { write: { ...draft, errors } })
    }
    try {
      const job = await instant.writeOut(viewerOf(c), id, { folder, name, form })
      return c.redirect(`/jobs/${job}`, 303)
    } catch (error) {
      return page(c, id, { write: { ...draft, errors: { folder: sentence(c, error, OF_TARGET) } } })
    }
  })

  /** A key is shown in the answer itself: no address leads to it, and a reload asks again and gets none. */
  async function shown(c: WebContextOf, { id, keyLine }: { id: string; keyLine: string | undefined }) {
    return keyLine === undefined ? c.redirect(`/instant/${id}`, 303) : page(c, id, { keyLine })
  }

  async function page(c: WebContextOf, id: string, more: Partial<InstantSessionModel> = {}): Promise<Response> {
    const session = await instant.session(viewerOf(c), id)
    if (!session) return refuse(c, 404, 'notFound')
    const addresses = instant.addresses()
    const folders = await instant.folders(viewerOf(c))
    const name =
      session.path
        ?.split('/')
        .at(-1)
        ?.replace(/\.[^.]*$/, '') ?? ''
    const write = { ...NO_WRITE, folder: folders[0] ?? '', name: name === '' ? '' : `${name}-2` }
    const model = { session, addresses, folders, again: EMPTY_DRAFT, write, ...more }
    const isWrong = more.again !== undefined || more.write !== undefined
    return renderPage(c, <InstantSessionPage ui={c.get('ui')} model={model} />, isWrong ? 400 : 200)
  }
}

function insideOf(c: WebContextOf): InsidePlace | undefined {
  const [image, at] = [positionsIn(c, 'image'), positionsIn(c, 'at')]
  const part = c.req.query('part')
  if (!image || !at || (part !== undefined && !/^(disk|part\d{1,3})$/.test(part))) return undefined
  return { generationId: c.req.param('id') ?? '', image, part, at }
}

const draftOf = (c: WebContextOf): Omit<InstantDraft, 'errors'> => ({
  reason: field(c, 'reason'),
  changes: field(c, 'changes'),
  reach: field(c, 'reach'),
  port: field(c, 'port'),
})

function inputOf(
  c: WebContextOf,
  addresses: readonly string[],
  draft: Omit<InstantDraft, 'errors'>,
): Pick<InstantInput, 'reason' | 'listen'> | { errors: InstantDraft['errors'] } {
  const { t } = c.get('ui')
  const reason = INSTANT_REASONS.find((known) => known === draft.reason)
  if (!reason) return { errors: { reason: t.field.required } }
  if (draft.reach === 'here') return { reason, listen: undefined }
  // Only what the page offered: never "all addresses".
  if (!addresses.includes(draft.reach)) return { errors: { reach: t.field.required } }
  const port = /^\d{4,5}$/.test(draft.port) ? Number(draft.port) : 0
  if (port < 1024 || port > 65_535) return { errors: { port: t.instant.portWrong } }
  return { reason, listen: { host: draft.reach, port } }
}

/** @throws the error where the form can do nothing about it */
function sentence(c: WebContextOf, error: unknown, codes: readonly ErrorCode[]): string {
  if (!isAppError(error) || !codes.includes(error.code)) throw error
  const { what, why, next } = errorSentences(error.code, c.get('ui').f.language)
  return `${what}${why}${next}`
}
