/** 復元: what, where to, what happens to what is there; then the plan; then the button. */
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  EmptyState,
  FactList,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import { errorSentences } from '../messages/errors.ts'
import type { PlanView, RestoreForm, RestoreInput, RestoreRunView } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'
import { UnderSuspicionNotice } from './signs.tsx'

/** As they stand on the form, in its order. */
const EXISTING = ['beside', 'skip', 'replace'] as const
const CLASSES = ['new', 'same', 'changed', 'newer', 'blocked', 'gone'] as const

export const picksOf = (picks: RestoreInput['picks']): string[] => picks.map((at) => at.join('.'))

/** What is settled there. */
const ON_THE_WAY_BACK = /^RECOVERY_(NEEDS_|NOT_|LOOKS_LIKE_ATTACK)/

/** What, why, what now: nothing was written. */
export function Refusal({ ui, code }: { ui: Ui; code: ErrorCode }) {
  const { what, why, next } = errorSentences(code, ui.f.language)
  return (
    <Notice ui={ui} kind="danger" title={what}>
      <p>{why}</p>
      <p class="strong">{next}</p>
      {ON_THE_WAY_BACK.test(code) ? (
        <p>
          <a href="/way-back">{ui.t.restore.toWayBack}</a>
        </p>
      ) : null}
    </Notice>
  )
}

function What({ ui, form }: { ui: Ui; form: RestoreForm }) {
  const { f } = ui
  const t = ui.t.restore
  const { names } = form
  return (
    <Section title={t.what}>
      <p class="strong">{t.of(form.sourceName, f.dateTime(form.takenAtMs, ui.nowMs))}</p>
      {names === undefined || names.length === 0 ? (
        <p>{names ? t.all(f.count(form.files), f.size(form.bytes)) : t.hidden}</p>
      ) : (
        <ul>
          {names.slice(0, 20).map((name) => (
            <li>{name}</li>
          ))}
          {names.length > 20 ? <li>{t.names(f.count(names.length - 20))}</li> : null}
        </ul>
      )}
    </Section>
  )
}

/**
 * @param refused why the plan could not be made, or the restore not begun
 * @param targetError what is wrong with the field of the new place
 */
export function RestoreFormPage(props: {
  ui: Ui
  form: RestoreForm
  input: RestoreInput
  refused?: ErrorCode
  targetError?: string
}) {
  const { ui, form, input, refused, targetError } = props
  const t = ui.t.restore
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={t.title} lead={t.lead} />
      {refused ? <Refusal ui={ui} code={refused} /> : null}
      <UnderSuspicionNotice ui={ui} suspected={form.suspected} />
      <What ui={ui} form={form} />
      <Form
        ui={ui}
        action={`/generations/${form.generationId}/restore`}
        errors={{ target: targetError }}
        labels={{ target: t.target }}
      >
        {picksOf(input.picks).map((at) => (
          <input type="hidden" name="pick" value={at} />
        ))}
        <ChoiceField
          name="to"
          label={t.where}
          kind="one"
          chosen={[input.to]}
          options={[
            { value: 'new', label: t.toNew },
            ...(form.oldPlace ? [{ value: 'over', label: `${t.toOver}（${form.oldPlace.join('、')}）` }] : []),
          ]}
        />
        {form.oldPlace ? null : <p>{t.noOldPlace}</p>}
        <TextField
          name="target"
          label={t.target}
          hint={t.targetHint}
          value={input.target}
          error={targetError}
          maxlength={500}
        />
        {form.media.length > 0 ? (
          <p>
            {t.media}: {form.media.map(({ folder, label }) => `${label} ${folder}`).join('、')}
          </p>
        ) : null}
        <ChoiceField
          name="existing"
          label={t.existing}
          kind="one"
          chosen={[input.existing]}
          options={EXISTING.map((value) => ({ value, label: t.existingOf[value] }))}
        />
        {form.closed && form.oldPlace ? <Closed ui={ui} code={form.closed} /> : null}
        <SubmitButton>{t.showPlan}</SubmitButton>
      </Form>
    </PageFrame>
  )
}

/** Known before anybody asks; a restore to a new place goes on. */
function Closed({ ui, code }: { ui: Ui; code: ErrorCode }) {
  const { what, next } = errorSentences(code, ui.f.language)
  return (
    <Notice ui={ui} kind="caution" title={what}>
      <p>{next}</p>
      <p>
        <a href="/way-back">{ui.t.restore.toWayBack}</a>
      </p>
    </Notice>
  )
}

