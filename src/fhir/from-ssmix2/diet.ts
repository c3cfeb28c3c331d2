/** OMD: one NutritionOrder per ODS. */
import { timing, type Segment } from '#hl7v2'
import type { CodeableConcept, NutritionOrder, Timing } from '../types.ts'
import type { Context } from './context.ts'
import { departmentExtension } from './encounter.ts'
import { defined } from './fields.ts'
import { notes } from './observation.ts'
import { orderFields, orderSetting, orderStatus, restOf } from './order.ts'
import { EXTENSION, extension } from '../extensions.ts'
import { fhirDateTime } from './times.ts'

interface DietGroup {
  orc?: Segment
  tq1: Segment[]
  ods: Segment
  notes: Segment[]
}

export function addDiets(context: Context): void {
  const groups: DietGroup[] = []
  let orc: Segment | undefined
  let tq1: Segment[] = []
  for (const segment of context.message.segments) {
    if (segment.id === 'ORC') {
      orc = segment
      tq1 = []
    } else if (segment.id === 'TQ1') tq1.push(segment)
    else if (segment.id === 'ODS' || segment.id === 'ODT')
      groups.push({ ...(orc && { orc }), tq1, ods: segment, notes: [] })
    else if (segment.id === 'NTE') groups.at(-1)?.notes.push(segment)
  }
  groups.forEach((group, index) => addDiet(context, group, index + 1))
}

function addDiet(context: Context, group: DietGroup, number: number): void {
  const orc = orderFields(context, group.orc)
  const ods = context.fields(group.ods)
  const tray = group.ods.id === 'ODT'
  const kind = tray ? undefined : ods.text(1)
  if (kind && !'DSP'.includes(kind)) ods.unknown(1, kind)
  const service = tray ? [] : ods.concepts(2)
  const type = tray ? ods.concepts(1) : ods.concepts(3)
  const instruction = tray ? ods.whole(3) : ods.whole(4)
  const order = orc?.text(2)
  const schedule = group.tq1.flatMap((segment) => scheduleOf(context, segment) ?? [])
  const setting = orderSetting(context, orc)
  const detail = { schedule, ...defined({ instruction }) }
  context.add({
    resourceType: 'NutritionOrder',
    id: context.id(`no${number}`),
    ...(order && { identifier: [{ value: order }] }),
    status: orderStatus(orc),
    intent: 'order',
    patient: context.subject,
    // R4 demands when it was asked for.
    dateTime: orc?.dateTime(9) ?? schedule[0]?.repeat?.boundsPeriod?.start ?? context.careDay,
    ...defined({ orderer: orc?.person(12) }),
    // HL7 table 0159: D diet, S supplement, P preference.
    ...(kind === 'S'
      ? { supplement: [{ ...(type[0] && { type: type[0] }), ...detail }] }
      : { oralDiet: { type: types(kind, type, instruction), ...detail } }),
    note: notes(context, group.notes),
    extension: [
      ...departmentExtension(context, orc),
      ...(setting ? [extension(EXTENSION.orderSetting, { valueCodeableConcept: setting })] : []),
      ...service.map((meal) => extension(EXTENSION.mealService, { valueCodeableConcept: meal })),
      ...ods.rest(),
      ...restOf(orc),
    ],
  } as NutritionOrder)
}

function types(
  kind: string | undefined,
  written: readonly CodeableConcept[],
  instruction: string | undefined,
): CodeableConcept[] {
  if (kind === 'P') return [{ text: '嗜好' }, ...written]
  return written.length || instruction ? [...written] : [{ text: '（食種の記載なし）' }]
}

/** TQ1-3 when (１日３回), TQ1-7/8 from and until. */
function scheduleOf(context: Context, segment: Segment): Timing | undefined {
  const fields = context.fields(segment).ignore(3)
  const { patterns, start, end } = timing(segment)
  if (start) fields.ignore(7)
  if (end) fields.ignore(8)
  const codes = fields.codings(
    patterns.map(({ code, text, system }) => ({
      code: code ?? undefined,
      display: text ?? undefined,
      system: system ?? undefined,
    })),
  )
  const text = patterns.flatMap((pattern) => pattern.text ?? []).join('、')
  return {
    ...(start || end
      ? { repeat: { boundsPeriod: defined({ start: start && fhirDateTime(start), end: end && fhirDateTime(end) }) } }
      : {}),
    ...(codes.length || text ? { code: { coding: codes, ...(text && { text }) } } : {}),
    extension: fields.rest(),
  }
}
