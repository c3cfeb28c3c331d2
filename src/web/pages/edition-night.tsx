/** Editions by night: what was decided, by whom, how far it is; the form that asks, and the second person's button. */
import {
  ButtonLink,
  ChoiceField,
  Confirmation,
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
  TextField,
} from '../components/index.ts'
import type { NightView } from '../edition-ports.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Ui } from '../ui.ts'
import { ContentsFields, contentsLabels, type ContentsTyped } from './edition-fields.tsx'
import { EnvelopeCards } from './edition-paper.tsx'

export interface NightTyped extends ContentsTyped {
  readonly folder: string
  readonly sources: readonly string[]
  readonly days: readonly string[]
}

export interface NightModel {
  readonly view: NightView
  readonly typed: NightTyped
  readonly errors?: FieldErrors
}

export function NightEditionPage({ ui, model }: { ui: Ui; model: NightModel }) {
  const t = ui.t.editionNight
  const { view } = model
  const { policy, failure } = view
  const failed = failure && errorSentences(failure.code, ui.f.language)
  return (
    <PageFrame ui={ui} title={t.title}>
      <div class="narrow-page">
        <PageHeading title={t.title} lead={t.lead}>
          <ButtonLink href="/editions">{ui.t.editions.title}</ButtonLink>
        </PageHeading>
        {failed ? (
          <Notice ui={ui} kind="danger" title={`${t.failed}: ${failed.what}`}>
            <p>{failed.next}</p>
          </Notice>
        ) : null}
        {policy ? <Policy ui={ui} policy={policy} /> : <p>{t.none}</p>}
        <Section title={t.howTitle}>
          <ul class="plain">
            {t.how.map((line) => (
              <li>{line}</li>
            ))}
          </ul>
        </Section>
        {policy ? null : view.mayAsk ? <Ask ui={ui} model={model} /> : <p>{t.notYou}</p>}
      </div>
    </PageFrame>
  )
}

function Policy({ ui, policy }: { ui: Ui; policy: NonNullable<NightView['policy']> }) {
  const { f, nowMs } = ui
  const t = ui.t.editionNight
  const { form, kind } = ui.t.editions
  const isAsked = policy.state === 'asked'
  return (
    <>
      <Notice
        ui={ui}
        kind={isAsked ? 'caution' : 'good'}
        title={
          isAsked
            ? t.asked(policy.askedByName, f.near(policy.askedAt, nowMs))
            : t.on(policy.askedByName, policy.confirmedByName ?? '')
        }
      >
        {isAsked ? <p>{policy.mayConfirm ? t.confirmLead : t.waits}</p> : null}
      </Notice>
      <FactList
        facts={[
          { term: form.kind, value: kind[policy.kind] },
          { term: t.source, value: policy.sourceNames.join('、') },
          { term: form.months, value: form.monthsOf[String(policy.months ?? 0) as '13'] },
          { term: form.documents, value: form.documentsOf[policy.documents] },
          { term: t.folder, value: <span class="mono">{policy.folder}</span> },
          { term: t.days, value: policy.days.map((day) => ui.t.mediaPage.weekdays[day]).join('、') },
          { term: form.holder, value: policy.holder },
          { term: form.place, value: policy.place },
          { term: form.slots, value: policy.slots.join('、') },
          { term: t.signer, value: <span class="mono">{policy.signer}</span> },
        ]}
      />
      {isAsked ? null : <Made ui={ui} policy={policy} />}
      <div class="actions screen-only">
        {policy.hasPassphrases ? <ButtonLink href="/editions/night/card">{t.card}</ButtonLink> : null}
        {policy.mayConfirm ? (
          <PostButton ui={ui} action="/editions/night/confirm" kind="primary">
            {t.confirm}
          </PostButton>
        ) : null}
        <Confirmation ui={ui} label={t.end} question={t.endQuestion} note="" action="/editions/night/end" />
      </div>
    </>
  )
}

function Made({ ui, policy }: { ui: Ui; policy: NonNullable<NightView['policy']> }) {
  const t = ui.t.editionNight
  const { made } = policy
  return (
    <Section title={t.made}>
      {made ? (
        <FactList
          facts={[
            {
              term: t.number,
              value: <a href={`/editions/${made.number}`}>{ui.t.editions.number(String(made.number))}</a>,
            },
            { term: t.asOf, value: ui.f.dateTime(made.asOf, ui.nowMs) },
            { term: t.placed, value: made.isCopied ? t.isPlaced : `▲ ${t.notPlaced}` },
          ]}
        />
      ) : (
        <p>{t.notMade}</p>
      )}
    </Section>
  )
}

function Ask({ ui, model }: { ui: Ui; model: NightModel }) {
  const t = ui.t.editionNight
  const { view, typed, errors = {} } = model
  const retired = ui.t.editionSources.retired
  return (
    <Form
      ui={ui}
      action="/editions/night"
      errors={errors}
      labels={{ sources: t.sources, ...contentsLabels(ui), days: t.days, folder: t.folder }}
    >
      <ChoiceField
        kind="several"
        name="sources"
        label={t.sources}
        error={errors['sources']}
        chosen={typed.sources}
        options={view.sources.map(({ id, name, isRetired }) => ({
          value: id,
          label: isRetired ? name + retired : name,
        }))}
      />
      <ContentsFields ui={ui} kinds={view.kinds} typed={typed} errors={errors}>
        <ChoiceField
          kind="several"
          name="days"
          label={t.days}
          error={errors['days']}
          chosen={typed.days}
          options={ui.t.mediaPage.weekdays.map((label, day) => ({ value: String(day), label }))}
        />
        <TextField
          name="folder"
          label={t.folder}
          hint={t.folderHint}
          value={typed.folder}
          error={errors['folder']}
          required
          maxlength={300}
        />
      </ContentsFields>
      <SubmitButton>{t.ask}</SubmitButton>
    </Form>
  )
}

/** Shown to who asked, for some hours; nowhere else and never again. */
export function NightCardPage(props: {
  ui: Ui
  slots: readonly { readonly name: string; readonly passphrase: string }[]
}) {
  const { ui, slots } = props
  const t = ui.t.editions.card
  return (
    <PageFrame ui={ui} title={ui.t.editionNight.cardTitle}>
      <div class="screen-only">
        <PageHeading title={ui.t.editionNight.cardTitle}>
          <PrintButton kind="primary">{ui.t.nav.print}</PrintButton>
          <PostButton ui={ui} action="/editions/night/forget">
            {t.done}
          </PostButton>
        </PageHeading>
        <Notice ui={ui} kind="caution" title={t.lead} />
      </div>
      <EnvelopeCards ui={ui} heading={ui.t.editionNight.cardTitle} slots={slots} />
    </PageFrame>
  )
}
