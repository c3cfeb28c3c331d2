/**
 * Patients of many files made one: by the names that files give them. Where people who are plainly two (another number,
 * birth date or institution) share a name, they stay two, and a record that names only what they share is shown under none.
 */
import type { ByteRange, SurveyedIdentity, SurveyHead } from '#intake'
import type { IntakeReaderFile } from '../ports.ts'
import type { Identity, Problem } from '#ssmix2'
import { type ExportPlace, newestProofs, writePlace } from './export-place.ts'
import { Exports } from './exports.ts'
import { Called, listedOf } from './listed.ts'
import { type FileCounts, type Holding, PATIENT_ROW, type UnitEntry } from '../patient-index/unit-entry.ts'

export interface SharedPlace {
  readonly name: string
  readonly file: number
  readonly range: ByteRange
}

export interface JoinedIntake {
  readonly entries: UnitEntry[]
  /** Paths and survey ids, by the numbers of the holdings. */
  readonly files: readonly { readonly path: string; readonly surveyId: string; readonly exported: string }[]
  readonly shared: SharedPlace[]
}

interface Member extends Holding {
  readonly names: readonly string[]
  readonly found: SurveyHead['patients'][number]
}

export class IntakeJoin {
  readonly #files: { readonly path: string; readonly surveyId: string }[] = []
  readonly #exports = new Exports()
  #places: ReadonlyMap<string, ExportPlace> = new Map()
  #proofs: ReadonlyMap<string, ExportPlace> = new Map()
  readonly #shared: SharedPlace[] = []
  readonly #members: Member[] = []
  readonly #called = new Called()
  /** Problems by file. */
  readonly #problems = new Map<number, Problem[]>()

  add(file: IntakeReaderFile): void {
    const number = this.#files.length
    const { path, surveyId, survey, damage } = file
    this.#files.push({ path, surveyId })
    this.#exports.add(file)
    if (!survey) {
      this.#report(number, damage ?? 'RESTIC_DAMAGED', path)
      return
    }
    const { patients, problems, shared, called = [] } = survey.head
    this.#called.add(number, called)
    for (const { code, where } of problems) this.#report(number, code, where === 'file' ? path : `${path} (${where})`)
    for (const { names, range } of shared) for (const name of names) this.#shared.push({ name, file: number, range })
    patients.forEach((found, patient) =>
      this.#members.push({ file: number, patient, names: survey.patient(patient).names, found }),
    )
  }

  #report(file: number, code: string, path: string): void {
    const problem = { code, path } as Problem
    const known = this.#problems.get(file)
    if (known) known.push(problem)
    else this.#problems.set(file, [problem])
  }

  /** @param isHidden by the patient's key */
  finish(isHidden: (patientKey: string) => boolean): JoinedIntake {
    this.#rankExports()
    const entries = apart(
      this.#groups()
        .flatMap((group) => this.#people(group))
        .map((members) => entryOf(members, this.#called, (member) => this.#isSurpassed(member))),
    ).filter(({ unitPath }) => !isHidden(unitPath.slice(PATIENT_ROW.length)))
    const files = this.#files.map((file) => {
      const place = this.#places.get(file.path)
      return { ...file, exported: place ? writePlace(place) : '' }
    })
    return { entries: [...entries, ...this.#fileEntries()], files, shared: this.#shared }
  }

  #rankExports(): void {
    const { places, problems } = this.#exports.finish()
    const numbers = new Map(this.#files.map(({ path }, number) => [path, number]))
    for (const { path, code } of problems) this.#report(numbers.get(path)!, code, path)
    this.#places = places
    this.#proofs = newestProofs(places.values())
  }

  /** A newer complete list of the same table says how things are. */
  #isSurpassed({ file }: Member): boolean {
    const place = this.#places.get(this.#files[file]!.path)
    return place !== undefined && place.rank < (this.#proofs.get(place.table)?.rank ?? 0)
  }

  /** Members that share names, over any number of steps. */
  #groups(): Member[][] {
    const parent = Array.from(this.#members, (_, i) => i)
    const rootOf = (i: number): number => {
      let at = i
      while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!
      return at
    }
    const byName = new Map<string, number>()
    this.#members.forEach(({ names }, i) => {
      for (const name of names) {
        const other = byName.get(name)
        if (other === undefined) byName.set(name, i)
        else parent[rootOf(i)] = rootOf(other)
      }
    })
    return [...Map.groupBy(this.#members.keys(), rootOf).values()].map((all) => all.map((i) => this.#members[i]!))
  }

  #people(group: readonly Member[]): Member[][] {
    const named = group.filter(({ found }) => found.identity)
    const people: Member[][] = []
    for (const member of named) {
      const same = people.find((one) => one.every((other) => mayBeOne(member.found.identity!, other.found.identity!)))
      if (same) same.push(member)
      else people.push([member])
    }
    if (people.length <= 1) return [[...group]]
    for (const { file, found } of group)
      if (!found.identity) this.#report(file, 'patient-ambiguous', this.#files[file]!.path)
    return people
  }

  /** Files stand in the list of problems even where they hold nobody. */
  #fileEntries(): UnitEntry[] {
    return [...this.#problems].map(([file, problems]) => ({
      unitPath: this.#files[file]!.path,
      signature: '',
      root: '',
      patientId: '',
      identity: undefined,
      identityAt: '',
      lastCareDate: '',
      kinds: new Map(),
      counts: { ...NO_COUNTS, problem: problems.length },
      problems,
      stays: [],
      bookings: [],
    }))
  }
}

