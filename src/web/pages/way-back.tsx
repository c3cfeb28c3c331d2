/** 復旧の道すじ: the gates in order as a path, and the one next step. */
import {
  ButtonLink,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import { MISHAP_REASONS } from '#journal'
import type { CaseView, WayBackView } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'
import { Refusal } from './restore.tsx'
import { EvidenceStep, PassForm, type Typed } from './way-back-evidence.tsx'

/** Behind this gate the old place may be written to. */
const LAST_BEFORE_PRODUCTION = 'isolated'
const MARKS = { passed: '✓', overridden: '▲', asked: '▲', open: '○' } as const

export interface WayBackModel {
  readonly view: WayBackView
  readonly refused?: ErrorCode
  /** Fields that were left empty or are wrong, by name. */
  readonly errors?: Readonly<Record<string, string>>
  /** What was typed into a form that comes back, by field. */
  readonly typed?: Typed
}

export function WayBackPage({ ui, model }: { ui: Ui; model: WayBackModel }) {
  const t = ui.t.wayBack
  const { view, refused, errors = {}, typed = {} } = model
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
        <OpenCase ui={ui} one={view.open} may={may} errors={errors} typed={typed} inRegister={view.inRegister} />
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
  typed: Typed
  inRegister: number
}) {
  const { ui, one, may, errors, typed, inRegister } = props
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
          {may ? (
            <Step ui={ui} one={one} next={next} errors={errors} typed={typed} inRegister={inRegister} />
          ) : (
            <p>{t.ask_}</p>
          )}
        </Section>
      ) : (
        <Notice ui={ui} kind="good" title={t.allDone} />
      )}
      {may ? <Undo ui={ui} one={one} errors={errors} /> : null}
    </>
  )
}

function Step(props: {
  ui: Ui
  one: CaseView
  next: CaseView['gates'][number]
  errors: Readonly<Record<string, string>>
  typed: Typed
  inRegister: number
}) {
  const { ui, one, next, errors, typed, inRegister } = props
  if (next.gate === 'evidence')
    return <EvidenceStep ui={ui} one={one} next={next} errors={errors} typed={typed} inRegister={inRegister} />
  return (
    <>
      <Work ui={ui} one={one} gate={next.gate} />
      <PassForm ui={ui} number={one.number} gate={next.gate} error={errors['why']} typed={typed} />
    </>
  )
}

/** Where what the gate asks for is done. */
function Work({ ui, one, gate }: { ui: Ui; one: CaseView; gate: CaseView['gates'][number]['gate'] }) {
  const t = ui.t.wayBack
  if (gate === 'scan' || gate === 'isolated' || (gate === 'operation' && one.chosen.length > 0))
    return <Chosen ui={ui} one={one} gate={gate} />
  const [href, label] =
    gate === 'reconciled' ? ['/paper-entry', t.toPaperEntry] : gate === 'review' ? ['/improvements', t.toReview] : []
  return href && label ? (
    <p class="screen-only">
      <ButtonLink href={href}>{label}</ButtonLink>
    </p>
  ) : null
}

/** What was decided for, what is known of it, and the one thing that is done with it now. */
function Chosen({ ui, one, gate }: { ui: Ui; one: CaseView; gate: 'scan' | 'isolated' | 'operation' }) {
  const t = ui.t.wayBack
  const { f, nowMs } = ui
  return (
    <>
      <h3>{t.chosenTitle}</h3>
      {one.chosen.length === 0 ? <p>{t.chosenNone}</p> : null}
      <ul>
        {one.chosen.map(({ generationId, sourceName, takenAtMs, restoredAtMs, scan }) => (
          <li>
            <a href={`/generations/${generationId}`}>
              {ui.t.restore.of(sourceName, takenAtMs === undefined ? '' : f.dateTime(takenAtMs, nowMs))}
            </a>
            {' — '}
            {gate === 'scan'
              ? `${ui.t.clean.scanHead}: ${ui.t.clean.scan[scan]}`
              : restoredAtMs === undefined
                ? t.neverRestored
                : t.restoredAt(f.dateTime(restoredAtMs, nowMs))}
            {gate === 'scan' ? (
              scan === 'unknown' ? (
                <div class="actions screen-only">
                  <PostButton ui={ui} action={`/generations/${generationId}/rehearse`}>
                    {t.toScan}
                  </PostButton>
                </div>
              ) : null
            ) : (
              <>
                {' '}
                <a class="screen-only" href={`/generations/${generationId}/restore`}>
                  {gate === 'operation' ? t.toProduction : t.toRestore}
                </a>
              </>
            )}
          </li>
        ))}
      </ul>
      {gate === 'scan' && one.chosen.some(({ scan }) => scan === 'unknown') ? <p>{t.scannedElsewhere}</p> : null}
      {gate === 'operation' ? null : (
        <p>
          <ButtonLink href="/clean-candidate">{t.toClean}</ButtonLink>
        </p>
      )}
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

function Undo({ ui, one, errors }: { ui: Ui; one: CaseView; errors: Readonly<Record<string, string>> }) {
  const t = ui.t.wayBack
  const done = one.gates.filter(({ state }) => state !== 'open')
  if (done.length === 0) return null
  return (
    <div class="screen-only">
      {done.map(({ gate }) => (
        <details open={errors[`undo-why-${gate}`] !== undefined}>
          <summary>{`${t.gateOf[gate]}: ${t.undo}`}</summary>
          <UndoForm ui={ui} number={one.number} gate={gate} error={errors[`undo-why-${gate}`]} />
        </details>
      ))}
    </div>
  )
}

function UndoForm(props: { ui: Ui; number: number; gate: string; error: string | undefined }) {
  const { ui, number, gate, error } = props
  const t = ui.t.wayBack
  const name = `undo-why-${gate}`
  return (
    <Form ui={ui} action={`/way-back/${number}/undo`} errors={{ [name]: error }} labels={{ [name]: t.undoWhy }}>
      <p class="strong">{t.undoQuestion}</p>
      <p>{t.undoNote}</p>
      <input type="hidden" name="gate" value={gate} />
      <TextArea name={name} label={t.undoWhy} hint={t.whyHint} error={error} />
      <SubmitButton kind="danger">{t.undo}</SubmitButton>
    </Form>
  )
}
