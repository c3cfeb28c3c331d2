/** Who is expected on a day: appointments, planned admissions, examinations ordered ahead. */
import { addDays, institutionDate } from '#base'
import {
  AsOfBanner,
  ButtonLink,
  type Column,
  DataTable,
  EmptyState,
  PageFrame,
  PageHeading,
  PrintButton,
} from '../components/index.ts'
import type { ExpectedGroup, ExpectedList, ExpectedRow } from '../list-models.ts'
import type { Ui } from '../ui.ts'
import { patientColumns } from './patient-columns.tsx'

export interface ExpectedModel {
  readonly list: ExpectedList | undefined
  readonly day: string
  readonly group?: ExpectedGroup | undefined
  /** What was asked for is no day. */
  readonly wrongDay?: boolean
}

/** By the house's own words: a list is only drawn where they occur, and all is still in the whole list. */
const WORDS_OF_GROUP: Readonly<Record<ExpectedGroup, RegExp>> = {
  dialysis: /透析|HDF?(?![a-z])/i,
  home: /在宅|訪問|往診/,
}
export const GROUPS: readonly ExpectedGroup[] = ['dialysis', 'home']

const inGroup = (group: ExpectedGroup, { department = '', text = '' }: ExpectedRow) =>
  WORDS_OF_GROUP[group].test(`${department} ${text}`)

function columns(ui: Ui): Column<ExpectedRow>[] {
  const { expected, wards } = ui.t
  return [
    { key: 'time', head: expected.time, cell: ({ start }) => <strong>{start.slice(11) || expected.noTime}</strong> },
    ...patientColumns<ExpectedRow>(ui, ({ generationId }) => generationId),
    { key: 'department', head: wards.department, cell: ({ department }) => department ?? '' },
    {
      key: 'what',
      head: expected.what,
      cell: ({ text, by }) => (
        <>
          {by === 'appointment' ? null : <span class="tag">{expected.by[by]}</span>} {text ?? ''}
        </>
      ),
    },
  ]
}

function Days(props: { ui: Ui; model: ExpectedModel }) {
  const { ui, model } = props
  const { expected } = ui.t
  const today = institutionDate(ui.nowMs)
  const days = [
    [today, expected.today],
    [addDays(today, 1), expected.tomorrow],
  ] as const
  return (
    <div class="actions screen-only">
      {days.map(([day, word]) => (
        <ButtonLink href={`/charts/expected?day=${day}`} current={day === model.day}>
          {word} {ui.f.recordedDate(day)}
        </ButtonLink>
      ))}
      <form method="get" action="/charts/expected" class="inline-form">
        <label for="field-day">{expected.otherDay}</label>{' '}
        <input id="field-day" name="day" type="date" value={model.day} />{' '}
        <button class="button" type="submit">
          {expected.show}
        </button>
      </form>
    </div>
  )
}

function Groups(props: { ui: Ui; model: ExpectedModel; rows: readonly ExpectedRow[] }) {
  const { ui, model, rows } = props
  const { expected } = ui.t
  const present = GROUPS.filter((group) => rows.some((row) => inGroup(group, row)))
  if (present.length === 0 && !model.group) return null
  return (
    <nav class="actions screen-only" aria-label={expected.groups}>
      <ButtonLink href={`/charts/expected?day=${model.day}`} current={!model.group}>
        {expected.group.all}
      </ButtonLink>
      {present.map((group) => (
        <ButtonLink href={`/charts/expected?day=${model.day}&group=${group}`} current={model.group === group}>
          {expected.group[group]} {ui.f.count(rows.filter((row) => inGroup(group, row)).length)}
        </ButtonLink>
      ))}
    </nav>
  )
}

function Day(props: { ui: Ui; model: ExpectedModel; list: ExpectedList }) {
  const { ui, model, list } = props
  const { expected } = ui.t
  const { group } = model
  const rows = group ? list.rows.filter((row) => inGroup(group, row)) : list.rows
  const day = ui.f.recordedDate(model.day)
  return (
    <>
      <AsOfBanner ui={ui} asOfMs={list.asOfMs} use={{ for: 'outpatients', businessDaysOld: list.businessDaysOld }} />
      <Days ui={ui} model={model} />
      {model.wrongDay ? <p class="field-error">{expected.wrongDay}</p> : null}
      <p class="strong">▲ {expected.notYet(ui.f.dateTime(list.asOfMs, ui.nowMs))}</p>
      <Groups ui={ui} model={model} rows={list.rows} />
      {rows.length === 0 ? (
        <EmptyState title={expected.none(day)} next={expected.noneNext} />
      ) : (
        <section class="block">
          <h2>
            {expected.on(day)}
            {group ? ` ${expected.group[group]}` : ''} <small>{expected.found(ui.f.count(rows.length))}</small>
          </h2>
          <DataTable ui={ui} caption={expected.on(day)} hideCaption columns={columns(ui)} rows={rows} />
        </section>
      )}
    </>
  )
}

export function ExpectedPage(props: { ui: Ui; model: ExpectedModel }) {
  const { ui, model } = props
  const { t } = ui
  const asOf = model.list && t.chart.asOfShort(ui.f.dateTime(model.list.asOfMs, ui.nowMs))
  const footer = [t.expected.on(ui.f.recordedDate(model.day)), asOf].filter(Boolean).join('　')
  return (
    <PageFrame ui={ui} title={t.expected.title} patientPage across printFooter={footer}>
      <PageHeading title={t.expected.title}>
        <ButtonLink href="/charts">{t.search.title}</ButtonLink>
        {model.list ? <PrintButton>{t.expected.print}</PrintButton> : null}
      </PageHeading>
      {model.list ? (
        <Day ui={ui} model={model} list={model.list} />
      ) : (
        <EmptyState title={t.search.noGeneration} next={t.search.noGenerationNext} />
      )}
    </PageFrame>
  )
}
