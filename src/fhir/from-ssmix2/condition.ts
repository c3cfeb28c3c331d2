/** PPR-01: PRB with its ZPR and ORC to Condition. One file holds all diseases of a patient. */
import type { Segment } from '#hl7v2'
import { EXTENSION, extension, TORIDE_SYSTEM } from '../extensions.ts'
import { SYSTEM } from '../systems.ts'
import type { CodeableConcept, Coding, Condition, Extension, Meta } from '../types.ts'
import type { Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { concept, defined, type Fields } from './fields.ts'
import { list, notes } from './observation.ts'
import { resultOrderFields } from './order.ts'

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/condition-clinical'
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'

/** 転帰 (HL7 table 0241 and JHSD0006): does the disease still stand on the list? F 治癒, D 死亡, M 寛解, I 中止, S 後遺症. */
const OUTCOME_STATUS: Readonly<Record<string, 'active' | 'inactive' | 'resolved' | 'remission'>> = {
  F: 'resolved',
  D: 'inactive',
  M: 'remission',
  I: 'inactive',
  S: 'inactive',
  N: 'active',
  R: 'active',
  W: 'active',
  C: 'active',
  U: 'active',
  O: 'active',
}

/** HL7 table 0287. */
const ACTIONS = new Set(['AD', 'CO', 'DE', 'LI', 'UC', 'UN', 'UP'])

export function addConditions(context: Context): void {
  const used = new Set<string>()
  for (const group of problemGroups(context)) addCondition(context, group, used)
}

interface ProblemGroup {
  prb: Segment
  zpr?: Segment
  orc?: Segment
  /** 歯式, one per segment. */
  teeth: Segment[]
  notes: Segment[]
}

function problemGroups(context: Context): ProblemGroup[] {
  const groups: ProblemGroup[] = []
  for (const segment of context.message.segments) {
    const group = groups.at(-1)
    if (segment.id === 'PRB') groups.push({ prb: segment, teeth: [], notes: [] })
    else if (group && segment.id === 'ZPR' && !group.zpr) group.zpr = segment
    else if (group && segment.id === 'ORC' && !group.orc) group.orc = segment
    else if (group && segment.id === 'ZPD') group.teeth.push(segment)
    else if (group && segment.id === 'NTE') group.notes.push(segment)
  }
  return groups
}

function addCondition(context: Context, group: ProblemGroup, used: Set<string>): void {
  const prb = context.fields(group.prb)
  const zpr = group.zpr && context.fields(group.zpr)
  const orc = resultOrderFields(context, group.orc)
  const action = prb.text(1)
  const deleted = action === 'DE'
  if (action !== undefined && !ACTIONS.has(action)) prb.unknown(1, action)
  const instance = prb.text(4)
  const outcome = prb.concept(14)
  const acted = prb.dateTime(2)
  const outcomeDate = prb.dateTime(15)
  const ended = OUTCOME_STATUS[outcomeCode(outcome)] ?? 'active'
  if (outcome && !OUTCOME_STATUS[outcomeCode(outcome)]) {
    context.problem('code-unknown', `${prb.place}-14`, outcome.text)
  }
  // PRB-15 is the date of the outcome: an end only where the outcome is one.
  const abatement = prb.dateTime(9) ?? (ended === 'active' ? undefined : outcomeDate)
  context.add({
    resourceType: 'Condition',
    id: context.id(placeOf(prb, instance, used)),
    meta: disclosure(context, prb),
    identifier: list(instance === undefined ? undefined : { value: instance }),
    // R4 con-4: what has ended is not active.
    ...(!deleted && {
      clinicalStatus: coded(CLINICAL, abatement && ended === 'active' ? 'inactive' : ended),
    }),
    ...defined({ verificationStatus: verification(context, prb, deleted) }),
    category: categories(prb),
    code: nameOf(prb, zpr),
    bodySite: group.teeth.flatMap((zpd) => toothSite(context, zpd)),
    subject: context.subject,
    ...defined({
      onsetDateTime: prb.dateTime(16),
      abatementDateTime: abatement,
      recordedDate: prb.dateTime(7) ?? acted,
      recorder: orc?.person(12) ?? orc?.person(10),
    }),
    note: [...list(comment(zpr)), ...notes(context, group.notes)],
    extension: [
      ...(outcome ? [extension(EXTENSION.diseaseOutcome, { valueCodeableConcept: outcome })] : []),
      ...(outcomeDate ? [extension(EXTENSION.outcomeDate, { valueDateTime: outcomeDate })] : []),
      ...mainDiagnosis(prb),
      ...departmentExtension(context, orc),
      ...prb.keep(21, 23).rest(),
      ...(zpr?.rest() ?? []),
      ...(orc?.rest() ?? []),
    ],
  } as Condition)
}

/** ZPD-2, 歯式情報, as written. */
function toothSite(context: Context, segment: Segment): CodeableConcept[] {
  const text = context.fields(segment).ignore(1).whole(2)
  return text === undefined ? [] : [{ text }]
}

/** PRB-4 keeps the id stable when the list grows; a missing or repeated one falls back to the place. */
function placeOf(prb: Fields, instance: string | undefined, used: Set<string>): string {
  const place = instance === undefined || used.has(instance) ? prb.place.replace(/\D/g, 'n') + used.size : instance
  used.add(place)
  return `p${place}`
}

function outcomeCode(outcome: CodeableConcept | undefined): string {
  return outcome?.coding?.find(({ code }) => code)?.code ?? outcome?.text ?? ''
}

/** PRB-13 (JHSD0005 `1` 疑いあり, or words). Empty: the source does not say whether it is confirmed. */
function verification(context: Context, prb: Fields, deleted: boolean): CodeableConcept | undefined {
  const written = prb.concept(13)
  if (deleted) return coded(VERIFICATION, 'entered-in-error')
  if (!written) return undefined
  const code = written.coding?.find((c) => c.code)?.code ?? written.text ?? ''
  if (code === '1' || code === 'S' || /疑/.test(written.text ?? '')) {
    return { ...coded(VERIFICATION, 'provisional'), text: '疑い' }
  }
  if (code === '0' || code === 'C' || /確定/.test(written.text ?? '')) return coded(VERIFICATION, 'confirmed')
  context.problem('code-unknown', `${prb.place}-13`, written.text)
  return { text: written.text ?? '' }
}

/** Problem list item, and 診断種別 (PRB-10.4-6, 入院時 H, 外来時 O …). */
function categories(prb: Fields): CodeableConcept[] {
  const kind = prb.text(10, 4)
  const display = prb.text(10, 5)
  const system = prb.text(10, 6)
  const base = {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }],
  }
  const type = concept({
    code: kind,
    text: display,
    system: system ?? 'JHSD0004',
    alternate: { code: undefined, text: undefined, system: undefined },
    originalText: undefined,
  })
  return [base, ...list(type)]
}

