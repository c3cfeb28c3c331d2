/** Sheets of paper on their way back. Names travel in forms and sessions, never in addresses. */
import { institutionDate, isAppError, isDate } from '#base'
import {
  CHOICES,
  FIELDS,
  type Item,
  ITEM_KINDS,
  itemsOf,
  REST_ENDS,
  SETTLINGS,
  SHEET_STATES,
  sheetNumber,
  sheetsBundle,
  unpaidOf,
} from '#reconciliation'
import { csvValue } from '#recovery'
import { field, typedIn, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { dayFault } from '../day-text.ts'
import { refuse } from '../http/refuse.tsx'
import { keptAs, renderPage } from '../http/respond.ts'
import { itemText, MOST_ROWS, type PaperEntryModel, PaperEntryPage } from '../pages/paper-entry.tsx'
import { type PaperEntriesModel, PaperEntriesPage } from '../pages/paper-entries.tsx'
import { type PaperAllModel, PaperAllPage } from '../pages/paper-all.tsx'
import { PaperUnpaidPage } from '../pages/paper-unpaid.tsx'
import type { NotRegistered, Refusal } from '../paper-entry-ports.ts'
import { needs } from './guards.ts'

const MOST_TEXT = 100
const pageOf = (c: WebContextOf): number => Math.max(1, Math.floor(Number(c.req.query('page') ?? '1')) || 1)
async function photosIn(c: WebContextOf): Promise<Uint8Array[]> {
  const chosen = (c.get('form')?.getAll('photo') ?? []).filter((one) => one instanceof File && one.size > 0) as File[]
  return Promise.all(chosen.map(async (one) => new Uint8Array(await one.arrayBuffer())))
}
/** As a Japanese keyboard writes it, too: ０１２ is 012. */
const patientIdIn = (c: WebContextOf): string => text(c, 'patientId', 60).normalize('NFKC').trim()

const text = (c: WebContextOf, name: string, most = MOST_TEXT): string => field(c, name).trim().slice(0, most)

export function paperEntryRoutes(app: WebApp, web: Web): void {
  const { paperEntry } = web.services
  app.use('/paper-entry', needs('see-patients'))
  app.use('/paper-entry/*', needs('see-patients'))
  const list = async (c: WebContextOf, more: Partial<PaperEntriesModel> = {}) => {
    const { photo } = typedIn(c)
    const today = institutionDate(c.get('ui').nowMs)
    const model = { list: await paperEntry.list(viewerOf(c)), today, ...(photo && { photo }), ...more }
    return renderPage(c, <PaperEntriesPage ui={c.get('ui')} model={model} />, more.errors || more.known ? 400 : 200)
  }
  app.get('/paper-entry', (c) => {
    const t = c.get('ui').t.paperEntry
    const said = { registered: t.registered, saved: t.saved }[c.req.query('done') ?? '']
    const empty = c.req.query('empty')
    // The next sheet of a pile is mostly of the same kind and day.
    const typed = { kind: c.req.query('kind') ?? '', day: c.req.query('day') ?? institutionDate(c.get('ui').nowMs) }
    const state = SHEET_STATES.find((known) => known === c.req.query('state'))
    return list(c, { said, typed, shown: { state, page: pageOf(c) }, ...(empty !== undefined && { empty }) })
  })
  app.post('/paper-entry/sheets', async (c) => {
    const { t } = c.get('ui')
    const typed = {
      number: sheetNumber(text(c, 'number', 60)),
      kind: ITEM_KINDS.find((known) => known === field(c, 'kind')) ?? 'prescription',
      day: field(c, 'day'),
      patient: text(c, 'patient'),
      author: text(c, 'author', 60),
      note: text(c, 'note', 200),
      isUnnumbered: field(c, 'unnumbered') === 'yes',
      isKindSure: sheetNumber(field(c, 'askedKind')) === sheetNumber(text(c, 'number', 60)),
    }
    const errors: Record<string, string> = {}
    if (typed.number === '') errors['number'] = t.field.required
    const fault = dayFault(typed.day)
    if (fault) errors['day'] = t.field[fault]
    if (Object.keys(errors).length > 0) return list(c, { typed, errors })
    try {
      const done = await paperEntry.register(viewerOf(c), typed, await photosIn(c))
      if ('refused' in done) return await list(c, { typed, ...refusedWords(c, done) })
      const empty = done.empty > 0 ? `&empty=${done.id}` : ''
      return c.redirect(`/paper-entry?done=registered&kind=${typed.kind}&day=${typed.day}${empty}`, 303)
    } catch (error) {
      if (!isAppError(error, 'INCIDENT_PICTURE_WRONG')) throw error
      return list(c, { typed, errors: { photo: t.paperEntry.photoWrong } })
    }
  })
  app.post('/paper-entry/choices', needs('manage-settings'), async (c) => {
    const { choices } = await paperEntry.list(viewerOf(c))
    for (const kind of ITEM_KINDS) {
      const choice = CHOICES.find((known) => known === field(c, kind))
      if (choice && choice !== choices[kind]) await paperEntry.choose(viewerOf(c), kind, choice)
    }
    return c.redirect('/paper-entry?done=saved', 303)
  })
  app.get('/paper-entry/sheets.csv', async (c) => {
    const ui = c.get('ui')
    const t = ui.t.paperEntry
    const sheets = await paperEntry.handOver(viewerOf(c), 'csv')
    const head = [
      t.numberHead,
      t.kind,
      t.day,
      t.patientId,
      t.joinedName,
      t.patient,
      t.author,
      t.facts,
      t.stateHead,
      t.marked,
    ]
    const rows = sheets.flatMap((sheet) => {
      const { number, kind, day, joined, patient, author, state } = sheet
      const items = itemsOf(sheet)
      return (items.length > 0 ? items.map((item) => itemText(ui, item)) : [sheet.note]).map((what) => [
        number,
        t.kinds[kind],
        day,
        joined?.patientId ?? '',
        joined?.name ?? '',
        patient,
        author,
        what,
        t.state[state],
        t.marked,
      ])
    })
    const lines = [head, ...rows].map((line) => line.map(csvValue).join(','))
    return c.body(`\uFEFF${lines.join('\r\n')}\r\n`, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': keptAs(ui, t.title, 'csv'),
      'Cache-Control': 'no-store',
    })
  })
  app.get('/paper-entry/sheets.json', async (c) => {
    const ui = c.get('ui')
    const { t, nowMs } = ui
    const sheets = await paperEntry.handOver(viewerOf(c), 'fhir')
    const { field: words, kinds } = t.paperEntry
    return c.body(JSON.stringify(sheetsBundle(sheets, { field: words, kind: kinds }, nowMs), undefined, 1), 200, {
      'Content-Type': 'application/fhir+json; charset=utf-8',
      'Content-Disposition': keptAs(ui, t.paperEntry.title, 'json'),
      'Cache-Control': 'no-store',
    })
  })
  app.get('/paper-entry/unpaid', async (c) => {
    const { sheets } = await paperEntry.list(viewerOf(c))
    return renderPage(c, <PaperUnpaidPage ui={c.get('ui')} unpaid={unpaidOf(sheets)} />)
  })
  allRoutes(app, web)
  sheetRoutes(app, web)
}

