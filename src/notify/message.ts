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
}

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
  readonly foot: string
  readonly test: readonly [what: string, next: string]
  readonly digest: {
    readonly well: string
    unwell(alarms: number): string
    unreached(recipients: number): string
    readonly nothing: string
    lines(figures: DigestFigures): readonly string[]
    readonly silence: string
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
}

/** One alarm as a message. @throws BASE_CONFIG_INVALID for anything but codes and figures */
export function alarmMessage(alarm: AlarmInput, sender: Sender): Message {
  return compose({ items: [{ alarm: parseAlarm(alarm), change: 'raised' }] }, sender)
}

/** The weekly word: that it comes is half of what it says. */
export function digestMessage(digest: DigestFigures, sender: Sender): Message {
  return compose({ items: [], digest }, sender)
}

/** @param parts at least one item or the digest; alarms that were parsed */
export function compose({ items, digest }: LetterParts, sender: Sender): Message {
  const words = LETTERS[sender.language]
  const worstFirst = items.toSorted((a, b) => RANK[severityOf(b)] - RANK[severityOf(a)])
  const blocks = worstFirst.map((item) => block(item, words))
  if (digest) blocks.push([digestTitle(digest, words), ...words.digest.lines(digest), words.digest.silence].join('\n'))
  const [worst] = worstFirst
  const title = worst ? words.subject(whatOf(worst, words), items.length - 1) : digestTitle(digest!, words)
  const severity = worst ? severityOf(worst) : 'information'
  const key = [...items.map(keyOf), ...(digest ? ['digest'] : [])].join(' ')
  return made(key, title, blocks, severity, sender)
}

function keyOf({ alarm, change }: Item): string {
  return `${change}:${alarmKey(alarm)}`
}

/** To see that notices arrive; asked for by a person. */
export function testMessage(sender: Sender): Message {
  const [what, next] = LETTERS[sender.language].test
  return made('test', what, [`${what}\n${LETTERS[sender.language].next(next)}`], 'information', sender)
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

function digestTitle(digest: DigestFigures, { digest: words }: Letters): string {
  const { openAlarms, troubled, generations } = digest
  if (openAlarms > 0) return words.unwell(openAlarms)
  if (generations === 0) return words.nothing
  return troubled > 0 ? words.unreached(troubled) : words.well
}
