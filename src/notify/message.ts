/** From codes and figures to words. The only way to a {@link Message}: nothing else can be sent. */
import { z } from 'zod'
import { AppError, type EpochMs, institutionTime, type InstitutionTime } from '#base'
import {
  type Alarm,
  type AlarmCode,
  type AlarmInput,
  alarmKey,
  ALARMS,
  type Figures,
  parseAlarm,
  type Severity,
} from './alarms.ts'
import { lettersEn } from './words-en.ts'
import { lettersJa } from './words-ja.ts'

declare const composed: unique symbol

/** Made here only, out of codes, figures and the words of this room: no patient data by type. */
export interface Message {
  readonly [composed]: true
  readonly subject: string
  readonly text: string
  readonly severity: Severity
  /** What goes with it, exactly as it is. */
  readonly attachment?: { readonly name: string; readonly text: string }
  /** Codes of what it says (`raised:place-full:local`), for programs. */
  readonly key: string
}

export type Language = 'ja' | 'en'

export interface DigestFigures {
  readonly generations: number
  readonly sources: number
  readonly openAlarms: number
  /** Recipients whose last notice did not get through. */
  readonly troubled: number
  /** Where the house has them. */
  readonly lights?: WeekLights | undefined
  /** The open alarm that matters most. */
  readonly worst?: AlarmCode | undefined
}

export type WeekLights = z.infer<typeof lightsSchema>
const light = z.enum(['good', 'soon', 'bad'])
/** The five lights; a record of names that are all there. */
export const lightsSchema = z.strictObject({
  taken: light,
  locked: light,
  proven: light,
  readable: light,
  drilled: light,
})

/** A signed checkpoint of the ledger, for witnesses: a mailbox that whoever rewrites the ledger does not hold. */
export const checkpointSchema = z.strictObject({
  /** The signed note as it is (C2SP tlog-checkpoint). */
  note: z
    .string()
    .max(10_000)
    .regex(/^[!-~]+\n\d+\n[A-Za-z0-9+/]{43}=\n\n(?:— [!-~]+ [A-Za-z0-9+/=]+\n)+$/),
  size: z.int().min(0),
  /** The root as it is typed from paper: nine groups of six. */
  code: z.string().regex(/^[0-9A-Z]{6}(?: [0-9A-Z]{6}){8}$/),
  /** The ledger's verifier key, without which the note proves nothing. */
  key: z
    .string()
    .max(500)
    .regex(/^[!-~]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/),
})
export type LedgerCheckpoint = Readonly<z.infer<typeof checkpointSchema>>

/** All words of a language. */
export interface Letters {
  readonly alarms: Record<AlarmCode, readonly [what: string, next: string]>
  subject(worst: string, more: number): string
  cleared(what: string): string
  readonly repeated: string
  about(id: string): string
  readonly figures: {
    readonly [K in keyof Figures]-?: (value: K extends `${string}Ms` ? string : number) => string
  }
  readonly severity: Record<Severity, string>
  next(what: string): string
  time(time: InstitutionTime): string
  asOf(time: string): string
  readonly foot: string
  readonly test: readonly [what: string, next: string]
  readonly digest: {
    readonly well: string
    unwell(alarms: number): string
    unreached(recipients: number): string
    readonly nothing: string
    lines(figures: DigestFigures): readonly string[]
    light(name: keyof WeekLights, state: WeekLights[keyof WeekLights]): string
    lightsOut(count: number): string
    /** What to do for a light that is out. */
    readonly ask: Record<keyof WeekLights, string>
    request(what: string): string
    readonly noRequest: string
    readonly silence: string
  }
  readonly checkpoint: {
    readonly title: string
    lines(checkpoint: LedgerCheckpoint): readonly string[]
  }
}

/** Which house speaks, in which language. The name is the institution's own, from its settings. */
export const senderSchema = z.strictObject({
  language: z.enum(['ja', 'en']),
  /** Printable, one line. */
  house: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u),
})
export type Sender = Readonly<z.infer<typeof senderSchema>>

/** @throws BASE_CONFIG_INVALID */
export function parseSender(input: unknown): Sender {
  const parsed = senderSchema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new AppError('BASE_CONFIG_INVALID', { detail: 'notices: language or name of the house' })
}

const LETTERS: Record<Language, Letters> = { ja: lettersJa, en: lettersEn }
const RANK: Record<Severity, number> = { urgent: 2, warning: 1, information: 0 }

export type Change = 'raised' | 'repeated' | 'cleared'

export interface Item {
  readonly alarm: Alarm
  readonly change: Change
}

/** What stands in one letter to one recipient: changes of alarms, and the weekly digest where it is its day. */
export interface LetterParts {
  readonly items: readonly Item[]
  readonly digest?: DigestFigures | undefined
  readonly checkpoint?: LedgerCheckpoint | undefined
  /**
   * When it was begun. It stays while the same letter is tried again, and tells this week's word from last week's: mail
   * programs show one of two that bear the same id, and the id is made from the words.
   */
  readonly at?: EpochMs | undefined
}

/** One alarm as a message. @throws BASE_CONFIG_INVALID for anything but codes and figures */
export function alarmMessage(alarm: AlarmInput, sender: Sender): Message {
  return compose({ items: [{ alarm: parseAlarm(alarm), change: 'raised' }] }, sender)
}

/** The weekly word: that it comes is half of what it says. */
export function digestMessage(digest: DigestFigures, sender: Sender): Message {
  return compose({ items: [], digest }, sender)
}

