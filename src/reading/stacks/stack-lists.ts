/** Who belongs on a stack: inpatients of a ward in the order of beds, everybody booked on a day in the order of time. */
import type { GenerationReader } from '#chart'
import { chartOf } from '../patient-lists.ts'
import type { Indexed } from '../same-number.ts'
import type { StackGroup, StackPatient } from './make-stack.ts'

/** The newest readable generation of a source. */
export interface OpenedGeneration extends Indexed {
  readonly reader: GenerationReader
}

export function wardsOf(opened: readonly OpenedGeneration[]): Map<string, StackPatient[]> {
  const wards = new Map<string, StackPatient[]>()
  for (const { reader, index } of opened)
    for (const { name, patients } of index.inpatients().wards) {
      const here = wards.get(name) ?? []
      wards.set(name, here)
      for (const { row, place } of patients)
        here.push({ reader, index, row, where: place.room ?? '', ...(place.bed && { bed: place.bed }) })
    }
  return wards
}

/** Each patient once, at the first appointment, with the chart of the source that holds most of them. */
export function bookedOf(opened: readonly OpenedGeneration[], day: string): StackPatient[] {
  const found = new Map<string, StackPatient & { readonly start: string }>()
  for (const { index } of opened)
    for (const { row, start, department } of index.bookings(day)) {
      const best = chartOf(opened, index, row)
      const { reader } = opened.find((one) => one.index === best.index)!
      const key = `${reader.generationId} ${best.row}`
      const earlier = found.get(key)
      if (earlier && earlier.start <= start) continue
      const where = [start.slice(11, 16), department].filter(Boolean).join(' ')
      found.set(key, { reader, index: best.index, row: best.row, where, start })
    }
  return [...found.values()].toSorted((a, b) => a.start.localeCompare(b.start))
}

/** Patients of several groups are printed with the first. */
export function withoutRepeats(groups: readonly StackGroup[]): StackGroup[] {
  const seen = new Set<string>()
  return groups
    .map(({ title, patients }) => ({
      title,
      patients: patients.filter(({ reader, row }) => {
        const key = `${reader.generationId} ${row}`
        return seen.has(key) ? false : seen.add(key)
      }),
    }))
    .filter(({ patients }) => patients.length > 0)
}
