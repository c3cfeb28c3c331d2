/** The first gate: what was preserved, or why nothing can be and who agrees. */
import {
  ChoiceField,
  DataTable,
  Form,
  PostButton,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import { EVIDENCE_KINDS } from '#journal'
import type { CaseView } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'

export function EvidenceStep(props: {
  ui: Ui
  one: CaseView
  next: CaseView['gates'][number]
  errors: Readonly<Record<string, string>>
  inRegister: number
}) {
  const { ui, one, next, errors, inRegister } = props
  const t = ui.t.wayBack
  return (
    <>
      {inRegister > 0 ? (
        <PostButton ui={ui} action={`/way-back/${one.number}/register`} kind="primary">
          {t.fromRegister(ui.f.count(inRegister))}
        </PostButton>
      ) : null}
      <h3>{t.evidenceTitle}</h3>
      {one.evidence.length === 0 ? (
        <p>{t.evidenceNone}</p>
      ) : (
        <>
          <EvidenceTable ui={ui} one={one} />
          <PassForm ui={ui} number={one.number} gate="evidence" error={errors['why']} />
        </>
      )}
      <AddForm ui={ui} number={one.number} errors={errors} />
      <Override ui={ui} one={one} next={next} errors={errors} />
    </>
  )
}

function EvidenceTable({ ui, one }: { ui: Ui; one: CaseView }) {
  const t = ui.t.wayBack
  return (
    <DataTable
      ui={ui}
      caption={t.evidenceTitle}
      hideCaption
      rows={one.evidence}
      columns={[
        { key: 'kind', head: t.kindHead, isName: true, cell: ({ kind }) => t.kindOf[kind] },
        { key: 'place', head: t.placeHead, cell: ({ place }) => <PlaceOf ui={ui} place={place} /> },
        { key: 'hash', head: t.hashHead, cell: ({ hash }) => <span class="mono">{hash || '—'}</span> },
        { key: 'who', head: t.whoHead, cell: ({ who }) => who },
        {
          key: 'entered',
          head: t.enteredHead,
          cell: ({ enteredBy, atMs }) => t.decided(enteredBy, ui.f.dateTime(atMs, ui.nowMs)),
        },
      ]}
    />
  )
}

function AddForm(props: { ui: Ui; number: number; errors: Readonly<Record<string, string>> }) {
  const { ui, number, errors } = props
  const t = ui.t.wayBack
  const labels = { kind: t.kindHead, place: t.placeHead, hash: t.hashHead, who: t.whoHead }
  const own = Object.fromEntries(Object.keys(labels).map((name) => [name, errors[name]]))
  const kinds = EVIDENCE_KINDS.map((value) => ({ value, label: t.kindOf[value] }))
  return (
    <>
      <h3>{t.evidenceAdd}</h3>
      <Form ui={ui} action={`/way-back/${number}/evidence`} errors={own} labels={labels}>
        <SelectField name="kind" label={t.kindHead} options={kinds} />
        <TextField name="place" label={t.placeHead} hint={t.placeHint} error={errors['place']} maxlength={300} />
        <TextField name="hash" label={t.hashHead} hint={t.hashHint} error={errors['hash']} maxlength={64} />
        <TextField name="who" label={t.whoHead} error={errors['who']} maxlength={100} />
        <SubmitButton kind="secondary">{t.evidenceAdd}</SubmitButton>
      </Form>
    </>
  )
}

function Override(props: {
  ui: Ui
  one: CaseView
  next: CaseView['gates'][number]
  errors: Readonly<Record<string, string>>
}) {
  const { ui, one, next, errors } = props
  const t = ui.t.wayBack
  const asked = next.state === 'asked' ? next.decision : undefined
  const word = asked ? 'confirm' : 'ask'
  const error = errors[`${word}-why`]
  return (
    <>
      <h3>{t.askTitle}</h3>
      <p>{t.askNote}</p>
      {asked ? (
        <p class="strong">
          {t.asked(asked.by, ui.f.dateTime(asked.atMs, ui.nowMs))} {asked.reason}
        </p>
      ) : null}
      <Form
        ui={ui}
        action={`/way-back/${one.number}/${word}`}
        errors={{ [`${word}-why`]: error }}
        labels={{ [`${word}-why`]: t.askTitle }}
      >
        <TextArea name={`${word}-why`} label={t.why} hint={t.whyHint} error={error} />
        <SubmitButton kind="danger">{asked ? t.confirm : t.ask}</SubmitButton>
      </Form>
    </>
  )
}

export function PassForm(props: { ui: Ui; number: number; gate: string; error: string | undefined }) {
  const { ui, number, gate, error } = props
  const t = ui.t.wayBack
  return (
    <Form ui={ui} action={`/way-back/${number}/pass`} errors={{ why: error }} labels={{ why: t.why }}>
      <input type="hidden" name="gate" value={gate} />
      <TextArea name="why" label={t.why} hint={t.whyHint} error={error} />
      {gate === 'reconciled' ? (
        <ChoiceField
          name="exception"
          label={t.sheets}
          kind="several"
          options={[{ value: 'yes', label: t.sheetsException }]}
          chosen={[]}
        />
      ) : null}
      <SubmitButton>{t.pass}</SubmitButton>
    </Form>
  )
}

/** What came out of the register of an incident leads back to it. */
function PlaceOf({ ui, place }: { ui: Ui; place: string }) {
  const [, text = place, link] = /^(.*?) ?(\/incidents\/[a-z0-9-]+\/evidence)#[0-9a-f]{16}$/.exec(place) ?? []
  return (
    <>
      {text} {link ? <a href={link}>{ui.t.incident.evidence}</a> : null}
    </>
  )
}
