/** One system of もれの確認: who answers for it, who backs up each part, and its records of acceptance. */
import { ACCEPTANCE_RESULTS, type CoveredSystem, type Part, PARTS, SYSTEM_KINDS } from '#governance'
import {
  ChoiceField,
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
import type { CoverageMap } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { CellText } from './coverage.tsx'

/** What stands in the fields, by name. */
export type TypedSystem = Readonly<Record<string, string>>

export interface SystemModel {
  readonly map: CoverageMap
  /** Undefined: a new one. */
  readonly system?: CoveredSystem | undefined
  readonly typed: TypedSystem
  readonly errors?: FieldErrors
  readonly done?: 'saved' | 'accepted' | undefined
}

const WAYS = ['source', 'vendor', 'records', 'not-needed', 'open'] as const
/** Data and programs are not written down by hand. */
const waysOf = (part: Part) => WAYS.filter((way) => way !== 'records' || part === 'settings' || part === 'devices')
export const FACTS = ['name', 'vendor', 'responsible'] as const
export const partField = (part: Part, what: string): string => `${part}-${what}`

export function SystemPage(props: { ui: Ui; model: SystemModel }) {
  const { ui, model } = props
  const { system, typed, errors = {} } = model
  const t = ui.t.coverage
  const labels = labelsOf(ui)
  return (
    <PageFrame ui={ui} title={system?.name ?? t.add}>
      <div class="narrow-page">
        <PageHeading title={system?.name ?? t.add} />
        {model.done ? <Notice ui={ui} kind="good" title={t[model.done]} live /> : null}
        <Form
          ui={ui}
          action={system ? `/coverage-map/${system.id}` : '/coverage-map/new'}
          errors={model.done ? {} : errors}
          labels={labels}
        >
          <Facts ui={ui} typed={typed} errors={errors} />
          {system
            ? PARTS.map((part, i) => (
                <Section title={t.part[part]} note={t.partNote[part]}>
                  <div>
                    <CellText ui={ui} cell={system.cells[i]!} />
                  </div>
                  <PartFields ui={ui} part={part} model={model} />
                </Section>
              ))
            : null}
          <div class="actions">
            <SubmitButton>{ui.t.form.save}</SubmitButton>
            <a href="/coverage-map">{t.back}</a>
          </div>
        </Form>
        {system ? (
          <>
            <Acceptances ui={ui} system={system} model={model} />
            <Confirmation
              ui={ui}
              label={t.remove}
              question={t.removeConfirm(system.name)}
              note={t.removeNote}
              action={`/coverage-map/${system.id}/remove`}
            />
          </>
        ) : null}
      </div>
    </PageFrame>
  )
}

/** Names of the fields, for the summary of errors. */
function labelsOf(ui: Ui): Record<string, string> {
  const t = ui.t.coverage
  const whats = { way: t.wayHead, source: t.source, paperOn: t.paperOn, nextCheckOn: t.nextCheckOn, reason: t.reason }
  const parts = PARTS.flatMap((part) =>
    Object.entries(whats).map(([what, label]) => [partField(part, what), `${t.part[part]} - ${label}`]),
  )
  return { kind: t.kindHead, name: t.name, vendor: t.vendor, responsible: t.responsible, ...Object.fromEntries(parts) }
}

function Facts({ ui, typed, errors }: { ui: Ui; typed: TypedSystem; errors: FieldErrors }) {
  const t = ui.t.coverage
  const hints = { name: t.nameHint, vendor: t.vendorHint, responsible: t.responsibleHint }
  return (
    <>
      <SelectField
        name="kind"
        label={t.kindHead}
        options={[
          ...(typed['kind'] ? [] : [{ value: '', label: ui.t.registers.unchosen }]),
          ...SYSTEM_KINDS.map((value) => ({ value, label: t.kind[value] })),
        ]}
        value={typed['kind'] ?? ''}
        error={errors['kind']}
      />
      {FACTS.map((name) => (
        <TextField
          name={name}
          label={t[name]}
          hint={hints[name]}
          value={typed[name]}
          required={name === 'name'}
          optional={name === 'name' ? undefined : ui.t.form.optional}
          maxlength={100}
          error={errors[name]}
        />
      ))}
    </>
  )
}

/** Needs no script: the style sheet shows the fields of the way that is chosen, an old browser shows all. */
function PartFields({ ui, part, model }: { ui: Ui; part: Part; model: SystemModel }) {
  const t = ui.t.coverage
  const { typed, errors = {} } = model
  const field = (what: string) => {
    const name = partField(part, what)
    return { name, value: typed[name], error: errors[name] }
  }
  const sources = model.map.sources.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <div class="ways">
      <ChoiceField
        {...field('way')}
        kind="one"
        label={t.wayHead}
        options={waysOf(part).map((value) => ({ value, label: t.way[value] }))}
        chosen={[typed[partField(part, 'way')] ?? 'open']}
      />
      <div class="way-source">
        <SelectField
          {...field('source')}
          label={t.source}
          hint={t.sourceHint}
          options={[{ value: '', label: t.sourceNone }, ...sources]}
        />
      </div>
      <div class="way-vendor">
        <TextField {...field('paperOn')} type="date" label={t.paperOn} hint={t.paperHint} size="short" />
        <TextField {...field('nextCheckOn')} type="date" label={t.nextCheckOn} hint={t.nextCheckHint} size="short" />
      </div>
      <div class="way-not-needed">
        <TextField {...field('reason')} label={t.reason} hint={t.reasonHint} maxlength={200} />
      </div>
    </div>
  )
}

