/** 残し方: how one source is kept. Ready profiles, the form, what it withstands, who changed it when. */
import {
  AIMS,
  CEILING_REASONS,
  DEFAULT_POLICY,
  PROFILES,
  RECORD_KINDS,
  RHYTHM_HOURS,
  type RecordKind,
  type SourcePlan,
} from '#vault'
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
  PrintButton,
  RuleReport,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { SourcePolicy } from '../policy-port.ts'
import type { Ui } from '../ui.ts'
import { NUMBER_FIELDS, type PlanInput, strengthened } from './policy-input.ts'
import { ChangeHistory, daysWords, inLanguage, rhythmWords } from './policy-words.tsx'

export interface PolicyModel {
  readonly source: SourcePolicy
  readonly input: PlanInput
  readonly errors?: FieldErrors
  readonly done?: 'saved' | 'unchanged' | 'meanwhile'
}

export function PolicyPage(props: { ui: Ui; model: PolicyModel }) {
  const { ui, model } = props
  const { source, done } = model
  const t = ui.t.policy
  const title = `${source.judged.name}: ${t.title}`
  const places = new Map(source.places.map(({ id, name }) => [id, name]))
  return (
    <PageFrame ui={ui} title={title}>
      <PageHeading title={title} lead={t.lead}>
        <ButtonLink href="/horizon">{ui.t.horizon.title}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {done ? <Notice ui={ui} kind={done === 'saved' ? 'good' : 'caution'} title={t[done]} live /> : null}
      {source.raisePending ? <Notice ui={ui} kind="info" title={t.pending} /> : null}
      {ui.institution.sample ? <Notice ui={ui} kind="info" title={t.sample} /> : null}
      {/* What is wrong comes first, also in a browser that does not jump to it. */}
      {model.errors ? <OwnPlan ui={ui} model={model} /> : null}
      <Section title={t.nowTitle} note={t.exceeds(ui.f.count(DEFAULT_POLICY.dailyDays))}>
        <PlanFacts ui={ui} source={source} />
      </Section>
      <Profiles ui={ui} source={source} />
      {model.errors ? null : <OwnPlan ui={ui} model={model} />}
      <Section title={t.historyTitle}>
        <ChangeHistory ui={ui} history={source.history} places={places} />
      </Section>
      <h2>{ui.t.rules.title}</h2>
      <RuleReport ui={ui} judged={source.judged} />
      <p class="screen-only">
        <a href="/sources">{ui.t.source.title}</a>
      </p>
    </PageFrame>
  )
}

function PlanFacts({ ui, source: { plan, places, isWatched } }: { ui: Ui; source: SourcePolicy }) {
  const t = ui.t.policy
  const { policy } = plan
  const names = places.filter(({ id }) => plan.places?.includes(id)).map(({ name }) => name)
  const originals = plan.originals.map((kind) => inLanguage(ui, RECORD_KINDS[kind].words))
  return (
    <FactList
      wide
      facts={[
        { term: t.field['daily-days'], value: daysWords(ui, policy.dailyDays) },
        { term: t.field['weekly-days'], value: daysWords(ui, policy.weeklyDays) },
        { term: t.field['monthly-days'], value: daysWords(ui, policy.monthlyDays) },
        { term: t.field['yearly-days'], value: daysWords(ui, policy.yearlyDays) },
        { term: t.field.floor, value: t.atLeast(ui.f.count(policy.floorGenerations)) },
        { term: t.field['lock-days'], value: daysWords(ui, policy.lockDays) },
        {
          term: t.field['ceiling-days'],
          value: `${daysWords(ui, policy.ceiling.days)}: ${t.reason[policy.ceiling.reason]}`,
        },
        { term: t.field.rhythm, value: isWatched ? t.watched : rhythmWords(ui, plan.rhythm) },
        {
          term: t.field.places,
          value: plan.places === undefined ? t.placesAll : names.join(t.join) || t.noPlace,
        },
        { term: t.field.originals, value: originals.join(t.join) || t.noOriginals },
      ]}
    />
  )
}

/** One click each; it shows what would change before anything is saved. */
function Profiles({ ui, source }: { ui: Ui; source: SourcePolicy }) {
  const t = ui.t.policy
  return (
    <Section title={t.profilesTitle} note={t.profilesLead}>
      <div class="columns">
        {AIMS.map((aim) => {
          const { words } = PROFILES[aim]
          const isSame = JSON.stringify(strengthened(source.plan, aim)) === JSON.stringify(source.plan)
          return (
            <div>
              <h3>{inLanguage(ui, words.name)}</h3>
              <p>{inLanguage(ui, words.why)}</p>
              <ProfileFigures ui={ui} plan={strengthened(source.plan, aim)} />
              {isSame ? (
                <p class="state-good">
                  <span aria-hidden="true">✓ </span>
                  {t.profileSame}
                </p>
              ) : (
                <PostButton
                  ui={ui}
                  action={`/sources/${source.judged.id}/policy`}
                  fields={{ do: 'preview', profile: aim, version: source.version }}
                >
                  {t.profileLook}
                </PostButton>
              )}
            </div>
          )
        })}
      </div>
    </Section>
  )
}

