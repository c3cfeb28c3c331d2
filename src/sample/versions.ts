/**
 * Records to files: names, condition flags, versions. The rule (guideline 1.2g, as 国立病院機構 explains it): an update
 * renames `_1` to `_2` and writes a new `_1`; a deletion renames all to `_0` and, in the standardized storage, writes the
 * cancel message as `_0`. Versions belong together by patient, care date, data kind and order number.
 */
import type { EpochMs } from '#base'
import { stamp17 } from './calendar.ts'
import { encodeMessage } from './hl7-segment.ts'
import type { RecordEvent } from './types.ts'

export interface WriteStep {
  readonly step: 'write'
  readonly path: string
  readonly at: EpochMs
  readonly bytes: () => Uint8Array
}

export interface RenameStep {
  readonly step: 'rename'
  readonly from: string
  readonly to: string
  readonly at: EpochMs
}

/** Relative roots of one sample. Standardized: undated records, the first period, the second. */
export interface Roots {
  readonly undated: string
  readonly earlier: string
  readonly later: string
  readonly extended: string
  /** Care dates from here (`YYYYMMDD`) lie in `later`. */
  readonly splitDate: string
}

type Flag = '0' | '1' | '2'

/** One stored version: a file, or a content folder of the extended storage. */
interface Version {
  readonly stem: string
  flag: Flag
}

function folderOf(roots: Roots, { storage, patient, careDate, dataKind }: RecordEvent): string {
  const dated = careDate < roots.splitDate ? roots.earlier : roots.later
  const standardized = careDate === '-' ? roots.undated : dated
  const root = storage === 'extended' ? roots.extended : standardized
  return `${root}/${patient.slice(0, 3)}/${patient.slice(3, 6)}/${patient}/${careDate}/${dataKind}`
}

export class Versions {
  readonly #roots: Roots
  readonly #versions = new Map<string, Version[]>()

  constructor(roots: Roots) {
    this.#roots = roots
  }

  /** The steps on disk for one record. Records must come in the order of time. */
  apply(event: RecordEvent): (WriteStep | RenameStep)[] {
    const folder = folderOf(this.#roots, event)
    const { patient, careDate, dataKind, orderNo, department, at, action } = event
    const key = `${folder}/${orderNo}`
    const before = this.#versions.get(key) ?? []
    const renames = before.flatMap((version) => this.#supersede(version, action === 'DEL' ? '0' : '2', at))
    if (action === 'DEL' && event.storage === 'extended') return renames
    const stem = `${folder}/${patient}_${careDate}_${dataKind}_${orderNo}_${stamp17(at)}_${department}`
    const version: Version = { stem, flag: action === 'DEL' ? '0' : '1' }
    this.#versions.set(key, [...before, version])
    return [...renames, ...writes(`${stem}_${version.flag}`, event)]
  }

  #supersede(version: Version, flag: Flag, at: EpochMs): RenameStep[] {
    if (version.flag === flag || version.flag === '0') return []
    const from = `${version.stem}_${version.flag}`
    version.flag = flag
    return [{ step: 'rename', from, to: `${version.stem}_${flag}`, at }]
  }
}

function writes(path: string, { content, at }: RecordEvent): WriteStep[] {
  if ('message' in content)
    return [{ step: 'write', path, at, bytes: () => encodeMessage(content.message(), content.style) }]
  return content.attachments.map(({ name, bytes }) => ({ step: 'write', path: `${path}/${name}`, at, bytes }))
}
