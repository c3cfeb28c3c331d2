/** One drill: before it, while its clock runs, and after it. Works by reload alone. */
import { addDays, institutionDate } from '#base'
import { type Drill, elapsedMs, isPaused, rolesOf, TIMED_PARTS, timetable } from '#exercise'
import type { Improvement } from '#incident'
import {
  ButtonLink,
  ChoiceField,
  Confirmation,
  DataTable,
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { Ui } from '../ui.ts'
import { drillState } from './drills.tsx'

export interface DrillModel {
  readonly drill: Drill
  readonly own: readonly Improvement[]
  readonly toCheck: readonly Improvement[]
  readonly declaredMinutes: number | undefined
  /** Whom the contact tree calls. */
  readonly contacts: readonly { readonly name: string; readonly phone: string }[]
  readonly said?: string | undefined
  readonly lack?: string | undefined
  /** An item that was refused, as it was typed; the draft where nothing was. */
  readonly typed?: { readonly what: string; readonly owner: string; readonly dueOn: string }
  /** Times that were typed and not understood, by part. */
  readonly watch?: Readonly<Record<string, string>>
  readonly errors?: FieldErrors
}

const MINUTE = 60_000
export const asLines = ({ people }: Drill): string =>
  people.map(({ name, job }) => (job ? `${name}、${job}` : name)).join('\n')

export function DrillPage({ ui, model }: { ui: Ui; model: DrillModel }) {
  const t = ui.t.drills
  const { drill, said, lack } = model
  const state = drillState(drill)
  const words = ui.t.scenarios[drill.scenario]
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={words.name}>
      <PageHeading
        title={words.name}
        lead={`${ui.f.recordedDate(drill.plannedOn)} ${t.minutesOf(String(drill.minutes))} ${t.state[state]}`}
      >
        <ButtonLink href={`/drills/${drill.id}/packet.pdf`}>{t.packet}</ButtonLink>
        {state === 'ended' ? (
          <>
            <ButtonLink href={`/drills/${drill.id}/report.pdf`} kind="primary">
              {t.report}
            </ButtonLink>
            <ButtonLink href={`/drills/${drill.id}/report.docx`}>{t.reportDocx}</ButtonLink>
          </>
        ) : null}
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {lack ? <Notice ui={ui} kind="caution" title={lack} live /> : null}
      {state === 'ended' ? null : <Notice ui={ui} kind="info" title={t.thisIsDrill} />}
      <Section title={t.startState}>
        <p>{words.start}</p>
      </Section>
      {state === 'ended' ? null : <Roles ui={ui} drill={drill} />}
      {state === 'planned' && keeps ? <Before ui={ui} drill={drill} /> : null}
      {state === 'running' && keeps ? <Leading ui={ui} model={model} /> : null}
      {state === 'running' && !keeps ? <Running ui={ui} drill={drill} keeps={keeps} /> : null}
      {state === 'ended' && drill.timed.length > 0 ? <Timed ui={ui} model={model} /> : null}
      {state === 'ended' || (state === 'running' && !keeps) ? <Judged ui={ui} drill={drill} /> : null}
      {state === 'ended' || (state === 'running' && !keeps) ? (
        <Improvements ui={ui} model={model} keeps={keeps} />
      ) : null}
    </PageFrame>
  )
}

function Roles({ ui, drill }: { ui: Ui; drill: Drill }) {
  const t = ui.t.drills
  return (
    <Section title={t.roles} note={t.rolesNote}>
      <DataTable
        ui={ui}
        caption={t.roles}
        hideCaption
        rows={rolesOf(drill.scenario).map((role) => ui.t.drillRoles[role])}
        columns={[
          { key: 'role', head: t.rolesHead.role, isName: true, cell: ([role]) => role },
          { key: 'does', head: t.rolesHead.does, cell: ([, does]) => does },
        ]}
      />
    </Section>
  )
}

function Before({ ui, drill }: { ui: Ui; drill: Drill }) {
  const t = ui.t.drills
  return (
    <>
      <p>{t.startNote}</p>
      <PostButton ui={ui} action={`/drills/${drill.id}/start`} kind="primary">
        {t.start}
      </PostButton>
      <Confirmation
        ui={ui}
        label={t.drop}
        question={t.dropQuestion}
        note={t.dropNote}
        action={`/drills/${drill.id}/drop`}
      />
    </>
  )
}

/**
 * One form: whatever is pressed, what was typed so far is kept. Its first button only keeps and brings the clock up to date,
 * so that the Enter key does no more than that.
 */
