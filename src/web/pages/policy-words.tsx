/** Figures and codes of a policy in words; the journal and the policy's own pages show changes alike. */
import { ALL_PLACES, type Change, RECORD_KINDS, type RecordKind, type Words } from '#vault'
import { DataTable } from '../components/index.ts'
import type { PolicyChange } from '../policy-port.ts'
import type { Ui } from '../ui.ts'

export const inLanguage = (ui: Ui, words: Words): string => words[ui.f.language]

/** "425日（約14か月）" */
export function daysWords(ui: Ui, days: number): string {
  const t = ui.t.policy
  if (days === 0) return t.notKept
  const long =
    days >= 731
      ? t.about.years(tenth(days / 365.25))
      : days >= 85
        ? t.about.months(String(Math.round(days / 30.4)))
        : days >= 21
          ? t.about.weeks(String(Math.round(days / 7)))
          : ''
  return long === '' ? t.days(ui.f.count(days)) : t.bracketed(t.days(ui.f.count(days)), long)
}

const tenth = (value: number) => String(Math.round(value * 10) / 10)

export function rhythmWords(ui: Ui, rhythm: string): string {
  const t = ui.t.policy.rhythm
  if (rhythm === 'business-day' || rhythm === 'day') return t[rhythm]
  return t.hours(rhythm.slice('hours:'.length))
}

export type PlaceNames = ReadonlyMap<string, string>

/** One side of a change. */
function sideWords(ui: Ui, { field }: Change, side: readonly string[], places: PlaceNames): string {
  const t = ui.t.policy
  const first = side[0] ?? ''
  const list = (none: string, words: readonly string[]) => (words.length === 0 ? none : words.join(t.join))
  switch (field) {
    case 'floor':
      return t.atLeast(first)
    case 'ceiling-reason':
      return t.reason[first as keyof typeof t.reason] ?? first
    case 'rhythm':
      return rhythmWords(ui, first)
    case 'places':
      return side.includes(ALL_PLACES)
        ? t.placesAll
        : list(
            t.noPlace,
            side.map((id) => places.get(id) ?? id),
          )
    case 'originals':
      return list(
        t.noOriginals,
        side.map((kind) => inLanguage(ui, RECORD_KINDS[kind as RecordKind]?.words ?? { ja: kind, en: kind })),
      )
    case 'closed-on-holidays':
      return first === 'true' ? ui.t.form.yes : ui.t.form.no
    default:
      return daysWords(ui, Number(first))
  }
}

export function changeSides(ui: Ui, change: Change, places: PlaceNames): readonly [from: string, to: string] {
  return [sideWords(ui, change, change.from, places), sideWords(ui, change, change.to, places)]
}

const DAYS = ['closed-weekdays', 'closed-days', 'open-days']

/** Of the house's days only what came and went is told. */
function dayWords(ui: Ui, { field, from, to }: Change): string {
  const t = ui.t.policy
  const words = (days: readonly string[]) =>
    days.map((day) => (field === 'closed-weekdays' ? (ui.t.calendar.weekdays[Number(day)] ?? day) : day)).join(t.join)
  const added = to.filter((day) => !from.includes(day))
  const removed = from.filter((day) => !to.includes(day))
  const told = [added.length > 0 ? t.added(words(added)) : '', removed.length > 0 ? t.removed(words(removed)) : '']
  return `${t.field[field]}: ${told.filter(Boolean).join(t.join)}`
}

function ChangeWords({ ui, change, places }: { ui: Ui; change: Change; places: PlaceNames }) {
  const t = ui.t.policy
  if (DAYS.includes(change.field)) return <>{dayWords(ui, change)}</>
  const [from, to] = changeSides(ui, change, places)
  const isCalendar = change.field === 'closed-on-holidays'
  return (
    <>
      {t.field[change.field]}: {from} → {to}{' '}
      {isCalendar ? null : <span class={change.how === 'lowered' ? 'state-soon' : 'quiet'}>{t.how[change.how]}</span>}
    </>
  )
}

export function ChangeList(props: { ui: Ui; changes: readonly Change[]; places?: PlaceNames }) {
  const { ui, changes, places = new Map() } = props
  return (
    <ul class="plain">
      {changes.map((change) => (
        <li>
          <ChangeWords ui={ui} change={change} places={places} />
        </li>
      ))}
    </ul>
  )
}

/** いつ、誰が: newest first. */
export function ChangeHistory(props: { ui: Ui; history: readonly PolicyChange[]; places?: PlaceNames }) {
  const { ui, history, places } = props
  const t = ui.t.policy
  if (history.length === 0) return <p>{t.historyNone}</p>
  return (
    <DataTable
      ui={ui}
      caption={t.historyTitle}
      hideCaption
      rows={history}
      columns={[
        { key: 'at', head: t.when, isName: true, cell: (row) => ui.f.dateTime(row.atMs, ui.nowMs) },
        { key: 'who', head: t.who, cell: (row) => row.who || ui.t.journal.system },
        {
          key: 'what',
          head: t.change,
          cell: (row) => <ChangeList ui={ui} changes={row.changes} {...(places ? { places } : {})} />,
        },
      ]}
    />
  )
}
