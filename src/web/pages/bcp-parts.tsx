/** Parts of the plan that are filled in: a section's questions, an order, the business impact. */
import { type Order, ORDERS, type Question, questionsOf, type Section } from '#bcp'
import {
  ButtonLink,
  ChoiceField,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section as PageSection,
  SubmitButton,
  TextArea,
  TextTable,
  TextField,
} from '../components/index.ts'
import type { BcpView, BiaSystem } from '../bcp-ports.ts'
import type { Ui } from '../ui.ts'
import { StaleSince } from './bcp-binder.tsx'
import { KEPT_AT, sectionTitle } from './bcp.tsx'

export interface PartModel {
  readonly view: BcpView
  readonly typed?: Readonly<Record<string, string>>
  readonly errors?: FieldErrors
  /** What was written on the page before this one. */
  readonly isSaved?: boolean
  /** Saved without one answer: the person is asked once. */
  readonly isEmpty?: boolean
}

export function BcpSectionPage({ ui, section, model }: { ui: Ui; section: Section; model: PartModel }) {
  const t = ui.t.bcp
  const { view, typed, errors = {} } = model
  const title = sectionTitle(ui, section)
  const questions = questionsOf(section, view.kind!)
  const labels = Object.fromEntries(questions.map(({ key }) => [key, questionWord(ui, key)]))
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={title}>
      <PageHeading title={title}>
        <ButtonLink href="/bcp">{t.toList}</ButtonLink>
      </PageHeading>
      {model.isSaved ? <Notice ui={ui} kind="good" title={t.saved} live /> : null}
      {model.isEmpty ? (
        <Notice ui={ui} kind="caution" title={t.nothingAnswered} live>
          <p>{t.nothingAnsweredNext}</p>
        </Notice>
      ) : null}
      <StaleSince ui={ui} stale={view.stale.find(({ code }) => code === section.code)} />
      {questions.length > 0 && keeps ? (
        <Form ui={ui} action={`/bcp/sections/${section.code}/answers`} errors={errors} labels={labels}>
          {questions.map((question) => (
            <Answer
              ui={ui}
              question={question}
              typed={typed?.[question.key] ?? view.draft.answers[question.key]}
              error={errors[question.key]}
            />
          ))}
          <div class="actions">
            <SubmitButton>{t.saveNext}</SubmitButton>
            {model.isEmpty ? (
              <SubmitButton kind="secondary" name="empty" value="yes">
                {t.goOnEmpty}
              </SubmitButton>
            ) : null}
          </div>
        </Form>
      ) : null}
      {section.live.map((live) => {
        const table = view.live[live]!
        return (
          <PageSection title={t.live[live]}>
            {table.rows.length === 0 ? (
              <p>▲ {t.emptyOf(t.live[live])}</p>
            ) : (
              <Plain ui={ui} caption={t.live[live]} table={table} />
            )}
            {live === 'bia' ? <BiaPicture ui={ui} systems={view.systems} /> : null}
            {keeps && KEPT_AT[live] ? (
              <p>
                <a href={KEPT_AT[live]}>
                  {ui.t.registers.open}: {t.live[live]}
                </a>
              </p>
            ) : null}
          </PageSection>
        )
      })}
    </PageFrame>
  )
}

const questionWord = (ui: Ui, key: string): string => ui.t.bcp.question[key as keyof typeof ui.t.bcp.question]

/** A proposal stands in the field until somebody saved an answer. */
function Answer(props: { ui: Ui; question: Question; typed: string | undefined; error: string | undefined }) {
  const { ui, question, error } = props
  const t = ui.t.bcp
  const { key: name, kind, choices = [] } = question
  const label = questionWord(ui, name)
  const isOpen = props.typed === undefined || props.typed === ''
  const proposal = isOpen && question.proposed ? t.propose[name] : undefined
  const value = proposal ?? props.typed ?? ''
  const hint =
    proposal === undefined ? t.hint[name] : name === 'consistency' ? `${t.proposal} ${t.unverified}` : t.proposal
  if (kind === 'choices') {
    const options = choices.map((one) => ({ value: one, label: t.choice[one] ?? one }))
    return (
      <ChoiceField name={name} label={label} kind="several" options={options} chosen={value.split(',')} error={error} />
    )
  }
  if (kind === 'long')
    return (
      <TextArea name={name} label={label} hint={hint} value={value} rows={value.length > 150 ? 8 : 4} error={error} />
    )
  return (
    <TextField
      name={name}
      label={label}
      hint={hint}
      value={value}
      size={kind === 'number' ? 'short' : 'full'}
      {...(kind === 'number' && { inputmode: 'numeric' as const, unit: t.unit[name]?.trim() })}
      maxlength={200}
      error={error}
    />
  )
}

export function BcpOrderPage({ ui, order, model }: { ui: Ui; order: Order; model: PartModel }) {
  const t = ui.t.bcp
  const names = t[order]
  const places = model.view.draft.orders[order]
  const { typed, errors = {} } = model
  return (
    <PageFrame ui={ui} title={t.order[order]}>
      <PageHeading title={t.order[order]} lead={t.orderLead[order]}>
        <ButtonLink href="/bcp">{t.toList}</ButtonLink>
      </PageHeading>
      {model.isSaved ? <Notice ui={ui} kind="good" title={t.saved} live /> : null}
      <p class="quiet">{t.orderNote}</p>
      <Form ui={ui} action={`/bcp/orders/${order}`} errors={errors} labels={names}>
        {ORDERS[order].map((code) => (
          <TextField
            name={code}
            label={names[code] ?? code}
            value={typed ? (typed[code] ?? '') : places.includes(code) ? String(places.indexOf(code) + 1) : ''}
            error={errors[code]}
            inputmode="numeric"
            size="short"
            maxlength={3}
          />
        ))}
        <SubmitButton>{t.saveNext}</SubmitButton>
      </Form>
    </PageFrame>
  )
}

