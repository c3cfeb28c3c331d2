/** ほかのパソコン: agents as the Keeper says of them, and registering one. */
import {
  ButtonLink,
  type Column,
  Confirmation,
  DataTable,
  EmptyState,
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Machine, MachineKey, MachinePreparation } from '../read-models.ts'
import { shellWord } from '../shell-word.ts'
import type { Ui } from '../ui.ts'
import { lockEnd } from './home.tsx'

export interface MachinesModel {
  readonly machines: readonly Machine[]
  /** The form was asked for, or there is no machine yet. */
  readonly preparation?: MachinePreparation | undefined
  readonly typed?: { readonly card: string; readonly code: string }
  readonly errors?: FieldErrors
  readonly done?: 'added' | 'removed' | 'asked' | undefined
}

export function MachinesPage({ ui, model }: { ui: Ui; model: MachinesModel }) {
  const t = ui.t.machines
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.done ? <Notice ui={ui} kind="good" title={t[model.done]} live /> : null}
      {model.machines.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.listTitle}>
          <DataTable ui={ui} caption={t.listTitle} hideCaption rows={model.machines} columns={columns(ui)} />
        </Section>
      )}
      {model.preparation ? (
        <div class="screen-only">
          <AddMachine ui={ui} model={model} preparation={model.preparation} />
        </div>
      ) : (
        <p>
          <ButtonLink href="/machines?add=1#add">{t.addAnother}</ButtonLink>
        </p>
      )}
    </PageFrame>
  )
}

function AddMachine(props: { ui: Ui; model: MachinesModel; preparation: MachinePreparation }) {
  const { ui, model } = props
  const t = ui.t.machines
  const { escrowKey, keeper } = props.preparation
  const [invite, enrol, hand] = t.steps
  const errors = model.errors ?? {}
  return (
    <Section title={t.addTitle} id="add">
      <ol class="steps">
        <li>
          {invite}
          <pre class="mono command">{t.invite}</pre>
        </li>
        <li>
          {enrol}
          <pre class="mono command">
            {t.enrol(keeper ? shellWord(keeper.address) : t.address, keeper?.pin ?? t.pin, escrowKey)}
          </pre>
        </li>
        <li>{hand}</li>
      </ol>
      <p>{t.steal}</p>
      <Form ui={ui} action="/machines" errors={errors} labels={{ card: t.card, code: t.code }}>
        <TextArea
          name="card"
          label={t.card}
          hint={t.cardHint}
          value={model.typed?.card ?? ''}
          rows={5}
          required
          mono
          error={errors['card']}
        />
        <TextField
          name="code"
          label={t.code}
          hint={t.codeHint}
          value={model.typed?.code ?? ''}
          required
          maxlength={100}
          error={errors['code']}
        />
        <SubmitButton>{t.add}</SubmitButton>
      </Form>
    </Section>
  )
}

function columns(ui: Ui): Column<Machine>[] {
  const { f, nowMs } = ui
  const t = ui.t.machines
  return [
    {
      key: 'name',
      head: t.name,
      isName: true,
      cell: (machine) => (
        <>
          {machine.name}
          {machine.state === 'spoilt' ? null : (
            <>
              <div class="quiet">{t.client(machine.client)}</div>
              <div class="quiet">{t.daily(machine.dailyAt)}</div>
            </>
          )}
        </>
      ),
    },
    { key: 'state', head: t.state, cell: (machine) => <State ui={ui} machine={machine} /> },
    { key: 'count', head: t.count, align: 'right', cell: ({ generations }) => f.count(generations ?? 0) },
    {
      key: 'newest',
      head: t.newest,
      cell: ({ newestAtMs }) => (newestAtMs === undefined ? '－' : f.near(newestAtMs, nowMs)),
    },
    {
      key: 'lock',
      head: t.lock,
      cell: ({ lockedUntilMs }) => (lockedUntilMs === undefined ? '－' : lockEnd(ui, lockedUntilMs)),
    },
  ]
}

const MARKS = { good: '✓', late: '×', never: '▲', unasked: '…', spoilt: '×' } as const
const COLOURS = { good: 'good', late: 'bad', never: 'soon', unasked: 'unlit', spoilt: 'bad' } as const

function State({ ui, machine }: { ui: Ui; machine: Machine }) {
  const t = ui.t.machines
  const { state, failure } = machine
  return (
    <>
      <span class={`state-${COLOURS[state]}`}>
        <span class="mark" aria-hidden="true">
          {MARKS[state]}
        </span>{' '}
        {t[state]}
      </span>
      {state === 'late' || state === 'never' || state === 'spoilt' ? <div>{t[`${state}Next`]}</div> : null}
      {failure ? (
        <div>
          {t.failed(ui.f.near(failure.atMs, ui.nowMs))} {errorSentences(failure.code, ui.f.language).next}
        </div>
      ) : null}
      <div class="actions">
        {state === 'spoilt' ? null : (
          <>
            <PostButton ui={ui} action={`/machines/${machine.id}/ask`}>
              {t.askNow}
            </PostButton>
            <Confirmation
              ui={ui}
              label={t.showKey}
              question={t.keyConfirm(machine.name)}
              note={t.keyNote}
              action={`/machines/${machine.id}/key`}
            />
          </>
        )}
        <Confirmation
          ui={ui}
          label={t.remove}
          question={t.removeConfirm(machine.name)}
          note={t.removeNote}
          action={`/machines/${machine.id}/remove`}
        />
      </div>
    </>
  )
}

/** Answer to a post, never stored. */
export function MachineKeyPage({ ui, machineKey }: { ui: Ui; machineKey: MachineKey }) {
  const t = ui.t.machines
  const { name, repositories, password } = machineKey
  return (
    <PageFrame ui={ui} title={t.keyTitle} patientPage>
      <PageHeading title={t.keyTitle} lead={t.keyLead(name)} />
      <FactList
        wide
        facts={[
          {
            term: t.keyRepository,
            value: (
              <ul class="mono plain">
                {repositories.map((repository) => (
                  <li>{repository}</li>
                ))}
              </ul>
            ),
          },
          { term: t.keyPassword, value: <span class="mono">{password}</span> },
          {
            term: t.keyCommand,
            value: (
              <span class="mono">{`restic -r ${shellWord(`rest:${repositories[0] ?? ''}`)} restore latest --target …`}</span>
            ),
          },
        ]}
      />
      <p>{t.keyToken}</p>
      <p>
        <a href="/machines">{ui.t.form.back}</a>
      </p>
    </PageFrame>
  )
}
