/** Topics of a case and what was decided of them, in words. Pure. */
import { DEADLINE_FROM } from '#incident'
import type { Ui } from '../ui.ts'

/** What a topic is, in words. */
export function topicWords(ui: Ui, topic: string): string {
  const t = ui.t.incident
  const [what = '', which = ''] = topic.split(':')
  const of = (names: Readonly<Record<string, string>>): string => names[which] ?? which
  if (what === 'step') return (ui.t.runbook.step as Readonly<Record<string, readonly string[]>>)[which]?.[0] ?? which
  // What a house named itself is sealed: the entries beside it say it.
  if (what === 'deadline' || which.startsWith('own-')) return t.ownClock
  if (what === 'clock') return of(t.clock)
  if (what === 'role') return of(t.role)
  if (what === 'damage') return of(ui.t.reviewPage.damageKind)
  if (what === 'count') return `${t.counts} (${of(t.count)})`
  const names: Readonly<Record<string, string>> = {
    emergency: t.emergencyHead,
    kind: t.kindHead,
    level: t.levelHead,
    leak: t.leakHead,
    phase: t.phaseHead,
    'known-at': t.knownAt,
    review: t.review,
  }
  return names[what] ?? what
}

export function valueWords(ui: Ui, topic: string, value: string): string {
  const t = ui.t.incident
  const [what = ''] = topic.split(':')
  if (what === 'known-at') return ui.f.dateTime(Number(value), ui.nowMs)
  if (what === 'damage') return value === '' ? t.countUnknown : ui.t.reviewPage.yen(ui.f.count(Number(value)))
  if (what === 'deadline') return deadlineWords(ui, value)
  if (what === 'count') return value === '' ? t.countUnknown : ui.f.count(Number(value))
  const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    emergency: t.emergency,
    kind: t.kind,
    level: t.level,
    leak: t.leak,
    phase: t.phase,
    step: t.stepState,
    clock: { closed: t.closeClock, reopened: t.reopenClock },
  }
  return names[what]?.[value] ?? ''
}

/** `72 hours known` in words. */
export function deadlineWords(ui: Ui, value: string): string {
  const t = ui.t.incident
  const [amount = '', unit, from] = value.split(' ')
  const of = DEADLINE_FROM.find((known) => known === from)
  if (!of) return ''
  return `${t.deadlineFrom[of]}${unit === 'hours' ? t.deadlineHours(amount) : t.deadlineDays(amount)}`
}
