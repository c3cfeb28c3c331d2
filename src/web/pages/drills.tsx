/** 訓練: the plan, what was held, the monthly test, the lessons. */
import { institutionDate } from '#base'
import {
  type Drill,
  type FindingTest,
  LENGTHS,
  proposalsOf,
  SCENARIOS,
  THREE_MINUTES,
  type Unannounced,
  yearPlan,
} from '#exercise'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { LessonState } from '../drill-ports.ts'
import type { Ui } from '../ui.ts'

export interface DrillsModel {
  readonly drills: readonly Drill[]
  readonly tests: readonly FindingTest[]
  readonly lessons: { readonly all: readonly LessonState[]; readonly staff: number }
  readonly today: string
  readonly unannounced: Unannounced | undefined
  readonly said?: string | undefined
  readonly typed?: Readonly<Record<string, string>>
  readonly errors?: FieldErrors
}

export const drillState = ({ startedAt, endedAt }: Drill): 'planned' | 'running' | 'ended' =>
  endedAt !== undefined ? 'ended' : startedAt !== undefined ? 'running' : 'planned'

export function DrillsPage({ ui, model }: { ui: Ui; model: DrillsModel }) {
  const t = ui.t.drills
  const { drills, said } = model
  const waiting = drills.filter((one) => drillState(one) === 'planned')
  const late = waiting.find(({ plannedOn }) => plannedOn < model.today)
  const next = waiting.filter(({ plannedOn }) => plannedOn >= model.today).at(-1)
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/drills/rules">{t.rulesTitle}</ButtonLink>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {late ? (
        <Notice ui={ui} kind="caution" title={t.overdue(nameOf(ui, late), ui.f.recordedDate(late.plannedOn))} />
      ) : null}
      {next ? <p>{t.next(nameOf(ui, next), ui.f.recordedDate(next.plannedOn))}</p> : null}
      <Year ui={ui} model={model} keeps={keeps} />
      {keeps ? <PlanForm ui={ui} model={model} /> : null}
      <Section title={t.listTitle}>
        {drills.length === 0 ? <EmptyState title={t.none} next={t.noneNext} /> : <DrillTable ui={ui} drills={drills} />}
      </Section>
      <Section title={t.testTitle} id="tests">
        <p>{t.testLead}</p>
        {model.tests.length === 0 ? <p class="quiet">{t.testNone}</p> : <Tests ui={ui} tests={model.tests} />}
        {keeps ? <UnannouncedDay ui={ui} model={model} /> : null}
        {keeps ? <TestForm ui={ui} model={model} /> : null}
      </Section>
      <Section title={t.lessonsTitle} id="lessons">
        <p>{t.lessonsLead}</p>
        {keeps ? <ButtonLink href="/drills/training">{ui.t.training.title}</ButtonLink> : null}
        <ul class="choice-list">
          {model.lessons.all.map(({ lesson, readAtMs, people }) => (
            <li>
              <ButtonLink href={`/drills/lessons/${lesson}`}>{ui.t.lessons[lesson].name}</ButtonLink>{' '}
              <span>
                {readAtMs === undefined ? `▲ ${t.lessonOpen}` : `✓ ${t.lessonDone(ui.f.date(readAtMs, ui.nowMs))}`}{' '}
                {t.lessonRead(ui.f.count(people), ui.f.count(model.lessons.staff))}
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </PageFrame>
  )
}

export const nameOf = (ui: Ui, { scenario }: Drill): string => ui.t.scenarios[scenario].name

function Year({ ui, model, keeps }: { ui: Ui; model: DrillsModel; keeps: boolean }) {
  const t = ui.t.drills
  const { drills, tests, today } = model
  const marks = { ended: '✓', running: '▲', planned: '○' } as const
  return (
    <Section title={t.yearTitle} note={t.yearNote}>
      <DataTable
        ui={ui}
        caption={t.yearTitle}
        hideCaption
        rows={yearPlan(drills, tests, today, (at) => institutionDate(at))}
        columns={[
          {
            key: 'month',
            head: t.yearHead.month,
            isName: true,
            cell: ({ month }) => t.yearMonth(month.slice(0, 4), String(Number(month.slice(5)))),
          },
          {
            key: 'drills',
            head: t.yearHead.drills,
            cell: (one) =>
              one.drills.map((drill) => (
                <div>
                  {marks[drillState(drill)]}{' '}
                  <a href={`/drills/${drill.id}`}>
                    {ui.f.recordedDate(drill.plannedOn)} {nameOf(ui, drill)}
                  </a>
                </div>
              )),
          },
          { key: 'test', head: t.yearHead.test, cell: ({ isTested }) => (isTested ? '✓' : '－') },
        ]}
      />
      {keeps && proposalsOf(drills, today).length > 0 ? (
        <PostButton ui={ui} action="/drills/year">
          {t.yearPropose}
        </PostButton>
      ) : null}
    </Section>
  )
}

function PlanForm({ ui, model }: { ui: Ui; model: DrillsModel }) {
  const t = ui.t.drills
  const { typed = {} } = model
  const errors: FieldErrors = model.errors?.['day'] ? model.errors : {}
  return (
    <Section title={t.planTitle}>
      <Form ui={ui} action="/drills/plan" errors={errors} labels={{ day: t.day }}>
        <SelectField
          name="scenario"
          label={t.scenario}
          value={typed['scenario']}
          options={SCENARIOS.map(({ id, for: kinds }) => ({
            value: id,
            label: `${ui.t.scenarios[id].name}（${kinds.map((kind) => t.forKind[kind]).join('・')}）`,
          }))}
        />
        <SelectField
          name="minutes"
          label={t.minutes}
          value={typed['minutes']}
          options={LENGTHS.map((minutes) => ({ value: String(minutes), label: t.minutesOf(String(minutes)) }))}
        />
        <TextField
          name="day"
          label={t.day}
          type="date"
          size="short"
          value={typed['day'] ?? model.today}
          error={errors['day']}
        />
        <SubmitButton>{t.plan}</SubmitButton>
      </Form>
    </Section>
  )
}

function DrillTable({ ui, drills }: { ui: Ui; drills: readonly Drill[] }) {
  const t = ui.t.drills
  return (
    <DataTable
      ui={ui}
      caption={t.listTitle}
      hideCaption
      rows={drills}
      columns={[
        { key: 'day', head: t.dayHead, cell: ({ plannedOn }) => ui.f.recordedDate(plannedOn) },
        {
          key: 'name',
          head: t.nameHead,
          isName: true,
          cell: (drill) => (
            <a href={`/drills/${drill.id}`}>
              {nameOf(ui, drill)}（{t.minutesOf(String(drill.minutes))}）
            </a>
          ),
        },
        {
          key: 'state',
          head: t.stateHead,
          cell: (drill) => {
            const state = drillState(drill)
            const judged = Object.values(drill.objectives)
            const reached = judged.filter((one) => one === 'reached').length
            return (
              <>
                {t.state[state]}
                {state === 'ended'
                  ? ` ${t.result(ui.f.count(reached), ui.f.count(judged.length), ui.f.count(drill.people.length))}`
                  : ''}
              </>
            )
          },
        },
      ]}
    />
  )
}

const WIDTH = 640
const HEIGHT = 160
const LEFT = 70

function Tests({ ui, tests }: { ui: Ui; tests: readonly FindingTest[] }) {
  const t = ui.t.drills
  const shown = tests.slice(-24)
  const most = Math.max(THREE_MINUTES, ...shown.map(({ seconds }) => seconds)) * 1.1
  const y = (seconds: number) => HEIGHT - 10 - (seconds / most) * (HEIGHT - 20)
  const x = (i: number) => LEFT + 14 + (i * (WIDTH - LEFT - 28)) / Math.max(1, shown.length - 1)
  return (
    <>
      <svg class="timeline timeline-wide" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t.testPicture}>
        <path class="tl-grid" d={`M${LEFT} ${y(THREE_MINUTES)}H${WIDTH}`} />
        <text class="tl-text" x={LEFT - 6} y={y(THREE_MINUTES) + 4} text-anchor="end">
          {t.threeMinutes}
        </text>
        {shown.map(({ seconds, found }, i) => (
          <text class="tl-text" x={x(i)} y={y(seconds) + 4} text-anchor="middle">
            {found === 3 && seconds <= THREE_MINUTES ? '●' : '×'}
          </text>
        ))}
      </svg>
      <DataTable
        ui={ui}
        caption={t.testTitle}
        hideCaption
        rows={tests.toReversed().slice(0, 50)}
        columns={[
          { key: 'at', head: t.dayHead, isName: true, cell: ({ at }) => ui.f.date(at, ui.nowMs) },
          { key: 'who', head: t.testWho, cell: ({ who, job }) => (job ? ui.t.policy.bracketed(who, job) : who) },
          { key: 'seconds', head: t.testSeconds, cell: ({ seconds }) => t.seconds(ui.f.count(seconds)) },
          { key: 'found', head: t.testFound, cell: ({ found }) => `${found}/3` },
        ]}
      />
    </>
  )
}