function ProfileFigures({ ui, plan }: { ui: Ui; plan: SourcePlan }) {
  const t = ui.t.policy
  return (
    <p class="quiet">
      {t.field['daily-days']} {daysWords(ui, plan.policy.dailyDays)}
      {t.join}
      {t.field['monthly-days']} {daysWords(ui, plan.policy.monthlyDays)}
      {t.join}
      {rhythmWords(ui, plan.rhythm)}
    </p>
  )
}

function OwnPlan({ ui, model }: { ui: Ui; model: PolicyModel }) {
  return (
    <div class="screen-only">
      <Section title={ui.t.policy.formTitle}>
        <PlanForm ui={ui} model={model} />
      </Section>
    </div>
  )
}

function PlanForm({ ui, model: { source, input, errors = {} } }: { ui: Ui; model: PolicyModel }) {
  const t = ui.t.policy
  const labels = Object.fromEntries(NUMBER_FIELDS.map((name) => [name, t.field[name]]))
  return (
    <div class="screen-only">
      <Form ui={ui} action={`/sources/${source.judged.id}/policy`} errors={errors} labels={labels}>
        <input type="hidden" name="version" value={source.version} />
        {NUMBER_FIELDS.map((name) => {
          const hint = t.hint[name]
          return (
            <TextField
              name={name}
              label={name === 'floor' ? t.field[name] : `${t.field[name]}${t.inDays}`}
              hint={typeof hint === 'string' ? hint : hint(ui.f.count(source.leastLockDays))}
              value={input.numbers[name]}
              size="short"
              inputmode="numeric"
              maxlength={5}
              required
              error={errors[name]}
            />
          )
        })}
        <ChoiceField
          name="ceiling-reason"
          kind="one"
          label={t.reasonHead}
          options={CEILING_REASONS.map((value) => ({ value, label: t.reason[value] }))}
          chosen={[input.ceilingReason]}
        />
        <ChoiceField
          name="rhythm"
          kind="one"
          label={t.rhythmHead}
          hint={source.isWatched ? t.watchedHint : t.rhythmHint}
          options={['business-day', 'day', ...RHYTHM_HOURS.toReversed().map((hours) => `hours:${hours}`)].map(
            (value) => ({ value, label: rhythmWords(ui, value) }),
          )}
          chosen={[input.rhythm]}
        />
        <PlaceChoice ui={ui} source={source} input={input} />
        <ChoiceField
          name="originals"
          kind="several"
          label={t.originalsHead}
          hint={t.originalsLead}
          options={(Object.keys(RECORD_KINDS) as RecordKind[]).map((value) => ({
            value,
            label: originalWords(ui, value),
          }))}
          chosen={input.originals}
        />
        <SubmitButton name="do" value="preview">
          {t.look}
        </SubmitButton>
      </Form>
    </div>
  )
}

/** 診療録 — 診療などが終わってから5年（医師法24条 …・未確認） */
function originalWords(ui: Ui, kind: RecordKind): string {
  const t = ui.t.policy
  const { words, years, from, references } = RECORD_KINDS[kind]
  const where = references.map(({ clause, certainty }) =>
    certainty === 'read' ? clause : `${clause} ${ui.t.rules.unverified}`,
  )
  return `${t.bracketed(inLanguage(ui, words), where.join(t.join))} ${t.originalYears(String(years), t.originalFrom[from])}`
}

function PlaceChoice({ ui, source, input }: { ui: Ui; source: SourcePolicy; input: PlanInput }) {
  const t = ui.t.policy
  if (source.places.length === 0) return <p>{t.placesNone}</p>
  return (
    <>
      <ChoiceField
        name="places"
        kind="one"
        label={t.placesHead}
        hint={t.placesHint}
        options={[
          { value: 'all', label: t.placesAll },
          { value: 'some', label: t.placesSome },
        ]}
        chosen={[input.places === undefined ? 'all' : 'some']}
      />
      <ChoiceField
        name="place"
        kind="several"
        label={t.placesWhich}
        options={source.places.map(({ id, name }) => ({ value: id, label: name }))}
        chosen={input.places ?? []}
      />
    </>
  )
}
