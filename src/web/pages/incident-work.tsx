/** What to do and what is due, with what the program sees for itself. */
import {
  type ClockNow,
  CLOCKS,
  DEADLINE_FROM,
  DEADLINE_UNITS,
  isClockCode,
  PHASES,
  STEP_STATES,
  type StepNow,
} from '#incident'
import {
  DataTable,
  type FieldErrors,
  Section,
  SelectField,
  SubmitButton,
  TextField,
  type Typed,
} from '../components/index.ts'
import type { IncidentView } from '../incident-ports.ts'
import type { Ui } from '../ui.ts'
import { CaseForm, errorsOf, hasErrors, said, Save, TimeFields, whoOf } from './incident-fields.tsx'
import { deadlineWords } from './incident-words.ts'

const MINUTE_MS = 60_000
const MARKS = { done: '✓', 'not-needed': '−', open: '○' } as const

/** How long is left, or how late it is. */
function left(ui: Ui, dueMs: number, isOver: boolean): string {
  if (isOver) return ''
  const t = ui.t.incident
  const ms = dueMs - ui.nowMs
  return ms < 0 ? `× ${t.late(ui.f.duration(-ms))}` : t.soon(ui.f.duration(ms))
}

interface WorkProps {
  readonly ui: Ui
  readonly view: IncidentView
  readonly errors: FieldErrors
  readonly typed: Typed | undefined
}

export function stepWords(ui: Ui, { step }: StepNow): readonly [string, string] {
  const [what = '', how = ''] = ui.t.runbook.step[step.code]
  return [what, how]
}

/** By phase; only the one that goes on is open: a phone shows what to do now. */
export function StepsSection({ ui, view, errors, typed }: WorkProps) {
  const t = ui.t.incident
  const { one } = view
  return (
    <Section title={t.steps} note={t.stepsNote}>
      {PHASES.map((phase) => {
        const steps = one.steps.filter(({ step }) => step.phase === phase)
        const open = steps.filter(({ state }) => state === 'open')
        return (
          <details open={phase === one.phase || steps.some((row) => hasErrors(errorsOf(errors, stepForm(row))))}>
            <summary>
              <strong>{t.phase[phase]}</strong> {t.stepsOpen(ui.f.count(open.length), ui.f.count(steps.length))}
            </summary>
            <Steps ui={ui} view={view} steps={steps} errors={errors} typed={typed} />
          </details>
        )
      })}
    </Section>
  )
}

function Steps(props: WorkProps & { steps: readonly StepNow[] }) {
  const { ui, view, steps, errors, typed } = props
  const t = ui.t.incident
  const { one } = view
  return (
    <DataTable
      ui={ui}
      caption={t.steps}
      hideCaption
      rows={steps}
      columns={[
        {
          key: 'step',
          head: t.stepHead.step,
          isName: true,
          cell: (row) => {
            const [what, how] = stepWords(ui, row)
            return (
              <>
                <span aria-hidden="true" id={stepForm(row)}>
                  {MARKS[row.state]}
                </span>{' '}
                {what}
                <small class="below">{how}</small>
              </>
            )
          },
        },
        { key: 'who', head: t.stepHead.who, cell: ({ step }) => ui.t.runbook.who[step.who] },
        {
          key: 'by',
          head: t.stepHead.by,
          cell: ({ step, dueMs, state }) => (
            <>
              {t.byMinutes(ui.f.duration(Math.max(1, step.byMinutes) * MINUTE_MS))}
              {one.emergency === 'ended' || one.emergency === 'not' ? null : (
                <small class="below">{left(ui, dueMs, state !== 'open')}</small>
              )}
            </>
          ),
        },
        {
          key: 'state',
          head: t.stepHead.state,
          cell: ({ state, topic }) => (
            <>
              {t.stepState[state]}
              {topic?.heads.map((head) => (
                <small class="below">
                  {ui.f.dateTime(Number(head.codes['paperAt'] ?? head.at), ui.nowMs)}
                  {head.codes['paperAt'] === undefined ? '' : ` ${ui.t.timelinePage.paper}`} {whoOf(head)}
                </small>
              ))}
            </>
          ),
        },
        {
          key: 'check',
          head: t.stepHead.check,
          cell: ({ step }) => {
            const check = step.check && view.checks[step.check]
            if (!step.check) return '—'
            const state = check?.state ?? 'unknown'
            return (
              <>
                {step.check === 'signs' && check?.count !== undefined ? ui.f.count(check.count) : t.checkState[state]}
                {check?.atMs === undefined ? null : <small class="below">{ui.f.dateTime(check.atMs, ui.nowMs)}</small>}
              </>
            )
          },
        },
        {
          key: 'note',
          head: t.stepHead.note,
          cell: (row) => <StepForm ui={ui} id={one.id} row={row} errors={errors} typed={typed} />,
        },
      ]}
    />
  )
}

const stepForm = (row: StepNow): string => `step-${row.step.code}`

function StepForm({ ui, id, row, errors, typed }: Omit<ClockProps, 'clock'> & { row: StepNow }) {
  const t = ui.t.incident
  const of = stepForm(row)
  const own = errorsOf(errors, of)
  return (
    <details class="screen-only" open={hasErrors(own)}>
      <summary>{row.state === 'open' ? t.mark.done : t.change}</summary>
      <CaseForm ui={ui} id={id} act="step" topic={`step:${row.step.code}`} seen={row.topic} errors={own} typed={typed}>
        <TextField
          name={`paperTime~${of}`}
          label={t.paperAt}
          error={errors[`paperTime~${of}`]}
          size="short"
          maxlength={12}
        />
        <p>
          {STEP_STATES.filter((state) => state !== row.state).map((state) => (
            <SubmitButton kind="secondary" name="value" value={state}>
              {t.mark[state]}
            </SubmitButton>
          ))}
        </p>
      </CaseForm>
    </details>
  )
}

