/** 復旧の道すじ: the gates in order as a path, and the one next step. */
import {
  ButtonLink,
  Confirmation,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import { MISHAP_REASONS } from '#journal'
import type { CaseView, WayBackView } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'
import { Refusal } from './restore.tsx'
import { EvidenceStep, PassForm } from './way-back-evidence.tsx'

/** Behind this gate the old place may be written to. */
const LAST_BEFORE_PRODUCTION = 'isolated'
const MARKS = { passed: '✓', overridden: '▲', asked: '▲', open: '○' } as const

export interface WayBackModel {
  readonly view: WayBackView
  readonly refused?: ErrorCode
  /** Fields that were left empty or are wrong, by name. */
  readonly errors?: Readonly<Record<string, string>>
}

export function WayBackPage({ ui, model }: { ui: Ui; model: WayBackModel }) {
  const t = ui.t.wayBack
  const { view, refused, errors = {} } = model
  const may = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
        <ButtonLink href="/terminals">{t.toTerminals}</ButtonLink>
        <ButtonLink href="/restores">{ui.t.restore.toList}</ButtonLink>
      </PageHeading>
      {refused ? <Refusal ui={ui} code={refused} /> : null}
      {view.open ? (
        <OpenCase ui={ui} one={view.open} may={may} errors={errors} inRegister={view.inRegister} />
      ) : (
        <Begin ui={ui} view={view} may={may} errors={errors} />
      )}
      {view.past.length > 0 ? (
        <Section title={t.pastTitle}>
          {view.past.map((one) => (
            <details>
              <summary>
                {t.caseTitle(String(one.number), one.kind)}
                {one.endedAtMs === undefined ? '' : ` ${t.ended(ui.f.dateTime(one.endedAtMs, ui.nowMs))}`}
              </summary>
              <Path ui={ui} one={one} />
            </details>
          ))}
        </Section>
      ) : null}
    </PageFrame>
  )
}

function Begin(props: { ui: Ui; view: WayBackView; may: boolean; errors: Readonly<Record<string, string>> }) {
  const { ui, view, may, errors } = props
  const t = ui.t.wayBack
  if (!may) return <p>{t.ask_}</p>
  const reasons = MISHAP_REASONS.map((value) => ({ value, label: t.reasonOf[value] }))
  return (
    <Section title={t.beginTitle} note={t.beginNote}>
      <h3>{t.attack}</h3>
      <p>{t.attackNote}</p>
      <Form ui={ui} action="/way-back/begin">
        <input type="hidden" name="kind" value="attack" />
        <SubmitButton>{t.begin}</SubmitButton>
      </Form>
      <h3>{t.mishap}</h3>
      <p>{t.mishapNote}</p>
      {view.looksLikeAttack ? (
        <p class="strong">{t.mishapClosed}</p>
      ) : (
        <Form ui={ui} action="/way-back/begin" errors={errors} labels={{ reason: t.reasonHead }}>
          <input type="hidden" name="kind" value="mishap" />
          <SelectField
            name="reason"
            label={t.reasonHead}
            options={[{ value: '', label: t.choose }, ...reasons]}
            error={errors['reason']}
          />
          <SubmitButton kind="secondary">{t.begin}</SubmitButton>
        </Form>
      )}
    </Section>
  )
}

function OpenCase(props: {
  ui: Ui
  one: CaseView
  may: boolean
  errors: Readonly<Record<string, string>>
  inRegister: number
}) {
  const { ui, one, may, errors, inRegister } = props
  const t = ui.t.wayBack
  const next = one.gates.find(({ state }) => state === 'open' || state === 'asked')
  return (
    <>
      <Section
        title={t.caseTitle(String(one.number), one.kind)}
        note={t.opened(one.openedBy, ui.f.dateTime(one.openedAtMs, ui.nowMs))}
      >
        <Path ui={ui} one={one} />
      </Section>
      {next ? (
        <Section id="next" title={`${t.next}: ${t.gateOf[next.gate]}`}>
          <p>{t.helpOf[next.gate]}</p>
          {may ? <Step ui={ui} one={one} next={next} errors={errors} inRegister={inRegister} /> : <p>{t.ask_}</p>}
        </Section>
      ) : (
        <Notice ui={ui} kind="good" title={t.allDone} />
      )}
      {may ? <Undo ui={ui} one={one} /> : null}
    </>
  )
}

