/** Places: the list, one place, adding one. */
import type { ErrorCode } from '#base'
import type { PlaceNotes } from '#vault'
import { placeNotesSchema } from '#vault'
import type { FieldErrors } from '../components/index.ts'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { isOptional, PlaceAddPage, type PlaceAddModel } from '../pages/place-add.tsx'
import { type NotesForm, type PlaceModel, PlacePage } from '../pages/place.tsx'
import { type PlacesModel, PlacesPage } from '../pages/places.tsx'
import { PLACE_FIELDS, type PlaceForm, type PlaceKind } from '../ports.ts'
import type { Ui } from '../ui.ts'
import { needs } from './guards.ts'

const DONE = ['added', 'removed', 'nothingNew', 'nothingThere'] as const satisfies readonly PlacesModel['done'][]

export function placeRoutes(app: WebApp, web: Web): void {
  const { backup } = web.services
  app.use('/places', needs('manage-backup'))
  app.use('/places/*', needs('manage-backup'))

  app.get('/places', async (c) => {
    const done = DONE.find((known) => known === c.req.query('done'))
    const model = {
      places: await backup.places(),
      rules: await backup.placeRules(),
      media: await web.services.media.view(),
      ...(done ? { done } : {}),
    }
    return renderPage(c, <PlacesPage ui={c.get('ui')} model={model} />)
  })

  const showForm = (c: WebContextOf, model: PlaceAddModel, status: 200 | 400 = 200) =>
    renderPage(c, <PlaceAddPage ui={c.get('ui')} model={model} />, status)
  app.get('/places/add/:kind', (c) => {
    const kind = kindOf(c.req.param('kind'))
    return kind ? showForm(c, { kind }) : refuse(c, 404, 'notFound')
  })
  app.post('/places/add/:kind', async (c) => {
    const kind = kindOf(c.req.param('kind'))
    if (!kind) return refuse(c, 404, 'notFound')
    const { t } = c.get('ui')
    const typed = formOf(c, kind)
    const wanted = PLACE_FIELDS[kind].filter((name) => !isOptional(kind, name) && typed.values[name] === '')
    const missing: string[] = typed.name === '' ? [...wanted, 'name'] : wanted
    if (missing.length > 0) {
      const errors: FieldErrors = Object.fromEntries(missing.map((name) => [name, t.field.required]))
      return showForm(c, { kind, typed, errors }, 400)
    }
    const result = await backup.addPlace(viewerOf(c), typed)
    if (result.kind === 'ok') return c.redirect('/places?done=added', 303)
    if (result.kind === 'started') return c.redirect(`/jobs/${result.jobId}`, 303)
    if (result.code === 'name-taken') return showForm(c, { kind, typed, errors: { name: t.field['name-taken'] } }, 400)
    return showForm(
      c,
      { kind, typed, errors: { [result.field]: refusal(c.get('ui'), result.field, result.code) } },
      400,
    )
  })

  const find = async (id: string) => (await backup.places()).find((place) => place.id === id)
  const show = (c: WebContextOf, model: PlaceModel, status: 200 | 400 = 200) =>
    renderPage(c, <PlacePage ui={c.get('ui')} model={model} />, status)
  app.get('/places/:id', async (c) => {
    const place = await find(c.req.param('id'))
    if (!place) return refuse(c, 404, 'notFound')
    return show(c, { place, typed: typedOf(place.notes), isSaved: c.req.query('done') === 'saved' })
  })
  app.post('/places/:id/notes', async (c) => {
    const id = c.req.param('id')
    if (!(await backup.hasPlace(id))) return refuse(c, 404, 'notFound')
    const typed = notesForm(c)
    const { notes, errors } = readNotes(typed, c.get('ui').t.field)
    if (!notes) {
      const place = await find(id)
      return place ? show(c, { place, typed, errors }, 400) : refuse(c, 404, 'notFound')
    }
    await backup.savePlaceNotes(viewerOf(c), id, notes)
    return c.redirect(`/places/${id}?done=saved`, 303)
  })
  app.post('/places/:id/copy', async (c) => {
    if (!(await backup.hasPlace(c.req.param('id')))) return refuse(c, 404, 'notFound')
    const started = await backup.copyNow(viewerOf(c), c.req.param('id'))
    return c.redirect(started ? `/jobs/${started.jobId}` : '/places?done=nothingNew', 303)
  })
  app.post('/places/:id/read', async (c) => {
    if (!(await backup.hasPlace(c.req.param('id')))) return refuse(c, 404, 'notFound')
    const started = await backup.readPlace(viewerOf(c), c.req.param('id'))
    return c.redirect(started ? `/jobs/${started.jobId}` : '/places?done=nothingThere', 303)
  })
  app.post('/places/:id/remove', async (c) => {
    await backup.removePlace(viewerOf(c), c.req.param('id'))
    return c.redirect('/places?done=removed', 303)
  })
}

