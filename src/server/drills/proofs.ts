/** What Toride can show for the proofs that fees ask for: counts and days out of what the areas know. */
import type { ProofFacts } from '#web'
import type { Institution } from '../institution.ts'
import { learnersOfHouse } from './learners.ts'

export async function proofFacts(house: Institution): Promise<ProofFacts> {
  const { vault, plans, drills, improvements, rules, access, clock } = house
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
  const staff = new Set<string>((await access.people.list()).filter(({ disabled }) => !disabled).map(({ id }) => id))
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
    learners: await learnersOfHouse(house),
  }
}
