/** What a chart of the recovered system says, as items that sheets are compared with. Text stays as the source wrote it. */
import type { Amount, Chart, Section } from '#chart'
import type { EhrItem, FieldName, Item, ItemKind } from './items.ts'

const amount = (one: Amount | undefined): string => (one ? `${one.value}${one.unit}` : '')
const dayOf = (text: string | undefined): string => (text ?? '').slice(0, 10)
const shown = <T>(section: Section<T>): T | undefined => (section.access === 'shown' ? section.value : undefined)

/** @param marked words by which the system says that something was entered afterwards */
export function chartItems(chart: Chart, marked: RegExp = /事後入力/): EhrItem[] {
  const found: EhrItem[] = []
  const push = (
    kind: ItemKind,
    day: string,
    what: string,
    code: string,
    fields: Record<string, string>,
    all = '',
  ): void => {
    const given = Object.entries(fields).filter(([, value]) => value !== '')
    const item: Item = {
      kind,
      day,
      what,
      code,
      fields: Object.fromEntries(given) as Partial<Record<FieldName, string>>,
    }
    found.push({
      ...item,
      id: `${kind}#${found.length}`,
      patientKey: chart.patientKey,
      origin: marked.test(`${what} ${Object.values(fields).join(' ')} ${all}`) ? 'marked' : 'later',
    })
  }
  for (const order of shown(chart.prescriptions) ?? [])
    for (const group of order.groups)
      for (const { name, code, dose, comments } of group.drugs)
        push(
          'prescription',
          dayOf(order.orderedOn ?? group.start),
          name,
          code?.code ?? '',
          {
            perTime: amount(dose.perTime),
            perDay: amount(dose.perDay),
            usage: group.usage ?? '',
            supply: group.supply ?? '',
          },
          comments.join(' '),
        )
  for (const order of shown(chart.injections) ?? [])
    for (const group of order.groups)
      for (const drug of group.drugs)
        push(
          'injection',
          dayOf(order.orderedOn ?? group.start),
          drug.name,
          drug.code?.code ?? '',
          { amount: amount(drug.amount), route: group.route ?? '', rate: amount(group.rate) },
          group.comments.join(' '),
        )
  for (const { category, substance, code, severity, reaction, onset, notes } of shown(chart.allergies)?.items ?? [])
    push(
      'allergy',
      dayOf(onset),
      substance,
      code?.code ?? '',
      { category, severity: severity ?? '', reaction: reaction ?? '' },
      notes.join(' '),
    )
  const labs = shown(chart.labs)
  for (const { rows } of labs?.panels ?? [])
    for (const row of rows)
      row.cells.forEach((cells, i) => {
        for (const { text, unit, comments } of cells)
          push(
            'lab',
            dayOf(labs?.columns[i]?.at),
            row.name,
            row.code?.code ?? '',
            { value: text, unit: unit ?? '', specimen: row.specimen ?? '' },
            comments.join(' '),
          )
      })
  for (const { name, codes, onset, suspected, outcome, notes } of shown(chart.problems) ?? [])
    push(
      'diagnosis',
      dayOf(onset),
      name,
      codes[0]?.code ?? '',
      { suspected: suspected ? '疑い' : '', outcome: outcome ?? '' },
      notes.join(' '),
    )
  for (const { at, department, doctor, ward, text } of shown(chart.encounters) ?? [])
    push('encounter', dayOf(at), department ?? '', '', { doctor: doctor ?? '', ward: ward ?? '' }, text ?? '')
  return found
}