function Step(props: {
  ui: Ui
  one: CaseView
  next: CaseView['gates'][number]
  errors: Readonly<Record<string, string>>
  inRegister: number
}) {
  const { ui, one, next, errors, inRegister } = props
  if (next.gate === 'evidence')
    return <EvidenceStep ui={ui} one={one} next={next} errors={errors} inRegister={inRegister} />
  return (
    <>
      {next.gate === 'scan' || next.gate === 'isolated' ? <Chosen ui={ui} one={one} /> : null}
      <PassForm ui={ui} number={one.number} gate={next.gate} error={errors['why']} />
    </>
  )
}

function Chosen({ ui, one }: { ui: Ui; one: CaseView }) {
  const t = ui.t.wayBack
  const { f, nowMs } = ui
  return (
    <>
      <h3>{t.chosenTitle}</h3>
      {one.chosen.length === 0 ? <p>{t.chosenNone}</p> : null}
      <ul>
        {one.chosen.map(({ generationId, sourceName, takenAtMs, restoredAtMs }) => (
          <li>
            <a href={`/generations/${generationId}`}>
              {ui.t.restore.of(sourceName, takenAtMs === undefined ? '' : f.dateTime(takenAtMs, nowMs))}
            </a>
            {' — '}
            {restoredAtMs === undefined ? (
              <>
                {t.neverRestored} <a href={`/generations/${generationId}/restore`}>{t.toRestore}</a>
              </>
            ) : (
              t.restoredAt(f.dateTime(restoredAtMs, nowMs))
            )}
          </li>
        ))}
      </ul>
      <p>
        <ButtonLink href="/clean-candidate">{t.toClean}</ButtonLink>
      </p>
    </>
  )
}

/** In order, each with a mark and a word; where it stands now is marked for readers of screens too. */
function Path({ ui, one }: { ui: Ui; one: CaseView }) {
  const t = ui.t.wayBack
  const next = one.gates.find(({ state }) => state === 'open' || state === 'asked')
  const before = one.gates.slice(0, one.gates.findIndex(({ gate }) => gate === LAST_BEFORE_PRODUCTION) + 1)
  const isOpen = before.every(({ state }) => state === 'passed' || state === 'overridden')
  return (
    <>
      <ol class="gates">
        {one.gates.map((gate) => (
          <li class={`gate gate-${gate.state}`} aria-current={gate === next ? 'step' : undefined}>
            <span class="mark" aria-hidden="true">
              {MARKS[gate.state]}
            </span>
            <span>
              <strong>{t.gateOf[gate.gate]}</strong> ({t.stateOf[gate.state]})
              {gate.decision ? (
                <small>
                  {t.decided(gate.decision.by, ui.f.dateTime(gate.decision.atMs, ui.nowMs))}
                  {gate.decision.reason === '' ? '' : `: ${gate.decision.reason}`}
                </small>
              ) : null}
              {gate.gate === LAST_BEFORE_PRODUCTION ? (
                <small class="strong">{isOpen ? t.productionOpen : t.production}</small>
              ) : null}
            </span>
          </li>
        ))}
      </ol>
      {one.kind === 'mishap' && one.reason ? (
        <p>
          {t.reasonHead}: {t.reasonOf[one.reason]}
          {one.endedAtMs === undefined ? ` — ${t.productionOpen}` : ''}
        </p>
      ) : null}
    </>
  )
}

function Undo({ ui, one }: { ui: Ui; one: CaseView }) {
  const t = ui.t.wayBack
  const done = one.gates.filter(({ state }) => state !== 'open')
  if (done.length === 0) return null
  return (
    <div class="screen-only">
      {done.map(({ gate }) => (
        <details>
          <summary>{`${t.gateOf[gate]}: ${t.undo}`}</summary>
          <Confirmation
            ui={ui}
            label={t.undo}
            question={t.undoQuestion}
            note={t.undoNote}
            action={`/way-back/${one.number}/undo`}
            fields={{ gate }}
          />
        </details>
      ))}
    </div>
  )
}