function refusedWords(c: WebContextOf, done: NotRegistered): Partial<PaperEntriesModel> {
  const { paperEntry: t } = c.get('ui').t
  if (done.refused === 'already') return { known: done.id }
  if (done.refused === 'number') return { errors: { number: t.numberWrong[done.why] } }
  if (done.refused === 'patient') return { errors: { patient: t.patientWrong[done.why] } }
  return { errors: { kind: t.otherKind(t.kinds[done.kind]) }, askedKind: done.kind }
}

function allRoutes(app: WebApp, { services: { paperEntry } }: Web): void {
  const show = async (c: WebContextOf, more: Partial<PaperAllModel> = {}) => {
    const ui = c.get('ui')
    const list = await paperEntry.list(viewerOf(c))
    const today = institutionDate(ui.nowMs)
    // The days that were compared last, else the emergency's, else those of the sheets.
    const days = list.sheets.map(({ day }) => day).toSorted()
    const period = list.rests.run?.period ?? { from: list.since ?? days[0] ?? today, until: today }
    const model = { list, period, page: pageOf(c), ...more }
    return renderPage(c, <PaperAllPage ui={ui} model={model} />, more.refused ? 400 : 200)
  }
  const idOf = (c: WebContextOf): string => c.req.param('id') ?? ''
  app.get('/paper-entry/all', (c) =>
    show(c, c.req.query('done') === undefined ? {} : { said: c.get('ui').t.paperEntry.saved }),
  )
  app.post('/paper-entry/all', async (c) => {
    const t = c.get('ui').t.paperEntry
    const period = { from: field(c, 'from'), until: field(c, 'until') }
    if (!isDate(period.from) || !isDate(period.until)) return show(c, { refused: t.allWhy.period })
    const refused = await paperEntry.compareAll(viewerOf(c), period)
    return refused ? show(c, { period, refused: t.allWhy[refused] }) : c.redirect('/paper-entry/all', 303)
  })
  app.post('/paper-entry/all/:id/sign', async (c) => {
    const id = idOf(c)
    const how = REST_ENDS.find((known) => known === field(c, `how-${id}`)) ?? 'exception'
    const refusal = await paperEntry.signRest(viewerOf(c), id, how, text(c, `note-${id}`, 500))
    if (refusal) return show(c, { refused: c.get('ui').t.paperEntry.refusal[refusal], again: typedIn(c) })
    return c.redirect('/paper-entry/all?done=1#rests', 303)
  })
  app.post('/paper-entry/all/:id/reopen', async (c) => {
    await paperEntry.reopenRest(viewerOf(c), idOf(c))
    return c.redirect('/paper-entry/all?done=1#rests', 303)
  })
}

