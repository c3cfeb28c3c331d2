/** How sources are kept, as people decide and see it: plans, the house's days, rules, horizon. */
import { createHash } from 'node:crypto'
import { AppError, type Clock, type EpochMs, inTurns, isAppError } from '#base'
import type { Actor, Ledger } from '#journal'
import {
  AIMS,
  type AimFinding,
  type BusinessCalendar,
  DEFAULT_CALENDAR,
  forecast,
  judgeAim,
  judgePolicy,
  leastLockDays,
  parseCalendar,
  parsePolicy,
  type PlanRefusal,
  refusalsOf,
  type RuleFinding,
  type ThreeTwoOne,
  threeTwoOne,
  type PlaceFacts,
} from '#retention'
import type { Settings } from '../settings.ts'
import type { Source } from '../source.ts'
import type { Sources } from '../sources.ts'
import { calendarChanges, type Change, planChanges, type SourcePlan } from './changes.ts'
import { type FactsParts, factsOf, type LockedGeneration, lockedGenerations, placesOf } from './facts.ts'
import { raisedBy, raiseGenerations } from './raise.ts'
import { looksOf } from '../watch.ts'
import { choiceOf, plannedBy, rhythmOf } from './rhythm.ts'

export interface PoliciesParts extends FactsParts {
  readonly sources: Sources
  readonly settings: Settings
  readonly ledger: Ledger
  readonly clock: Clock
  /** Its locks are minutes long whatever the policy says. */
  readonly isSample: boolean
}

/** A source held against every rule. */
export interface Judgement {
  readonly findings: readonly RuleFinding[]
  readonly aims: readonly AimFinding[]
  readonly threeTwoOne: ThreeTwoOne
}

/** What saving a plan would do. */
export interface PlanPreview {
  readonly changes: readonly Change[]
  readonly refusals: readonly PlanRefusal[]
  /** As if the source had always been kept so: by the plan of now, and by the new one. */
  readonly before: readonly RuleFinding[]
  readonly after: readonly RuleFinding[]
  /** Generations that are there and would be held longer; `untilMs`: the latest new end of a lock. */
  readonly raised: { readonly count: number; readonly untilMs: EpochMs } | undefined
}

export type PlanResult =
  | { readonly kind: 'saved' | 'unchanged' }
  /** Somebody else changed it since it was shown. */
  | { readonly kind: 'changed-meanwhile' }
  | { readonly kind: 'refused'; readonly refusals: readonly PlanRefusal[] }

const CALENDAR = 'calendar'

export class Policies {
  readonly #parts: PoliciesParts
  readonly #inTurn = inTurns()
  /** Sources whose generations could not all be raised: left alone until a run has gone over them. */
  readonly #resting = new Set<string>()

  constructor(parts: PoliciesParts) {
    this.#parts = parts
  }

  async calendar(): Promise<BusinessCalendar> {
    const kept = await this.#parts.settings.setting(CALENDAR)
    return kept === undefined ? DEFAULT_CALENDAR : parseCalendar(JSON.parse(kept))
  }

