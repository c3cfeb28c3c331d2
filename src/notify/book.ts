/**
 * The book of alarms: what is wrong, and what each recipient has still to be told. A burst is one letter, an open alarm is
 * told again every day, its end is told too, and each week there is a word even if all is well. What cannot be sent waits
 * per recipient; what waits is told once, as it stands by then. At least once: a kill between sending and noting it sends
 * the same letter with the same id again.
 */
import { z } from 'zod'
import { type Clock, type EpochMs, institutionTime } from '#base'
import { type Alarm, type AlarmCode, type AlarmInput, alarmKey, ALARMS, alarmSchema, parseAlarm } from './alarms.ts'
import {
  checkpointSchema,
  compose,
  type DigestFigures,
  type Language,
  type LedgerCheckpoint,
  lightsSchema,
  parseSender,
  type Sender,
  worstOf,
} from './message.ts'
import { type Delivery, DELIVERY_REASONS, type DeliveryReason, type Notifier } from './notifier.ts'
import type { AlarmStore } from './store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** One alarm that comes and goes is told of once an hour at most. */
const FLAP_MS = HOUR_MS
/** One recipient gets a letter every five minutes at most; what comes meanwhile is in the next. */
const LETTER_EVERY_MS = 5 * MINUTE_MS
const BACKOFF_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS]
/** More alarms than sources and places can have: somebody floods. */
const MAX_ALARMS = 1000
/** The digest comes on Monday at seven, before the week begins. */
const DIGEST_HOUR = 7
/** From this hour to {@link DIGEST_HOUR} nobody is woken for what is not urgent. */
const NIGHT_HOUR = 21

const ms = z.number().min(0)
const keptSchema = z.object({
  alarm: alarmSchema,
  isRaised: z.boolean(),
  /** What was last queued for the recipients, and when. */
  told: z.enum(['raised', 'cleared']).optional(),
  toldAt: ms.optional(),
})
const itemSchema = z.object({ alarm: alarmSchema, change: z.enum(['raised', 'repeated', 'cleared']) })
const waitingSchema = z.object({
  items: z.record(z.string(), itemSchema),
  digest: z
    .object({
      generations: ms,
      sources: ms,
      openAlarms: ms,
      troubled: ms,
      lights: lightsSchema.optional(),
      worst: alarmSchema.shape.code.optional(),
    })
    .optional(),
  checkpoint: checkpointSchema.optional(),
  /** When what waits began to wait. */
  at: ms.optional(),
  tries: z.number(),
  nextTryAt: ms,
  /** The last letter did not get through. */
  trouble: z
    .object({ outcome: z.enum(['later', 'refused']), reason: z.enum(DELIVERY_REASONS).optional(), at: ms })
    .optional(),
})
const stateSchema = z.object({
  version: z.literal(1),
  alarms: z.record(z.string(), keptSchema),
  waiting: z.record(z.string(), waitingSchema),
  digestAt: ms,
})
type State = z.infer<typeof stateSchema>
type Kept = State['alarms'][string]
type Waiting = State['waiting'][string]

export interface BookParts {
  readonly store: AlarmStore
  readonly notifier: Notifier
  readonly clock: Clock
  readonly sender: Sender
  /** Of a recipient; absent: the sender's. */
  readonly languageOf?: (recipient: string) => Language
  /** What is not urgent, and the reminders of it, wait for the morning; what is over by then was never told. */
  readonly waitsAtNight?: boolean
}

/** What the caller knows for the weekly word; the book knows the rest. */
export type WeekFigures = Pick<DigestFigures, 'generations' | 'sources' | 'lights'>
type Week = () => WeekFigures | Promise<WeekFigures>

export class AlarmBook {
  readonly #parts: BookParts
  readonly #state: State
  #saving: Promise<void> = Promise.resolve()
  #waitingSave: Promise<void> | undefined
  #ticking: Promise<Delivery[]> | undefined
  /** What the store holds. */
  #saved: string | undefined

  private constructor(parts: BookParts, state: State) {
    this.#parts = parts
    this.#state = state
  }

  /** Never fails for what is in the store: alarms must go out even where nothing can be read or written. */
  static async open(parts: BookParts): Promise<AlarmBook> {
    parseSender(parts.sender)
    const { state, lost } = await load(parts)
    const known = new Set(parts.notifier.recipients)
    for (const recipient of Object.keys(state.waiting)) if (!known.has(recipient)) delete state.waiting[recipient]
    const book = new AlarmBook(parts, state)
    if (lost) book.#set({ code: lost, figures: {} })
    await book.#save()
    return book
  }