function sheetRoutes(app: WebApp, { services: { paperEntry } }: Web): void {
  const idOf = (c: WebContextOf): string => c.req.param('id') ?? ''
  const show = async (c: WebContextOf, more: Partial<PaperEntryModel> = {}) => {
    const { choices, sheets } = await paperEntry.list(viewerOf(c))
    const sheet = sheets.find(({ id }) => id === idOf(c))
    if (!sheet) return refuse(c, 404, 'notFound')
    const alike = sheets.filter(({ temporary }) => temporary !== '' && temporary === sheet.temporary)
    const choice = choices[sheet.kind]
    const isTyped = choice === 'structured' && sheet.state !== 'settled'
    const names = isTyped ? await paperEntry.names(viewerOf(c), sheet.kind) : []
    const model = { sheet, choice, names, alike: alike.filter((one) => one.id !== sheet.id), ...more }
    return renderPage(c, <PaperEntryPage ui={c.get('ui')} model={model} />, more.refused || more.noPatient ? 400 : 200)
  }
  const answered = (c: WebContextOf, refusal: Refusal | undefined, more: Pick<PaperEntryModel, 'found'> = {}) =>
    refusal
      ? show(c, { ...more, refused: c.get('ui').t.paperEntry.refusal[refusal], again: typedIn(c) })
      : c.redirect(`/paper-entry/${encodeURIComponent(idOf(c))}?done=1`, 303)

  app.get('/paper-entry/:id', (c) =>
    show(c, c.req.query('done') === undefined ? {} : { said: c.get('ui').t.paperEntry.saved }),
  )
  app.get('/paper-entry/:id/photo/:sha', async (c) => {
    const found = await paperEntry.photo(viewerOf(c), idOf(c), c.req.param('sha'))
    if (!found) return refuse(c, 404, 'notFound')
    return c.body(new Uint8Array(found.bytes), 200, { 'Content-Type': found.type, 'Cache-Control': 'no-store' })
  })
  app.post('/paper-entry/:id/turn', async (c) => {
    await paperEntry.turn(viewerOf(c), idOf(c), field(c, 'photo').slice(0, 64))
    return c.redirect(`/paper-entry/${encodeURIComponent(idOf(c))}`, 303)
  })
  app.post('/paper-entry/:id/photos', async (c) => {
    try {
      const empty = await paperEntry.photograph(viewerOf(c), idOf(c), await photosIn(c))
      if (empty > 0) return await show(c, { refused: c.get('ui').t.paperEntry.photoEmpty })
      return answered(c, undefined)
    } catch (error) {
      if (!isAppError(error, 'INCIDENT_PICTURE_WRONG')) throw error
      return show(c, { refused: c.get('ui').t.paperEntry.photoWrong })
    }
  })
  app.post('/paper-entry/:id/items', async (c) => {
    const sheet = await paperEntry.get(viewerOf(c), idOf(c))
    if (!sheet) return refuse(c, 404, 'notFound')
    const items: Item[] = []
    for (let i = 0; i < MOST_ROWS; i++) {
      const what = text(c, `what-${i}`)
      const fields = FIELDS[sheet.kind].map((name) => [name, text(c, `${name}-${i}`)] as const)
      const given = fields.filter(([, value]) => value !== '')
      if (what === '' && given.length === 0) continue
      const day = isDate(field(c, `day-${i}`)) ? field(c, `day-${i}`) : ''
      items.push({ kind: sheet.kind, day, what, code: '', fields: Object.fromEntries(given) })
    }
    if (items.length === 0) return answered(c, 'nothing')
    // A dose without its drug would go to the vendor of the record as "－".
    if (items.some(({ what }) => what === ''))
      return show(c, {
        typed: items,
        refused: c.get('ui').t.paperEntry.unnamed(c.get('ui').t.paperEntry.what[sheet.kind]),
      })
    await paperEntry.enter(viewerOf(c), sheet.id, items, field(c, 'after').slice(0, 16))
    return answered(c, undefined)
  })
  // Kinds of which the picture or a sentence is enough: that it was looked at is the entry.
  app.post('/paper-entry/:id/plain', async (c) => {
    await paperEntry.enter(viewerOf(c), idOf(c), [], '')
    return answered(c, undefined)
  })
  app.post('/paper-entry/:id/verify', async (c) => {
    const of = field(c, 'of').slice(0, 16)
    return answered(c, await paperEntry.verify(viewerOf(c), idOf(c), of, text(c, `reason-${of}`, 200)))
  })
  app.post('/paper-entry/:id/find', async (c) => {
    const patientId = patientIdIn(c)
    const found = await paperEntry.find(viewerOf(c), patientId)
    return show(
      c,
      found ? { found } : { noPatient: c.get('ui').t.paperEntry.notFound, again: { ...typedIn(c), patientId } },
    )
  })
  app.post('/paper-entry/:id/join', async (c) => {
    const refusal = await paperEntry.join(viewerOf(c), idOf(c), patientIdIn(c), text(c, 'reason', 200))
    // Who gives a reason then does not look the patient up a second time.
    const found = refusal && (await paperEntry.find(viewerOf(c), patientIdIn(c)))
    return answered(c, refusal, { found })
  })
  app.post('/paper-entry/:id/compare', async (c) =>
    show(c, { compared: await paperEntry.compare(viewerOf(c), idOf(c)) }),
  )
  app.post('/paper-entry/:id/settle', async (c) => {
    const how = SETTLINGS.find((known) => known === field(c, 'how')) ?? 'same'
    return answered(c, await paperEntry.settle(viewerOf(c), idOf(c), how, text(c, 'note', 1000)))
  })
  app.post('/paper-entry/:id/reopen', async (c) => {
    await paperEntry.reopen(viewerOf(c), idOf(c))
    return answered(c, undefined)
  })
}
