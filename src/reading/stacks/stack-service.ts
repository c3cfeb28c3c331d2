/**
 * Printing many charts at once, for server and emergency PC alike: who may, what is journaled, what is told, where it ends
 * (SECURITY.md, 18).
 */
import { randomBytes } from 'node:crypto'
import { AppError, institutionDate, isAppError } from '#base'
import { accessOf, type Part } from '#chart'
import { detailSealer, newEntry, patientSubject } from '#journal'
import type { PaperTongue, Stack, StackChoice, StackService, Viewer } from '#web'
import type { ReadingHouse } from '../house.ts'
import { bookedOf, type OpenedGeneration, wardsOf } from './stack-lists.ts'
import { makeStack, type StackPatient } from './make-stack.ts'

const DAY_MS = 86_400_000
/** Patients that are printed in a day before the administrators hear of it: two large wards. */
export const PRINT_ALARM_ABOVE = 100
/** And before it ends: an emergency that needs more has the night's file. */
const MOST_A_DAY = 1000
/** What stands on the sheets. */
const PRINTED: readonly Part[] = [
  'identity',
  'allergies',
  'infections',
  'alerts',
  'prescriptions',
  'injections',
  'administrations',
  'labs',
  'vitals',
  'problems',
  'bloodType',
  'stay',
]

export interface PrintingHouse extends ReadingHouse {
  /** Patients that count as this reader's, printed since then, by the journal. */
  printedSince(viewer: Viewer, fromMs: number): Promise<number>
  about(): Promise<{ readonly institution: string; readonly isSample: boolean }>
  /** Changes when somebody is erased: what was made before is handed out no more. */
  erasures(): Promise<string>
}

interface Kept {
  readonly personId: string
  stack: Stack
  pdf?: Uint8Array
  /** State of the erasure register that it was made under. */
  readonly erasures: string
}
type Scope = Stack['scope']
type LookFlag = 'protected-staff' | 'own-chart' | 'break-glass'

export interface PrintedPerson {
  readonly key: string
  readonly id: string
}

/** One entry for the stack, and one for each patient whose chart opens with a reason only. Before anything is read. */
export async function journalStack(
  house: PrintingHouse,
  viewer: Viewer,
  stack: {
    readonly scope: Scope
    readonly generationId: string
    /** Where it was noted when the sheets were made: the generation itself may be long gone. */
    readonly repository?: string
    readonly reason: string
  },
  people: readonly PrintedPerson[],
): Promise<void> {
  const { scope, generationId, reason } = stack
  const key = house.subjectKey(viewer)
  const sealer = detailSealer(key)
  const actor = `person:${viewer.personId}` as const
  const repository = stack.repository ?? (await house.repositoryOf(generationId))
  if (repository === undefined) throw new AppError('VAULT_GENERATION_UNKNOWN')
  const place = { repository, snapshot: generationId }
  const isBreakGlass = house.breakGlass?.(viewer) !== undefined
  const protectedPeople: (PrintedPerson & { readonly flags: LookFlag[] })[] = []
  for (const person of people) {
    const about = await house.protection(viewer, patientSubject(key, person.key))
    const flags = [
      ...(about.protectedStaff ? (['protected-staff'] as const) : []),
      ...(about.ownChart ? (['own-chart'] as const) : []),
      ...(isBreakGlass ? (['break-glass'] as const) : []),
    ]
    if (about.protectedStaff || about.ownChart) protectedPeople.push({ ...person, flags })
  }
  const alarm = people.length + (await printedToday(house, viewer)) > PRINT_ALARM_ABOVE
  const subject = `generation:${generationId}` as const
  await house.journal.append(
    newEntry('chart.printed-many', {
      actor,
      subject,
      sealed: sealer.seal(JSON.stringify({ reason, patientIds: people.map(({ id }) => id) }), subject),
      data: { ...place, scope, patients: people.length, protected: protectedPeople.length, alarm },
    }),
  )
  for (const { key: patient, id, flags } of protectedPeople) {
    const about = patientSubject(key, patient)
    await house.journal.append(
      newEntry('chart.opened', {
        actor,
        subject: about,
        sealed: sealer.seal(JSON.stringify({ patientId: id, reason }), about),
        data: { ...place, parts: ['chart'], flags, reason: 'given' },
      }),
    )
  }
}

const printedToday = (house: PrintingHouse, viewer: Viewer): Promise<number> =>
  house.printedSince(viewer, house.clock.now() - DAY_MS)

/** Who does not see a part that is printed may not print it of many; nor may a clerk. @throws ACCESS_DENIED, VAULT_KEY_MISSING */
export function demandPrinter(house: PrintingHouse, viewer: Viewer): void {
  const { parts } = accessOf(house.rolesOf(viewer))
  if (!viewer.can.has('see-patients') || PRINTED.some((part) => parts[part] !== 'yes'))
    throw new AppError('ACCESS_DENIED')
  house.subjectKey(viewer)
}

