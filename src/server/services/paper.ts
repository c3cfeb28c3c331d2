/** Printing many charts at once, as the screens ask for it: who may, what is journaled, what is told. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AppError, institutionDate, isAppError } from '#base'
import { accessOf, type Part } from '#chart'
import { detailSealer, newEntry, patientSubject } from '#journal'
import { INSIDE } from '#vault'
import { MESSAGES, FORMATS, type PaperService, type Stack, type StackChoice, type Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { bookedOf, type OpenedGeneration, wardsOf } from '../print/lists.ts'
import { makeStack, type StackPatient } from '../print/make-stack.ts'
import { NIGHT_ACCESS } from '../print/night.ts'
import { demand, personOf, readingOf } from './viewers.ts'

const DAY_MS = 86_400_000
/** Patients that one person prints in a day before the administrators hear of it: two large wards. */
const ALARM_ABOVE = 100
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

interface Kept {
  readonly personId: string
  stack: Stack
  pdf?: Uint8Array
  /** State of the erasure register that it was made under. */
  readonly erasures: string
}
interface Person {
  readonly key: string
  readonly id: string
}
type Scope = Stack['scope']
type LookFlag = 'protected-staff' | 'own-chart' | 'break-glass'

export function paperService(institution: Institution): PaperService {
  const { vault, charts, ledger, journalIndex, access, clock, folder, night } = institution
  /** In memory alone: a stack is printed at once, or made again. */
  let kept: Kept | undefined

  const isRunning = (): boolean => kept?.stack.state === 'running'

  async function opened(viewer: Viewer): Promise<OpenedGeneration[]> {
    const newest = [...Map.groupBy(await charts.readable(), ({ sourceId }) => sourceId).values()].map(
      ([first]) => first!,
    )
    return Promise.all(
      newest.map(async ({ id }) => ({
        index: await charts.index(id, readingOf(viewer)),
        reader: await charts.reader(id),
      })),
    )
  }

  /** Who does not see a part that is printed may not print it of many; nor may a clerk. */
  function demandReader(viewer: Viewer): void {
    demand(viewer, 'see-patients')
    const { parts } = accessOf(personOf(viewer))
    if (PRINTED.some((part) => parts[part] !== 'yes')) throw new AppError('ACCESS_DENIED')
    readingKey(readingOf(viewer), 'patientIndex')
  }

  /** The night's file shows what was not told to patients: only to who sees that anyway. */
  const mayOpenNight = (viewer: Viewer) => {
    const { sensitive } = accessOf(personOf(viewer))
    return (['uninformed', 'undelivered'] as const).every(
      (kind) => NIGHT_ACCESS.sensitive[kind] !== 'yes' || sensitive[kind] === 'yes',
    )
  }

  async function printedToday(viewer: Viewer): Promise<number> {
    await journalIndex.catchUp(await ledger.reader())
    const actor = `person:${viewer.personId}`
    const { entries } = await journalIndex.query({
      types: ['chart.printed-many'],
      actor,
      fromMs: clock.now() - DAY_MS,
      limit: 500,
    })
    return entries.reduce((sum, { entry }) => sum + Number(entry.data['patients']), 0)
  }

  /** One entry for the stack, and one for each patient whose chart opens with a reason only. Before anything is read. */
  async function journal(
    viewer: Viewer,
    scope: Scope,
    generationId: string,
    people: readonly Person[],
    reason: string,
  ): Promise<void> {
    const key = readingKey(readingOf(viewer), 'patientSubject')
    const sealer = detailSealer(key)
    const actor = `person:${viewer.personId}` as const
    const place = { repository: (await vault.generations.demand(generationId)).repository, snapshot: generationId }
    const isBreakGlass = access.emergency.reasonOf(viewer.personId) !== undefined
    const protectedPeople: (Person & { readonly flags: LookFlag[] })[] = []
    for (const person of people) {
      const about = await access.protectedPatients.about(personOf(viewer).id, patientSubject(key, person.key))
      const flags = [
        ...(about.protectedStaff ? (['protected-staff'] as const) : []),
        ...(about.ownChart ? (['own-chart'] as const) : []),
        ...(isBreakGlass ? (['break-glass'] as const) : []),
      ]
      if (about.protectedStaff || about.ownChart) protectedPeople.push({ ...person, flags })
    }
    const alarm = people.length + (await printedToday(viewer)) > ALARM_ABOVE
    const subject = `generation:${generationId}` as const
    await ledger.append(
      newEntry('chart.printed-many', {
        actor,
        subject,
        sealed: sealer.seal(JSON.stringify({ reason, patientIds: people.map(({ id }) => id) }), subject),
        data: { ...place, scope, patients: people.length, protected: protectedPeople.length, alarm },
      }),
    )
    for (const { key: patient, id, flags } of protectedPeople) {
      const about = patientSubject(key, patient)
      await ledger.append(
        newEntry('chart.opened', {
          actor,
          subject: about,
          sealed: sealer.seal(JSON.stringify({ patientId: id, reason }), about),
          data: { ...place, parts: ['chart'], flags, reason: 'given' },
        }),
      )
    }
  }

  async function make(
    viewer: Viewer,
    choice: StackChoice,
    patients: readonly StackPatient[],
    language: 'ja' | 'en',
    mine: Kept,
  ): Promise<void> {
    const words = MESSAGES[language]
    const f = FORMATS[language]
    const now = clock.now()
    const about = choice.scope === 'ward' ? choice.ward || words.printing.wardUnknown : choice.day
    const made = await makeStack({
      title: `${choice.scope === 'ward' ? words.paper.ward.title : words.paper.ward.bookedTitle} ${about}`,
      groups: [{ title: about, patients }],
      access: accessOf(personOf(viewer)),
      language,
      words,
      nowMs: now,
      by: words.printedBy(viewer.displayName, f.dateTime(now, now)),
      institution: (await vault.setting('name')) ?? folder.info.institution,
      isSample: vault.isSample,
      notes: [],
      fontsFolder: join(folder.path, INSIDE.fonts),
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

  const personsOf = (patients: readonly StackPatient[]): Person[] =>
    patients.map(({ index, row }) => {
      const { patientKey, patientId } = index.entry(row)
      return { key: patientKey, id: patientId }
    })

  return {
    async lists(viewer) {
      demandReader(viewer)
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
        alarmAbove: ALARM_ABOVE,
      }
    },
    async start(viewer, choice, reason, language) {
      demandReader(viewer)
      if (isRunning()) return { kind: 'busy' }
      const generations = await opened(viewer)
      const patients =
        choice.scope === 'ward' ? (wardsOf(generations).get(choice.ward) ?? []) : bookedOf(generations, choice.day)
      if (patients.length === 0) return { kind: 'nobody' }
      if (patients.length + (await printedToday(viewer)) > MOST_A_DAY) return { kind: 'limit' }
      const { tag } = await vault.erasures.hidden()
      // Between two clicks at once, the second finds this.
      if (isRunning()) return { kind: 'busy' }
      const mine: Kept = {
        personId: viewer.personId,
        erasures: tag,
        stack: {
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
          madeAtMs: clock.now(),
        },
      }
      kept = mine
      try {
        await journal(viewer, choice.scope, patients[0]!.reader.generationId, personsOf(patients), reason)
      } catch (error) {
        kept = undefined
        throw error
      }
      void make(viewer, choice, patients, language, mine).catch((error: unknown) => {
        mine.stack = { ...mine.stack, state: 'failed', code: isAppError(error) ? error.code : 'BASE_BUG' }
      })
      return { kind: 'ok' }
    },
    async stacks(viewer) {
      demandReader(viewer)
      const state = mayOpenNight(viewer) ? await night.state() : undefined
      const failure = night.failure
      return [
        ...(kept?.personId === viewer.personId ? [kept.stack] : []),
        ...(state
          ? [
              {
                ...state,
                id: 'night',
                scope: 'night' as const,
                about: '',
                state: 'ready' as const,
                done: state.patients,
              },
            ]
          : failure
            ? [
                {
                  id: 'night',
                  scope: 'night' as const,
                  about: '',
                  state: 'failed' as const,
                  code: failure.code,
                  patients: 0,
                  done: 0,
                  sheets: 0,
                  notPrinted: 0,
                  missing: 0,
                  asOfMs: failure.atMs,
                  madeAtMs: failure.atMs,
                },
              ]
            : []),
      ]
    },
    async file(viewer, id) {
      demandReader(viewer)
      const { tag } = await vault.erasures.hidden()
      return kept?.stack.id === id && kept.personId === viewer.personId && kept.erasures === tag ? kept.pdf : undefined
    },
    async night(viewer, reason) {
      demandReader(viewer)
      if (!mayOpenNight(viewer)) throw new AppError('ACCESS_DENIED')
      const found = await night.open(readingKey(readingOf(viewer), 'patientIndex'))
      if (!found) return undefined
      await journal(viewer, 'night', found.state.generations[0]!, found.content.patients, reason)
      return found.content.pdf
    },
  }
}
