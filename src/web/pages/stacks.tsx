/** Printing many at once: what can be printed, and the files that were made. */
import {
  AsOfBanner,
  ButtonLink,
  ChoiceField,
  type Column,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { problemWords } from '../messages/problems.ts'
import type { Stack, StackLists, StartStack } from '../paper-ports.ts'
import type { Ui } from '../ui.ts'

export interface StacksModel {
  readonly lists: StackLists | undefined
  readonly stacks: readonly Stack[]
  /** A file is made each night besides. */
  readonly hasNight: boolean
  readonly choice?: string
  readonly reason?: string
  readonly errors?: FieldErrors
  readonly refusal?: Exclude<StartStack['kind'], 'ok'>
}

const aboutOf = (ui: Ui, { scope, about }: Stack) =>
  scope === 'booked' ? ui.f.recordedDate(about) : scope === 'ward' ? about || ui.t.printing.wardUnknown : ''

function StartForm(props: { ui: Ui; model: StacksModel; lists: StackLists }) {
  const { ui, model, lists } = props
  const { t, f } = ui
  const options = [
    ...lists.wards.map(({ ward, patients }) => ({
      value: `ward:${ward}`,
      label: t.printing.ward(ward || t.printing.wardUnknown, f.count(patients)),
    })),
    ...lists.days.map(({ day, patients }) => ({
      value: `booked:${day}`,
      label: t.printing.booked(f.recordedDate(day), f.count(patients)),
    })),
  ]
  if (options.length === 0) return <EmptyState title={t.printing.noLists} next={t.printing.noListsNext} />
  const errors = model.errors ?? {}
  return (
    <Form
      ui={ui}
      action="/print"
      errors={{ choice: errors['choice'], reason: errors['reason'] }}
      labels={{ choice: t.printing.choose, reason: t.printing.reason }}
    >
      <ChoiceField
        name="choice"
        kind="one"
        label={t.printing.choose}
        options={options}
        chosen={[model.choice ?? '']}
        error={errors['choice']}
      />
      <TextField
        name="reason"
        label={t.printing.reason}
        hint={`${t.printing.reasonHint} ${t.printing.alarmNote(f.count(lists.alarmAbove))}`}
        value={model.reason}
        maxlength={200}
        required
        error={errors['reason']}
      />
      <SubmitButton kind="primary">{t.printing.start}</SubmitButton>
    </Form>
  )
}

function stateOf(ui: Ui, stack: Stack) {
  const { t, f } = ui
  if (stack.state === 'running')
    return (
      <>
        {t.printing.state.running} {t.printing.progress(f.count(stack.done), f.count(stack.patients))}
        <progress max={stack.patients} value={stack.done} aria-label={t.printing.state.running} />
      </>
    )
  if (stack.state === 'failed')
    return (
      <>
        × {t.printing.state.failed} {stack.code ? problemWords(stack.code, f.language).what : ''}
      </>
    )
  return (
    <>
      <p>✓ {t.printing.state.ready}</p>
      {stack.scope === 'night' ? null : (
        <p>
          <ButtonLink href={`/print/files/${stack.id}`}>{t.printing.open}</ButtonLink>
        </p>
      )}
    </>
  )
}

function columns(ui: Ui): Column<Stack>[] {
  const { t, f } = ui
  return [
    {
      key: 'what',
      head: t.printing.what,
      isName: true,
      cell: (stack) => `${t.printing.scope[stack.scope]} ${aboutOf(ui, stack)}`,
    },
    { key: 'asOf', head: t.printing.asOf, cell: (stack) => t.chart.asOfShort(f.dateTime(stack.asOfMs, ui.nowMs)) },
    {
      key: 'counts',
      head: t.printing.counts,
      cell: (stack) => (
        <>
          {t.printing.patients(f.count(stack.patients))} {t.printing.sheets(f.count(stack.sheets))}
          {stack.notPrinted > 0 ? <div>▲ {t.printing.notPrinted(f.count(stack.notPrinted))}</div> : null}
          {stack.missing > 0 ? <div>▲ {t.printing.missing(f.count(stack.missing))}</div> : null}
        </>
      ),
    },
    { key: 'state', head: t.printing.stateHead, cell: (stack) => stateOf(ui, stack) },
  ]
}

export function StacksPage(props: { ui: Ui; model: StacksModel }) {
  const { ui, model } = props
  const { t } = ui
  const isRunning = model.stacks.some(({ state }) => state === 'running')
  const night = model.stacks.find(({ scope, state }) => scope === 'night' && state === 'ready')
  return (
    <PageFrame ui={ui} title={t.printing.stacksTitle} patientPage>
      <PageHeading title={t.printing.stacksTitle} lead={t.printing.stacksLead}>
        <ButtonLink href="/slips">{t.printing.slipsBlank}</ButtonLink>
        {isRunning ? <ButtonLink href="/print">{t.printing.reload}</ButtonLink> : null}
      </PageHeading>
      {model.refusal ? <Notice ui={ui} kind="danger" title={t.printing[model.refusal]} /> : null}
      {model.lists ? <AsOfBanner ui={ui} asOfMs={model.lists.asOfMs} use={{ for: 'inpatients' }} /> : null}
      <Section title={t.printing.ready} note={t.printing.goneAfter}>
        {model.stacks.length === 0 ? (
          <EmptyState title={t.printing.none} next={model.hasNight ? t.printing.nightNote : t.printing.makeBelow} />
        ) : (
          <DataTable ui={ui} caption={t.printing.ready} hideCaption columns={columns(ui)} rows={model.stacks} />
        )}
        {night ? (
          <Form
            ui={ui}
            action="/print/night"
            errors={{ nightReason: model.errors?.['nightReason'] }}
            labels={{ nightReason: t.printing.reason }}
          >
            <p>
              {t.printing.nightNote} {t.printing.sealed}
            </p>
            <TextField
              name="nightReason"
              label={t.printing.reason}
              hint={t.printing.reasonHint}
              maxlength={200}
              required
              error={model.errors?.['nightReason']}
            />
            <SubmitButton>{t.printing.openNight}</SubmitButton>
          </Form>
        ) : null}
      </Section>
      <Section title={t.printing.start}>
        {model.lists ? (
          <StartForm ui={ui} model={model} lists={model.lists} />
        ) : (
          <EmptyState title={t.search.noGeneration} next={t.search.noGenerationNext} />
        )}
      </Section>
    </PageFrame>
  )
}