export function BiaPage({ ui, model }: { ui: Ui; model: PartModel }) {
  const t = ui.t.bcp
  const { view, typed = {}, errors = {} } = model
  const { systems } = view
  return (
    <PageFrame ui={ui} title={t.biaTitle} across>
      <PageHeading title={t.biaTitle} lead={t.biaLead}>
        <ButtonLink href="/bcp">{t.toList}</ButtonLink>
      </PageHeading>
      {model.isSaved ? <Notice ui={ui} kind="good" title={t.saved} live /> : null}
      {systems.length === 0 ? (
        <EmptyState title={t.noSystems} next={t.noSystemsNext}>
          <ButtonLink href="/coverage-map" kind="primary">
            {t.toCoverage}
          </ButtonLink>
        </EmptyState>
      ) : (
        <>
          {systems.some(({ isRing }) => isRing) ? <Notice ui={ui} kind="caution" title={t.ring} /> : null}
          <BiaPicture ui={ui} systems={systems} />
          <Plain ui={ui} caption={t.biaTitle} table={view.live['bia']!} />
          <Form ui={ui} action="/bcp/bia" errors={errors} labels={labelsOf(ui, systems)}>
            {systems.map((one) => (
              <fieldset class="field">
                <legend class="field-label">{one.name}</legend>
                <p>
                  <a href={`/coverage-map/${one.systemId}`}>{t.inCoverage(one.name)}</a>
                </p>
                {(['rto', 'rpo'] as const).map((what) => (
                  <TextField
                    name={`${what}-${one.systemId}`}
                    label={t[what]}
                    value={typed[`${what}-${one.systemId}`] ?? String(one[`${what}Hours`] ?? '')}
                    inputmode="numeric"
                    unit={t.hoursUnit}
                    size="short"
                    maxlength={4}
                    error={errors[`${what}-${one.systemId}`]}
                  />
                ))}
                <TextField
                  name={`instead-${one.systemId}`}
                  label={t.instead}
                  value={typed[`instead-${one.systemId}`] ?? one.instead}
                  maxlength={500}
                />
                <ChoiceField
                  name={`needs-${one.systemId}`}
                  label={t.needs}
                  kind="several"
                  options={systems
                    .filter(({ systemId }) => systemId !== one.systemId)
                    .map(({ systemId, name }) => ({ value: systemId, label: name }))}
                  chosen={one.needs}
                />
              </fieldset>
            ))}
            <SubmitButton>{t.save}</SubmitButton>
          </Form>
        </>
      )}
    </PageFrame>
  )
}

const labelsOf = (ui: Ui, systems: readonly BiaSystem[]): Record<string, string> =>
  Object.fromEntries(
    systems.flatMap(({ systemId, name }) =>
      (['rto', 'rpo'] as const).map((what) => [`${what}-${systemId}`, `${name}: ${ui.t.bcp[what]}`]),
    ),
  )

const ROW = 34
const LEFT = 150
const WIDTH = 640

/** Needed beside measured, system by system; the table says the same. */
function BiaPicture({ ui, systems }: { ui: Ui; systems: readonly BiaSystem[] }) {
  const t = ui.t.bcp
  const rows = systems.filter((one) => one.neededHours !== undefined)
  if (rows.length === 0) return null
  const most = Math.max(1, ...rows.flatMap((one) => [one.neededHours!, one.measuredHours ?? 0]))
  const width = (hours: number): number => Math.max(2, (hours / most) * (WIDTH - LEFT - 150))
  return (
    <svg
      class="timeline timeline-wide"
      viewBox={`0 0 ${WIDTH} ${rows.length * ROW + 4}`}
      role="img"
      aria-label={t.picture}
    >
      {rows.map((one, i) => (
        <g>
          <text class="tl-text" x={LEFT - 8} y={i * ROW + 20} text-anchor="end">
            {one.name.slice(0, 12)}
          </text>
          <rect class="tl-bar" x={LEFT} y={i * ROW + 6} width={width(one.neededHours!)} height={10} />
          {one.measuredHours === undefined ? null : (
            <rect class="tl-bar-late" x={LEFT} y={i * ROW + 18} width={width(one.measuredHours)} height={6} />
          )}
          <text
            class="tl-text"
            x={LEFT + width(Math.max(one.neededHours!, one.measuredHours ?? 0)) + 6}
            y={i * ROW + 20}
          >
            {t.hours(String(one.neededHours))}
            {one.measuredHours === undefined ? '' : ` / ${t.hours(String(one.measuredHours))}`}
            {one.measuredHours !== undefined && one.measuredHours > one.neededHours! ? ` ${t.late}` : ''}
          </text>
        </g>
      ))}
    </svg>
  )
}

function Plain(props: {
  ui: Ui
  caption: string
  table: { head: readonly string[]; rows: readonly (readonly string[])[] }
}) {
  const rows = props.table.rows.map((row) => row.map((cell) => cell || '－'))
  return <TextTable ui={props.ui} caption={props.caption} head={props.table.head} rows={rows} nameColumn={0} />
}