/**
 * The name: PRB-17 as the doctor wrote it, else the pieces of ZPR, else the master's name. Codes of all of them; the
 * modifiers as JP Core extensions.
 */
function nameOf(prb: Fields, zpr: Fields | undefined): CodeableConcept {
  const written = prb.whole(17)?.trim()
  const master = prb.concept(3)
  const icd = prb.concept(10)
  const name = zpr?.concept(2)
  const exchange = zpr?.concept(5)
  const prefixes = modifiers(zpr, 1, 4)
  const suffixes = modifiers(zpr, 3, 6)
  const pieces = [...prefixes, name, ...suffixes].map((part) => part?.text ?? '').join('')
  const own = [
    ...codings(master),
    ...codings(name),
    ...codings(exchange).map((c) => ({ ...c, system: SYSTEM.diseaseExchange })),
    ...icdCodings(prb, icd),
  ]
  return {
    coding: own.filter((c, i) => own.findIndex((o) => o.system === c.system && o.code === c.code) === i),
    text: written || (name && pieces) || master?.text || icd?.text || '（病名の記載なし）',
    extension: [
      ...prefixes.map((m) => extension(EXTENSION.diseasePrefix, { valueCodeableConcept: m })),
      ...suffixes.map((m) => extension(EXTENSION.diseaseSuffix, { valueCodeableConcept: m })),
    ],
  }
}