  /** False, and nothing written down, where it was so already. @throws BASE_CONFIG_INVALID */
  saveCalendar(input: BusinessCalendar, actor: Actor): Promise<boolean> {
    const calendar = parseCalendar(input)
    return this.#inTurn(async () => {
      const changes = calendarChanges(await this.calendar(), calendar)
      if (changes.length === 0) return false
      await this.#enter(changes, actor)
      await this.#parts.settings.saveSetting(CALENDAR, JSON.stringify(calendar))
      return true
    })
  }

  planOf(source: Source): SourcePlan {
    const { policy, places, originals } = source
    return { policy, rhythm: choiceOf(source), places, originals }
  }

  /** Tells whether a plan is still the one that was shown. */
  versionOf(source: Source): string {
    return createHash('sha256')
      .update(JSON.stringify(this.planOf(source)))
      .digest('hex')
      .slice(0, 16)
  }

  /** For how long an ordinary generation has to be locked at least, in days. */
  async leastLockDays(source: Source): Promise<number> {
    const now = this.#parts.clock.now()
    return leastLockDays(rhythmOf(source, now), await this.calendar(), now)
  }

  async judge(source: Source): Promise<Judgement> {
    const now = this.#parts.clock.now()
    const facts = await factsOf(this.#parts, source, { calendar: await this.calendar(), now })
    const findings = judgePolicy(source.policy, facts)
    return {
      findings,
      aims: AIMS.map((aim) => judgeAim(aim, findings, facts.places, now)),
      threeTwoOne: threeTwoOne(facts.places, now),
    }
  }

  async preview(source: Source, plan: SourcePlan): Promise<PlanPreview> {
    const [before, after] = [await this.#judgeAhead(source, this.planOf(source)), await this.#judgeAhead(source, plan)]
    return {
      changes: planChanges(this.planOf(source), plan),
      refusals: await this.#refusals(source, plan),
      before,
      after,
      raised: await this.#raisedBy(source, plan),
    }
  }

  /**
   * Saves a plan. What is locked stays locked to its end; where more is held than before, what is there waits for its
   * later ends ({@link raise}). The ledger's word comes first: no lowering without it.
   * @param version of the plan that was shown ({@link versionOf})
   * @throws BASE_CONFIG_INVALID for what no form lets through: fewer than three, a lock above the ceiling
   */
  save(sourceId: string, plan: SourcePlan, { version, actor }: { version: string; actor: Actor }): Promise<PlanResult> {
    return this.#inTurn(async (): Promise<PlanResult> => {
      const source = await this.#parts.sources.get(sourceId)
      if (!source) throw new AppError('VAULT_SOURCE_INVALID', { context: { why: 'unknown' } })
      const policy = parsePolicy(plan.policy)
      const changes = planChanges(this.planOf(source), plan)
      // The second click of the same form.
      if (changes.length === 0) return { kind: 'unchanged' }
      if (version !== this.versionOf(source)) return { kind: 'changed-meanwhile' }
      const refusals = await this.#refusals(source, plan)
      if (refusals.length > 0) return { kind: 'refused', refusals }
      const raises = (await this.#raisedBy(source, plan)) !== undefined
      await this.#enter(changes, actor, source.id)
      const { schedule, dayRhythm } = plannedBy(plan.rhythm, source)
      await this.#parts.sources.note(source.id, {
        policy: JSON.stringify(policy),
        cron: schedule?.cron ?? null,
        rhythm: dayRhythm,
        places: plan.places === undefined ? null : JSON.stringify(plan.places),
        originals: plan.originals.length === 0 ? null : JSON.stringify(plan.originals),
        ...(raises ? { raise_pending: 1 } : {}),
        ...(changes.some(({ how }) => how === 'lowered') ? { lowered_at: this.#parts.clock.now() } : {}),
      })
      return { kind: 'saved' }
    })
  }

  /**
   * Gives the generations that wait for it the later ends of a policy that was raised. Asked at each tick; what did not
   * work (a busy or closed repository, an object that is gone) is tried again after the next run and the next start.
   * The later ends of copies are their places' own.
   */
  async raise({ again }: { readonly again: boolean }): Promise<void> {
    if (again) this.#resting.clear()
    for (const source of await this.#parts.sources.list()) {
      if (!source.raisePending || this.#resting.has(source.id)) continue
      try {
        const opened = await this.#parts.repositories.open(source.id)
        const { failed } = await raiseGenerations({ ...this.#parts, source, opened })
        if (failed > 0) this.#resting.add(source.id)
        else await this.#endRaise(source)
      } catch (error) {
        if (!isAppError(error)) throw error
        this.#resting.add(source.id)
      }
    }
  }

  /** Unless somebody raised it again meanwhile. */
  async #endRaise(source: Source): Promise<void> {
    const now = await this.#parts.sources.get(source.id)
    if (now && this.versionOf(now) === this.versionOf(source))
      await this.#parts.sources.note(source.id, { raise_pending: 0 })
  }

  /** Where a source lies, for 3-2-1-1-0. */
  places(source: Source): Promise<PlaceFacts[]> {
    return placesOf(this.#parts, source, source.places, { expected: false })
  }

  /** Every generation with the ends of its locks, newest first. */
  locked(source: Source): Promise<LockedGeneration[]> {
    return lockedGenerations(this.#parts, source)
  }

  async #refusals(source: Source, { policy, rhythm, originals }: SourcePlan): Promise<PlanRefusal[]> {
    const now = this.#parts.clock.now()
    const planned = plannedBy(rhythm, source)
    const refusals = refusalsOf({ policy, rhythm: rhythmOf(planned, now), originals }, await this.calendar(), now)
    // What is taken on change is not asked for each day (R18): its looks are.
    return looksOf(planned, now) === undefined ? refusals : refusals.filter(({ code }) => code !== 'less-than-daily')
  }

  async #judgeAhead(source: Source, plan: SourcePlan): Promise<RuleFinding[]> {
    const now = this.#parts.clock.now()
    const calendar = await this.calendar()
    const facts = await factsOf(this.#parts, plannedBy(plan.rhythm, source), { calendar, now })
    return [
      ...judgePolicy(plan.policy, {
        ...facts,
        generations: forecast({ policy: plan.policy, rhythm: facts.rhythm }, calendar, now),
        places: await placesOf(this.#parts, source, plan.places, { expected: true }),
        declaredOriginals: plan.originals,
      }),
    ]
  }

  async #raisedBy(source: Source, { policy }: SourcePlan): Promise<PlanPreview['raised']> {
    const { generations, clock, isSample } = this.#parts
    if (isSample) return undefined
    const present = await generations.list({ sourceId: source.id })
    const raised = raisedBy(policy, present, await generations.goodDueTimes(source.id), clock.now())
    if (raised.length === 0) return undefined
    return { count: raised.length, untilMs: Math.max(...raised.map(({ lockedUntil }) => lockedUntil)) }
  }

  async #enter(changes: readonly Change[], actor: Actor, sourceId?: string): Promise<void> {
    const data = { changes: changes.map(({ from, to, ...rest }) => ({ ...rest, from: [...from], to: [...to] })) }
    const subject = sourceId === undefined ? {} : { subject: `source:${sourceId}` as const }
    await this.#parts.ledger.append({ type: 'policy.changed', actor, ...subject, data })
  }
}