export function RestorePlanPage(props: {
  ui: Ui
  form: RestoreForm
  input: RestoreInput
  plan: PlanView
  refused?: ErrorCode
}) {
  const { ui, form, input, plan, refused } = props
  const { f } = ui
  const t = ui.t.restore
  const hasRoom = plan.neededBytes <= plan.freeBytes
  const rows = CLASSES.filter((name) => plan.classes[name].files > 0).map((name) => ({ name, ...plan.classes[name] }))
  const over = input.to === 'over'
  const closed = over ? form.closed : undefined
  return (
    <PageFrame ui={ui} title={t.planTitle} patientPage>
      <PageHeading title={t.planTitle} lead={t.planNote} />
      {refused ? <Refusal ui={ui} code={refused} /> : null}
      <UnderSuspicionNotice ui={ui} suspected={form.suspected} />
      <What ui={ui} form={form} />
      <FactList
        wide
        facts={[
          { term: t.where, value: over ? `${t.toOver}（${form.oldPlace?.join('、') ?? ''}）` : input.target },
          plan.disk === undefined ? undefined : { term: t.disk, value: plan.disk === '/' ? t.systemDisk : plan.disk },
          { term: t.existing, value: t.existingOf[input.existing] },
        ]}
      />
      <DataTable
        ui={ui}
        caption={t.planTitle}
        hideCaption
        rows={rows}
        columns={[
          {
            key: 'class',
            head: t.classHead,
            isName: true,
            cell: ({ name }) => (
              <>
                {t.classOf[name]}
                {name === 'changed' || name === 'newer' ? <small> → {t.doesTo[input.existing]}</small> : null}
              </>
            ),
          },
          { key: 'files', head: t.filesHead, align: 'right', cell: ({ files }) => f.count(files) },
          { key: 'bytes', head: t.bytesHead, align: 'right', cell: ({ bytes }) => f.size(bytes) },
          { key: 'names', head: t.namesHead, cell: (row) => <Names ui={ui} names={row.names} files={row.files} /> },
        ]}
      />
      <p>{t.room(f.size(plan.neededBytes), f.size(plan.freeBytes))}</p>
      {plan.classes.newer.files > 0 && input.existing === 'replace' ? (
        <Notice ui={ui} kind="caution" title={t.newerWarn(f.count(plan.classes.newer.files))} />
      ) : null}
      {plan.isAllNew && !over ? <p class="strong">{t.targetNew}</p> : null}
      {hasRoom ? null : <Notice ui={ui} kind="danger" title={t.noRoom} />}
      {closed && !refused ? <Closed ui={ui} code={closed} /> : null}
      <Form ui={ui} action={`/generations/${form.generationId}/restore`}>
        {picksOf(input.picks).map((at) => (
          <input type="hidden" name="pick" value={at} />
        ))}
        {(['to', 'target', 'existing'] as const).map((name) => (
          <input type="hidden" name={name} value={input[name]} />
        ))}
        {plan.isUnsure && hasRoom ? (
          <ChoiceField
            name="isNotProduction"
            label={t.unsure}
            kind="several"
            chosen={input.isNotProduction ? ['yes'] : []}
            options={[{ value: 'yes', label: t.notProduction }]}
          />
        ) : null}
        <input type="hidden" name="fingerprint" value={plan.fingerprint} />
        <div class="actions">
          {hasRoom && !closed ? <SubmitButton>{t.begin}</SubmitButton> : null}
          <SubmitButton kind="secondary" name="again" value="1">
            {t.change}
          </SubmitButton>
        </div>
      </Form>
    </PageFrame>
  )
}

function Names({ ui, names, files }: { ui: Ui; names: readonly string[] | undefined; files: number }) {
  const t = ui.t.restore
  if (!names) return <>{t.hidden}</>
  const shown = names.slice(0, 5)
  return (
    <ul class="plain">
      {shown.map((name) => (
        <li>{name}</li>
      ))}
      {files > shown.length ? <li>{t.names(ui.f.count(files - shown.length))}</li> : null}
    </ul>
  )
}

export function RestoresPage(props: { ui: Ui; runs: readonly RestoreRunView[] }) {
  const { ui, runs } = props
  const { f, nowMs } = ui
  const t = ui.t.restore
  return (
    <PageFrame ui={ui} title={t.listTitle}>
      <PageHeading title={t.listTitle}>
        <ButtonLink href="/way-back">{t.toWayBack}</ButtonLink>
      </PageHeading>
      {runs.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext}>
          <ButtonLink href="/generations">{ui.t.nav.generations}</ButtonLink>
        </EmptyState>
      ) : (
        <DataTable
          ui={ui}
          caption={t.listTitle}
          hideCaption
          rows={runs}
          columns={[
            {
              key: 'started',
              head: t.started,
              isName: true,
              cell: (run) => <a href={`/restores/${run.id}`}>{f.dateTime(run.startedAtMs, nowMs)}</a>,
            },
            {
              key: 'what',
              head: t.what,
              cell: (run) =>
                run.takenAtMs === undefined ? run.sourceName : t.of(run.sourceName, f.dateTime(run.takenAtMs, nowMs)),
            },
            { key: 'where', head: t.where, cell: (run) => (run.kind === 'over' ? t.wasToOver : t.wasToNew) },
            { key: 'state', head: t.state, cell: (run) => t.stateOf[run.state] },
            { key: 'who', head: t.who, cell: (run) => run.who },
          ]}
        />
      )}
    </PageFrame>
  )
}
