/** もれの確認 bound to one institution: what is judged comes from the vault, what was decided from the list of systems. */
import { institutionDate, inTurns, isDate } from '#base'
import { coverageOf, type Covering, PARTS, type PartPlan, proposal, type SystemInput } from '#governance'
import type { CoverageService, Viewer } from '#web'
import { holdsCharts } from '#vault'
import type { Institution } from '../institution.ts'
import { machineModel, type SoundMachine } from './machines.ts'
import { demand } from './viewers.ts'

export function coverageService(institution: Institution): CoverageService {
  const { vault, systems, clock, ledger } = institution
  /** Ids and codes only: names and reasons are free text. */
  const note = (viewer: Viewer, id: string, ...changes: string[]) =>
    ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `system:${id}`,
      data: { area: 'coverage', changes },
    })
  const isTaken = async (name: string, but?: string): Promise<boolean> =>
    (await systems.list()).some((system) => system.name === name && system.id !== but)
  /** One after the other: two clicks at once make one list. */
  const inTurn = inTurns()
  return {
    async map() {
      const sources = (await vault.sources()).filter((source) => source.kind !== 'own-state')
      const nameOf = new Map(sources.map(({ id, name }) => [id, name]))
      const generations = (await vault.generations.list()).filter(({ sourceId }) => nameOf.has(sourceId))
      const machines = (await institution.machines.list()).map((machine) => machineModel(machine, clock.now()))
      return {
        systems: coverageOf(
          await systems.list(),
          { taken: [...(await vault.taken()), ...machines.map(coveringOf)], devices: await institution.devices.list() },
          clock.now(),
        ),
        sources: [...sources.filter((source) => !source.replaced), ...machines].map(({ id, name }) => ({ id, name })),
        generations: generations
          .filter(({ closure }) => closure === 'complete')
          .map(({ id, sourceId, startedAt }) => ({ id, sourceName: nameOf.get(sourceId)!, takenAtMs: startedAt })),
      }
    },
    propose: (viewer, ehr, words) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        if ((await systems.list()).length > 0) return
        const chartSource = (await vault.sources()).find(holdsCharts)?.id
        for (const id of await systems.add(proposal({ ehr, ...words, chartSource }))) await note(viewer, id, 'added')
      }),
    add: (viewer, input) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        if (await isTaken(input.name)) return { kind: 'refused', field: 'name', code: 'name-taken' }
        const [id = ''] = await systems.add([input])
        await note(viewer, id, 'added')
        return { kind: 'ok', id }
      }),
    async change(viewer, id, input) {
      demand(viewer, 'manage-backup')
      if (await isTaken(input.name, id)) return { kind: 'refused', field: 'name', code: 'name-taken' }
      const known = new Set([...(await vault.sources()), ...(await institution.machines.list())].map(({ id }) => id))
      for (const part of PARTS) {
        const plan = input.parts[part]
        if (plan?.way === 'source' && !known.has(plan.sourceId))
          return { kind: 'refused', field: `${part}-source`, code: 'no-such-source' }
      }
      const before = await systems.get(id)
      await systems.change(id, input)
      await note(viewer, id, 'changed', ...decided(before?.parts, input.parts))
      return { kind: 'ok' }
    },
    async remove(viewer, id) {
      demand(viewer, 'manage-backup')
      if (await systems.remove(id)) await note(viewer, id, 'removed')
    },
    async accept(viewer, id, acceptance) {
      demand(viewer, 'manage-backup')
      if (acceptance.on === '') return { kind: 'refused', field: 'on', code: 'no-day' }
      if (!isDate(acceptance.on)) return { kind: 'refused', field: 'on', code: 'not-a-date' }
      // What has not come yet has not been seen.
      if (acceptance.on > institutionDate(clock.now())) return { kind: 'refused', field: 'on', code: 'day-to-come' }
      if (!(await vault.generations.get(acceptance.generationId)))
        return { kind: 'refused', field: 'generationId', code: 'no-such-generation' }
      if (await systems.accept(id, acceptance)) await note(viewer, id, 'accepted', acceptance.result)
      return { kind: 'ok' }
    },
  }
}

/** Another machine, as the Keeper last said of it. */
function coveringOf({ id, name, state, newestAtMs }: SoundMachine): Covering {
  const judged = {
    good: { code: 'source-taken', state: 'good' },
    late: { code: 'source-late', state: 'bad' },
    never: { code: 'source-never', state: 'bad' },
    unasked: { code: 'source-never', state: 'bad' },
  } as const
  return {
    sourceId: id,
    name,
    ...judged[state],
    newest: newestAtMs === undefined ? undefined : { takenAt: newestAtMs },
  }
}

/** Which parts were decided otherwise, as `part:way`. */
function decided(before: SystemInput['parts'] | undefined, after: SystemInput['parts']): string[] {
  const text = (plan: PartPlan | undefined): string => JSON.stringify(plan ?? { way: 'open' })
  return PARTS.flatMap((part) => {
    const plan = after[part]
    return plan && text(plan) !== text(before?.[part]) ? [`${part}:${plan.way}`] : []
  })
}