export function stackService(house: PrintingHouse): StackService {
  const { clock } = house
  /** In memory alone: a stack is printed at once, or made again. */
  let kept: Kept | undefined
  const isRunning = (): boolean => kept?.stack.state === 'running'

  async function opened(viewer: Viewer): Promise<OpenedGeneration[]> {
    const newest = [...Map.groupBy(await house.readable(), ({ sourceId }) => sourceId).values()].map(
      ([first]) => first!,
    )
    return Promise.all(
      newest.map(async (summary) => ({
        summary,
        index: await house.index(viewer, summary.id),
        reader: await house.reader(summary.id),
      })),
    )
  }

  async function make(
    viewer: Viewer,
    choice: StackChoice,
    patients: readonly StackPatient[],
    opened: readonly OpenedGeneration[],
    tongue: PaperTongue,
    mine: Kept,
  ): Promise<void> {
    const { t, f } = tongue
    const now = clock.now()
    const about = choice.scope === 'ward' ? choice.ward || t.printing.wardUnknown : choice.day
    const made = await makeStack({
      title: `${choice.scope === 'ward' ? t.paper.ward.title : t.paper.ward.bookedTitle} ${about}`,
      groups: [{ title: about, patients }],
      opened,
      access: accessOf(house.rolesOf(viewer)),
      tongue,
      nowMs: now,
      by: t.printedBy(viewer.displayName, f.dateTime(now, now)),
      ...(await house.about()),
      notes: [],
      ...(house.fontsFolder === undefined ? {} : { fontsFolder: house.fontsFolder }),
      onDone: (done, sheets) => {
        if (kept !== mine) throw new AppError('BASE_CANCELLED')
        mine.stack = { ...mine.stack, done, sheets }
      },
    })
    mine.pdf = made.pdf
    mine.stack = {
      ...mine.stack,
      state: 'ready',
      sheets: made.sheets,
      notPrinted: made.notPrinted,
      missing: made.missing.length,
    }
  }

  return {
    async lists(viewer) {
      demandPrinter(house, viewer)
      const generations = await opened(viewer)
      if (generations.length === 0) return undefined
      const now = clock.now()
      const days = [now, now + DAY_MS].map((at) => institutionDate(at))
      return {
        asOfMs: Math.min(...generations.map(({ index }) => index.asOf)),
        wards: [...wardsOf(generations)].map(([ward, { length: patients }]) => ({ ward, patients })),
        days: days
          .map((day) => ({ day, patients: bookedOf(generations, day).length }))
          .filter(({ patients }) => patients > 0),
        alarmAbove: PRINT_ALARM_ABOVE,
      }
    },
    async start(viewer, choice, reason, tongue) {
      demandPrinter(house, viewer)
      if (isRunning()) return { kind: 'busy' }
      const generations = await opened(viewer)
      const patients =
        choice.scope === 'ward' ? (wardsOf(generations).get(choice.ward) ?? []) : bookedOf(generations, choice.day)
      if (patients.length === 0) return { kind: 'nobody' }
      if (patients.length + (await printedToday(house, viewer)) > MOST_A_DAY) return { kind: 'limit' }
      const erasures = await house.erasures()
      // Between two clicks at once, the second finds this.
      if (isRunning()) return { kind: 'busy' }
      const mine: Kept = { personId: viewer.personId, erasures, stack: begun(choice, patients, clock.now()) }
      kept = mine
      try {
        const { generationId } = patients[0]!.reader
        await journalStack(house, viewer, { scope: choice.scope, generationId, reason }, patients.map(personOf))
      } catch (error) {
        kept = undefined
        throw error
      }
      void make(viewer, choice, patients, generations, tongue, mine).catch((error: unknown) => {
        mine.stack = { ...mine.stack, state: 'failed', code: isAppError(error) ? error.code : 'BASE_BUG' }
      })
      return { kind: 'ok' }
    },
    stacks(viewer) {
      demandPrinter(house, viewer)
      return Promise.resolve(kept?.personId === viewer.personId ? [kept.stack] : [])
    },
    async file(viewer, id) {
      demandPrinter(house, viewer)
      const tag = await house.erasures()
      return kept?.stack.id === id && kept.personId === viewer.personId && kept.erasures === tag ? kept.pdf : undefined
    },
  }
}

function begun(choice: StackChoice, patients: readonly StackPatient[], nowMs: number): Stack {
  return {
    id: randomBytes(9).toString('base64url'),
    scope: choice.scope,
    about: choice.scope === 'ward' ? choice.ward : choice.day,
    state: 'running',
    patients: patients.length,
    done: 0,
    sheets: 0,
    notPrinted: 0,
    missing: 0,
    asOfMs: Math.min(...patients.map(({ reader }) => reader.asOf)),
    madeAtMs: nowMs,
  }
}

function personOf({ index, row }: StackPatient): PrintedPerson {
  const { patientKey, patientId } = index.entry(row)
  return { key: patientKey, id: patientId }
}
