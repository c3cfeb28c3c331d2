/** 非常時の対応: one case as it stands, what to decide, what to do, what is due. */
import {
  CASE_ROLES,
  COUNTED,
  DECIDED_BY,
  INCIDENT_KINDS,
  type IncidentCase,
  LEAK_VALUES,
  LEVELS,
  PHASES,
  type Topic,
} from '#incident'
import {
  ButtonLink,
  FactList,
  type FieldErrors,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
  type Typed,
} from '../components/index.ts'
import type { IncidentView } from '../incident-ports.ts'
import { criteriaOptions, criteriaSource, criterionWords } from '../criteria.ts'
import type { Ui } from '../ui.ts'
import { ClocksSection, StepsSection } from './incident-work.tsx'
import {
  CaseForm,
  codeOf,
  DeciderFields,
  deviceOf,
  errorsOf,
  hasErrors,
  said,
  Save,
  TimeFields,
  whoOf,
} from './incident-fields.tsx'
import { topicWords, valueWords } from './incident-words.ts'
import { Phones } from './trouble.tsx'

export interface IncidentModel {
  readonly view: IncidentView
  readonly errors?: FieldErrors
  readonly refused?: { readonly what: string; readonly next: string }
  readonly done?: boolean
  readonly typed?: Typed
}

export function IncidentPage({ ui, model }: { ui: Ui; model: IncidentModel }) {
  const t = ui.t.incident
  const { view, errors = {}, refused, done, typed } = model
  const { one } = view
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.caseTitle(ui.f.dateTime(one.openedAt, ui.nowMs))} lead={t.lead}>
        <ButtonLink href={`/incidents/${one.id}/timeline`}>{t.timeline}</ButtonLink>
        <ButtonLink href={`/incidents/${one.id}/evidence`}>{t.evidence}</ButtonLink>
        <ButtonLink href={`/incidents/${one.id}/reports`}>{ui.t.reports.title}</ButtonLink>
        <ButtonLink href={`/incidents/${one.id}/paper`}>{t.paperCase}</ButtonLink>
        <ButtonLink href={`/incidents/${one.id}/review`}>{t.review}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {done ? <Notice ui={ui} kind="good" title={t.done} live /> : null}
      {refused ? (
        <Notice ui={ui} kind="danger" title={refused.what} live>
          <p>{refused.next}</p>
        </Notice>
      ) : null}
      {view.isReadable ? null : <Notice ui={ui} kind="info" title={t.sealed} />}
      {one.conflicts.map((topic) => (
        <Conflict ui={ui} one={one} topic={topic} />
      ))}
      <Now ui={ui} view={view} />
      <EmergencySection ui={ui} view={view} errors={errors} typed={typed} />
      <StepsSection ui={ui} view={view} errors={errors} typed={typed} />
      <ClocksSection ui={ui} view={view} errors={errors} typed={typed} />
      <Decisions ui={ui} one={one} errors={errors} typed={typed} />
      <Section title={t.phones}>
        {view.phones.length > 0 ? <Phones ui={ui} phones={view.phones} /> : <p>{t.noPhones}</p>}
      </Section>
      {view.others.length > 0 ? <Others ui={ui} view={view} /> : null}
      {one.joined.length > 0 ? <Joined ui={ui} one={one} /> : null}
      {one.emergency === 'active' ? <EndSection ui={ui} view={view} errors={errors} typed={typed} /> : null}
    </PageFrame>
  )
}