/** Two people of one number stay two. */
function apart(entries: readonly UnitEntry[]): UnitEntry[] {
  const seen = new Map<string, number>()
  return entries.map((entry) => {
    const count = (seen.get(entry.unitPath) ?? 0) + 1
    seen.set(entry.unitPath, count)
    return count === 1 ? entry : { ...entry, unitPath: `${entry.unitPath}~${count}` }
  })
}

/** Whatever both say agrees; names change with a marriage and are written in many ways. */
function mayBeOne(a: SurveyedIdentity, b: SurveyedIdentity): boolean {
  const length = Math.min(a.birthDate.length, b.birthDate.length)
  return (
    a.patientId === b.patientId &&
    (a.sex === '' || b.sex === '' || a.sex === b.sex) &&
    (!a.institution || !b.institution || a.institution === b.institution) &&
    a.birthDate.slice(0, length) === b.birthDate.slice(0, length)
  )
}

const NO_COUNTS: FileCounts = { current: 0, superseded: 0, deleted: 0, quarantined: 0, problem: 0, log: 0 }

function entryOf(members: readonly Member[], called: Called, isSurpassed: (member: Member) => boolean): UnitEntry {
  const standing = (member: Member): number => (isSurpassed(member) ? 0 : 1)
  const named = members.filter(({ found }) => found.identity)
  const newest = named
    .toSorted(
      (a, b) =>
        order(a.found.identity!.recordedAt, b.found.identity!.recordedAt) ||
        standing(a) - standing(b) ||
        fullness(a) - fullness(b),
    )
    .at(-1)
  const identity = newest?.found.identity
  const patientId = identity?.patientId ?? numberIn(members)
  const root = named.map(({ found }) => found.identity!.institution).find(Boolean) ?? ''
  const kinds = new Map<string, number>()
  for (const { found } of members)
    for (const [kind, count] of Object.entries(found.counts)) kinds.set(kind, (kinds.get(kind) ?? 0) + count)
  const care = members.map(({ found }) => found.lastCareDate ?? '').reduce((a, b) => (a > b ? a : b), '')
  return {
    unitPath: `${PATIENT_ROW}${root}|${patientId}`,
    signature: '',
    root,
    patientId,
    identity: identity && indexed(identity),
    identityAt: identity?.recordedAt ?? '',
    lastCareDate: care.replaceAll('-', ''),
    kinds,
    counts: { ...NO_COUNTS, current: [...kinds.values()].reduce((sum, count) => sum + count, 0) },
    problems: [],
    ...listedOf(
      members.filter((member) => !isSurpassed(member)),
      called,
    ),
    holdings: members.map(({ file, patient }) => ({ file, patient })),
  }
}

/** Of two that are equally new: a table of results that repeats the name knows less than the list of patients. */
const fullness = ({ found: { identity } }: Member): number =>
  [identity?.kanji, identity?.kana, identity?.birthDate, identity?.sex].filter(Boolean).length

const order = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

function indexed({ patientId, kanji, kana, birthDate, sex, dead }: SurveyedIdentity): Identity {
  return { patientId, kanji, kana, birthDate: birthDate.replaceAll('-', ''), sex, dead }
}

/** Of a patient whom no record describes: the number, or else whatever they are called by. */
function numberIn(members: readonly Member[]): string {
  const names = members.flatMap((member) => member.names)
  const chosen = names.find((name) => name.startsWith('id|')) ?? names.find((name) => name.includes('|')) ?? names[0]!
  return chosen.slice(Math.max(chosen.lastIndexOf('|'), chosen.lastIndexOf('/')) + 1)
}