function Acceptances({ ui, system, model }: { ui: Ui; system: CoveredSystem; model: SystemModel }) {
  const t = ui.t.coverage
  const { generations } = model.map
  const nameOf = (id: string): string => {
    const found = generations.find((one) => one.id === id)
    return found ? generationName(ui, found) : t.generationGone
  }
  return (
    <Section title={t.acceptTitle} id="acceptance">
      <p>{t.acceptLead}</p>
      {system.acceptances.length === 0 ? (
        <p class="quiet">{t.acceptNone}</p>
      ) : (
        <DataTable
          ui={ui}
          caption={t.acceptTitle}
          hideCaption
          rows={system.acceptances}
          columns={[
            { key: 'on', head: t.acceptOn, isName: true, cell: (row) => ui.f.recordedDate(row.on) },
            { key: 'who', head: t.acceptWho, cell: (row) => row.who },
            { key: 'generation', head: t.acceptGeneration, cell: (row) => nameOf(row.generationId) },
            { key: 'result', head: t.acceptResultHead, cell: (row) => t.acceptanceResult[row.result] },
          ]}
        />
      )}
      {generations.length === 0 ? <p>{t.acceptNoGeneration}</p> : <AcceptForm ui={ui} system={system} model={model} />}
    </Section>
  )
}

const generationName = (ui: Ui, one: CoverageMap['generations'][number]): string =>
  `${ui.f.dateTime(one.takenAtMs, ui.nowMs)} ${one.sourceName}`

function AcceptForm({ ui, system, model }: { ui: Ui; system: CoveredSystem; model: SystemModel }) {
  const t = ui.t.coverage
  const { errors = {}, typed } = model
  return (
    <Form ui={ui} action={`/coverage-map/${system.id}/accept`}>
      <TextField
        name="on"
        type="date"
        label={t.acceptOn}
        value={typed['on']}
        size="short"
        required
        error={errors['on']}
      />
      <TextField
        name="who"
        label={t.acceptWho}
        hint={t.acceptWhoHint}
        value={typed['who']}
        required
        maxlength={100}
        error={errors['who']}
      />
      <SelectField
        name="generationId"
        label={t.acceptGeneration}
        options={model.map.generations.map((one) => ({ value: one.id, label: generationName(ui, one) }))}
        value={typed['generationId']}
        error={errors['generationId']}
      />
      <ChoiceField
        name="result"
        kind="one"
        label={t.acceptResultHead}
        options={ACCEPTANCE_RESULTS.map((value) => ({ value, label: t.acceptanceResult[value] }))}
        chosen={[typed['result'] ?? '']}
        error={errors['result']}
      />
      <SubmitButton kind="secondary">{t.accept}</SubmitButton>
    </Form>
  )
}