function Conflict({ ui, one, topic }: { ui: Ui; one: IncidentCase; topic: string }) {
  const t = ui.t.incident
  return (
    <Notice ui={ui} kind="danger" title={`${t.conflictTitle}: ${topicWords(ui, topic)}`}>
      <p>{t.conflictNote}</p>
      <ul>
        {(one.topics.get(topic)?.heads ?? []).map((head) => (
          <li>
            {t.conflictSide(
              `${valueWords(ui, topic, codeOf(head, 'value'))}${said(head, 'name') ? ` ${said(head, 'name')}` : ''}`,
              whoOf(head),
              ui.f.dateTime(head.at, ui.nowMs),
              deviceOf(ui, head.device),
            )}
            {said(head, 'reason') ? `: ${said(head, 'reason')}` : ''}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

function Now({ ui, view }: { ui: Ui; view: IncidentView }) {
  const t = ui.t.incident
  const { one, frozenUntilMs } = view
  const time = (ms: number) => ui.f.dateTime(ms, ui.nowMs)
  const role = (name: (typeof CASE_ROLES)[number]) => {
    const head = one.roles[name]?.heads.at(-1)
    if (!head) return t.roleNone
    return `${said(head, 'name') || ui.t.timelinePage.sealed}${said(head, 'deputy') ? t.deputyOf(said(head, 'deputy')) : ''}`
  }
  return (
    <Section title={t.now}>
      <ol class="phases" aria-label={t.phaseHead}>
        {PHASES.map((phase) => (
          <li aria-current={phase === one.phase ? 'step' : undefined}>{t.phase[phase]}</li>
        ))}
      </ol>
      <FactList
        facts={[
          { term: t.emergencyHead, value: <Judged ui={ui} one={one} /> },
          { term: t.openedAt, value: time(one.openedAt) },
          { term: t.knownAt, value: time(one.knownAt) },
          { term: t.kindHead, value: t.kind[one.kind] },
          { term: t.levelHead, value: one.level ? t.level[one.level] : '—' },
          { term: t.leakHead, value: one.leak === 'none' && !one.topics.has('leak') ? t.leakOpen : t.leak[one.leak] },
          ...CASE_ROLES.map((name) => ({ term: t.role[name], value: role(name) })),
          ...COUNTED.map((what) => ({
            term: `${t.counts} (${t.count[what]})`,
            value: <Count ui={ui} topic={one.counts[what]} />,
          })),
          frozenUntilMs === undefined ? undefined : { term: '', value: ui.t.banner.frozen(time(frozenUntilMs)) },
        ]}
      />
    </Section>
  )
}

/** The state, who decided it and by what; where nobody of the register did, why. */
function Judged({ ui, one }: { ui: Ui; one: IncidentCase }) {
  const t = ui.t.incident
  return (
    <>
      <strong>{t.state[one.emergency ?? 'open']}</strong>
      {(one.topics.get('emergency')?.heads ?? []).map((head) => {
        const { criterion, plan } = head.codes
        const version = plan === undefined ? '' : t.byPlan(ui.t.bcp.version(String(plan)))
        const by = DECIDED_BY.find((known) => known === head.codes['decidedBy'])
        return (
          <small class="below">
            {said(head, 'decider')}{' '}
            {criterion === undefined ? '' : criterionWords(ui.t, String(criterion), plan !== undefined)}{' '}
            {version ? `(${version})` : ''} {said(head, 'reason')}
            {by === undefined || by === 'register' ? '' : ` (${t.decidedBy[by]}${said(head, 'tried')})`}
          </small>
        )
      })}
    </>
  )
}

function Count({ ui, topic }: { ui: Ui; topic: Topic | undefined }) {
  const t = ui.t.incident
  if (!topic) return <>—</>
  return (
    <>
      {topic.all.map((entry, i) => (
        <div>
          {t.countVersion(String(i + 1))}: <strong>{valueWords(ui, 'count', codeOf(entry, 'value'))}</strong>{' '}
          <small>{ui.f.dateTime(entry.at, ui.nowMs)}</small>
        </div>
      ))}
    </>
  )
}

interface DecisionProps {
  readonly ui: Ui
  readonly view: IncidentView
  readonly errors: FieldErrors
  readonly typed: Typed | undefined
}

function EmergencySection({ ui, view, errors, typed }: DecisionProps) {
  const t = ui.t.incident
  const { one, deciders } = view
  // Ended or declared: the way on is at the end of the page.
  if (one.emergency === 'ended' || one.emergency === 'active') return null
  const seen = one.topics.get('emergency')
  const criteria = criteriaOptions(ui.t, view.plan)
  return (
    <Section title={t.emergencyHead} id="decide">
      <CaseForm
        ui={ui}
        id={one.id}
        act="decide"
        topic="emergency"
        seen={seen}
        fields={{ value: 'active' }}
        errors={errorsOf(errors, 'active')}
        typed={typed}
      >
        <p>{view.isStation ? t.declareNoteStation : t.declareNote}</p>
        <p class="quiet">{criteriaSource(ui.t, view.plan)}</p>
        <SelectField name="criterion" label={t.criterionHead} options={criteria} />
        <DeciderFields ui={ui} of="active" deciders={deciders} errors={errors} typed={typed} />
        <TimeFields ui={ui} name="happened" of="active" errors={errors} />
        <SubmitButton kind="danger">{t.declare}</SubmitButton>
      </CaseForm>
      <details open={hasErrors(errorsOf(errors, 'not'))}>
        <summary>{t.notEmergency}</summary>
        <CaseForm
          ui={ui}
          id={one.id}
          act="decide"
          topic="emergency"
          seen={seen}
          fields={{ value: 'not' }}
          errors={errorsOf(errors, 'not')}
          typed={typed}
        >
          <p>{t.notNote}</p>
          <TextArea name="reason~not" label={t.reason} error={errors['reason~not']} />
          <DeciderFields ui={ui} of="not" deciders={deciders} errors={errors} typed={typed} />
          <Save>{t.notEmergency}</Save>
        </CaseForm>
      </details>
    </Section>
  )
}

function Decisions(props: { ui: Ui; one: IncidentCase; errors: FieldErrors; typed: Typed | undefined }) {
  const { ui, one, errors, typed } = props
  const t = ui.t.incident
  const choice = (topic: string, head: string, options: readonly { value: string; label: string }[], now: string) => (
    <details open={hasErrors(errorsOf(errors, topic))}>
      <summary>{`${head}: ${t.change}`}</summary>
      <CaseForm
        ui={ui}
        id={one.id}
        act="decide"
        topic={topic}
        seen={one.topics.get(topic)}
        errors={errorsOf(errors, topic)}
        typed={typed}
      >
        <SelectField name={`value~${topic}`} label={head} options={options} value={now} />
        <TextField name={`reason~${topic}`} label={t.reason} error={errors[`reason~${topic}`]} maxlength={300} />
        <TimeFields ui={ui} name="happened" of={topic} errors={errors} />
        <Save>{t.set}</Save>
      </CaseForm>
    </details>
  )
  const of = <T extends string>(values: readonly T[], words: Readonly<Record<T, string>>) =>
    values.map((value) => ({ value, label: words[value] }))
  return (
    <Section title={t.decided}>
      {choice('kind', t.kindHead, of(INCIDENT_KINDS, t.kind), one.kind)}
      {choice('level', t.levelHead, of(LEVELS, t.level), one.level ?? 'one')}
      {choice('leak', t.leakHead, of(LEAK_VALUES, t.leak), one.leak)}
      {choice('phase', t.phaseHead, of(PHASES, t.phase), one.phase)}
      <details open={hasErrors(errorsOf(errors, 'known'))}>
        <summary>{`${t.knownAt}: ${t.change}`}</summary>
        <CaseForm
          ui={ui}
          id={one.id}
          act="decide"
          topic="known-at"
          seen={one.topics.get('known-at')}
          errors={errorsOf(errors, 'known')}
          typed={typed}
        >
          <TimeFields ui={ui} name="known" of="known" label={t.knownAt} errors={errors} />
          <TextField name="reason~known" label={t.reason} error={errors['reason~known']} maxlength={300} />
          <Save>{t.set}</Save>
        </CaseForm>
      </details>
      {CASE_ROLES.map((name) => (
        <details open={errors[`name~${name}`] !== undefined}>
          <summary>{`${t.role[name]}: ${t.change}`}</summary>
          <CaseForm
            ui={ui}
            id={one.id}
            act="role"
            topic={`role:${name}`}
            seen={one.roles[name]}
            errors={{ [`name~${name}`]: errors[`name~${name}`] }}
            typed={typed}
          >
            <TextField name={`name~${name}`} label={t.role[name]} error={errors[`name~${name}`]} maxlength={100} />
            <TextField name={`deputy~${name}`} label={t.deputy} maxlength={100} />
            <Save>{t.set}</Save>
          </CaseForm>
        </details>
      ))}
      {COUNTED.map((what) => (
        <details open={hasErrors(errorsOf(errors, what))}>
          <summary>{`${t.counts} (${t.count[what]}): ${t.change}`}</summary>
          <CaseForm
            ui={ui}
            id={one.id}
            act="count"
            topic={`count:${what}`}
            seen={one.counts[what]}
            errors={errorsOf(errors, what)}
            typed={typed}
          >
            <p>{t.countNote}</p>
            <TextField
              name={`value~${what}`}
              label={t.countValue}
              error={errors[`value~${what}`]}
              inputmode="numeric"
              size="short"
              maxlength={20}
            />
            <TextField name={`reason~${what}`} label={t.reason} maxlength={300} />
            <Save>{t.set}</Save>
          </CaseForm>
        </details>
      ))}
    </Section>
  )
}

function Others({ ui, view }: { ui: Ui; view: IncidentView }) {
  const t = ui.t.incident
  return (
    <Section title={t.others}>
      {view.others.map((other) => (
        <CaseForm ui={ui} id={other.id} act="join" fields={{ into: view.one.id }}>
          <p>
            <a href={`/incidents/${other.id}`}>{t.caseTitle(ui.f.dateTime(other.openedAtMs, ui.nowMs))}</a>
          </p>
          <Save>{t.join}</Save>
        </CaseForm>
      ))}
    </Section>
  )
}

/** Cases that were joined to this one: each can be taken out again. */
function Joined({ ui, one }: { ui: Ui; one: IncidentCase }) {
  const t = ui.t.incident
  return (
    <Section title={t.joined}>
      {one.joined.map((id) => (
        <details>
          <summary>{`${id}: ${t.part}`}</summary>
          <CaseForm ui={ui} id={one.id} act="part" fields={{ from: id }}>
            <p>{t.partNote}</p>
            <Save>{t.part}</Save>
          </CaseForm>
        </details>
      ))}
    </Section>
  )
}

function EndSection({ ui, view, errors, typed }: DecisionProps) {
  const t = ui.t.incident
  const { one, left } = view
  if (!left.isHere)
    return (
      <Section title={t.end}>
        <p>{t.endStation}</p>
      </Section>
    )
  const isFree = left.gates.length === 0
  const openSteps = one.steps.filter(({ state }) => state === 'open').length
  const openTerms = one.clocks.filter(({ isClosed }) => !isClosed).length
  return (
    <Section title={t.end} id="end">
      <h3>{t.endLeft}</h3>
      <ul>
        {isFree ? null : <li>{t.endGates(left.gates.map((gate) => ui.t.wayBack.gateOf[gate]).join('、'))}</li>}
        {left.openSheets === undefined ? <li>{t.endSheetsUnknown}</li> : null}
        {left.openSheets !== undefined && left.openSheets > 0 ? (
          <li>{t.endSheets(ui.f.count(left.openSheets))}</li>
        ) : null}
        {left.isCompared === false ? (
          <li>
            {t.endNotCompared} <a href="/paper-entry/all">{t.endToCompare}</a>
          </li>
        ) : null}
        {isFree && left.openSheets === 0 && left.isCompared !== false ? <li>{t.endNone}</li> : null}
        {openSteps + openTerms > 0 ? <li>{t.endGoesOn(ui.f.count(openSteps), ui.f.count(openTerms))}</li> : null}
      </ul>
      {isFree && ui.viewer?.can.has('manage-backup') ? (
        <CaseForm
          ui={ui}
          id={one.id}
          act="end"
          topic="emergency"
          seen={one.topics.get('emergency')}
          errors={errorsOf(errors, 'end')}
          typed={typed}
        >
          <TextArea name="reason~end" label={t.reason} error={errors['reason~end']} />
          <DeciderFields ui={ui} of="end" deciders={view.deciders} errors={errors} typed={typed} />
          {(left.openSheets ?? 0) > 0 || left.isCompared === false ? (
            <TextArea name="exception~end" label={t.exception} />
          ) : null}
          <SubmitButton kind="danger">{t.end}</SubmitButton>
        </CaseForm>
      ) : null}
      <p>
        <ButtonLink href="/way-back">{t.wayBack}</ButtonLink>
      </p>
    </Section>
  )
}
