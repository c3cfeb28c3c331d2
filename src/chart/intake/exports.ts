/**
 * Complete exports of a table, night after night in one folder: which is the newest, and which rows it no longer holds. A row
 * that is gone is shown as such and counts as nothing that is so today. Wherever it is not sure (a list that could not be
 * read whole, that shrank to less than half, whose name and time disagree) nothing is gone: shown too long is seen, hidden
 * too early is not.
 */
import { institutionTime, isoDate } from '#base'
import { type Resource, TORIDE_SYSTEM } from '#fhir'
import { exportOf, INTAKE_PROBLEM_SEVERITY } from '#intake'
import type { IntakeReaderFile } from '../ports.ts'
import { type ExportPlace, newestProofs } from './export-place.ts'
import type { DatedResource } from './read-patient.ts'

interface Listed {
  readonly path: string
  readonly table: string
  readonly digits: string
  readonly date: string
  readonly mtimeMs: number
  readonly records: number
  readonly isWhole: boolean
}

export interface ExportProblem {
  readonly path: string
  readonly code: 'export-smaller' | 'export-order-unclear'
}

/** Gathers the files of a generation and ranks them. */
export class Exports {
  readonly #listed: Listed[] = []

  add(file: IntakeReaderFile): void {
    const { path, localPath, kind, settings, mtimeMs, survey } = file
    const found = exportOf(kind, settings, localPath)
    if (!found) return
    const problems = survey?.head.problems ?? []
    const isWhole = survey !== undefined && problems.every(({ code }) => INTAKE_PROBLEM_SEVERITY[code] === 'notice')
    const table = `${path.slice(0, path.length - localPath.length)}${found.table}`
    const date = found.date || isoDate(institutionTime(mtimeMs))
    const records = survey?.head.records ?? 0
    this.#listed.push({ path, table, digits: found.digits, date, mtimeMs, records, isWhole })
  }

  finish(): { places: ReadonlyMap<string, ExportPlace>; problems: readonly ExportProblem[] } {
    const places = new Map<string, ExportPlace>()
    const problems: ExportProblem[] = []
    for (const files of Map.groupBy(this.#listed, ({ table }) => table).values()) {
      const ordered = inOrder(files)
      const newest = (ordered ?? files).at(-1)!
      if (!ordered) problems.push({ path: newest.path, code: 'export-order-unclear' })
      let before = 0
      for (const [rank, { path, table, date, records, isWhole }] of (ordered ?? files).entries()) {
        const isSmaller = isWhole && records * 2 < before
        if (isSmaller && ordered) problems.push({ path, code: 'export-smaller' })
        if (isWhole) before = records
        places.set(path, { table, rank, proves: ordered !== undefined && isWhole && !isSmaller, date })
      }
    }
    return { places, problems }
  }
}

/** Oldest first, by the dates of their names, or else by when they were written; undefined where these two disagree. */
function inOrder(files: readonly Listed[]): Listed[] | undefined {
  const digits = new Set(files.map((file) => file.digits))
  const isNamed = digits.size === files.length && new Set(files.map((file) => file.digits.length)).size === 1
  const ordered = files.toSorted((a, b) =>
    isNamed && a.digits !== b.digits ? (a.digits < b.digits ? -1 : 1) : a.mtimeMs - b.mtimeMs,
  )
  const newest = ordered.at(-1)!
  const others = ordered.slice(0, -1)
  const isClear = others.every(({ mtimeMs }) => (isNamed ? mtimeMs <= newest.mtimeMs : mtimeMs < newest.mtimeMs))
  return isClear ? ordered : undefined
}

/** Marks the rows that the newest complete export of their table no longer holds. */
export function markGone(all: readonly DatedResource[], places: ReadonlyMap<string, ExportPlace>): DatedResource[] {
  const proofs = newestProofs(places.values())
  if (proofs.size === 0) return [...all]
  const lastRank = new Map<string, number>()
  const keyed = all.map((one) => ({ one, place: places.get(one.path), key: contentOf(one) }))
  for (const { place, key } of keyed)
    if (place) lastRank.set(key + place.table, Math.max(place.rank, lastRank.get(key + place.table) ?? 0))
  return keyed.map(({ one, place, key }) => {
    const last = place && lastRank.get(key + place.table)!
    const proof = place && proofs.get(place.table)
    if (!proof || last! >= proof.rank) return one
    const first = [...places.values()]
      .filter(({ table, rank, proves }) => table === place.table && proves && rank > last!)
      .toSorted((a, b) => a.rank - b.rank)[0]!
    return { ...one, resource: marked(one.resource, first.date) }
  })
}

type Any = Resource & { meta?: { source?: string; tag?: unknown[] } }

const contentOf = ({ resource }: DatedResource): string =>
  JSON.stringify({ ...resource, meta: { ...(resource as Any).meta, source: undefined } })

function marked(resource: Resource, since: string): Resource {
  const { meta } = resource as Any
  const tag = { system: TORIDE_SYSTEM.exported, code: 'gone', display: since }
  return { ...resource, meta: { ...meta, tag: [...(meta?.tag ?? []), tag] } } as Resource
}
