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

/** What was typed into a form that comes back, by field. */
export type Typed = Readonly<Record<string, string>>

export function EvidenceStep(props: {
  ui: Ui
  one: CaseView
  next: CaseView['gates'][number]
  errors: Readonly<Record<string, string>>
  typed: Typed
  inRegister: number
}) {
  const { ui, one, next, errors, typed, inRegister } = props
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
          <PassForm ui={ui} number={one.number} gate="evidence" error={errors['why']} typed={typed} />
        </>
      )}
      <AddForm ui={ui} number={one.number} errors={errors} typed={typed} />
      <Override ui={ui} one={one} next={next} errors={errors} typed={typed} />
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

function AddForm(props: { ui: Ui; number: number; errors: Readonly<Record<string, string>>; typed: Typed }) {
  const { ui, number, errors, typed } = props
  const t = ui.t.wayBack
  const labels = { kind: t.kindHead, place: t.placeHead, hash: t.hashHead, who: t.whoHead }
  const own = Object.fromEntries(Object.keys(labels).map((name) => [name, errors[name]]))
  const of = (name: string) => ({ value: typed[name], error: errors[name] })
  const kinds = EVIDENCE_KINDS.map((value) => ({ value, label: t.kindOf[value] }))
  return (
    <>
      <h3>{t.evidenceAdd}</h3>
      <Form ui={ui} action={`/way-back/${number}/evidence`} errors={own} labels={labels}>
        <SelectField name="kind" label={t.kindHead} options={kinds} value={typed['kind']} />
        <TextField name="place" label={t.placeHead} hint={t.placeHint} maxlength={300} {...of('place')} />
        <TextField name="hash" label={t.hashHead} hint={t.hashHint} maxlength={64} {...of('hash')} />
        <TextField name="who" label={t.whoHead} maxlength={100} {...of('who')} />
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
  typed: Typed
}) {
  const { ui, one, next, errors, typed } = props
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
        <TextArea name={`${word}-why`} label={t.why} hint={t.whyHint} value={typed[`${word}-why`]} error={error} />
        <SubmitButton kind="danger">{asked ? t.confirm : t.ask}</SubmitButton>
      </Form>
    </>
  )
}

export function PassForm(props: { ui: Ui; number: number; gate: string; error: string | undefined; typed: Typed }) {
  const { ui, number, gate, error, typed } = props
  const t = ui.t.wayBack
  return (
    <Form ui={ui} action={`/way-back/${number}/pass`} errors={{ why: error }} labels={{ why: t.why }}>
      <input type="hidden" name="gate" value={gate} />
      <TextArea name="why" label={t.why} hint={t.whyHint} value={typed['why']} error={error} />
      {gate === 'reconciled' ? (
        <ChoiceField
          name="exception"
          label={t.sheets}
          kind="several"
          options={[{ value: 'yes', label: t.sheetsException }]}
          chosen={typed['exception'] === 'yes' ? ['yes'] : []}
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
