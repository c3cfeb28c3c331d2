/** 外部からの読み取り: tokens with which other programs read charts as FHIR. */
import { EMERGENCY_PROFESSIONS } from '#access'
import {
  ButtonLink,
  ChoiceField,
  type Column,
  Confirmation,
  DataTable,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { type ReadTokenInput, type ReadTokenService, type ReadTokenView, TOKEN_RANGES } from '../read-token-ports.ts'
import type { Ui } from '../ui.ts'

export interface ReadTokensModel {
  readonly view: Awaited<ReturnType<ReadTokenService['view']>>
  /** Where programs find it. */
  readonly address: string
  readonly input: ReadTokenInput
  readonly errors?: FieldErrors
}

/** Everybody who may see charts at all. */
export const TOKEN_PROFESSIONS = EMERGENCY_PROFESSIONS

export const emptyTokenInput: ReadTokenInput = {
  name: '',
  profession: 'nurse',
  sources: [],
  range: 'all',
  reason: '',
  days: 90,
}

export function ReadTokensPage(props: { ui: Ui; model: ReadTokensModel }) {
  const { ui, model } = props
  const t = ui.t.readTokens
  const { tokens } = model.view
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead} />
      <p>
        {t.address}: <span class="mono">{model.address}</span>
      </p>
      <Section title={t.tableTitle}>
        {tokens.length === 0 ? (
          <p>{t.none}</p>
        ) : (
          <DataTable ui={ui} caption={t.tableTitle} hideCaption columns={columns(ui)} rows={tokens} />
        )}
      </Section>
      <Section title={t.makeTitle}>
        <TokenForm ui={ui} model={model} />
      </Section>
    </PageFrame>
  )
}

function TokenForm(props: { ui: Ui; model: ReadTokensModel }) {
  const { ui, model } = props
  const { input, errors = {}, view } = model
  const t = ui.t.readTokens
  return (
    <Form ui={ui} action="/read-tokens" errors={errors} labels={{ name: t.name, days: t.days }}>
      <TextField
        name="name"
        label={t.name}
        hint={t.nameHint}
        value={input.name}
        required
        maxlength={60}
        error={errors['name']}
      />
      <SelectField
        name="profession"
        label={t.profession}
        value={input.profession}
        options={TOKEN_PROFESSIONS.map((value) => ({ value, label: ui.t.people.profession[value] }))}
      />
      <ChoiceField
        name="range"
        kind="one"
        label={t.rangeHead}
        options={TOKEN_RANGES.map((value) => ({ value, label: t.range[value] }))}
        chosen={[input.range]}
      />
      {view.sources.length > 1 ? (
        <ChoiceField
          name="sources"
          kind="several"
          label={`${t.sources}（${t.allSources}）`}
          options={view.sources.map(({ id, name }) => ({ value: id, label: name }))}
          chosen={input.sources.length > 0 ? input.sources : view.sources.map(({ id }) => id)}
        />
      ) : null}
      <TextField
        name="reason"
        label={t.reason}
        hint={t.reasonHint}
        optional={ui.t.form.optional}
        value={input.reason}
        maxlength={200}
      />
      <TextField
        name="days"
        label={t.days}
        value={String(input.days)}
        inputmode="numeric"
        size="short"
        required
        maxlength={3}
        error={errors['days']}
      />
      <SubmitButton>{t.make}</SubmitButton>
    </Form>
  )
}

function columns(ui: Ui): Column<ReadTokenView>[] {
  const { f } = ui
  const t = ui.t.readTokens
  return [
    { key: 'name', head: t.nameHead, isName: true, cell: ({ name }) => name },
    {
      key: 'rights',
      head: t.rightsHead,
      cell: (row) => (
        <>
          {ui.t.people.profession[row.profession]} — {t.range[row.range]}
          <div class="quiet">
            {row.sources.length > 0 ? row.sources.join('、') : t.allSources}
            {row.hasReason ? `（${t.withReason}）` : ''}
          </div>
        </>
      ),
    },
    {
      key: 'when',
      head: t.whenHead,
      cell: (row) => (
        <>
          {t.until(f.date(row.untilMs, ui.nowMs))}
          <div class="quiet">{row.usedAtMs === undefined ? t.unused : t.used(f.dateTime(row.usedAtMs, ui.nowMs))}</div>
        </>
      ),
    },
    {
      key: 'state',
      head: t.stateHead,
      cell: (row) =>
        row.state === 'live' ? (
          <Confirmation
            ui={ui}
            label={t.withdraw}
            question={t.withdrawQuestion(row.name)}
            note={t.withdrawNote}
            action="/read-tokens/withdraw"
            fields={{ id: row.id }}
          />
        ) : (
          t.state[row.state]
        ),
    },
  ]
}

/** Answer to a post, never stored and never reachable again. */
export function TokenShownPage(props: { ui: Ui; name: string; token: string; address: string }) {
  const { ui, name, token, address } = props
  const t = ui.t.readTokens
  return (
    <PageFrame ui={ui} title={t.shownTitle(name)}>
      <div class="narrow-page">
        <PageHeading title={t.shownTitle(name)} />
        <Notice ui={ui} kind="caution" title={t.shownNote} />
        <p class="mono token-text">{token}</p>
        <p>
          {t.address}: <span class="mono">{address}</span>
        </p>
        <ButtonLink href="/read-tokens" kind="primary">
          {t.title}
        </ButtonLink>
      </div>
    </PageFrame>
  )
}
