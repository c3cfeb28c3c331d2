/** 非常用ディスク to a stick: what would happen, then the copy. And who looked, once the log is back. */
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  FactList,
  type FieldErrors,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { CopyPlan, EditionView } from '../edition-ports.ts'
import type { JournalRow } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { journalColumns } from './journal.tsx'

export interface CopyModel {
  readonly number: number
  readonly mounted: readonly { readonly folder: string; readonly label: string }[]
  readonly folder: string
  readonly plan?: CopyPlan
  readonly error?: string
}

export function CopyEditionPage({ ui, model }: { ui: Ui; model: CopyModel }) {
  const t = ui.t.editionCarry.copy
  const { number, plan, folder } = model
  return (
    <PageFrame ui={ui} title={t.title(String(number))}>
      <div class="narrow-page">
        <PageHeading title={t.title(String(number))} lead={t.lead} />
        {plan ? <Plan ui={ui} number={number} folder={folder} plan={plan} /> : <WhereTo ui={ui} model={model} />}
        <ButtonLink href={`/editions/${number}`}>{ui.t.form.back}</ButtonLink>
      </div>
    </PageFrame>
  )
}

function WhereTo({ ui, model }: { ui: Ui; model: CopyModel }) {
  const t = ui.t.editionCarry.copy
  const { mounted, error, folder } = model
  const errors: FieldErrors = error === undefined ? {} : { folder: error }
  return (
    <Form
      ui={ui}
      action={`/editions/${model.number}/copy`}
      errors={errors}
      labels={{ folder: t.folder, mounted: t.where }}
    >
      {mounted.length === 0 ? (
        <Notice ui={ui} kind="info" title={t.noneMounted} />
      ) : (
        <ChoiceField
          kind="one"
          name="mounted"
          label={t.where}
          chosen={[mounted[0]!.folder]}
          options={mounted.map((one) => ({ value: one.folder, label: t.mounted(one.folder, one.label) }))}
        />
      )}
      <TextField
        name="folder"
        label={t.folder}
        hint={t.folderHint}
        optional={mounted.length > 0 ? ui.t.form.optional : undefined}
        value={folder}
        error={errors['folder']}
        maxlength={300}
      />
      <SubmitButton>{t.look}</SubmitButton>
    </Form>
  )
}

function Plan({ ui, number, folder, plan }: { ui: Ui; number: number; folder: string; plan: CopyPlan }) {
  const t = ui.t.editionCarry.copy
  const { found, isTaken } = plan
  const isTooSmall = plan.freeBytes < plan.neededBytes
  const start = (mode: 'beside' | 'replace', words: string, kind: 'primary' | 'secondary') => (
    <Form ui={ui} action={`/editions/${number}/copy`}>
      <input type="hidden" name="folder" value={folder} />
      <input type="hidden" name="mode" value={mode} />
      <SubmitButton kind={kind}>{words}</SubmitButton>
    </Form>
  )
  return (
    <Section title={t.plan}>
      <FactList
        facts={[
          { term: t.folderIs, value: <span class="mono">{folder}</span> },
          { term: t.makes, value: <span class="mono">{plan.targets.join('、')}</span> },
          { term: t.needs, value: ui.f.size(plan.neededBytes) },
          { term: t.free, value: ui.f.size(plan.freeBytes) },
          { term: t.found, value: found.length === 0 ? t.nothingFound : found.join('、') },
          { term: t.others, value: t.othersStay(ui.f.count(plan.others)) },
        ]}
      />
      {isTooSmall ? <Notice ui={ui} kind="danger" title={t.tooSmall} /> : null}
      {isTaken && !isTooSmall ? <Notice ui={ui} kind="caution" title={t.taken} /> : null}
      {isTooSmall ? null : found.length === 0 && !isTaken ? (
        start('beside', t.first, 'primary')
      ) : (
        <>
          {isTaken ? null : start('beside', t.beside, 'primary')}
          {start('replace', t.replace, isTaken ? 'primary' : 'secondary')}
          <p class="field-hint">{t.replaceNote}</p>
        </>
      )}
      <ButtonLink href={`/editions/${number}/copy`}>{t.other}</ButtonLink>
    </Section>
  )
}

export function BringLog({ ui, errors = {} }: { ui: Ui; errors?: FieldErrors }) {
  const t = ui.t.editionCarry.log
  return (
    <div class="screen-only">
      <Section title={t.title} id="log">
        {ui.viewer?.can.has('see-patients') ? (
          <>
            <p>{t.lead}</p>
            <Form ui={ui} action="/editions/log" multipart errors={errors} labels={{ file: t.file }}>
              <FileField name="file" label={t.file} error={errors['file']} />
              <SubmitButton kind="secondary">{t.submit}</SubmitButton>
            </Form>
          </>
        ) : (
          <p>{t.closed}</p>
        )}
      </Section>
    </div>
  )
}

/** What came back of a disc, for its own page. */
export function Looks({ ui, view, looks }: { ui: Ui; view: EditionView; looks: readonly JournalRow[] }) {
  const t = ui.t.editionCarry.log
  const { number, logs } = view.edition
  if (!logs)
    return (
      <p>
        {t.none}。{t.noneNext}
      </p>
    )
  const mayReview = ui.viewer?.can.has('confirm-kit')
  return (
    <>
      {looks.length === 0 ? (
        <p>{t.noRight}</p>
      ) : (
        <>
          <p>{t.clock}</p>
          <DataTable ui={ui} caption={t.head} hideCaption rows={looks} columns={journalColumns(ui)} />
        </>
      )}
      {logs.unreviewed === 0 ? <p>{t.reviewedAll}</p> : null}
      {logs.unreviewed > 0 && mayReview ? (
        <div class="screen-only">
          <h3>{t.reviewTitle}</h3>
          <p>{t.reviewNote}</p>
          <div class="actions">
            <PostButton ui={ui} action={`/editions/${number}/review/right`} kind="primary">
              {t.right}
            </PostButton>
            <PostButton ui={ui} action={`/editions/${number}/review/questioned`}>
              {t.questioned}
            </PostButton>
          </div>
        </div>
      ) : null}
    </>
  )
}

/** For the register: whether the log is back, and whether somebody looked through it. */
export function LogState({ ui, edition }: { ui: Ui; edition: EditionView['edition'] }) {
  const t = ui.t.editionCarry.log
  const { logs } = edition
  if (!logs) return <>{t.none}</>
  return (
    <>
      {t.came(ui.f.count(logs.looks), ui.f.near(logs.mergedAt, ui.nowMs))}
      {logs.unreviewed > 0 ? <strong class="warn"> ▲ {t.waits(ui.f.count(logs.unreviewed))}</strong> : null}
    </>
  )
}
