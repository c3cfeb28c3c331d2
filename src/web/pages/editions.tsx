/** 非常用ディスク: the register, and the form that makes one. */
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { EditionList, EditionPreparation, EditionRecord } from '../edition-ports.ts'
import type { Ui } from '../ui.ts'
import { BringLog, LogState } from './edition-carry.tsx'
import { ContentsFields, contentsLabels, type ContentsTyped } from './edition-fields.tsx'

export function EditionsPage(props: {
  ui: Ui
  list: EditionList
  errors?: FieldErrors
  brought?: { readonly number: number; readonly looks: number }
}) {
  const { ui, list, brought } = props
  const t = ui.t.editions
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/editions/new" kind="primary">
          {t.make}
        </ButtonLink>
        <ButtonLink href="/editions/night">{ui.t.editionNight.link}</ButtonLink>
        <ButtonLink href="/editions/papers">{ui.t.editionPapers.link}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {brought ? (
        <Notice
          ui={ui}
          kind="good"
          title={ui.t.editionCarry.log.brought(String(brought.number), ui.f.count(brought.looks))}
          live
        >
          <a href={`/editions/${brought.number}#looks`}>{ui.t.editionCarry.log.reviewTitle}</a>
        </Notice>
      ) : null}
      {list.jobId === undefined ? null : (
        <Notice ui={ui} kind="info" title={t.running}>
          <a href={`/jobs/${list.jobId}`}>{t.seeProgress}</a>
        </Notice>
      )}
      {list.editions.some(({ isOverdue }) => isOverdue) ? (
        <Notice ui={ui} kind="caution" title={t.overdue}>
          <p>{t.overdueNext}</p>
        </Notice>
      ) : null}
      {list.editions.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.listTitle}>
          <RegisterTable ui={ui} editions={list.editions} />
        </Section>
      )}
      <BringLog ui={ui} {...(props.errors && { errors: props.errors })} />
    </PageFrame>
  )
}

function RegisterTable(props: { ui: Ui; editions: readonly EditionRecord[] }) {
  const { ui } = props
  const t = ui.t.editions
  return (
    <DataTable
      ui={ui}
      caption={t.listTitle}
      hideCaption
      rows={props.editions}
      columns={[
        {
          key: 'number',
          head: t.heads.number,
          isName: true,
          cell: ({ number }) => <a href={`/editions/${number}`}>{t.number(String(number))}</a>,
        },
        { key: 'kind', head: t.heads.kind, cell: ({ kind, medium }) => `${t.kind[kind]} ${t.medium[medium]}` },
        { key: 'holder', head: t.heads.holder, cell: ({ holder }) => holder },
        { key: 'place', head: t.heads.place, cell: ({ place }) => place },
        { key: 'asOf', head: t.heads.asOf, cell: ({ asOf }) => ui.f.dateTime(asOf, ui.nowMs) },
        { key: 'returnOn', head: t.heads.returnOn, cell: ({ returnOn }) => ui.f.recordedDate(returnOn) },
        { key: 'log', head: ui.t.editionCarry.log.head, cell: (edition) => <LogState ui={ui} edition={edition} /> },
        { key: 'state', head: t.heads.state, cell: (edition) => <State ui={ui} edition={edition} /> },
      ]}
    />
  )
}

export function State(props: { ui: Ui; edition: EditionRecord }) {
  const t = props.ui.t.editions
  const { state, isOverdue } = props.edition
  if (isOverdue)
    return (
      <strong class="warn">
        <span aria-hidden="true">▲ </span>
        {t.overdue}
      </strong>
    )
  return state === 'lost' ? <strong class="warn">× {t.state.lost}</strong> : <>{t.state[state]}</>
}

export interface MakeModel {
  readonly preparation: EditionPreparation
  readonly typed: ContentsTyped & {
    readonly medium: string
    /** Ids of the chosen ones, at most one of each source. */
    readonly generations: readonly string[]
    readonly returnOn: string
  }
  readonly errors?: FieldErrors
}
export const MEDIA_SHOWN = ['dvd', 'usb', 'cd'] as const
/** Name of the field of one source. */
export const generationField = (sourceId: string) => `generation-${sourceId}`

export function MakeEditionPage(props: { ui: Ui; model: MakeModel }) {
  const { ui, model } = props
  const t = ui.t.editions.form
  const { kinds, sources } = model.preparation
  return (
    <PageFrame ui={ui} title={t.title}>
      <div class="narrow-page">
        <PageHeading title={t.title} lead={t.lead} />
        {kinds.length > 0 && sources.length > 0 ? (
          <MakeForm ui={ui} model={model} />
        ) : (
          <EmptyState
            title={kinds.length === 0 ? t.notYou : t.noBackup}
            next={kinds.length === 0 ? t.notYouNext : t.noBackupNext}
          >
            <ButtonLink href="/editions">{ui.t.form.back}</ButtonLink>
          </EmptyState>
        )}
      </div>
    </PageFrame>
  )
}

function MakeForm(props: { ui: Ui; model: MakeModel }) {
  const { ui, model } = props
  const { form, medium } = ui.t.editions
  const { errors = {}, typed, preparation } = model
  const labels = { ...contentsLabels(ui), medium: form.medium, returnOn: form.returnOn }
  return (
    <Form ui={ui} action="/editions" errors={errors} labels={labels}>
      <Generations ui={ui} model={model} />
      <ChoiceField
        kind="one"
        name="medium"
        label={form.medium}
        hint={form.mediumHint}
        chosen={[typed.medium]}
        options={MEDIA_SHOWN.map((value) => ({ value, label: medium[value] }))}
      />
      <ContentsFields ui={ui} kinds={preparation.kinds} typed={typed} errors={errors}>
        <TextField
          name="returnOn"
          label={form.returnOn}
          hint={form.returnHint}
          value={typed.returnOn}
          error={errors['returnOn']}
          required
          maxlength={60}
        />
      </ContentsFields>
      <SubmitButton>{form.submit}</SubmitButton>
    </Form>
  )
}

/** One choice for each source: a backup of it, or none where there are others. */
function Generations({ ui, model }: { ui: Ui; model: MakeModel }) {
  const { t, f, nowMs } = ui
  const { typed, preparation, errors } = model
  const { sources } = preparation
  const several = sources.length > 1
  return (
    <>
      {several ? (
        <>
          <p>{t.editionSources.lead}</p>
          {errors?.['generation'] ? <p class="field-error">{t.editionSources.none}</p> : null}
        </>
      ) : null}
      {sources.map(({ id, name, isRetired, generations }) => (
        <SelectField
          name={generationField(id)}
          label={`${t.editions.form.generation}：${name}${isRetired ? t.editionSources.retired : ''}`}
          value={generations.find((one) => typed.generations.includes(one.id))?.id ?? ''}
          options={[
            ...generations.map((one) => ({
              value: one.id,
              label: f.dateTime(one.takenAtMs, nowMs) + (one.isSuspected ? t.editionSources.suspected : ''),
            })),
            ...(several ? [{ value: '', label: t.editionSources.leaveOut }] : []),
          ]}
        />
      ))}
    </>
  )
}