/** What happened and what to do now: the words of a code, for a screen. */
export function alarmWords(code: AlarmCode, language: Language): { readonly what: string; readonly next: string } {
  const [what, next] = LETTERS[language].alarms[code]
  return { what, next }
}

/** @param parts at least one item, the digest or a checkpoint; alarms that were parsed */
export function compose({ items, digest, checkpoint, at }: LetterParts, sender: Sender): Message {
  const words = LETTERS[sender.language]
  const worstFirst = items.toSorted((a, b) => RANK[severityOf(b)] - RANK[severityOf(a)])
  const blocks = worstFirst.map((item) => block(item, words))
  if (digest) {
    const { title, lines, request } = weekWords(digest, sender.language)
    blocks.push([title, ...lines, request, ...words.digest.lines(digest), words.digest.silence].join('\n'))
  }
  if (checkpoint) blocks.push([`■ ${words.checkpoint.title}`, ...words.checkpoint.lines(checkpoint)].join('\n'))
  if (at !== undefined) blocks.push(words.asOf(words.time(institutionTime(at))))
  const [worst] = worstFirst
  const calm = digest ? digestTitle(digest, words) : words.checkpoint.title
  const title = worst ? words.subject(whatOf(worst, words), items.length - 1) : calm
  const severity = worst ? severityOf(worst) : 'information'
  const key = [...items.map(keyOf), ...(digest ? ['digest'] : []), ...(checkpoint ? ['checkpoint'] : [])].join(' ')
  const message = made(key, title, blocks, severity, sender)
  return checkpoint ? { ...message, attachment: { name: 'checkpoint.txt', text: checkpoint.note } } : message
}

function keyOf({ alarm, change }: Item): string {
  return `${change}:${alarmKey(alarm)}`
}

/** To see that notices arrive; asked for by a person at that moment. */
export function testMessage(sender: Sender, at: EpochMs): Message {
  const words = LETTERS[sender.language]
  const [what, next] = words.test
  const asOf = words.asOf(words.time(institutionTime(at)))
  return made('test', what, [`${what}\n${words.next(next)}`, asOf], 'information', sender)
}

function made(key: string, title: string, blocks: readonly string[], severity: Severity, sender: Sender): Message {
  const { language, house } = parseSender(sender)
  const words = LETTERS[language]
  const subject = `[${words.severity[severity]}] ${title} - ${house}`
  const text = `${[house, ...blocks, words.foot].join('\n\n')}\n`
  return { subject, text, severity, key } as Message
}

function severityOf({ alarm, change }: Item): Severity {
  return change === 'cleared' ? 'information' : ALARMS[alarm.code]
}

function whatOf({ alarm, change }: Item, words: Letters): string {
  const [what] = words.alarms[alarm.code]
  return change === 'cleared' ? words.cleared(what) : what
}

function block(item: Item, words: Letters): string {
  const { alarm, change } = item
  const lines = [`■ ${whatOf(item, words)}`]
  if (alarm.about !== undefined) lines.push(words.about(alarm.about))
  const figures = figuresOf(alarm.figures, words)
  if (figures.length > 0) lines.push(figures.join(' / '))
  if (change === 'repeated') lines.push(words.repeated)
  if (change !== 'cleared') lines.push(words.next(words.alarms[alarm.code][1]))
  return lines.join('\n')
}

function figuresOf(figures: Figures, words: Letters): string[] {
  const say = words.figures
  const at = (ms: EpochMs) => words.time(institutionTime(ms))
  const { count, days, hours, percent, sinceMs, untilMs } = figures
  return [
    count === undefined ? '' : say.count(count),
    days === undefined ? '' : say.days(days),
    hours === undefined ? '' : say.hours(hours),
    percent === undefined ? '' : say.percent(percent),
    sinceMs === undefined ? '' : say.sinceMs(at(sinceMs)),
    untilMs === undefined ? '' : say.untilMs(at(untilMs)),
  ].filter(Boolean)
}

/** The week for whoever directs the house: one judgement, a line for each light, at most one request. */
export function weekWords(
  digest: DigestFigures,
  language: Language,
): { readonly title: string; readonly lines: readonly string[]; readonly request: string } {
  const letters = LETTERS[language]
  const words = letters.digest
  const { lights, worst } = digest
  const names = Object.keys(lights ?? {}) as (keyof WeekLights)[]
  const light = (state: WeekLights[keyof WeekLights]): string | undefined => {
    const name = names.find((one) => lights![one] === state)
    return name && words.ask[name]
  }
  const alarm = worst && letters.alarms[worst][1]
  const isUrgent = worst !== undefined && ALARMS[worst] === 'urgent'
  const asked = (isUrgent ? alarm : undefined) ?? light('bad') ?? alarm ?? light('soon')
  return {
    title: digestTitle(digest, letters),
    lines: names.map((name) => words.light(name, lights![name])),
    request: asked === undefined ? words.noRequest : words.request(asked),
  }
}

/** Of several, the one that matters most; undefined: there is none. */
export const worstOf = (alarms: readonly Alarm[]): AlarmCode | undefined =>
  alarms.toSorted((a, b) => RANK[ALARMS[b.code]] - RANK[ALARMS[a.code]])[0]?.code

function digestTitle(digest: DigestFigures, { digest: words }: Letters): string {
  const { openAlarms, troubled, generations } = digest
  if (openAlarms > 0) return words.unwell(openAlarms)
  if (generations === 0) return words.nothing
  if (troubled > 0) return words.unreached(troubled)
  const out = Object.values(digest.lights ?? {}).filter((state) => state === 'bad').length
  return out > 0 ? words.lightsOut(out) : words.well
}
