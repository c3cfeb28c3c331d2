/** 診療日: the weekdays, holidays and days of its own on which the institution is closed, and the next four weeks by them. */
import { type BusinessCalendar, holidayOf, HOLIDAYS_KNOWN_TO_YEAR, isBusinessDay } from '#vault'
import { addDays, institutionDate, institutionInstant } from '#base'
import {
  ChoiceField,
  DataTable,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SubmitButton,
  TextArea,
} from '../components/index.ts'
import type { PolicyChange } from '../policy-port.ts'
import type { Ui } from '../ui.ts'
import { ChangeHistory } from './policy-words.tsx'

/** As typed. */
export interface CalendarInput {
  readonly closedWeekdays: readonly string[]
  readonly closedOnHolidays: boolean
  readonly closedDays: string
  readonly openDays: string
}

export interface CalendarModel {
  readonly calendar: BusinessCalendar
  readonly history: readonly PolicyChange[]
  readonly typed?: CalendarInput
  readonly errors?: FieldErrors
  readonly saved?: boolean
  /** Names of sources whose locks are too short for these days off. */
  readonly short: readonly { readonly id: string; readonly name: string }[]
}

const WEEK = [1, 2, 3, 4, 5, 6, 0] as const
const DAYS_SHOWN = 28

const inputOf = (calendar: BusinessCalendar): CalendarInput => ({
  closedWeekdays: calendar.closedWeekdays.map(String),
  closedOnHolidays: calendar.closedOnHolidays,
  closedDays: calendar.closedDays.join('\n'),
  openDays: calendar.openDays.join('\n'),
})

export function CalendarPage(props: { ui: Ui; model: CalendarModel }) {
  const { ui, model } = props
  const t = ui.t.calendar
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.saved ? <Notice ui={ui} kind="good" title={ui.t.form.saved} live /> : null}
      {model.short.length > 0 ? (
        <Notice ui={ui} kind="caution" title={t.short(model.short.map(({ name }) => name).join(ui.t.policy.join))}>
          <ul class="plain">
            {model.short.map(({ id, name }) => (
              <li>
                <a href={`/sources/${id}/policy`}>
                  {name}: {ui.t.policy.link}
                </a>
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <CalendarForm ui={ui} input={model.typed ?? inputOf(model.calendar)} errors={model.errors ?? {}} />
      <NextWeeks ui={ui} calendar={model.calendar} />
      <Section title={ui.t.policy.historyTitle}>
        <ChangeHistory ui={ui} history={model.history} />
      </Section>
    </PageFrame>
  )
}

function CalendarForm({ ui, input, errors }: { ui: Ui; input: CalendarInput; errors: FieldErrors }) {
  const t = ui.t.calendar
  return (
    <div class="block screen-only">
      <Form
        ui={ui}
        action="/settings/calendar"
        errors={errors}
        labels={{ closedWeekdays: t.weekdaysHead, closedDays: t.closedHead, openDays: t.openHead }}
      >
        <ChoiceField
          name="closedWeekdays"
          kind="several"
          label={t.weekdaysHead}
          options={WEEK.map((day) => ({ value: String(day), label: t.weekdays[day]! }))}
          chosen={input.closedWeekdays}
          error={errors['closedWeekdays']}
        />
        <ChoiceField
          name="closedOnHolidays"
          kind="several"
          label={t.holidaysHead}
          hint={t.known(String(HOLIDAYS_KNOWN_TO_YEAR))}
          options={[{ value: 'yes', label: t.holidays }]}
          chosen={input.closedOnHolidays ? ['yes'] : []}
        />
        <TextArea
          name="closedDays"
          label={t.closedHead}
          hint={t.closedHint}
          value={input.closedDays}
          rows={7}
          error={errors['closedDays']}
        />
        <TextArea
          name="openDays"
          label={t.openHead}
          hint={t.openHint}
          value={input.openDays}
          error={errors['openDays']}
        />
        <div class="actions">
          <SubmitButton>{t.save}</SubmitButton>
          <a href="/settings">{ui.t.form.cancel}</a>
        </div>
      </Form>
    </div>
  )
}

function NextWeeks({ ui, calendar }: { ui: Ui; calendar: BusinessCalendar }) {
  const t = ui.t.calendar
  const today = institutionDate(ui.nowMs)
  const days = Array.from({ length: DAYS_SHOWN }, (_, i) => addDays(today, i))
  return (
    <Section title={t.nextTitle}>
      <DataTable
        ui={ui}
        caption={t.nextTitle}
        hideCaption
        rows={days}
        columns={[
          {
            key: 'day',
            head: t.day,
            isName: true,
            cell: (day) => ui.f.date(institutionInstant(day, 12), ui.nowMs),
          },
          { key: 'state', head: t.state, cell: (day) => (isBusinessDay(calendar, day) ? t.open : `－ ${t.closed}`) },
          { key: 'why', head: t.why, cell: (day) => why(ui, calendar, day) },
        ]}
      />
    </Section>
  )
}

/** Why a day is not what its weekday says. */
function why(ui: Ui, calendar: BusinessCalendar, day: string): string {
  const t = ui.t.calendar
  if (calendar.openDays.includes(day)) return t.whyOpen
  if (calendar.closedDays.includes(day) || calendar.closedDays.includes(day.slice(5))) return t.whyClosed
  const holiday = holidayOf(day)
  if (holiday) return holiday[ui.f.language]
  return isBusinessDay(calendar, day) ? '' : t.whyWeekday
}