function Leading({ ui, model }: { ui: Ui; model: DrillModel }) {
  const t = ui.t.drills
  const { drill } = model
  const objectives = ui.t.scenarios[drill.scenario].objectives.map((words, i) => [`objective-${i}`, words])
  const timed = TIMED_PARTS.map((part) => [`took-${part}`, t.part[part]])
  const labels = { what: t.what, owner: t.owner, dueOn: t.dueOn, people: t.people }
  return (
    <Form
      ui={ui}
      action={`/drills/${drill.id}/written`}
      errors={model.errors}
      labels={{ ...labels, ...Object.fromEntries([...objectives, ...timed]) }}
    >
      <Running ui={ui} drill={drill} keeps />
      <Timed ui={ui} model={model} />
      <Calls ui={ui} model={model} />
      <Written ui={ui} model={model} />
      <ImprovementsInForm ui={ui} model={model} />
      <div class="actions">
        <SubmitButton kind="secondary">{t.save}</SubmitButton>
        <SubmitButton action={`/drills/${drill.id}/end`}>{t.end}</SubmitButton>
      </div>
    </Form>
  )
}

function Running({ ui, drill, keeps }: { ui: Ui; drill: Drill; keeps: boolean }) {
  const t = ui.t.drills
  const clock = { startedAt: drill.startedAt!, pauses: drill.pauses }
  const passed = elapsedMs(clock, ui.nowMs)
  const words = ui.t.scenarios[drill.scenario].injects
  const times = timetable(words.length, drill.minutes)
  const isThere = ({ inject, atMs }: (typeof times)[number]) => atMs <= passed || drill.early.includes(inject)
  const next = times.find((one) => !isThere(one))
  return (
    <Section title={t.injects} id="clock">
      <p>
        <strong>{t.clock(ui.f.duration(passed), t.minutesOf(String(drill.minutes)))}</strong>{' '}
        {isPaused(clock) ? `▲ ${t.paused}` : ''}{' '}
        {keeps ? (
          <SubmitButton kind="secondary">{t.reload}</SubmitButton>
        ) : (
          <a href={`/drills/${drill.id}`}>{t.reload}</a>
        )}
      </p>
      <ol>
        {times.filter(isThere).map(({ inject, atMs }) => (
          <li>
            {t.injectAt(String(Math.round(atMs / MINUTE)))}: {words[inject]}
            {keeps ? (
              <details>
                <summary>{t.goodAnswer}</summary>
                <p>{ui.t.drillAnswers[drill.scenario][inject]}</p>
              </details>
            ) : null}
          </li>
        ))}
      </ol>
      {next ? <p class="quiet">{t.notYet(String(Math.round(next.atMs / MINUTE)))}</p> : null}
      {keeps ? (
        <div class="actions">
          {next ? (
            <SubmitButton kind="secondary" action={`/drills/${drill.id}/bring/${next.inject}`}>
              {t.bring}
            </SubmitButton>
          ) : null}
          <SubmitButton kind="secondary" action={`/drills/${drill.id}/pause`}>
            {isPaused(clock) ? t.goOn : t.pause}
          </SubmitButton>
        </div>
      ) : null}
    </Section>
  )
}

/** To the second, below an hour: a chart that is found after 95 seconds is not found after one minute. */
function exactly(ui: Ui, ms: number): string {
  const seconds = ms % MINUTE
  if (ms < MINUTE || ms >= 60 * MINUTE || seconds < 1000) return ui.f.duration(ms)
  return [ms - seconds, seconds].map((one) => ui.f.duration(one)).join(ui.f.language === 'ja' ? '' : ' ')
}