export const clockName = (ui: Ui, { code, own }: Pick<ClockNow, 'code' | 'own'>): string =>
  own ? own.name || ui.t.incident.ownClock : isClockCode(code) ? ui.t.incident.clock[code] : code

export function ClocksSection({ ui, view, errors, typed }: WorkProps) {
  const t = ui.t.incident
  const { one } = view
  return (
    <Section title={t.clocks} note={t.clocksNote} id="clocks">
      {one.clocks.length === 0 ? <p>{t.clocksNone}</p> : null}
      <ul class="clock-list">
        {one.clocks.map((clock) => (
          <Clock ui={ui} id={one.id} clock={clock} errors={errors} typed={typed} />
        ))}
      </ul>
      <details class="screen-only" open={hasErrors(errorsOf(errors, 'deadline'))}>
        <summary>{t.addDeadline}</summary>
        <DeadlineForm ui={ui} id={one.id} errors={errors} typed={typed} />
      </details>
    </Section>
  )
}

function dueWords(ui: Ui, { fromMs, dueMs, own }: ClockNow): string {
  const t = ui.t.incident
  const time = (ms: number) => ui.f.dateTime(ms, ui.nowMs)
  // A term whose moment has not come has no end yet.
  if (dueMs === undefined) return own ? deadlineWords(ui, `${own.amount} ${own.unit} ${own.from}`) : t.promptly
  return `${fromMs === undefined ? '' : `${t.fromDay(time(fromMs))} `}${t.until(time(dueMs))}`
}

interface ClockProps extends Omit<WorkProps, 'view'> {
  readonly id: string
  readonly clock: ClockNow
}

function Clock({ ui, id, clock, errors, typed }: ClockProps) {
  const t = ui.t.incident
  const { code, checked, dueMs, isClosed, isDropped, own, topic } = clock
  const source = CLOCKS.find((known) => known.code === code)?.source
  const time = (ms: number) => ui.f.dateTime(ms, ui.nowMs)
  const act = isClosed ? t.reopenClock : isDropped ? t.closeDropped : t.closeClock
  const isReason = isClosed || isDropped
  return (
    <li id={`clock-${code}`}>
      <strong>
        <span aria-hidden="true">{isClosed ? '✓' : '○'}</span> {clockName(ui, clock)}
      </strong>{' '}
      {dueWords(ui, clock)}{' '}
      {isClosed ? (
        topic?.heads.map((head) => (
          <span>
            {t.closedBy(whoOf(head), time(Number(head.codes['happenedAt'] ?? head.at)))} {said(head, 'sent')}
          </span>
        ))
      ) : (
        <strong>{dueMs === undefined ? t.stepState.open : left(ui, dueMs, false)}</strong>
      )}
      <small class="below">{own ? `${t.ownClock}: ${own.source}` : source && t.clockFrom(t.clockSource[source])}</small>
      {isDropped && !isClosed ? <small class="below">▲ {t.dropped}</small> : null}
      {checked ? null : <small class="below">▲ {t.unchecked}</small>}
      <details class="screen-only" open={hasErrors(errorsOf(errors, code))}>
        <summary>{act}</summary>
        <CaseForm
          ui={ui}
          id={id}
          act="clock"
          topic={`clock:${code}`}
          seen={topic}
          fields={{ value: isClosed ? 'reopened' : 'closed' }}
          errors={errorsOf(errors, code)}
          typed={typed}
        >
          <TextField
            name={`sent~${code}`}
            label={isReason ? t.reason : t.sentWhat}
            hint={isReason ? undefined : t.sentHint}
            error={errors[`sent~${code}`]}
            maxlength={300}
          />
          <TimeFields ui={ui} name="happened" of={code} errors={errors} />
          <Save>{act}</Save>
        </CaseForm>
      </details>
    </li>
  )
}

function DeadlineForm({ ui, id, errors, typed }: Omit<ClockProps, 'clock'>) {
  const t = ui.t.incident
  const units = DEADLINE_UNITS.map((value) => ({ value, label: t.deadlineUnit[value] }))
  const from = DEADLINE_FROM.map((value) => ({ value, label: t.deadlineFrom[value] }))
  return (
    <CaseForm ui={ui} id={id} act="deadline" errors={errorsOf(errors, 'deadline')} typed={typed}>
      <p>{t.addDeadlineNote}</p>
      <TextField
        name="name~deadline"
        label={t.deadlineName}
        hint={t.deadlineNameHint}
        error={errors['name~deadline']}
        maxlength={100}
      />
      <TextField
        name="source~deadline"
        label={t.deadlineSource}
        hint={t.deadlineSourceHint}
        error={errors['source~deadline']}
        maxlength={200}
      />
      <SelectField name="from" label={t.deadlineFromHead} options={from} value="known" />
      <div class="field-row">
        <TextField
          name="amount~deadline"
          label={t.deadlineAmount}
          error={errors['amount~deadline']}
          inputmode="numeric"
          size="short"
          maxlength={4}
        />
        <SelectField name="unit" label={t.deadlineUnitHead} options={units} value="days" />
      </div>
      <Save>{t.addDeadline}</Save>
    </CaseForm>
  )
}
