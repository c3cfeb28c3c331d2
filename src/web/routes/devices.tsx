/** Devices, their records and spares. The list is for those who read evidence; what stands in a record for who manages backup. */
import { DEVICE_KINDS, diffLines, MOST_RECORD_BYTES, type RecordContent, STALE_MONTHS } from '#governance'
import type { FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { decodeText } from '../file-text.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { ComparePage, DEVICE_FACTS, type DeviceModel, DevicePage, RecordPage } from '../pages/device.tsx'
import { type DevicesModel, DevicesPage } from '../pages/devices.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { bytesOf } from './files.tsx'
import { needs } from './guards.ts'

const DONE = ['removed', 'spareAdded', 'spareSeen'] as const
const ONE_DONE = ['saved', 'recorded', 'unchanged'] as const
const MOST_CHARACTERS = 100

export function deviceRoutes(app: WebApp, web: Web): void {
  const { devices } = web.services
  app.use('/devices', needs('see-journal'))
  app.use('/devices/*', needs('manage-backup'))
  // Records open and are sealed with a key that a person's password opens.
  for (const path of ['/devices/:id/records', '/devices/:id/records/*', '/devices/:id/compare'])
    app.use(path, (c, next) => {
      const back = `/devices/${encodeURIComponent(c.req.param('id') ?? '')}`
      return viewerOf(c).keysClosed ? Promise.resolve(c.redirect(unlockPath(back), 303)) : next()
    })
  const list = async (c: WebContextOf, more: Omit<DevicesModel, 'list'>, status: 200 | 400 = 200) =>
    renderPage(c, <DevicesPage ui={c.get('ui')} model={{ list: await devices.list(), ...more }} />, status)
  const show = async (
    c: WebContextOf,
    id: string | undefined,
    more: Partial<Omit<DeviceModel, 'systems' | 'device'>>,
  ): Promise<Response> => {
    const all = await devices.list()
    const device = all.devices.find((one) => one.id === id)
    if (id !== undefined && !device) return refuse(c, 404, 'notFound')
    const model = { systems: all.systems, device, typed: device ? typedFrom(device) : {}, ...more }
    return renderPage(c, <DevicePage ui={c.get('ui')} model={model} />, more.errors ? 400 : 200)
  }

  app.get('/devices', (c) => list(c, { done: DONE.find((known) => known === c.req.query('done')) }))
  app.post('/devices/spares', async (c) => {
    const { t } = c.get('ui')
    const input = { what: field(c, 'what'), standsFor: field(c, 'standsFor'), location: field(c, 'location') }
    const errors = tooLong(input, t.field['too-long'])
    if (input.what === '') errors['what'] = t.field.required
    if (Object.keys(errors).length > 0) return list(c, { typed: input, errors }, 400)
    await devices.addSpare(viewerOf(c), input)
    return c.redirect('/devices?done=spareAdded#spares', 303)
  })
  app.post('/devices/spares/:id/check', async (c) => {
    await devices.checkSpare(viewerOf(c), c.req.param('id'))
    return c.redirect('/devices?done=spareSeen#spares', 303)
  })
  app.post('/devices/spares/:id/remove', async (c) => {
    await devices.removeSpare(viewerOf(c), c.req.param('id'))
    return c.redirect('/devices?done=removed', 303)
  })
  app.get('/devices/new', (c) => show(c, undefined, {}))
  app.post('/devices/new', async (c) => {
    const { input, errors, typed } = await readDevice(c, web)
    if (errors) return show(c, undefined, { typed, errors })
    const result = await devices.add(viewerOf(c), input)
    if (result.kind === 'ok') return c.redirect(`/devices/${result.id}`, 303)
    return show(c, undefined, { typed, errors: { [result.field]: c.get('ui').t.field[result.code] } })
  })
  app.get('/devices/:id', (c) =>
    show(c, c.req.param('id'), { done: ONE_DONE.find((known) => known === c.req.query('done')) }),
  )
  app.post('/devices/:id', async (c) => {
    const id = c.req.param('id')
    const { input, errors, typed } = await readDevice(c, web)
    if (errors) return show(c, id, { typed, errors })
    const result = await devices.change(viewerOf(c), id, input)
    if (result.kind === 'ok') return c.redirect(`/devices/${id}?done=saved`, 303)
    return show(c, id, { typed, errors: { [result.field]: c.get('ui').t.field[result.code] } })
  })
  app.post('/devices/:id/remove', async (c) => {
    await devices.remove(viewerOf(c), c.req.param('id'))
    return c.redirect('/devices?done=removed', 303)
  })
  app.post('/devices/:id/records', async (c) => {
    const { t } = c.get('ui')
    const content = await recordIn(c)
    if (content === undefined) return show(c, c.req.param('id'), { errors: { text: t.devices.oneOnly } })
    if (content.bytes.length > MOST_RECORD_BYTES) return refuse(c, 413, 'tooLarge')
    const isNew = await devices.addRecord(viewerOf(c), c.req.param('id'), content)
    if (isNew === undefined) return refuse(c, 404, 'notFound')
    return c.redirect(`/devices/${c.req.param('id')}?done=${isNew ? 'recorded' : 'unchanged'}`, 303)
  })
  lookRoutes(app, web)
}

function lookRoutes(app: WebApp, web: Web): void {
  const { devices } = web.services
  app.get('/devices/:id/records/:record', async (c) => {
    const recordId = c.req.param('record')
    const record = await devices.record(viewerOf(c), c.req.param('id'), recordId)
    if (!record) return refuse(c, 404, 'notFound')
    return renderPage(
      c,
      <RecordPage ui={c.get('ui')} record={record} recordId={recordId} text={textOf(record.bytes)} />,
    )
  })
  app.get('/devices/:id/records/:record/file', async (c) => {
    const record = await devices.record(viewerOf(c), c.req.param('id'), c.req.param('record'))
    return record ? bytesOf(c, { name: record.name, bytes: record.bytes }) : refuse(c, 404, 'notFound')
  })
  app.get('/devices/:id/compare', async (c) => {
    const open = (name: string) => devices.record(viewerOf(c), c.req.param('id'), c.req.query(name) ?? '')
    const [before, after] = [await open('before'), await open('after')]
    if (!before || !after) return refuse(c, 404, 'notFound')
    const [old, now] = [textOf(before.bytes), textOf(after.bytes)]
    const diff = old === undefined || now === undefined ? undefined : diffLines(old, now)
    return renderPage(c, <ComparePage ui={c.get('ui')} before={before} after={after} diff={diff} />)
  })
}

/** Undefined for a picture, a PDF, anything with bytes that no text has. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0) || Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-') return undefined
  const { text, damaged } = decodeText(bytes)
  return damaged ? undefined : text
}

/** What was pasted or uploaded; undefined where it is neither or both. */
async function recordIn(c: WebContextOf): Promise<RecordContent | undefined> {
  const form = c.get('form')
  const [pasted, uploaded] = [form?.get('text'), form?.get('file')]
  const text = typeof pasted === 'string' && pasted.trim() !== '' ? pasted : undefined
  const file = uploaded instanceof File && uploaded.size > 0 ? uploaded : undefined
  if ((text === undefined) === (file === undefined)) return undefined
  if (text !== undefined)
    return { name: c.get('ui').t.devices.pasted, bytes: Buffer.from(text.replaceAll('\r\n', '\n')) }
  return { name: file!.name.slice(0, MOST_CHARACTERS), bytes: new Uint8Array(await file!.arrayBuffer()) }
}

function typedFrom(device: Awaited<ReturnType<Web['services']['devices']['list']>>['devices'][number]) {
  const { kind, name, model, location, systemId = '', staleMonths } = device
  return { kind, name, model, location, systemId, staleMonths: String(staleMonths) }
}

async function readDevice(c: WebContextOf, web: Web) {
  const { t } = c.get('ui')
  const names = ['kind', ...DEVICE_FACTS, 'systemId', 'staleMonths'] as const
  const typed = Object.fromEntries(names.map((name) => [name, field(c, name)])) as Record<
    (typeof names)[number],
    string
  >
  const errors = tooLong(typed, t.field['too-long'])
  if (typed.name === '') errors['name'] = t.field.required
  const { systems } = await web.services.devices.list()
  const input = {
    kind: DEVICE_KINDS.find((known) => known === typed.kind) ?? 'other',
    name: typed.name,
    model: typed.model,
    location: typed.location,
    systemId: systems.find(({ id }) => id === typed.systemId)?.id,
    staleMonths: STALE_MONTHS.find((months) => String(months) === typed.staleMonths) ?? 6,
  } as const
  return { input, typed, errors: Object.keys(errors).length > 0 ? (errors as FieldErrors) : undefined }
}

function tooLong(typed: Readonly<Record<string, string>>, words: string): Record<string, string> {
  const long = Object.entries(typed).filter(([, value]) => value.length > MOST_CHARACTERS)
  return Object.fromEntries(long.map(([name]) => [name, words]))
}