/** What a person can mend has words of its own at its field; the rest are the error's sentences. */
function refusal({ t, f }: Ui, name: string, code: ErrorCode): string {
  if (name === 'folder' && code === 'STORAGE_NOT_FOUND') return t.places.wrong.noFolder
  if (code === 'VAULT_PLACE_INVALID') return t.places.wrong[INVALID[name] ?? 'address']
  if (name === 'pin' && code === 'STORAGE_CERTIFICATE_WRONG') return t.places.wrong.pin
  const { what, why, next } = errorSentences(code, f.language)
  return `${what} ${why} ${next}`
}
const INVALID: Readonly<Record<string, 'folder' | 'pinForm' | 'bucket'>> = {
  folder: 'folder',
  pin: 'pinForm',
  bucket: 'bucket',
}

const kindOf = (text: string): PlaceKind | undefined =>
  Object.hasOwn(PLACE_FIELDS, text) ? (text as PlaceKind) : undefined

function formOf(c: WebContextOf, kind: PlaceKind): PlaceForm {
  const values = Object.fromEntries(PLACE_FIELDS[kind].map((name) => [name, field(c, name)]))
  return { kind, name: field(c, 'name'), offsite: fields(c, 'offsite').includes('yes'), values }
}

const NOTES = [
  'offsite',
  'ownAdministrator',
  'capacityGb',
  'risk',
  'response',
  'slowFrom',
  'slowTo',
  'slowMbps',
] as const
const GB = 1_000_000_000
const MBPS = 125_000

function notesForm(c: WebContextOf): NotesForm {
  return Object.fromEntries(NOTES.map((name) => [name, field(c, name)])) as unknown as NotesForm
}

function typedOf({ offsite, ownAdministrator, capacityBytes, risk, response, slow }: PlaceNotes): NotesForm {
  return {
    offsite: offsite ? 'yes' : 'no',
    ownAdministrator: ownAdministrator === null ? '' : ownAdministrator ? 'yes' : 'no',
    capacityGb: capacityBytes === null ? '' : String(capacityBytes / GB),
    risk,
    response,
    slowFrom: slow ? String(slow.fromHour) : '',
    slowTo: slow ? String(slow.toHour) : '',
    slowMbps: slow ? String(slow.bytesPerSecond / MBPS) : '',
  }
}

function readNotes(
  typed: NotesForm,
  words: { readonly 'not-a-number': string; readonly 'too-long': string; readonly 'slow-too-long': string },
): { notes?: PlaceNotes; errors: FieldErrors } {
  const errors: Record<string, string> = {}
  const number = (name: 'capacityGb' | 'slowFrom' | 'slowTo' | 'slowMbps', most: number): number | null => {
    const text = typed[name].normalize('NFKC').trim()
    const value = Number(text)
    if (text === '') return null
    if (Number.isFinite(value) && value >= 0 && value <= most) return value
    errors[name] = words['not-a-number']
    return null
  }
  for (const name of ['risk', 'response'] as const) if (typed[name].length > 500) errors[name] = words['too-long']
  const capacity = number('capacityGb', 1e6)
  const [fromHour, toHour, mbps] = [number('slowFrom', 24), number('slowTo', 24), number('slowMbps', 1e5)]
  const isSlow = fromHour !== null && toHour !== null && mbps !== null
  // One of three alone says nothing that could be done.
  if (!isSlow && [fromHour, toHour, mbps].some((value) => value !== null))
    for (const name of ['slowFrom', 'slowTo', 'slowMbps'] as const)
      if (typed[name] === '') errors[name] = words['not-a-number']
  const parsed = placeNotesSchema.safeParse({
    offsite: typed.offsite === 'yes',
    ownAdministrator: typed.ownAdministrator === '' ? null : typed.ownAdministrator === 'yes',
    capacityBytes: capacity === null || capacity === 0 ? null : Math.round(capacity * GB),
    risk: typed.risk,
    response: typed.response,
    slow: isSlow
      ? {
          fromHour: Math.trunc(fromHour),
          toHour: Math.trunc(toHour),
          bytesPerSecond: Math.round(mbps * MBPS),
        }
      : null,
  })
  if (!parsed.success && isSlow)
    for (const name of ['slowFrom', 'slowTo', 'slowMbps'] as const) errors[name] ??= words['slow-too-long']
  return parsed.success && Object.keys(errors).length === 0 ? { notes: parsed.data, errors } : { errors }
}
