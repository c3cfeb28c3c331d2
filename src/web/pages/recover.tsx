/** 前の砦から戻す: the words and a place, a day, and where to go on. */
import {
  ButtonLink,
  ChoiceField,
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
import { errorSentences } from '../messages/errors.ts'
import { RECOVER_PLACES, type RecoverInput, type RecoverState } from '../recover-ports.ts'
import type { Ui } from '../ui.ts'

export const emptyRecoverInput: RecoverInput = {
  words: '',
  place: 'folder',
  address: '',
  name: '',
  secret: '',
  ledgerKey: '',
}

export function RecoverPage(props: { ui: Ui; state: RecoverState; input?: RecoverInput; errors?: FieldErrors }) {
  const { ui, state } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.recover.title}>
      <div class="narrow-page">
        <PageHeading title={t.recover.title} lead={t.recover.lead} />
        {state.kind === 'asking' ? <Asking {...props} /> : null}
        {state.kind === 'choosing' ? <Choosing ui={ui} state={state} /> : null}
        {state.kind === 'running' ? <Running ui={ui} state={state} /> : null}
        {state.kind === 'failed' ? <Failed ui={ui} state={state} /> : null}
        {state.kind === 'done' ? <Done ui={ui} state={state} /> : null}
      </div>
    </PageFrame>
  )
}

function Asking(props: { ui: Ui; input?: RecoverInput; errors?: FieldErrors }) {
  const { ui, input = emptyRecoverInput, errors = {} } = props
  const words = ui.t.recover
  return (
    <Form
      ui={ui}
      action="/recover"
      errors={errors}
      labels={{ words: words.words, address: words.address, name: words.name, secret: words.secret }}
    >
      <TextArea
        name="words"
        label={words.words}
        hint={words.wordsHint}
        value={input.words}
        rows={5}
        required
        mono
        error={errors['words']}
      />
      <ChoiceField
        name="place"
        kind="one"
        label={words.place}
        options={RECOVER_PLACES.map((value) => ({ value, label: words.places[value] }))}
        chosen={[input.place]}
      />
      <TextField
        name="address"
        label={words.address}
        hint={words.addressHint}
        value={input.address}
        required
        maxlength={500}
        error={errors['address']}
      />
      <TextField
        name="name"
        label={words.name}
        hint={words.nameHint}
        value={input.name}
        maxlength={200}
        error={errors['name']}
      />
      <TextField
        name="secret"
        label={words.secret}
        hint={words.secretHint}
        type="password"
        maxlength={200}
        error={errors['secret']}
      />
      <TextField
        name="ledgerKey"
        label={words.ledgerKey}
        hint={words.ledgerKeyHint}
        optional={ui.t.form.optional}
        value={input.ledgerKey}
        maxlength={500}
      />
      <SubmitButton>{words.look}</SubmitButton>
    </Form>
  )
}

function Choosing(props: { ui: Ui; state: Extract<RecoverState, { kind: 'choosing' }> }) {
  const { ui, state } = props
  const { t, f } = ui
  const words = t.recover
  const newest = Math.max(...state.days.map(({ atMs }) => atMs))
  return (
    <>
      {state.corrected.map(({ at, word }) => (
        <Notice ui={ui} kind="info" title={words.corrected(f.count(at), word)} />
      ))}
      <Form ui={ui} action="/recover/start">
        <ChoiceField
          name="day"
          kind="one"
          label={words.chooseTitle}
          hint={words.chooseNote}
          options={state.days.map(({ snapshot, atMs, mark }) => ({
            value: snapshot,
            label: `${f.dateTime(atMs, ui.nowMs)}${atMs === newest ? words.newest : ''}　${words.mark[mark ?? 'none']}`,
          }))}
          chosen={state.days.slice(0, 1).map(({ snapshot }) => snapshot)}
        />
        <SubmitButton>{words.start}</SubmitButton>
      </Form>
      <PostButton ui={ui} action="/recover/forget">
        {words.back}
      </PostButton>
    </>
  )
}

function Running(props: { ui: Ui; state: Extract<RecoverState, { kind: 'running' }> }) {
  const { ui, state } = props
  const { t, f } = ui
  const { source, files = 0, filesTotal = 0 } = state
  return (
    <Section title={t.recover.running}>
      {source === undefined ? null : <p>{t.recover.progress(source, f.count(files), f.count(filesTotal))}</p>}
      <p>{t.recover.runningNote}</p>
      <ButtonLink href="/recover" kind="primary">
        {t.recover.refresh}
      </ButtonLink>
    </Section>
  )
}

function Failed(props: { ui: Ui; state: Extract<RecoverState, { kind: 'failed' }> }) {
  const { ui, state } = props
  const { what, why, next } = errorSentences(state.code, ui.f.language)
  return (
    <>
      <Notice ui={ui} kind="danger" title={what} live>
        <p>{why}</p>
        <p>{next}</p>
        <p class="quiet">{state.code}</p>
      </Notice>
      <PostButton ui={ui} action="/recover/forget" kind="primary">
        {ui.t.recover.back}
      </PostButton>
    </>
  )
}

function Done(props: { ui: Ui; state: Extract<RecoverState, { kind: 'done' }> }) {
  const { ui, state } = props
  const { t, f } = ui
  const words = t.recover
  return (
    <>
      <Notice ui={ui} kind="good" title={words.doneTitle(state.institution || t.productName)} live>
        <p>{words.doneCode}</p>
      </Notice>
      <FactList
        facts={[
          { term: words.login, value: <span class="mono">{state.loginName}</span> },
          { term: words.code, value: <span class="mono">{state.code}</span> },
        ]}
      />
      <div class="actions">
        <ButtonLink href={state.url} kind="primary">
          {words.open}
        </ButtonLink>
        <span class="mono">{state.url}</span>
      </div>
      <ul class="plain">
        {state.sources.map(({ name, brought, left }) => (
          <li>
            {left > 0 ? words.left(name, f.count(brought), f.count(left)) : words.brought(name, f.count(brought))}
          </li>
        ))}
      </ul>
      <Notice
        ui={ui}
        kind={state.problems === 0 ? 'good' : 'danger'}
        title={state.problems === 0 ? words.good : words.problems(f.count(state.problems))}
      />
      <p>{words.keeper}</p>
      <pre class="mono command">{words.keeperCommand}</pre>
      <p>{words.after}</p>
    </>
  )
}
