/** The emergency button and the incident, on server and emergency PC alike. */
import { PLAN_CRITERIA } from '#bcp'
import { createHash } from 'node:crypto'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { type EpochMs, institutionDate, isAppError } from '#base'
import {
  CASE_ROLES,
  type CaseInput,
  COUNTED,
  CRITERIA,
  CUSTODY_MOVES,
  DAMAGES,
  DEADLINE_FROM,
  DEADLINE_UNITS,
  deadlineTopic,
  deadlineValue,
  EVIDENCE_ITEMS,
  INCIDENT_KINDS,
  isClockCode,
  isDeadlineAmount,
  isStepCode,
  LEAK_VALUES,
  LEVELS,
  NOTE_WAYS,
  PHASES,
  STEP_STATES,
} from '#incident'
import {
  addressOf,
  field,
  fields,
  pageNumber,
  typedIn,
  viewerOf,
  type Web,
  type WebApp,
  type WebContextOf,
} from '../context.ts'
import type { FieldErrors } from '../components/index.ts'
import type { FrameServices } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import type { IncidentService, IncidentView } from '../incident-ports.ts'
import { errorSentences } from '../messages/errors.ts'
import type { CasePage } from '../pages/incident-fields.tsx'
import { IncidentEvidencePage } from '../pages/incident-evidence.tsx'
import { type IncidentModel, IncidentPage } from '../pages/incident.tsx'
import { IncidentTimelinePage } from '../pages/incident-timeline.tsx'
import { IncidentPaperPage, IncidentReviewPage, IncidentsPage } from '../pages/incidents.tsx'
import { type TroubleModel, TroublePage } from '../pages/trouble.tsx'
import { parseHappened } from '../when.ts'
import { yenIn } from '../yen-text.ts'

type IncidentWeb = Web<FrameServices & { readonly incidents: IncidentService }>

const MOST_WORDS = 4000
/** Photos and files whose hash is computed. */
export const MOST_INCIDENT_BYTES = 50 * 1024 * 1024
export const INCIDENT_UPLOADS = /^\/incidents\/(books|[^/]+\/(note|evidence|reports\/[^/]+\/template))$/

/** A field by its name, or by its name and what it is of: pages with many forms need names of their own. */
function part(c: WebContextOf, name: string): string {
  const form = c.get('form')
  const key = form && [...form.keys()].find((known) => known === name || known.startsWith(`${name}~`))
  return key === undefined ? '' : field(c, key).slice(0, MOST_WORDS)
}

const TIME_FIELD = /^(happened|paper|known)Time(~|$)/

/** Fields where something was typed that is no time, or a day alone: it is asked again, never taken for now. */
function wrongTimes(c: WebContextOf): FieldErrors | undefined {
  const t = c.get('ui').t.incident
  const wrong = [...(c.get('form')?.keys() ?? [])]
    .filter((name) => TIME_FIELD.test(name))
    .flatMap((name) => {
      const [time, day] = [field(c, name), field(c, name.replace('Time', 'Day'))]
      const at = time === '' && day === '' ? 0 : parseHappened(time, day, c.get('ui').nowMs)
      return typeof at === 'number' ? [] : [[name, at === 'ahead' ? t.timeAhead : t.timeWrong] as const]
    })
  return wrong.length === 0 ? undefined : Object.fromEntries(wrong)
}

/** Undefined where nothing was typed or it is no time. */
function timeIn(c: WebContextOf, name: string): EpochMs | undefined {
  const at = parseHappened(part(c, `${name}Time`), part(c, `${name}Day`), c.get('ui').nowMs)
  return at === 'ahead' ? undefined : at
}

