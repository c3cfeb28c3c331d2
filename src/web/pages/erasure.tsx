/** 消去台帳: what is hidden, until when it still lies where, and the certificate when it is gone. */
import { LIFT_REASONS } from '#journal'
import {
  ChoiceField,
  Confirmation,
  DataTable,
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { ErasureInput, ErasureView } from '../erasure-ports.ts'
import type { Ui } from '../ui.ts'

export interface ErasureModel {
  readonly rows: readonly ErasureView[]
  readonly input?: ErasureInput
  readonly errors?: FieldErrors
  readonly saved?: boolean
}

const EMPTY: ErasureInput = { kind: 'patient', what: '', reason: 'request' }

export function ErasurePage(props: { ui: Ui; model: ErasureModel }) {
  const { ui, model } = props
  const { t } = ui
  const { input = EMPTY, errors = {} } = model
  const words = t.erasure
  const options = (labels: Readonly<Record<string, string>>) =>
    Object.entries(labels).map(([value, label]) => ({ value, label }))
  return (
    <PageFrame ui={ui} title={words.title} patientPage>
      <PageHeading title={words.title} lead={words.lead} />
      <p>{words.limits}</p>
      {model.saved ? <Notice ui={ui} kind="good" title={t.form.saved} live /> : null}
      <Form ui={ui} action="/erasures" errors={errors} labels={{ what: words.what }}>
        <ChoiceField
          name="kind"
          kind="one"
          label={words.kindHead}
          options={options(words.kind)}
          chosen={[input.kind]}
        />
        <TextField
          name="what"
          label={words.what}
          hint={words.whatHint}
          value={input.what}
          required
          maxlength={1000}
          error={errors['what']}
        />
        <SelectField name="reason" label={words.reasonHead} options={options(words.reason)} value={input.reason} />
        <SubmitButton>{words.submit}</SubmitButton>
      </Form>
      <Section title={words.listTitle}>
        {model.rows.length === 0 ? <p>{words.none}</p> : <Entries ui={ui} rows={model.rows} />}
      </Section>
    </PageFrame>
  )
}

function Entries(props: { ui: Ui; rows: readonly ErasureView[] }) {
  const { ui, rows } = props
  const { t, f } = ui
  const words = t.erasure
  return (
    <DataTable
      ui={ui}
      caption={words.listTitle}
      hideCaption
      rows={rows}
      columns={[
        {
          key: 'what',
          head: words.whatHead,
          isName: true,
          cell: (row) => (
            <>
              <span class="kit-long">{row.label}</span>
              <div class="quiet">
                {row.sourceName}・{words.reason[row.reason]}
              </div>
            </>
          ),
        },
        {
          key: 'entered',
          head: words.enteredHead,
          cell: (row) => (
            <>
              {f.date(row.enteredAtMs, ui.nowMs)}
              <div class="quiet">{row.enteredBy}</div>
            </>
          ),
        },
        { key: 'state', head: words.stateHead, cell: (row) => <State ui={ui} row={row} /> },
      ]}
    />
  )
}

function State(props: { ui: Ui; row: ErasureView }) {
  const { ui, row } = props
  const { t, f } = ui
  const words = t.erasure
  if (row.state === 'lifted') return <>{words.lifted(f.date(row.stateAtMs, ui.nowMs))}</>
  if (row.state === 'done')
    return (
      <>
        {words.done(f.date(row.stateAtMs, ui.nowMs))}{' '}
        <a href={`/erasures/${row.id}/certificate`}>{words.certificate}</a>
      </>
    )
  return (
    <>
      <p>{words.waiting(f.count(row.held))}</p>
      {row.endsAtMs === undefined ? (
        <>
          <p>{words.needsRenewal}</p>
          <Confirmation
            ui={ui}
            label={words.renew}
            question={words.renewQuestion(row.sourceName)}
            note={words.renewNote}
            action="/erasures/renew"
            fields={{ source: row.sourceId }}
          />
        </>
      ) : (
        <p class="strong">{words.endsAt(f.fullDate(row.endsAtMs))}</p>
      )}
      <form method="post" action={`/erasures/${row.id}/lift`}>
        <input type="hidden" name="csrf" value={ui.csrf} />
        <div class="actions">
          <select class="input input-short" name="reason" aria-label={words.reasonHead}>
            {LIFT_REASONS.map((reason) => (
              <option value={reason}>{words.liftReason[reason]}</option>
            ))}
          </select>
          <SubmitButton kind="secondary">{words.lift}</SubmitButton>
        </div>
      </form>
    </>
  )
}

export function CertificatePage(props: { ui: Ui; row: ErasureView }) {
  const { ui, row } = props
  const { t, f } = ui
  const words = t.erasure
  return (
    <PageFrame ui={ui} title={words.certificateTitle} patientPage>
      <div class="actions screen-only">
        <PrintButton kind="primary">{t.nav.print}</PrintButton>
        <a href="/erasures">{t.form.back}</a>
      </div>
      <article class="letter">
        <p class="letter-right">{f.fullDate(ui.nowMs)}</p>
        <p class="letter-right">{ui.institution.name || t.kit.onSheet.byHand}</p>
        <h1>{words.certificateTitle}</h1>
        <p>{words.certificateBody(words.reason[row.reason])}</p>
        <FactList
          facts={[
            { term: words.whatHead, value: <span class="kit-long">{row.label}</span> },
            { term: words.enteredHead, value: `${f.fullDate(row.enteredAtMs)} ${row.enteredBy}` },
            { term: words.doneOn, value: f.fullDate(row.stateAtMs) },
            { term: words.entryNumber, value: <span class="mono">{row.id}</span> },
          ]}
        />
        <p>{words.certificateNote}</p>
        <p>{words.sign}:</p>
        <div class="answer-line"></div>
      </article>
    </PageFrame>
  )
}
