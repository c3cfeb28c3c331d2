/** もれの確認. Looking is for those who read evidence, changing for those who manage backup. */
import { isDate } from '#base'
import {
  ACCEPTANCE_RESULTS,
  type CoveredSystem,
  EHR_KINDS,
  type Part,
  PARTS,
  type PartPlan,
  SYSTEM_KINDS,
  type SystemInput,
} from '#governance'
import type { FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { CoveragePage } from '../pages/coverage.tsx'
import { FACTS, partField, type SystemModel, SystemPage, type TypedSystem } from '../pages/coverage-system.tsx'
import { FIELD_CODES, type FieldCode } from '../ports.ts'
import { needs } from './guards.ts'

const DONE = ['proposed', 'saved', 'removed'] as const
const MOST_CHARACTERS = 200

export function coverageRoutes(app: WebApp, web: Web): void {
  const { coverage } = web.services
  app.use('/coverage-map', needs('see-journal'))
  app.use('/coverage-map/*', needs('manage-backup'))
  const show = async (c: WebContextOf, model: Omit<SystemModel, 'map'>, status: 200 | 400 = 200) =>
    renderPage(c, <SystemPage ui={c.get('ui')} model={{ map: await coverage.map(), ...model }} />, status)
  const find = async (id: string) => (await coverage.map()).systems.find((system) => system.id === id)

  app.get('/coverage-map', async (c) => {
    const done = DONE.find((known) => known === c.req.query('done'))
    const ehr = EHR_KINDS.find((known) => known === c.req.query('ehr'))
    const model = { map: await coverage.map(), ehr, ...(done ? { done } : {}) }
    return renderPage(c, <CoveragePage ui={c.get('ui')} model={model} />)
  })
  app.post('/coverage-map/propose', async (c) => {
    const ehr = EHR_KINDS.find((known) => known === field(c, 'ehr')) ?? 'unknown'
    const t = c.get('ui').t.coverage
    const words = { nameOf: (kind: keyof typeof t.kind) => t.kind[kind], noData: t.noData, noProgram: t.noProgram }
    await coverage.propose(viewerOf(c), ehr, words)
    return c.redirect('/coverage-map?done=proposed', 303)
  })
  app.get('/coverage-map/new', (c) => show(c, { typed: {} }))
  app.post('/coverage-map/new', async (c) => {
    const typed = typedOf(c)
    const read = readSystem(c, typed, [])
    if (read.errors) return show(c, { typed, errors: read.errors }, 400)
    const result = await coverage.add(viewerOf(c), read.input)
    if (result.kind === 'refused') return show(c, { typed, errors: { [result.field]: words(c, result.code) } }, 400)
    return c.redirect(`/coverage-map/${result.id}`, 303)
  })
  app.get('/coverage-map/:id', async (c) => {
    const system = await find(c.req.param('id'))
    if (!system) return refuse(c, 404, 'notFound')
    const done = (['saved', 'accepted'] as const).find((known) => known === c.req.query('done'))
    return show(c, { system, typed: typedFrom(system), done })
  })
  app.post('/coverage-map/:id', async (c) => {
    const system = await find(c.req.param('id'))
    if (!system) return refuse(c, 404, 'notFound')
    const typed = typedOf(c)
    const read = readSystem(c, typed, PARTS)
    if (read.errors) return show(c, { system, typed, errors: read.errors }, 400)
    const result = await coverage.change(viewerOf(c), system.id, read.input)
    if (result.kind === 'refused')
      return show(c, { system, typed, errors: { [result.field]: words(c, result.code) } }, 400)
    return c.redirect(`/coverage-map/${system.id}?done=saved`, 303)
  })
  app.post('/coverage-map/:id/remove', async (c) => {
    await coverage.remove(viewerOf(c), c.req.param('id'))
    return c.redirect('/coverage-map?done=removed', 303)
  })
  app.post('/coverage-map/:id/accept', async (c) => {
    const system = await find(c.req.param('id'))
    if (!system) return refuse(c, 404, 'notFound')
    const typed = typedOf(c)
    const [on = '', who = '', generationId = ''] = [typed['on'], typed['who'], typed['generationId']]
    const result = ACCEPTANCE_RESULTS.find((known) => known === typed['result'])
    const again = (name: string, code: FieldCode) =>
      show(c, { system, typed: { ...typedFrom(system), ...typed }, errors: { [name]: words(c, code) } }, 400)
    if (who === '') return again('who', 'required')
    if (who.length > MOST_CHARACTERS) return again('who', 'too-long')
    if (!result) return again('result', 'required')
    const accepted = await coverage.accept(viewerOf(c), system.id, { on, who, generationId, result })
    if (accepted.kind === 'refused') return again(accepted.field, accepted.code)
    return c.redirect(`/coverage-map/${system.id}?done=accepted#acceptance`, 303)
  })
}

function words(c: WebContextOf, code: FieldCode): string {
  return c.get('ui').t.field[FIELD_CODES.find((known) => known === code)!]
}

function typedOf(c: WebContextOf): TypedSystem {
  return Object.fromEntries([...(c.get('form')?.keys() ?? [])].map((name) => [name, field(c, name)]))
}

function typedFrom({ kind, name, vendor, responsible, parts }: CoveredSystem): TypedSystem {
  const typed: Record<string, string> = { kind, name, vendor, responsible }
  for (const part of PARTS) {
    const plan = parts[part]
    typed[partField(part, 'way')] = plan.way
    if (plan.way === 'source') typed[partField(part, 'source')] = plan.sourceId
    if (plan.way === 'not-needed') typed[partField(part, 'reason')] = plan.reason
    if (plan.way !== 'vendor') continue
    typed[partField(part, 'paperOn')] = plan.paperOn ?? ''
    typed[partField(part, 'nextCheckOn')] = plan.nextCheckOn ?? ''
  }
  return typed
}

/** What the form says, or what is wrong with it by field. */
function readSystem(
  c: WebContextOf,
  typed: TypedSystem,
  parts: readonly Part[],
): { readonly input: SystemInput; readonly errors?: undefined } | { readonly errors: FieldErrors } {
  const { t } = c.get('ui')
  const errors: Record<string, string> = {}
  const [name = '', vendor = '', responsible = ''] = FACTS.map((fact) => typed[fact])
  if (name === '') errors['name'] = t.field.required
  for (const [key, value] of Object.entries(typed))
    if (value.length > MOST_CHARACTERS) errors[key] = t.field['too-long']
  const plans = parts.map((part) => [part, readPart(t.field, typed, part, errors)])
  const kind = SYSTEM_KINDS.find((known) => known === typed['kind'])
  if (!kind) errors['kind'] = t.registers.problem['unchosen'] ?? t.field.required
  if (!kind || Object.keys(errors).length > 0) return { errors }
  return { input: { kind, name, vendor, responsible, parts: Object.fromEntries(plans) as SystemInput['parts'] } }
}

/** Fields of another way are left aside, whatever stands in them. */
function readPart(
  t: Readonly<Record<FieldCode, string>>,
  typed: TypedSystem,
  part: Part,
  errors: Record<string, string>,
): PartPlan {
  const of = (what: string): string => typed[partField(part, what)] ?? ''
  const wrong = (what: string, code: FieldCode): void => {
    errors[partField(part, what)] = t[code]
  }
  switch (of('way')) {
    case 'source':
      if (of('source') === '') wrong('source', 'required')
      return { way: 'source', sourceId: of('source') }
    case 'records':
      return { way: 'records' }
    case 'not-needed':
      if (of('reason') === '') wrong('reason', 'required')
      return { way: 'not-needed', reason: of('reason') }
    case 'vendor':
      for (const what of ['paperOn', 'nextCheckOn']) if (of(what) !== '' && !isDate(of(what))) wrong(what, 'not-a-date')
      if (of('paperOn') === '') return { way: 'vendor' }
      return {
        way: 'vendor',
        paperOn: of('paperOn'),
        ...(of('nextCheckOn') === '' ? {} : { nextCheckOn: of('nextCheckOn') }),
      }
    default:
      return { way: 'open' }
  }
}
