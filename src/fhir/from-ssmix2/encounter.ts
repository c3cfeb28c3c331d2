/** ADT-00 to ADT-52 to Encounter: one per file, the event in `type`, places as contained Locations. */
import { EXTENSION, extension } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type {
  CodeableConcept,
  Coding,
  Encounter,
  EncounterStatus,
  Extension,
  Location,
  Period,
  Reference,
  Resource,
} from '../types.ts'
import type { Context } from './context.ts'
import { defined, type Fields } from './fields.ts'

const EVENT_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0003'
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'

interface Event {
  readonly text: string
  readonly status: EncounterStatus
  readonly location: 'planned' | 'active' | 'completed'
}

function event(text: string, status: EncounterStatus, location: Event['location'] = 'active'): Event {
  return { text, status, location }
}

/** Trigger events of SS-MIX2 (MSH-9.2), statuses by the ConceptMaps of the JAMI mapping. */
const EVENTS: Readonly<Record<string, Event>> = {
  A08: event('患者基本情報の更新', 'unknown'),
  A23: event('患者基本情報の削除', 'entered-in-error'),
  A54: event('担当医の変更', 'in-progress'),
  A55: event('担当医の取消', 'in-progress'),
  A04: event('外来受付', 'arrived'),
  A14: event('入院予定', 'planned', 'planned'),
  A27: event('入院予定の取消', 'cancelled', 'planned'),
  A01: event('入院', 'in-progress'),
  A11: event('入院の取消', 'cancelled'),
  A21: event('外出泊', 'onleave'),
  A52: event('外出泊の取消', 'in-progress'),
  A22: event('外出泊からの帰院', 'in-progress'),
  A53: event('帰院の取消', 'onleave'),
  A15: event('転科・転棟予定', 'in-progress', 'planned'),
  A26: event('転科・転棟予定の取消', 'in-progress', 'planned'),
  A02: event('転科・転棟', 'in-progress'),
  A12: event('転科・転棟の取消', 'in-progress'),
  A16: event('退院予定', 'in-progress', 'planned'),
  A25: event('退院予定の取消', 'in-progress', 'planned'),
  A03: event('退院', 'finished', 'completed'),
  A13: event('退院の取消', 'in-progress'),
}

/** What an ADT message may say beside the stay; ADT-00 has taken NK1 and DB1 into the Patient. */
const BESIDE = new Set(['DB1', 'DG1', 'NK1', 'PD1', 'ROL'])

const CLASS: Readonly<Record<string, string>> = { O: 'AMB', I: 'IMP', E: 'EMER' }

export function addEncounter(context: Context): void {
  const segment = context.message.first('PV1')
  if (!segment) return
  const pv1 = context.fields(segment)
  const trigger = context.message.first('MSH')?.value(9, 2) ?? ''
  const known = EVENTS[trigger]
  if (!known) context.problem('code-unknown', 'MSH-9', trigger)
  const pv2 = fieldsOf(context, 'PV2')
  const evn = fieldsOf(context, 'EVN')?.ignore(1, 2, 5, 7)
  const places = placesOf(pv1, pv2)
  const status = known?.status ?? 'unknown'
  context.add({
    resourceType: 'Encounter',
    id: context.id('enc'),
    contained: places.flatMap(({ contained }) => contained),
    status,
    class: encounterClass(context, pv1),
    type: [{ coding: [{ system: EVENT_SYSTEM, code: trigger }], text: known?.text ?? trigger }],
    ...defined({ serviceType: pv1.concept(10) }),
    subject: context.subject,
    participant: participants(pv1),
    ...defined({ period: stay(pv1, pv2) }),
    reasonCode: pv2?.concepts(3) ?? [],
    ...defined({ hospitalization: discharge(pv1) }),
    location: places.map(({ reference, use }) => ({
      location: reference,
      status: use === 'now' ? (known?.location ?? 'active') : use,
      ...defined({ period: use === 'now' ? presence(evn, pv2, trigger) : undefined }),
    })),
    extension: [
      ...context.rests(context.message.segments.filter(({ id }) => BESIDE.has(id))),
      ...eventTime(evn),
      ...pv1.ignore(2, 50).rest(),
      ...(pv2?.rest() ?? []),
      ...(evn?.rest() ?? []),
    ],
  } as Encounter)
}

function fieldsOf(context: Context, id: string): Fields | undefined {
  const segment = context.message.first(id)
  return segment && context.fields(segment)
}

