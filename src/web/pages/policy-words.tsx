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
    case 'closed-weekdays':
      return list(
        t.notKept,
        side.map((day) => ui.t.calendar.weekdays[Number(day)] ?? day),
      )
    case 'closed-on-holidays':
      return first === 'true' ? ui.t.form.yes : ui.t.form.no
    case 'closed-days':
    case 'open-days':
      return list(t.notKept, side)
    default:
      return daysWords(ui, Number(first))
  }
}

/** Of lists of dates only what came and went is told. */
export function changeSides(ui: Ui, change: Change, places: PlaceNames): readonly [from: string, to: string] {
  const isDates = change.field === 'closed-days' || change.field === 'open-days'
  const from = isDates ? change.from.filter((day) => !change.to.includes(day)) : change.from
  const to = isDates ? change.to.filter((day) => !change.from.includes(day)) : change.to
  return [sideWords(ui, change, from, places), sideWords(ui, change, to, places)]
}

export function ChangeList(props: { ui: Ui; changes: readonly Change[]; places?: PlaceNames }) {
  const { ui, changes, places = new Map() } = props
  const t = ui.t.policy
  return (
    <ul class="plain">
      {changes.map((change) => {
        const [from, to] = changeSides(ui, change, places)
        return (
          <li>
            {t.field[change.field]}: {from} → {to}{' '}
            <span class={change.how === 'lowered' ? 'state-soon' : 'quiet'}>{t.how[change.how]}</span>
          </li>
        )
      })}
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
