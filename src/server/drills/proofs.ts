/** What Toride can show for the proofs that fees ask for: counts and days out of what the areas know. */
import type { ProofFacts } from '#web'
import type { Institution } from '../institution.ts'

const YEAR_MS = 365 * 86_400_000

export async function proofFacts(house: Institution): Promise<ProofFacts> {
  const { vault, plans, drills, improvements, training, rules, access, clock } = house
  const now = clock.now()
  const places = (await vault.places()).filter(({ sources }) => sources.some(({ generations }) => generations > 0))
  const media = await vault.media.state()
  const [plan] = await plans.versions()
  const ended = (await drills.list()).flatMap(({ id, endedAt, people }) =>
    endedAt === undefined ? [] : [{ id, endedAtMs: endedAt, people: people.length }],
  )
  const items = (await improvements.list()).filter(
    ({ origin, state }) => origin.startsWith('exercise:') && state !== 'dropped',
  )
  const staff = new Set<string>((await access.people.list()).map(({ id }) => id))
  const readers = (await training.read()).filter(({ personId, at }) => staff.has(personId) && now - at <= YEAR_MS)
  const [newest] = await rules.versions()
  const rulesRead = (await rules.read()).filter(
    ({ number, personId }) => number === newest?.number && staff.has(personId),
  )
  return {
    rules: newest && { number: newest.number, people: rulesRead.length, staff: staff.size },
    copies: places.length,
    locked: places.filter(({ sources }) => sources.some(({ lockedUntil }) => (lockedUntil ?? 0) > now)).length,
    media: media !== undefined && media.stage !== 'empty',
    plan: plan && { number: plan.number, approvedAtMs: plan.approvedAt },
    drill: ended.toSorted((a, b) => b.endedAtMs - a.endedAtMs)[0],
    improvements: { all: items.length, open: items.filter(({ state }) => state === 'open').length },
    learners: { people: new Set(readers.map(({ personId }) => personId)).size, staff: staff.size },
  }
}
