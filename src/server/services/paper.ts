/** Printing many charts at once: stacks as on the emergency PC, and the night's file. */
import { AppError } from '#base'
import { accessOf } from '#chart'
import { demandPrinter, journalStack, type PrintingHouse, stackService } from '#reading'
import type { PaperService, Stack, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { NIGHT_ACCESS } from '../print/night.ts'
import { readingHouse } from './reading-house.ts'
import { personOf, readingOf } from './viewers.ts'

export function paperService(institution: Institution): PaperService {
  const { night } = institution
  const house = printingHouse(institution)
  const stacks = stackService(house)
  return {
    ...stacks,
    async stacks(viewer) {
      const own = await stacks.stacks(viewer)
      const state = mayOpenNight(viewer) ? await night.state() : undefined
      if (state) return [...own, { ...state, ...NIGHT, state: 'ready', done: state.patients }]
      const { failure } = night
      return failure
        ? [...own, { ...NOTHING, ...NIGHT, code: failure.code, asOfMs: failure.atMs, madeAtMs: failure.atMs }]
        : own
    },
    async night(viewer, reason) {
      demandPrinter(house, viewer)
      if (!mayOpenNight(viewer)) throw new AppError('ACCESS_DENIED')
      const found = await night.open(readingKey(readingOf(viewer), 'patientIndex'))
      if (!found) return undefined
      const { repository, generations } = found.state
      const stack = { scope: 'night', generationId: generations[0]!, repository, reason } as const
      await journalStack(house, viewer, stack, found.content.patients)
      return found.content.pdf
    },
  }
}

const NIGHT = { id: 'night', scope: 'night', about: '' } as const
const NOTHING = {
  state: 'failed',
  patients: 0,
  done: 0,
  sheets: 0,
  notPrinted: 0,
  missing: 0,
} as const satisfies Partial<Stack>

/** The night's file shows what was not told to patients: only to who sees that anyway. */
function mayOpenNight(viewer: Viewer): boolean {
  const { sensitive } = accessOf(personOf(viewer))
  return (['uninformed', 'undelivered'] as const).every(
    (kind) => NIGHT_ACCESS.sensitive[kind] !== 'yes' || sensitive[kind] === 'yes',
  )
}

function printingHouse(institution: Institution): PrintingHouse {
  const { vault, journalIndex, ledger, folder } = institution
  return {
    ...readingHouse(institution),
    async printedSince(viewer, fromMs) {
      await journalIndex.catchUp(await ledger.reader())
      const actor = `person:${viewer.personId}`
      const { entries } = await journalIndex.query({ types: ['chart.printed-many'], actor, fromMs, limit: 500 })
      return entries.reduce((sum, { entry }) => sum + Number(entry.data['patients']), 0)
    },
    about: async () => ({
      institution: (await vault.setting('name')) ?? folder.info.institution,
      isSample: vault.isSample,
    }),
    erasures: async () => (await vault.erasures.hidden()).tag,
  }
}