function UnannouncedDay({ ui, model }: { ui: Ui; model: DrillsModel }) {
  const t = ui.t.drills
  const { unannounced: day, typed = {} } = model
  const errors: FieldErrors = model.errors?.['from'] ? { from: model.errors['from'] } : {}
  const words = day && t.unannouncedState[day.state](ui.f.recordedDate(day.from), ui.f.recordedDate(day.until))
  return (
    <>
      <h3>{t.unannouncedTitle}</h3>
      {words ? day.state === 'today' ? <Notice ui={ui} kind="caution" title={words} /> : <p>{words}</p> : null}
      {day?.state === 'waits' || day?.state === 'today' ? null : (
        <Form ui={ui} action="/drills/unannounced" errors={errors} labels={{ from: t.unannouncedFrom }}>
          <p>{t.unannouncedLead}</p>
          <TextField
            name="from"
            label={t.unannouncedFrom}
            type="date"
            size="short"
            value={typed['from']}
            error={errors['from']}
          />
          <TextField name="until" label={t.unannouncedUntil} type="date" size="short" value={typed['until']} />
          <SubmitButton kind="secondary">{t.unannouncedDraw}</SubmitButton>
        </Form>
      )}
    </>
  )
}

function TestForm({ ui, model }: { ui: Ui; model: DrillsModel }) {
  const t = ui.t.drills
  const { typed = {} } = model
  const errors: FieldErrors = model.errors?.['day'] || model.errors?.['from'] ? {} : (model.errors ?? {})
  const labels = { who: t.testWho, seconds: t.testSeconds, found: t.testFound }
  return (
    <Form ui={ui} action="/drills/tests" errors={errors} labels={labels}>
      <TextField name="who" label={t.testWho} value={typed['who']} maxlength={60} error={errors['who']} />
      <TextField name="job" label={t.testJob} value={typed['job']} maxlength={40} optional={ui.t.form.optional} />
      <TextField
        name="seconds"
        label={t.testSeconds}
        hint={t.testSecondsHint}
        value={typed['seconds']}
        size="short"
        error={errors['seconds']}
      />
      <SelectField
        name="found"
        label={t.testFound}
        value={typed['found'] ?? '3'}
        options={['3', '2', '1', '0'].map((value) => ({ value, label: value }))}
      />
      <SelectField
        name="onStation"
        label={t.testOnStation}
        value={typed['onStation'] ?? 'yes'}
        options={[
          { value: 'yes', label: '○' },
          { value: 'no', label: '×' },
        ]}
      />
      <SubmitButton kind="secondary">{t.testAdd}</SubmitButton>
    </Form>
  )
}
