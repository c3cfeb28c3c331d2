/** How sources are kept, as the web shows and changes it. */
import type { EpochMs } from '#base'
import type { StoredEntry } from '#journal'
import { type Change, lockHorizon, looksOf, oldestCleanCandidate, type Source, type SourcePlan } from '#vault'
import type { PolicyChange, PolicyService, SourceHorizon, SourceJudgement } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand } from './viewers.ts'

const HISTORY = 20

export function policyService(institution: Institution): PolicyService {
  const { vault, clock } = institution
  const { policies } = vault
  /** One that another took the place of still holds what it holds, but is kept by nobody's plan. */
  const everySource = async () => (await vault.sources()).filter((source) => source.kind !== 'own-state')
  const sources = async () => (await everySource()).filter((source) => !source.replaced)
  const find = async (id: string) => (await sources()).find((source) => source.id === id)
  const judged = async (source: Source): Promise<SourceJudgement> => ({
    id: source.id,
    name: source.name,
    ...(await policies.judge(source)),
  })
  return {
    async frozen() {
      const untilMs = await vault.freeze.until()
      if (untilMs === undefined) return undefined
      const keepers = (await vault.otherPlaces.list()).filter(({ kind }) => kind === 'keeper')
      const places = await Promise.all(
        keepers.map(async ({ id, name }) => ({ name, told: !(await vault.freeze.isNewTo(id)) })),
      )
      return { untilMs, places }
    },
    async freeze(viewer) {
      demand(viewer, 'manage-backup')
      await vault.freeze.freeze(`person:${viewer.personId}`)
    },
    judged: async () => Promise.all((await sources()).map(judged)),
    async source(id) {
      const source = await find(id)
      if (!source) return undefined
      return {
        judged: await judged(source),
        plan: policies.planOf(source),
        version: policies.versionOf(source),
        leastLockDays: await policies.leastLockDays(source),
        places: (await vault.otherPlaces.list()).map(({ id: place, name }) => ({ id: place, name })),
        history: await history(institution, `source:${id}`),
        isWatched: looksOf(source, clock.now()) !== undefined,
        raisePending: source.raisePending && !vault.isSample,
      }
    },
    async preview(viewer, id, plan) {
      demand(viewer, 'manage-backup')
      const source = await find(id)
      return source && policies.preview(source, await knownPlaces(institution, plan))
    },
    async save(viewer, id, plan, version) {
      demand(viewer, 'manage-backup')
      if (!(await find(id))) return undefined
      return policies.save(id, await knownPlaces(institution, plan), { version, actor: `person:${viewer.personId}` })
    },
    async calendar() {
      const all = await sources()
      const isShort = await Promise.all(all.map((source) => isTooShort(institution, source)))
      return {
        calendar: await policies.calendar(),
        history: await history(institution),
        short: all.filter((_, i) => isShort[i]).map(({ id, name }) => ({ id, name })),
      }
    },
    async saveCalendar(viewer, calendar) {
      demand(viewer, 'manage-settings')
      await policies.saveCalendar(calendar, `person:${viewer.personId}`)
    },
    horizon: async () => Promise.all((await everySource()).map((source) => horizonOf(institution, source))),
    async candidates(sinceMs) {
      const now = clock.now()
      return Promise.all(
        (await everySource()).map(async (source) => {
          const found = oldestCleanCandidate(await policies.locked(source), sinceMs, now)
          return withoutUndefined({ id: source.id, name: source.name, found })
        }),
      )
    },
  }
}

/** A place that was taken off the list since is no choice any more. */
async function knownPlaces({ vault }: Institution, plan: SourcePlan): Promise<SourcePlan> {
  if (plan.places === undefined) return plan
  const known = (await vault.otherPlaces.list()).map(({ id }) => id)
  return { ...plan, places: known.filter((id) => plan.places!.includes(id)) }
}

async function isTooShort({ vault }: Institution, source: Source): Promise<boolean> {
  const { refusals } = await vault.policies.preview(source, vault.policies.planOf(source))
  return refusals.some(({ code }) => code === 'third-unlocked')
}

async function horizonOf({ vault, clock }: Institution, source: Source): Promise<SourceHorizon> {
  const generations = await vault.policies.locked(source)
  const now = clock.now()
  const still = (until: EpochMs | undefined) => (until !== undefined && until > now ? until : undefined)
  const any = generations.map((one) => ({ ...one, lockedUntil: still(one.lockedUntil) }))
  const away = generations.map((one) => ({
    ...one,
    lockedUntil: still(Math.max(0, ...one.copies.map((copy) => copy.lockedUntil ?? 0))),
  }))
  return {
    id: source.id,
    name: source.name,
    generations,
    any: lockHorizon(any),
    outOfReach: lockHorizon(away),
  }
}

/** Changes about one source, or about the house's days; newest first. */
async function history(institution: Institution, subject?: string): Promise<PolicyChange[]> {
  const { ledger, journalIndex, access } = institution
  await journalIndex.catchUp(await ledger.reader())
  const names = new Map((await access.people.list()).map((person) => [`person:${person.id}`, person.displayName]))
  const query = { types: ['policy.changed'], limit: 500, ...(subject === undefined ? {} : { subject }) }
  const { entries } = await journalIndex.query(query)
  return entries
    .filter(({ entry }) => entry.subject === subject)
    .slice(0, HISTORY)
    .map(({ entry }) => ({ atMs: entry.atMs, who: names.get(entry.actor) ?? '', changes: changesOf(entry) ?? [] }))
}

/** From what to what; undefined for entries that are about something else. */
export function changesOf({ type, data }: StoredEntry): readonly Change[] | undefined {
  return type === 'policy.changed' && Array.isArray(data['changes']) ? (data['changes'] as Change[]) : undefined
}
