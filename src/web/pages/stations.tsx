/** 非常用PC: how each is, adding one, its card on paper, taking its log in. */
import {
  ButtonLink,
  ChoiceField,
  type Column,
  DataTable,
  EmptyState,
  FactList,
  type FieldErrors,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  QrCode,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { EmergencyPc, NewEmergencyPc } from '../stations-ports.ts'
import type { Ui } from '../ui.ts'

export interface StationsModel {
  readonly list: readonly EmergencyPc[]
  /** Address as this browser reaches the server, to begin with. */
  readonly server: string
  readonly typed?: { readonly name: string; readonly server: string }
  readonly errors?: FieldErrors
  readonly removed?: boolean
  readonly merged?: { readonly looks: number; readonly missing: number }
  readonly mergeErrors?: FieldErrors
}

export function StationsPage({ ui, model }: { ui: Ui; model: StationsModel }) {
  const t = ui.t.stations
  const { f } = ui
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.removed ? <Notice ui={ui} kind="good" title={t.removed} live /> : null}
      {model.merged ? <Notice ui={ui} kind="good" title={t.merged(f.count(model.merged.looks))} live /> : null}
      {model.merged && model.merged.missing > 0 ? (
        <Notice ui={ui} kind="danger" title={t.mergedMissing(f.count(model.merged.missing))} live />
      ) : null}
      {model.list.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.listTitle}>
          <DataTable ui={ui} caption={t.listTitle} hideCaption rows={model.list} columns={columns(ui)} />
        </Section>
      )}
      <div class="screen-only">
        <AddStation ui={ui} model={model} />
        {model.list.length > 0 ? <MergeLog ui={ui} errors={model.mergeErrors ?? {}} /> : null}
      </div>
    </PageFrame>
  )
}

function AddStation({ ui, model }: { ui: Ui; model: StationsModel }) {
  const t = ui.t.stations
  const { typed, errors = {} } = model
  return (
    <Section title={t.addTitle} id="add">
      <p>{t.addLead}</p>
      <Form ui={ui} action="/stations" errors={errors} labels={{ name: t.name, server: t.server }}>
        <TextField
          name="name"
          label={t.name}
          hint={t.nameHint}
          value={typed?.name}
          required
          maxlength={60}
          error={errors['name']}
        />
        <TextField
          name="server"
          label={t.server}
          hint={t.serverHint}
          optional={ui.t.form.optional}
          value={typed?.server ?? model.server}
          maxlength={200}
          error={errors['server']}
        />
        <SubmitButton>{t.add}</SubmitButton>
      </Form>
    </Section>
  )
}

function MergeLog({ ui, errors }: { ui: Ui; errors: FieldErrors }) {
  const t = ui.t.stations
  return (
    <Section title={t.mergeTitle} id="log">
      <p>{t.mergeLead}</p>
      <Form ui={ui} action="/stations/log" multipart errors={errors} labels={{ file: t.mergeFile }}>
        <FileField name="file" label={t.mergeFile} error={errors['file']} />
        <SubmitButton kind="secondary">{t.merge}</SubmitButton>
      </Form>
    </Section>
  )
}

function columns(ui: Ui): Column<EmergencyPc>[] {
  const { f, nowMs } = ui
  const t = ui.t.stations
  return [
    {
      key: 'name',
      head: t.name,
      isName: true,
      cell: (pc) => (
        <>
          {pc.name}
          <div class="quiet mono">{t.number(pc.id)}</div>
        </>
      ),
    },
    { key: 'state', head: t.state, cell: (pc) => <State ui={ui} pc={pc} /> },
    {
      key: 'asOf',
      head: t.asOf,
      cell: ({ asOfMs, patients }) =>
        asOfMs === undefined ? '－' : `${f.near(asOfMs, nowMs)} ${t.patients(f.count(patients ?? 0))}`,
    },
    {
      key: 'reported',
      head: t.reported,
      cell: ({ reportedAtMs }) => (reportedAtMs === undefined ? '－' : f.near(reportedAtMs, nowMs)),
    },
    { key: 'tested', head: t.tested, cell: (pc) => <Tested ui={ui} pc={pc} /> },
    { key: 'acts', head: t.acts, cell: (pc) => <Acts ui={ui} pc={pc} /> },
  ]
}

const MARKS = { good: '✓', late: '×', stale: '▲', never: '▲', silent: '…', withdrawn: '－' } as const
const COLOURS = {
  good: 'good',
  late: 'bad',
  stale: 'soon',
  never: 'soon',
  silent: 'unlit',
  withdrawn: 'unlit',
} as const