function encounterClass(context: Context, pv1: Fields): Coding {
  const written = pv1.text(2)
  const code = CLASS[written ?? '']
  if (code) return { system: SYSTEM.actCode, code }
  if (written !== undefined) context.problem('code-unknown', `${pv1.place}-2`, written)
  return {
    system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor',
    code: 'UNK',
    ...(written && { display: written }),
  }
}

function participants(pv1: Fields): Encounter['participant'] {
  const roles: readonly (readonly [number, string, string])[] = [
    [7, 'ATND', '主治医'],
    [8, 'REF', '紹介医'],
    [9, 'CON', 'コンサルタント医'],
    [17, 'ADM', '入院時の医師'],
  ]
  return roles.flatMap(([field, code, text]) => {
    const individual = pv1.person(field)
    return individual ? [{ type: [{ coding: [{ system: PARTICIPATION, code }], text }], individual }] : []
  })
}

/** PV1-44/45 as recorded; for plans PV2-8 and PV2-9. */
function stay(pv1: Fields, pv2: Fields | undefined): Period | undefined {
  const start = pv1.dateTime(44) ?? pv2?.dateTime(8)
  const end = pv1.dateTime(45) ?? pv2?.dateTime(9)
  return start || end ? defined<Period>({ start, end }) : undefined
}

/** When the place holds: from EVN-6 (moves, leaves); a leave ends with the expected return (PV2-47). */
function presence(evn: Fields | undefined, pv2: Fields | undefined, trigger: string): Period | undefined {
  const start = ['A02', 'A21', 'A22'].includes(trigger) ? evn?.dateTime(6) : undefined
  const end = trigger === 'A21' ? pv2?.dateTime(47) : undefined
  return start || end ? defined<Period>({ start, end }) : undefined
}

/** EVN-6, when it happened. */
function eventTime(evn: Fields | undefined): Extension[] {
  const at = evn?.dateTime(6)
  return at ? [extension(EXTENSION.eventTime, { valueDateTime: at })] : []
}

/** PV1-36 退院区分・転帰, in the source's words and code. */
function discharge(pv1: Fields): Encounter['hospitalization'] {
  const disposition = pv1.concept(36)
  return disposition && { dischargeDisposition: disposition }
}

interface Place {
  contained: Resource[]
  reference: Reference
  use: 'now' | 'planned' | 'completed'
}

/** PV1-3 the place now, PV2-1 the place to be (ADT-21, 41), PV1-6 the place before a move. */
function placesOf(pv1: Fields, pv2: Fields | undefined): Place[] {
  const planned = pv2 && place(pv2, 1, 'next', 'planned')
  const before = place(pv1, 6, 'before', 'completed')
  if (before) before.reference.extension = [extension(EXTENSION.formerPlace, { valueBoolean: true })]
  return [place(pv1, 3, 'place', 'now'), planned, before].flatMap((found) => found ?? [])
}

/** PL: 病棟^病室^病床^施設^^N|C: a chain of contained Locations, the most precise referenced. `C` is a clinic (外来). */
function place(fields: Fields, n: number, id: string, use: Place['use']): Place | undefined {
  const parts: readonly (readonly [number, string, string])[] = [
    [1, fields.text(n, 6) === 'C' ? 'area' : 'wa', 'ward'],
    [2, 'ro', 'room'],
    [3, 'bd', 'bed'],
  ]
  const chain: Location[] = []
  for (const [component, type, level] of parts) {
    const name = fields.text(n, component)
    if (name === undefined) continue
    const parent = chain.at(-1)
    chain.push({
      resourceType: 'Location',
      id: `${id}-${level}`,
      name,
      physicalType: physicalType(type),
      ...(parent && { partOf: { reference: `#${parent.id}` } }),
    })
  }
  const last = chain.at(-1)
  if (!last) return undefined
  return {
    contained: chain,
    reference: { reference: `#${last.id}`, display: chain.map(({ name }) => name).join(' ') },
    use,
  }
}

function physicalType(code: string): CodeableConcept {
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code }] }
}

/** For orders: the department that ordered (ORC-17), else the one of PV1-10. */
export function departmentExtension(context: Context, orc: Fields | undefined): Extension[] {
  const pv1 = context.message.first('PV1')
  const department = orc?.concept(17) ?? (pv1 && context.fields(pv1).concept(10))
  return department ? [extension(EXTENSION.department, { valueCodeableConcept: department })] : []
}