  /** Notes that something is wrong; told with the next {@link tick}. Again: only its figures change. */
  async raise(input: AlarmInput): Promise<void> {
    const alarm = parseAlarm(input)
    const isNew = !(alarmKey(alarm) in this.#state.alarms)
    if (isNew && Object.keys(this.#state.alarms).length >= MAX_ALARMS) this.#set({ code: 'alarms-lost', figures: {} })
    else this.#set(alarm)
    await this.#save()
  }

  /** Notes that it is over. Nothing happens where it was not raised. */
  async clear(code: AlarmCode, about?: string): Promise<void> {
    const kept = this.#state.alarms[alarmKey({ code, about })]
    if (!kept?.isRaised) return
    kept.isRaised = false
    await this.#save()
  }

  raised(): readonly Alarm[] {
    return Object.values(this.#state.alarms).flatMap((kept) => (kept.isRaised ? [kept.alarm] : []))
  }

  /** Recipients whose last letter did not get through: for the screen, since mail cannot say it. */
  troubled(): readonly {
    readonly to: string
    readonly outcome: 'later' | 'refused'
    readonly reason?: DeliveryReason
    readonly at: EpochMs
  }[] {
    return Object.entries(this.#state.waiting).flatMap(([to, { trouble }]) => (trouble ? [{ to, ...trouble }] : []))
  }

  /** Sends each recipient a checkpoint to keep, with the next {@link tick}; where one still waits, the newer goes. */
  async enclose(checkpoint: LedgerCheckpoint): Promise<void> {
    const parsed = checkpointSchema.parse(checkpoint)
    for (const recipient of this.#parts.notifier.recipients) this.#waitingOf(recipient).checkpoint = parsed
    await this.#save()
  }

  /** To be called every minute: tells what is due. A second call while one runs gets the same answer. */
  async tick(week?: Week): Promise<Delivery[]> {
    this.#ticking ??= this.#tell(week).finally(() => (this.#ticking = undefined))
    return this.#ticking
  }

  async #tell(week: Week | undefined): Promise<Delivery[]> {
    let told: Delivery[] = []
    this.#queueChanges()
    try {
      if (week) await this.#queueDigest(week)
    } finally {
      // What the caller could not count stops no alarm.
      told = await this.#deliverDue()
    }
    return told
  }

  async #deliverDue(): Promise<Delivery[]> {
    await this.#save()
    const due = Object.entries(this.#state.waiting).filter(([, waiting]) => this.#isDue(waiting))
    const told = await Promise.all(due.map(([to, waiting]) => this.#deliver(to, waiting)))
    if (due.length > 0) await this.#save()
    return told.flat()
  }

  #set(alarm: Alarm): void {
    const key = alarmKey(alarm)
    const before = this.#state.alarms[key]
    const sinceMs =
      alarm.figures.sinceMs ?? (before?.isRaised ? before.alarm.figures.sinceMs : undefined) ?? this.#parts.clock.now()
    const figures = { ...alarm.figures, sinceMs }
    this.#state.alarms[key] = { ...before, alarm: { ...alarm, figures }, isRaised: true }
  }

  /** Each alarm is brought from what was told to what is. */
  #queueChanges(): void {
    const { notifier, clock, waitsAtNight } = this.#parts
    const isNight = waitsAtNight === true && isNightHour(clock.now())
    for (const [key, kept] of Object.entries(this.#state.alarms)) {
      const isUrgent = ALARMS[kept.alarm.code] === 'urgent'
      if (notifier.recipients.length === 0 || (waitsAtNight && !isUrgent)) {
        // Over before anybody was told, or nobody is there to be told.
        if (!kept.isRaised && (kept.told === undefined || notifier.recipients.length === 0))
          delete this.#state.alarms[key]
        if (notifier.recipients.length === 0 || isNight || !(key in this.#state.alarms)) continue
      }
      const wanted = kept.isRaised ? 'raised' : 'cleared'
      if (kept.told === wanted && !kept.isRaised) {
        if (this.#since(kept.toldAt) >= FLAP_MS) delete this.#state.alarms[key]
      } else if (this.#since(kept.toldAt) >= (kept.told === wanted ? DAY_MS : FLAP_MS)) this.#queue(key, kept, wanted)
    }
  }

  #queue(key: string, kept: Kept, wanted: 'raised' | 'cleared'): void {
    const change = kept.told === wanted ? 'repeated' : wanted
    for (const recipient of this.#parts.notifier.recipients)
      this.#waitingOf(recipient).items[key] = { alarm: kept.alarm, change }
    kept.told = wanted
    kept.toldAt = this.#parts.clock.now()
  }

  async #queueDigest(week: Week): Promise<void> {
    const now = this.#parts.clock.now()
    if (this.#state.digestAt > now) this.#state.digestAt = now
    if (lastDigestHour(now) <= this.#state.digestAt) return
    const { generations, sources, lights } = await week()
    this.#state.digestAt = now
    const raised = this.raised()
    const troubled = this.troubled().length
    const digest = { generations, sources, openAlarms: raised.length, troubled, lights, worst: worstOf(raised) }
    for (const recipient of this.#parts.notifier.recipients) this.#waitingOf(recipient).digest = digest
  }

  #waitingOf(recipient: string): Waiting {
    const waiting = (this.#state.waiting[recipient] ??= { items: {}, tries: 0, nextTryAt: 0 })
    if (!holdsAnything(waiting)) waiting.at = this.#parts.clock.now()
    return waiting
  }

  /** A next try far ahead is of a clock that was set back since. */
  #isDue(waiting: Waiting): boolean {
    const ahead = waiting.nextTryAt - this.#parts.clock.now()
    return holdsAnything(waiting) && (ahead <= 0 || ahead > BACKOFF_MS.at(-1)!)
  }

  async #deliver(to: string, waiting: Waiting): Promise<Delivery[]> {
    const { digest, checkpoint, at } = waiting
    const { sender, languageOf, notifier } = this.#parts
    const language = languageOf?.(to) ?? sender.language
    const message = compose({ items: Object.values(waiting.items), digest, checkpoint, at }, { ...sender, language })
    const deliveries = await notifier.send(message, [to])
    const outcome = deliveries[0]?.outcome ?? 'later'
    const now = this.#parts.clock.now()
    if (outcome === 'later') {
      waiting.nextTryAt = now + BACKOFF_MS[Math.min(waiting.tries, BACKOFF_MS.length - 1)]!
      waiting.tries++
    } else {
      // No alarm is queued while a tick runs; a checkpoint may be. Refused is not tried again before the daily repetition.
      waiting.items = {}
      delete waiting.digest
      if (waiting.checkpoint === checkpoint) delete waiting.checkpoint
      waiting.nextTryAt = now + LETTER_EVERY_MS
      waiting.tries = 0
    }
    if (outcome === 'sent') delete waiting.trouble
    else waiting.trouble = { outcome, reason: deliveries[0]?.reason, at: now }
    return deliveries
  }

  /** Time since an instant; never was, and a time of the future, are long ago. */
  #since(at: EpochMs | undefined): number {
    const passed = this.#parts.clock.now() - (at ?? -Infinity)
    return passed < 0 ? Infinity : passed
  }

  /** One write after the other; what comes while one waits goes with it: a flood of alarms queues no flood of writes. */
  async #save(): Promise<void> {
    this.#waitingSave ??= this.#saving = this.#saving.then(() => {
      this.#waitingSave = undefined
      return this.#write()
    })
    return this.#waitingSave
  }

  /** Where nothing can be written the alarm goes out all the same, and says so. */
  async #write(): Promise<void> {
    try {
      const text = JSON.stringify(this.#state)
      if (text === this.#saved) return
      await this.#parts.store.save(text)
      this.#saved = text
      const notKept = this.#state.alarms['alarms-not-kept']
      if (notKept) notKept.isRaised = false
    } catch {
      this.#set({ code: 'alarms-not-kept', figures: {} })
    }
  }
}

async function load({ store, clock }: BookParts): Promise<{ state: State; lost?: AlarmCode }> {
  const empty: State = { version: 1, alarms: {}, waiting: {}, digestAt: clock.now() }
  try {
    const text = await store.load()
    if (text === undefined) return { state: empty }
    const parsed = stateSchema.safeParse(parseJson(text))
    if (parsed.success) return { state: parsed.data }
    await store.setAside()
    return { state: empty, lost: 'alarms-lost' }
  } catch {
    return { state: empty, lost: 'alarms-not-kept' }
  }
}

const holdsAnything = ({ items, digest, checkpoint }: Waiting): boolean =>
  Object.keys(items).length > 0 || digest !== undefined || checkpoint !== undefined

function isNightHour(now: EpochMs): boolean {
  const { hour } = institutionTime(now)
  return hour < DIGEST_HOUR || hour >= NIGHT_HOUR
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The last Monday at seven in Japan at or before an instant. */
function lastDigestHour(now: EpochMs): EpochMs {
  const { weekday, hour, minute, second } = institutionTime(now)
  const sinceMidnight = (hour * 60 + minute) * MINUTE_MS + second * 1000 + (now % 1000)
  const monday = now - sinceMidnight - ((weekday + 6) % 7) * DAY_MS + DIGEST_HOUR * HOUR_MS
  return monday <= now ? monday : monday - 7 * DAY_MS
}