function codings(value: CodeableConcept | undefined): Coding[] {
  return (value?.coding ?? []).filter(({ code }) => code)
}

/** PRB-10.7: the year of the ICD-10 edition. Components 4-6 are 診断種別, not a second code. */
function icdCodings(prb: Fields, icd: CodeableConcept | undefined): Coding[] {
  const [first] = codings(icd)
  const version = prb.text(10, 7)
  return first && prb.text(10, 1) ? [{ ...first, ...(version && { version }) }] : []
}

/** Modifiers by management number (ZPR-1, 3) with the exchange code (ZPR-4, 6) of the same place. */
function modifiers(zpr: Fields | undefined, numbers: number, exchange: number): CodeableConcept[] {
  if (!zpr) return []
  const exchangeCodes = zpr.concepts(exchange)
  const managed = zpr.concepts(numbers)
  return (managed.length ? managed : exchangeCodes).map((modifier, i) => ({
    coding: [
      ...(managed.length ? codings(modifier).map((c) => ({ ...c, system: SYSTEM.modifierKey })) : []),
      ...codings(exchangeCodes[i]).map((c) => ({ ...c, system: SYSTEM.modifierExchange })),
    ],
    ...(modifier.text && { text: modifier.text }),
  }))
}

/** PRB-18 (JHSD0007): 主診断, 主病名 … as written; `principal` beside it where the words say so. */
function mainDiagnosis(prb: Fields): Extension[] {
  const ranking = prb.concept(18)
  if (!ranking) return []
  const main = /主(診断|病名|傷病)/.test(ranking.text ?? '')
  const principal = { system: 'http://terminology.hl7.org/CodeSystem/ex-diagnosistype', code: 'principal' }
  const coding = [...(ranking.coding ?? []), ...(main ? [principal] : [])]
  return [extension(EXTENSION.diagnosisType, { valueCodeableConcept: { ...ranking, coding } })]
}

/**
 * Whether the patient was told (告知): PRB-21 and PRB-23 (awareness of problem and prognosis) and the words of PRB-25.
 * PRB-25 itself (HL70177: V 非常に限定, R 限定) restricts who may see it and becomes a security label.
 */
function disclosure(context: Context, prb: Fields): Meta {
  const awareness = [prb.concept(21), prb.concept(23)].flatMap((c) => c ?? [])
  const restriction = prb.concept(25)
  const words = [...awareness, restriction].map((c) => `${c?.coding?.[0]?.code ?? ''} ${c?.text ?? ''}`)
  const untold = words.some((w) => /未告知|告知なし|非告知/.test(w)) || awareness.some((c) => isNo(c))
  const told = !untold && (words.some((w) => /告知(済|あり)/.test(w)) || awareness.some((c) => isYes(c)))
  return {
    ...context.meta,
    ...(restriction && {
      security: (restriction.coding ?? []).length ? restriction.coding! : [{ display: restriction.text ?? '' }],
    }),
    tag: [
      untold
        ? { system: SYSTEM.indication, code: 'UNINFORMED', display: '未告知' }
        : { system: TORIDE_SYSTEM.disclosure, code: told ? 'told' : 'unknown' },
    ],
  }
}

function isNo(value: CodeableConcept): boolean {
  return /^(N|0|無|なし)$/.test(value.coding?.[0]?.code ?? value.text ?? '')
}

function isYes(value: CodeableConcept): boolean {
  return /^(Y|1|有|あり)$/.test(value.coding?.[0]?.code ?? value.text ?? '')
}

function comment(zpr: Fields | undefined): { text: string } | undefined {
  const text = zpr?.whole(7)
  return text === undefined ? undefined : { text }
}

function coded(system: string, code: string): CodeableConcept {
  return { coding: [{ system, code }] }
}