/** Of this form as it was shown to this person: a second click is the same entry. */
function onceOf(c: WebContextOf): string {
  const text = `${field(c, 'csrf')} ${c.req.path} ${field(c, 'once')}`
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

const DECISIONS: Readonly<Record<string, readonly string[]>> = {
  emergency: ['active', 'not'],
  kind: INCIDENT_KINDS,
  level: LEVELS,
  leak: LEAK_VALUES,
  phase: PHASES,
}

/** For everybody, signed in or not. */
export function troubleRoutes(app: WebApp, web: IncidentWeb): void {
  const { incidents } = web.services
  /** An emergency PC that is not set up has no book. */
  const door = async (c: WebContextOf) => {
    try {
      return await incidents.door(c.get('viewer'))
    } catch (error) {
      if (isAppError(error, 'STATION_NOT_SET_UP')) return undefined
      throw error
    }
  }
  app.get('/trouble', async (c) => renderPage(c, <TroublePage ui={c.get('ui')} model={{ door: await door(c) }} />))
  app.post('/trouble', async (c) => {
    const said = { name: part(c, 'name'), place: part(c, 'place'), what: part(c, 'what'), once: onceOf(c) }
    const { isKept } = await incidents.report(c.get('viewer'), said, addressOf(c))
    // What was not kept stands there still: it is copied onto paper.
    const model: TroubleModel = isKept
      ? { door: await door(c), said: 'kept' }
      : { door: await door(c), said: 'bare', typed: typedIn(c) }
    return renderPage(c, <TroublePage ui={c.get('ui')} model={model} />)
  })
}

export function incidentRoutes(app: WebApp, web: IncidentWeb): void {
  const { incidents } = web.services
  const show = async (c: WebContextOf, more: object = {}, status: 200 | 400 = 200) => {
    const [cases, books] = await Promise.all([incidents.list(viewerOf(c)), incidents.books(viewerOf(c))])
    return renderPage(c, <IncidentsPage ui={c.get('ui')} model={{ cases, books, ...more }} />, status)
  }
  app.get('/incidents', (c) => show(c))
  app.get('/incidents/books', async (c) => {
    const part = pageNumber(c)
    return c.body(new Uint8Array(await incidents.exportBooks(viewerOf(c), part - 1)), 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="toride-incidents-${institutionDate(c.get('ui').nowMs)}-${part}.jsonl"`,
    })
  })
  app.post('/incidents/books', async (c) => {
    const { t, f } = c.get('ui')
    const file = c.get('form')?.get('file')
    if (!(file instanceof File) || file.size === 0)
      return show(c, { errors: { file: t.field.required }, typed: typedIn(c) }, 400)
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return await show(c, { merged: await incidents.mergeBooks(viewerOf(c), bytes, part(c, 'fingerprint')) })
    } catch (error) {
      if (!isAppError(error, 'CASEBOOK_FOREIGN')) throw error
      const { what, why, next } = errorSentences(error.code, f.language)
      return show(c, { errors: { file: `${what} ${why} ${next}` }, typed: typedIn(c) }, 400)
    }
  })
  pageRoutes(app, incidents)
  decisionRoutes(app, incidents)
  recordRoutes(app, incidents)
}

type Draw = (c: WebContextOf, view: IncidentView, errors?: FieldErrors) => Response | Promise<Response>

const drawCase =
  (more: Omit<IncidentModel, 'view' | 'errors'> = {}): Draw =>
  (c, view, errors) =>
    renderPage(
      c,
      <IncidentPage
        ui={c.get('ui')}
        model={{
          view,
          done: c.req.query('done') === '1',
          ...more,
          ...(errors && { errors }),
          ...((errors ?? more.refused) && { typed: typedIn(c) }),
        }}
      />,
      errors ? 400 : more.refused ? 409 : 200,
    )

const draw =
  (Page: (props: CasePage) => JSX.Element): Draw =>
  (c, view, errors) => {
    const more = errors ? { errors, typed: typedIn(c) } : { done: c.req.query('done') === '1' }
    return renderPage(c, <Page ui={c.get('ui')} view={view} {...more} />, errors ? 400 : 200)
  }
const drawTimeline = draw(IncidentTimelinePage)
const drawEvidence = draw(IncidentEvidencePage)
const drawReview = draw(IncidentReviewPage)

async function shown(c: WebContextOf, incidents: IncidentService, draw: Draw, errors?: FieldErrors): Promise<Response> {
  const view = await incidents.get(viewerOf(c), c.req.param('id') ?? '')
  return view ? draw(c, view, errors) : refuse(c, 404, 'notFound')
}

function pageRoutes(app: WebApp, incidents: IncidentService): void {
  app.get('/incidents/:id', (c) => shown(c, incidents, drawCase()))
  app.get('/incidents/:id/timeline', (c) => shown(c, incidents, drawTimeline))
  app.get('/incidents/:id/evidence', (c) => shown(c, incidents, drawEvidence))
  app.get('/incidents/:id/review', (c) => shown(c, incidents, drawReview))
  app.get('/incidents/:id/paper', (c) =>
    shown(c, incidents, (_c, view) => renderPage(c, <IncidentPaperPage ui={c.get('ui')} view={view} />)),
  )
  app.get('/incidents/:id/photo/:sha', async (c) => {
    const found = await incidents.picture(viewerOf(c), c.req.param('id'), c.req.param('sha'))
    if (!found) return refuse(c, 404, 'notFound')
    return c.body(new Uint8Array(found.bytes), 200, { 'Content-Type': found.type, 'Cache-Control': 'no-store' })
  })
}

/** What every entry of a form has. */
function base(c: WebContextOf, kind: CaseInput['kind']): CaseInput {
  return {
    kind,
    seen: fields(c, 'seen').filter((id) => /^[0-9a-f]{16}$/.test(id)),
    happenedAt: timeIn(c, 'happened'),
    paperAt: timeIn(c, 'paper'),
    once: onceOf(c),
  }
}

const idOf = (c: WebContextOf): string => c.req.param('id') ?? ''
/** @param at the part of the page where people go on: a case is many screens long on a phone */
const back = (c: WebContextOf, to = '', at = ''): Response =>
  c.redirect(`/incidents/${idOf(c)}${to}?done=1${at && `#${at}`}`, 303)

/** By topic, whether this value needs its reason, and the field that asks for it. */
const REASONED: Readonly<Record<string, (value: string) => boolean>> = {
  emergency: (value) => value === 'not',
  leak: (value) => value === 'none',
  'known-at': () => true,
}
const REASONED_FIELD: Readonly<Record<string, string>> = {
  emergency: 'reason~not',
  leak: 'reason~leak',
  'known-at': 'reason~known',
}

/** One of the register, or somebody else's name with whom they tried to reach before. */
function deciderOf(c: WebContextOf): { readonly decider: string; readonly tried: string } {
  const chosen = part(c, 'decider')
  return chosen === '' ? { decider: part(c, 'other'), tried: part(c, 'tried') } : { decider: chosen, tried: '' }
}

function decisionRoutes(app: WebApp, incidents: IncidentService): void {
  const required = (c: WebContextOf, name: string) =>
    shown(c, incidents, drawCase(), { [name]: c.get('ui').t.incident.required })
  /** @param of the form in which somebody decided on the emergency */
  async function orRefused(c: WebContextOf, of: string, write: () => Promise<Response>): Promise<Response> {
    try {
      return await write()
    } catch (error) {
      if (isAppError(error, 'INCIDENT_DECIDER_UNKNOWN')) return required(c, `tried~${of}`)
      if (!isAppError(error, 'INCIDENT_NOT_YET') && !isAppError(error, 'INCIDENT_DECLARED')) throw error
      return shown(c, incidents, drawCase({ refused: errorSentences(error.code, c.get('ui').f.language) }))
    }
  }

  app.post('/incidents/:id/decide', async (c) => {
    const topic = field(c, 'topic')
    const wrong = wrongTimes(c)
    if (wrong) return shown(c, incidents, drawCase(), wrong)
    const known = timeIn(c, 'known')
    const typed = topic === 'known-at' ? (known === undefined ? '' : String(known)) : part(c, 'value')
    const value = topic === 'known-at' ? typed : DECISIONS[topic]?.find((one) => one === typed)
    if (topic === 'known-at' && value === '')
      return shown(c, incidents, drawCase(), { 'knownTime~known': c.get('ui').t.incident.timeWrong })
    if (!value) return refuse(c, 404, 'notFound')
    const reason = part(c, 'reason')
    // What makes clocks stop or start later is never changed without a word.
    if (REASONED[topic]?.(value) && reason === '') return required(c, REASONED_FIELD[topic] ?? '')
    const isEmergency = topic === 'emergency'
    if (isEmergency && deciderOf(c).decider === '') return required(c, `other~${value}`)
    const typedCriterion = field(c, 'criterion')
    const criterion = [...CRITERIA, ...PLAN_CRITERIA].find((one) => one === typedCriterion)
    const input = {
      ...base(c, 'decision'),
      topic,
      value,
      ...(criterion && value === 'active' && { codes: { criterion } }),
      detail: { reason, ...(isEmergency && deciderOf(c)) },
    }
    return orRefused(c, value, async () => {
      await incidents.write(viewerOf(c), idOf(c), input)
      return back(c)
    })
  })
  app.post('/incidents/:id/role', async (c) => {
    const role = CASE_ROLES.find((one) => `role:${one}` === field(c, 'topic'))
    const name = part(c, 'name')
    if (!role) return refuse(c, 404, 'notFound')
    if (name === '') return required(c, `name~${role}`)
    const detail = { name, deputy: part(c, 'deputy') }
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'role'), topic: `role:${role}`, value: 'named', detail })
    return back(c)
  })
  app.post('/incidents/:id/count', async (c) => {
    const what = COUNTED.find((one) => `count:${one}` === field(c, 'topic'))
    const value = part(c, 'value')
      .normalize('NFKC')
      .replace(/[,、約人名\s]/g, '')
    if (!what) return refuse(c, 404, 'notFound')
    if (!/^\d{0,9}$/.test(value))
      return shown(c, incidents, drawCase(), { [`value~${what}`]: c.get('ui').t.incident.countWrong })
    const detail = { reason: part(c, 'reason') }
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'count'), topic: `count:${what}`, value, detail })
    return back(c)
  })
  app.post('/incidents/:id/step', async (c) => {
    const topic = field(c, 'topic')
    const value = STEP_STATES.find((one) => one === field(c, 'value'))
    const wrong = wrongTimes(c)
    if (!value || !isStepCode(topic.replace(/^step:/, ''))) return refuse(c, 404, 'notFound')
    if (wrong) return shown(c, incidents, drawCase(), wrong)
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'step'), topic, value })
    return back(c, '', topic.replace(':', '-'))
  })
  app.post('/incidents/:id/clock', async (c) => {
    const topic = field(c, 'topic')
    const sent = part(c, 'sent')
    // Closed by mistake: it runs again, and both are in the timeline.
    const value = field(c, 'value') === 'reopened' ? 'reopened' : 'closed'
    const code = topic.replace(/^clock:/, '')
    const view = isClockCode(code) ? undefined : await incidents.get(viewerOf(c), idOf(c))
    if (!isClockCode(code) && !view?.one.clocks.some((clock) => clock.code === code)) return refuse(c, 404, 'notFound')
    if (sent === '') return required(c, `sent~${code}`)
    const wrong = wrongTimes(c)
    if (wrong) return shown(c, incidents, drawCase(), wrong)
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'clock'), topic, value, detail: { sent } })
    return back(c, '', topic.replace(':', '-'))
  })
  app.post('/incidents/:id/join', async (c) => {
    const into = field(c, 'into')
    if (!(await incidents.get(viewerOf(c), into))) return refuse(c, 404, 'notFound')
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'joined'), codes: { into } })
    return c.redirect(`/incidents/${into}?done=1`, 303)
  })
  app.post('/incidents/:id/deadline', async (c) => {
    const t = c.get('ui').t.incident
    const [name, source] = [part(c, 'name'), part(c, 'source')]
    const amount = Number(part(c, 'amount').normalize('NFKC'))
    const unit = DEADLINE_UNITS.find((one) => one === field(c, 'unit'))
    const from = DEADLINE_FROM.find((one) => one === field(c, 'from'))
    if (!unit || !from) return refuse(c, 404, 'notFound')
    if (name === '') return required(c, 'name~deadline')
    if (source === '') return required(c, 'source~deadline')
    if (!isDeadlineAmount(amount)) return shown(c, incidents, drawCase(), { 'amount~deadline': t.amountWrong })
    const entry = base(c, 'deadline')
    const term = { id: entry.once, name, source, amount, unit, from }
    await incidents.write(viewerOf(c), idOf(c), {
      ...entry,
      topic: deadlineTopic(term.id),
      value: deadlineValue(term),
      detail: { name, source },
    })
    return back(c)
  })
  // Joined by mistake: it stands by itself again, with both words of it in its timeline.
  app.post('/incidents/:id/part', async (c) => {
    const from = field(c, 'from')
    const view = await incidents.get(viewerOf(c), idOf(c))
    if (!view?.one.joined.includes(from)) return refuse(c, 404, 'notFound')
    await incidents.part(viewerOf(c), from, base(c, 'joined'))
    return back(c)
  })
  app.post('/incidents/:id/end', async (c) => {
    const reason = part(c, 'reason')
    if (reason === '') return required(c, 'reason~end')
    if (deciderOf(c).decider === '') return required(c, 'other~end')
    return orRefused(c, 'end', async () => {
      const input = { ...base(c, 'decision'), detail: { ...deciderOf(c), reason } }
      await incidents.end(viewerOf(c), idOf(c), input, part(c, 'exception'))
      return back(c)
    })
  })
}

function recordRoutes(app: WebApp, incidents: IncidentService): void {
  app.post('/incidents/:id/note', async (c) => {
    const { t, f } = c.get('ui')
    const text = part(c, 'text')
    const photo = c.get('form')?.get('photo')
    const hasPhoto = photo instanceof File && photo.size > 0
    if (text === '' && !hasPhoto) return shown(c, incidents, drawTimeline, { text: t.incident.required })
    const wrong = wrongTimes(c)
    if (wrong) return shown(c, incidents, drawTimeline, wrong)
    const way = NOTE_WAYS.find((one) => one === field(c, 'way')) ?? 'seen'
    try {
      const files = hasPhoto ? [await incidents.attach(viewerOf(c), new Uint8Array(await photo.arrayBuffer()))] : []
      const detail = { text, from: part(c, 'from') }
      await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'note'), codes: { way }, files, detail })
    } catch (error) {
      if (!isAppError(error, 'INCIDENT_PICTURE_WRONG')) throw error
      const { what, next } = errorSentences(error.code, f.language)
      return shown(c, incidents, drawTimeline, { photo: `${what} ${next}` })
    }
    return back(c, '/timeline')
  })
  app.post('/incidents/:id/evidence', async (c) => {
    const { t } = c.get('ui')
    const item = EVIDENCE_ITEMS.find((one) => one === field(c, 'item')) ?? 'other'
    const detail = { what: part(c, 'what'), place: part(c, 'place'), who: part(c, 'who') }
    const wrong = (name: string, words: string) => shown(c, incidents, drawEvidence, { [name]: words })
    const times = wrongTimes(c)
    if (times) return shown(c, incidents, drawEvidence, times)
    if (detail.what === '') return wrong('what', t.incident.required)
    if (detail.place === '') return wrong('place', t.incident.required)
    const [hash, again] = ['hash', 'hashAgain'].map((name) => field(c, name).toLowerCase())
    const file = c.get('form')?.get('file')
    const computed = file instanceof File && file.size > 0 ? await sha256Of(file) : ''
    if (hash !== '' && !/^[0-9a-f]{64}$/.test(hash ?? '')) return wrong('hash', t.evidencePage.hashWrong)
    // Typed alone it is typed twice; with the file it is the file that is compared with.
    if (hash !== '' && hash !== (computed || again)) return wrong('hashAgain', t.evidencePage.hashDiffers)
    const sha256 = computed || (hash ?? '')
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'evidence'), codes: { item, sha256 }, detail })
    return back(c, '/evidence')
  })
  app.post('/incidents/:id/custody', async (c) => {
    const { t } = c.get('ui')
    const item = field(c, 'itemId')
    const move = CUSTODY_MOVES.find((one) => one === field(c, 'move'))
    const view = await incidents.get(viewerOf(c), idOf(c))
    if (!move || !view?.one.evidence.some(({ id }) => id === item)) return refuse(c, 404, 'notFound')
    const detail = { gave: part(c, 'gave'), took: part(c, 'took'), receipt: part(c, 'receipt') }
    const times = wrongTimes(c)
    if (times) return shown(c, incidents, drawEvidence, times)
    for (const name of ['gave', 'took'] as const)
      if (detail[name] === '') return shown(c, incidents, drawEvidence, { [name]: t.incident.required })
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'custody'), codes: { item, move }, detail })
    return back(c, '/evidence')
  })
  app.post('/incidents/:id/damage', async (c) => {
    const t = c.get('ui').t
    const kind = DAMAGES.find((one) => `damage:${one}` === field(c, 'topic'))
    const value = yenIn(part(c, 'yen'))
    const text = part(c, 'text')
    if (!kind) return refuse(c, 404, 'notFound')
    if (value === undefined) return shown(c, incidents, drawReview, { [`yen~${kind}`]: t.reviewPage.yenWrong })
    if (text === '') return shown(c, incidents, drawReview, { [`text~${kind}`]: t.incident.required })
    await incidents.write(viewerOf(c), idOf(c), {
      ...base(c, 'damage'),
      topic: `damage:${kind}`,
      value,
      detail: { text },
    })
    return back(c, '/review')
  })
  app.post('/incidents/:id/review', async (c) => {
    const detail = { course: part(c, 'course'), well: part(c, 'well'), improve: part(c, 'improve') }
    if (detail.course === '') return shown(c, incidents, drawReview, { course: c.get('ui').t.incident.required })
    await incidents.write(viewerOf(c), idOf(c), { ...base(c, 'review'), topic: 'review', value: 'written', detail })
    return back(c, '/review')
  })
}

async function sha256Of(file: File): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of file.stream()) hash.update(piece)
  return hash.digest('hex')
}
