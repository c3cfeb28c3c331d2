/** What to do and what is due, with what the program sees for itself. */
import { PHASES, STEP_STATES, type StepNow } from '#incident'
import { DataTable, type FieldErrors, Section, SubmitButton, TextField } from '../components/index.ts'
import type { IncidentView } from '../incident-ports.ts'
import type { Ui } from '../ui.ts'
import { CaseForm, said, Save, TimeFields, whoOf } from './incident-fields.tsx'

const MINUTE_MS = 60_000
const MARKS = { done: '✓', 'not-needed': '−', open: '○' } as const

/** How long is left, or how late it is. */
function left(ui: Ui, dueMs: number, isOver: boolean): string {
  if (isOver) return ''
  const t = ui.t.incident
  const ms = dueMs - ui.nowMs
  return ms < 0 ? `× ${t.late(ui.f.duration(-ms))}` : t.soon(ui.f.duration(ms))
}

export function stepWords(ui: Ui, { step }: StepNow): readonly [string, string] {
  const [what = '', how = ''] = ui.t.runbook.step[step.code]
  return [what, how]
}

/** By phase; only the one that goes on is open: a phone shows what to do now. */
export function StepsSection({ ui, view }: { ui: Ui; view: IncidentView }) {
  const t = ui.t.incident
  const { one } = view
  return (
    <Section title={t.steps} note={t.stepsNote}>
      {PHASES.map((phase) => {
        const steps = one.steps.filter(({ step }) => step.phase === phase)
        const open = steps.filter(({ state }) => state === 'open')
        return (
          <details open={phase === one.phase}>
            <summary>
              <strong>{t.phase[phase]}</strong> {t.stepsOpen(ui.f.count(open.length), ui.f.count(steps.length))}
            </summary>
            <Steps ui={ui} view={view} steps={steps} />
          </details>
        )
      })}
    </Section>
  )
}

function Steps({ ui, view, steps }: { ui: Ui; view: IncidentView; steps: readonly StepNow[] }) {
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
                <span aria-hidden="true">{MARKS[row.state]}</span> {what}
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
        { key: 'note', head: t.stepHead.note, cell: (row) => <StepForm ui={ui} id={one.id} row={row} /> },
      ]}
    />
  )
}

function StepForm({ ui, id, row }: { ui: Ui; id: string; row: StepNow }) {
  const t = ui.t.incident
  const { code } = row.step
  return (
    <details class="screen-only">
      <summary>{row.state === 'open' ? t.mark.done : t.change}</summary>
      <form class="form" method="post" action={`/incidents/${id}/step`}>
        <input type="hidden" name="csrf" value={ui.csrf} />
        <input type="hidden" name="once" value={`${ui.nowMs}${code}`} />
        <input type="hidden" name="topic" value={`step:${code}`} />
        {row.topic?.heads.map((head) => (
          <input type="hidden" name="seen" value={head.id} />
        ))}
        <label class="field-label">
          {t.paperAt}
          <input class="input input-short" name="paperTime" maxlength={5} autocomplete="off" />
        </label>
        <p>
          {STEP_STATES.filter((state) => state !== row.state).map((state) => (
            <SubmitButton kind="secondary" name="value" value={state}>
              {t.mark[state]}
            </SubmitButton>
          ))}
        </p>
      </form>
    </details>
  )
}

export function ClocksSection({ ui, view, errors }: { ui: Ui; view: IncidentView; errors: FieldErrors }) {
  const t = ui.t.incident
  const { one } = view
  const time = (ms: number) => ui.f.dateTime(ms, ui.nowMs)
  return (
    <Section title={t.clocks} note={t.clocksNote} id="clocks">
      {one.clocks.length === 0 ? <p>{t.clocksNone}</p> : null}
      <ul class="clock-list">
        {one.clocks.map(({ code, checked, fromMs, dueMs, isClosed, topic }) => (
          <li>
            <strong>
              <span aria-hidden="true">{isClosed ? '✓' : '○'}</span> {t.clock[code]}
            </strong>{' '}
            {dueMs === undefined
              ? t.promptly
              : `${fromMs === undefined ? '' : `${t.fromDay(time(fromMs))} `}${t.until(time(dueMs))}`}{' '}
            {isClosed ? (
              <>
                {topic?.heads.map((head) => (
                  <span>
                    {t.closedBy(whoOf(head), time(Number(head.codes['happenedAt'] ?? head.at)))} {said(head, 'sent')}
                  </span>
                ))}
              </>
            ) : (
              <strong>{dueMs === undefined ? t.stepState.open : left(ui, dueMs, false)}</strong>
            )}
            {checked ? null : <small class="below">▲ {t.unchecked}</small>}
            <details class="screen-only" open={errors[`sent~${code}`] !== undefined}>
              <summary>{isClosed ? t.reopenClock : t.closeClock}</summary>
              <CaseForm
                ui={ui}
                id={one.id}
                act="clock"
                topic={`clock:${code}`}
                seen={topic}
                fields={{ value: isClosed ? 'reopened' : 'closed' }}
                errors={{ [`sent~${code}`]: errors[`sent~${code}`] }}
              >
                <TextField
                  name={`sent~${code}`}
                  label={isClosed ? t.reason : t.sentWhat}
                  hint={isClosed ? undefined : t.sentHint}
                  error={errors[`sent~${code}`]}
                  maxlength={300}
                />
                <TimeFields ui={ui} name="happened" of={code} />
                <Save>{isClosed ? t.reopenClock : t.closeClock}</Save>
              </CaseForm>
            </details>
          </li>
        ))}
      </ul>
    </Section>
  )
}
