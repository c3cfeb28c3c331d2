/** What saving a plan would do: nothing is saved before a person has seen this. */
import { type Change, type PlanPreview, type PlanRefusal, type RuleFinding, RULES } from '#vault'
import {
  DataTable,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  RuleMark,
  Section,
  SubmitButton,
  todoWords,
} from '../components/index.ts'
import type { SourcePolicy } from '../policy-port.ts'
import type { Ui } from '../ui.ts'
import { NUMBER_FIELDS, type PlanInput } from './policy-input.ts'
import { changeSides } from './policy-words.tsx'

export interface PreviewModel {
  readonly source: SourcePolicy
  readonly preview: PlanPreview
  readonly input: PlanInput
  /** Of the plan that was shown when the person began. */
  readonly version: string
}

export function PolicyPreviewPage(props: { ui: Ui; model: PreviewModel }) {
  const { ui, model } = props
  const { source, preview } = model
  const t = ui.t.policy
  const title = `${source.judged.name}: ${t.previewTitle}`
  return (
    <PageFrame ui={ui} title={title}>
      <PageHeading title={title} lead={t.previewLead} />
      {preview.refusals.length > 0 ? (
        <Notice ui={ui} kind="danger" title={t.refusedTitle}>
          {preview.refusals.map((refusal) => (
            <p>{refusalWords(ui, refusal)}</p>
          ))}
        </Notice>
      ) : null}
      <Changes ui={ui} model={model} />
      {preview.refusals.length > 0 ? null : <RuleChanges ui={ui} preview={preview} />}
      <Effects ui={ui} preview={preview} />
      <div class="actions">
        {preview.refusals.length > 0 || preview.changes.length === 0 ? null : <SaveForm ui={ui} model={model} />}
        <a href={`/sources/${source.judged.id}/policy`}>{ui.t.form.back}</a>
      </div>
    </PageFrame>
  )
}

function refusalWords(ui: Ui, { code, have, need }: PlanRefusal): string {
  return ui.t.policy.refused[code](ui.f.count(have), ui.f.count(need))
}

function Changes({ ui, model: { source, preview } }: { ui: Ui; model: PreviewModel }) {
  const t = ui.t.policy
  const places = new Map(source.places.map(({ id, name }) => [id, name]))
  if (preview.changes.length === 0) return <p>{t.nothing}</p>
  const side = (i: 0 | 1) => (change: Change) => changeSides(ui, change, places)[i]
  return (
    <Section title={t.what}>
      <DataTable
        ui={ui}
        caption={t.what}
        hideCaption
        rows={preview.changes}
        columns={[
          { key: 'what', head: t.what, isName: true, cell: (change) => t.field[change.field] },
          { key: 'from', head: t.from, cell: side(0) },
          { key: 'to', head: t.to, cell: side(1) },
          {
            key: 'how',
            head: '',
            cell: ({ how }) => <span class={how === 'lowered' ? 'state-soon' : 'quiet'}>{t.how[how]}</span>,
          },
        ]}
      />
    </Section>
  )
}

function RuleChanges({ ui, preview }: { ui: Ui; preview: PlanPreview }) {
  const t = ui.t.policy
  const wasMet = (rule: string) => preview.before.find((one) => one.rule === rule)?.state === 'met'
  const breaks = preview.after.filter(({ rule, state }) => state === 'broken' && wasMet(rule))
  const gains = preview.after.filter(({ rule, state }) => state === 'met' && !wasMet(rule))
  return (
    <>
      {breaks.length === 0 ? (
        <p>
          <span aria-hidden="true">✓ </span>
          {t.noBreaks}
        </p>
      ) : (
        <Notice ui={ui} kind="caution" title={t.breaks}>
          <p>{t.breaksLead}</p>
          <Rules ui={ui} findings={breaks} />
        </Notice>
      )}
      {gains.length === 0 ? null : (
        <Notice ui={ui} kind="good" title={t.gains}>
          <Rules ui={ui} findings={gains} />
        </Notice>
      )}
    </>
  )
}

function Rules({ ui, findings }: { ui: Ui; findings: readonly RuleFinding[] }) {
  const t = ui.t.rules
  return (
    <ul>
      {findings.map((finding) => (
        <li>
          {RULES[finding.rule].words[ui.f.language]} ({t.strength[RULES[finding.rule].strength]}){' '}
          <RuleMark state={finding.state} word={t.state[finding.state]} />
          {finding.state === 'broken' ? <div class="quiet">{todoWords(ui, finding)}</div> : null}
        </li>
      ))}
    </ul>
  )
}

function Effects({ ui, preview }: { ui: Ui; preview: PlanPreview }) {
  const t = ui.t.policy
  const { raised } = preview
  return (
    <>
      {raised ? (
        <Notice ui={ui} kind="caution" title={t.raisedTitle(ui.f.count(raised.count))}>
          <p>{t.raisedNote(ui.f.date(raised.untilMs, ui.nowMs))}</p>
        </Notice>
      ) : null}
      {preview.changes.some(({ how }) => how === 'lowered') ? <p>{t.stays}</p> : null}
    </>
  )
}

/** The same values again, and which plan they were meant to change. */
function SaveForm({ ui, model: { source, input, version } }: { ui: Ui; model: PreviewModel }) {
  const values: [name: string, value: string][] = [
    ['version', version],
    ...NUMBER_FIELDS.map((name): [string, string] => [name, input.numbers[name]]),
    ['ceiling-reason', input.ceilingReason],
    ['rhythm', input.rhythm],
    ['places', input.places === undefined ? 'all' : 'some'],
    ...(input.places ?? []).map((id): [string, string] => ['place', id]),
    ...input.originals.map((kind): [string, string] => ['originals', kind]),
  ]
  return (
    <Form ui={ui} action={`/sources/${source.judged.id}/policy`}>
      {values.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <SubmitButton name="do" value="save">
        {ui.t.policy.save}
      </SubmitButton>
    </Form>
  )
}