function Timed({ ui, model }: { ui: Ui; model: DrillModel }) {
  const t = ui.t.drills
  const { drill, declaredMinutes, errors = {} } = model
  return (
    <Section title={t.timedTitle} id="timed">
      {drill.endedAt === undefined ? <p>{t.timedLead}</p> : null}
      <ul class="bulleted">
        {TIMED_PARTS.map((part) => {
          const all = drill.timed.filter((one) => one.part === part)
          const running = all.find(({ until }) => until === undefined)
          return (
            <li>
              <strong>{t.part[part]}</strong>
              {part === 'rehearsal' && declaredMinutes !== undefined
                ? ` ${t.declared(ui.f.duration(declaredMinutes * MINUTE))}`
                : ''}
              {part === 'call-tree' ? (
                <>
                  {' '}
                  <a href="/registers/contact-tree">{ui.t.registers.treeTitle}</a>
                </>
              ) : null}
              {all.map(({ from, until, by }) => (
                <div>
                  {until !== undefined
                    ? t.took(exactly(ui, until - from))
                    : drill.endedAt === undefined
                      ? t.since(ui.f.time(from))
                      : t.neverStopped(ui.f.time(from))}{' '}
                  {by}
                </div>
              ))}
              {drill.endedAt === undefined ? (
                <>
                  {running ? null : <TextField name={`by-${part}`} label={t.timeBy} size="short" maxlength={60} />}
                  <SubmitButton kind="secondary" action={`/drills/${drill.id}/time/${part}`}>
                    {running ? t.timeEnd : t.timeStart}
                  </SubmitButton>
                  <details open={errors[`took-${part}`] !== undefined}>
                    <summary>{t.watch}</summary>
                    <TextField
                      name={`took-${part}`}
                      label={t.watchTime}
                      hint={t.testSecondsHint}
                      size="short"
                      maxlength={40}
                      value={model.watch?.[part]}
                      error={errors[`took-${part}`]}
                    />
                    <SubmitButton kind="secondary" action={`/drills/${drill.id}/took/${part}`}>
                      {t.watchKeep}
                    </SubmitButton>
                  </details>
                </>
              ) : null}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

function Calls({ ui, model }: { ui: Ui; model: DrillModel }) {
  const t = ui.t.drills
  const { drill, contacts } = model
  return (
    <Section title={t.callsTitle} id="calls">
      {contacts.length === 0 ? (
        <p class="quiet">
          {t.callsNone} <a href="/registers/person">{t.callsRegister}</a>
        </p>
      ) : (
        <p>{t.callsLead}</p>
      )}
      <ol>
        {contacts.map(({ name, phone }, i) => {
          const call = drill.calls.find((one) => one.name === name)
          return (
            <li>
              {name} ☎ {phone}{' '}
              {call
                ? call.answered
                  ? `✓ ${t.calledAt(ui.f.time(call.at))}`
                  : `× ${t.triedAt(ui.f.time(call.at))}`
                : ''}
              {call?.answered ? null : (
                <div class="actions">
                  {(['answered', 'notAnswered'] as const).map((answer) => (
                    <SubmitButton kind="secondary" action={`/drills/${drill.id}/calls/${i}/${answer}`}>
                      {t[answer]}
                    </SubmitButton>
                  ))}
                </div>
              )}
            </li>
          )
        })}
      </ol>
    </Section>
  )
}

/** While the drill runs they stand in its one form: adding one takes nothing away of what is typed elsewhere. */
function ImprovementsInForm({ ui, model }: { ui: Ui; model: DrillModel }) {
  const t = ui.t.drills
  const { drill, own, toCheck, errors = {} } = model
  return (
    <Section title={t.improvements} id="improvements">
      <OwnItems ui={ui} own={own} />
      <TextField name="what" label={t.what} value={drill.draft.what} maxlength={200} error={errors['what']} />
      <TextField name="owner" label={t.owner} value={drill.draft.owner} maxlength={60} error={errors['owner']} />
      <TextField
        name="dueOn"
        label={t.dueOn}
        type="date"
        size="short"
        value={drill.draft.dueOn}
        error={errors['dueOn']}
      />
      <p class="quiet">{t.draftKept}</p>
      <SubmitButton kind="secondary" action={`/drills/${drill.id}/improvements`}>
        {t.addImprovement}
      </SubmitButton>
      {toCheck.length > 0 ? (
        <>
          <h3>{t.toCheck}</h3>
          <ul class="bulleted">
            {toCheck.map(({ id, what, owner }) => (
              <li>
                {what}（{owner}）{' '}
                {(['works', 'broken'] as const).map((answer) => (
                  <SubmitButton kind="secondary" action={`/drills/${drill.id}/check/${id}/${answer}`}>
                    {t[answer]}
                  </SubmitButton>
                ))}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Section>
  )
}

function OwnItems({ ui, own }: { ui: Ui; own: readonly Improvement[] }) {
  if (own.length === 0) return <p class="quiet">{ui.t.drills.improvementsNone}</p>
  return (
    <ul>
      {own.map(({ what, owner, dueOn }) => (
        <li>
          {what}（{owner}、{ui.f.recordedDate(dueOn)}）
        </li>
      ))}
    </ul>
  )
}

function Judged({ ui, drill }: { ui: Ui; drill: Drill }) {
  const t = ui.t.drills
  const { people, good, bad } = drill
  const said = [
    { term: t.people, value: people.map(({ name, job }) => (job ? `${name}（${job}）` : name)).join('、') },
    { term: t.good, value: good },
    { term: t.bad, value: bad },
  ].filter(({ value }) => value !== '')
  return (
    <Section title={t.objectives}>
      <ul>
        {ui.t.scenarios[drill.scenario].objectives.map((words, i) => (
          <li>
            {drill.objectives[i] === 'reached' ? '✓' : drill.objectives[i] === 'not' ? '×' : '－'} {words}
          </li>
        ))}
      </ul>
      {said.length > 0 ? <FactList wide facts={said} /> : null}
    </Section>
  )
}

function Written({ ui, model }: { ui: Ui; model: DrillModel }) {
  const t = ui.t.drills
  const { drill, errors = {} } = model
  return (
    <Section title={t.objectives}>
      {ui.t.scenarios[drill.scenario].objectives.map((words, i) => (
        <ChoiceField
          name={`objective-${i}`}
          label={words}
          kind="one"
          options={[
            { value: 'reached', label: t.reached },
            { value: 'not', label: t.not },
          ]}
          chosen={drill.objectives[i] ? [drill.objectives[i]] : []}
          error={errors[`objective-${i}`]}
        />
      ))}
      <TextArea
        name="people"
        label={t.people}
        hint={t.peopleHint}
        value={asLines(drill)}
        rows={5}
        error={errors['people']}
      />
      <TextArea name="good" label={t.good} optional={ui.t.form.optional} value={drill.good} />
      <TextArea name="bad" label={t.bad} optional={ui.t.form.optional} value={drill.bad} />
    </Section>
  )
}

/** For each objective that was not reached and has no item yet: one that a single press adds. */
function Proposals({ ui, model }: { ui: Ui; model: DrillModel }) {
  const t = ui.t.drills
  const { drill, own } = model
  const owner = ui.viewer?.displayName ?? ''
  const dueOn = addDays(institutionDate(ui.nowMs), PROPOSED_DAYS)
  const proposed = ui.t.scenarios[drill.scenario].objectives
    .filter((_, i) => drill.objectives[i] === 'not')
    .map((objective) => ({ objective, what: t.proposed(objective) }))
    .filter(({ objective }) => !own.some(({ what }) => what.includes(objective)))
  return (
    <>
      {proposed.map(({ objective, what }) => (
        <Form ui={ui} action={`/drills/${drill.id}/improvements`}>
          <p>
            × {t.notReached(objective)}
            <br />
            {t.proposal(what, owner, ui.f.recordedDate(dueOn))}
          </p>
          <input type="hidden" name="what" value={what} />
          <input type="hidden" name="owner" value={owner} />
          <input type="hidden" name="dueOn" value={dueOn} />
          <SubmitButton>{t.addProposal}</SubmitButton>
        </Form>
      ))}
    </>
  )
}
const PROPOSED_DAYS = 30

function Improvements({ ui, model, keeps }: { ui: Ui; model: DrillModel; keeps: boolean }) {
  const t = ui.t.drills
  const { drill, own, toCheck, errors = {}, typed = drill.draft } = model
  return (
    <Section title={t.improvements} id="improvements">
      <OwnItems ui={ui} own={own} />
      {keeps ? <Proposals ui={ui} model={model} /> : null}
      {keeps ? (
        <Form
          ui={ui}
          action={`/drills/${drill.id}/improvements`}
          errors={errors}
          labels={{ what: t.what, owner: t.owner, dueOn: t.dueOn }}
        >
          {(['what', 'owner'] as const).map((key) => (
            <TextField
              name={key}
              label={t[key]}
              value={typed[key]}
              maxlength={key === 'what' ? 200 : 60}
              error={errors[key]}
            />
          ))}
          <TextField
            name="dueOn"
            label={t.dueOn}
            type="date"
            size="short"
            value={typed.dueOn}
            error={errors['dueOn']}
          />
          <SubmitButton kind="secondary">{t.addImprovement}</SubmitButton>
        </Form>
      ) : null}
      {toCheck.length > 0 && keeps ? (
        <>
          <h3>{t.toCheck}</h3>
          <ul class="bulleted">
            {toCheck.map(({ id, what, owner }) => (
              <li>
                {what}（{owner}）{' '}
                {(['works', 'broken'] as const).map((answer) => (
                  <PostButton ui={ui} action={`/drills/${drill.id}/check/${id}/${answer}`}>
                    {t[answer]}
                  </PostButton>
                ))}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </Section>
  )
}