function State({ ui, pc }: { ui: Ui; pc: EmergencyPc }) {
  const t = ui.t.stations
  const { state } = pc
  return (
    <>
      <span class={`state-${COLOURS[state]}`}>
        <span class="mark" aria-hidden="true">
          {MARKS[state]}
        </span>{' '}
        {t[state]}
      </span>
      {state === 'good' || state === 'withdrawn' ? null : <div>{t[`${state}Next`]}</div>}
      {pc.waitsForCard && state !== 'withdrawn' ? <div>{t.waitsForCard}</div> : null}
      {pc.failure && state !== 'withdrawn' ? (
        <div>
          {t.failed} {errorSentences(pc.failure, ui.f.language).next}
        </div>
      ) : null}
      {pc.logWaiting > 0 ? <div class="quiet">{t.logWaiting(ui.f.count(pc.logWaiting))}</div> : null}
    </>
  )
}

function Tested({ ui, pc: { test } }: { ui: Ui; pc: EmergencyPc }) {
  const t = ui.t.stations
  if (!test) return <>{t.testNever}</>
  return (
    <>
      {ui.f.near(test.atMs, ui.nowMs)}
      {test.isOverdue ? <div>{t.testOverdue}</div> : null}
      {test.problems > 0 ? <div>{t.testProblems(ui.f.count(test.problems))}</div> : null}
      {test.printed ? null : <div>{t.testPaper}</div>}
    </>
  )
}

const REASONS = ['lost', 'stolen', 'card-seen', 'replaced', 'not-used'] as const

function Acts({ ui, pc }: { ui: Ui; pc: EmergencyPc }) {
  const t = ui.t.stations
  if (pc.state === 'withdrawn') return null
  return (
    <div class="actions screen-only">
      <ButtonLink href={`/stations/${pc.id}/file`} label={`${t.file}: ${pc.name}`}>
        {t.file}
      </ButtonLink>
      <details class="confirmation">
        <summary class="button button-secondary">{t.withdraw}</summary>
        <div class="confirmation-body">
          <p class="strong">{t.withdrawConfirm(pc.name)}</p>
          <p>{t.withdrawNote}</p>
          <Form ui={ui} action={`/stations/${pc.id}/withdraw`}>
            <ChoiceField
              name="reason"
              kind="one"
              label={t.reasonHead}
              options={REASONS.map((value) => ({ value, label: t.reason[value] }))}
              chosen={['replaced']}
            />
            <SubmitButton kind="danger">{t.withdraw}</SubmitButton>
          </Form>
        </div>
      </details>
    </div>
  )
}

/** Answer to a post, never stored: the words are nowhere else. */
export function StationCardPage({ ui, made }: { ui: Ui; made: NewEmergencyPc }) {
  const { t, f } = ui
  const words = t.stations
  const rows = made.words.map((word, i) => ({ ...word, order: i + 1 }))
  return (
    <PageFrame ui={ui} title={words.cardTitle}>
      <div class="screen-only">
        <PageHeading title={words.made}>
          <PrintButton kind="primary">{words.print}</PrintButton>
          <ButtonLink href={`/stations/${made.id}/file`}>{words.file}</ButtonLink>
          <ButtonLink href="/stations">{words.back}</ButtonLink>
        </PageHeading>
        <Notice ui={ui} kind="caution" title={words.cardLead}>
          <p>{words.cardNext}</p>
          <p>{words.fileNote}</p>
        </Notice>
      </div>
      <section class="block kit-sheet">
        <div class="kit-sheet-head">
          <h2>
            {words.cardTitle} {made.name}
          </h2>
          <p class="strong">{words.number(made.id)}</p>
        </div>
        <p>{words.cardPurpose(made.name)}</p>
        <div class="kit-sheet-body">
          <DataTable
            ui={ui}
            caption={words.cardTitle}
            hideCaption
            rows={rows}
            columns={[
              { key: 'order', head: t.kit.onSheet.order, align: 'right', cell: ({ order }) => f.count(order) },
              { key: 'number', head: t.kit.onSheet.number, cell: ({ number }) => <span class="mono">{number}</span> },
              {
                key: 'word',
                head: t.kit.onSheet.word,
                isName: true,
                cell: ({ word }) => <span class="mono">{word}</span>,
              },
            ]}
          />
          <div>
            <QrCode text={made.words.map(({ word }) => word).join(' ')} label={words.cardTitle} />
            <FactList
              facts={[
                { term: t.kit.onSheet.institution, value: ui.institution.name || t.kit.onSheet.byHand },
                { term: words.madeOn, value: f.fullDate(made.madeAtMs) },
              ]}
            />
          </div>
        </div>
        <ol>
          {words.cardSteps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        <p class="strong">{words.cardNever}</p>
      </section>
    </PageFrame>
  )
}
