/** Setting up the rotation of disks: what is decided, and registering one disk after the other. */
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  EmptyState,
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { MediaCandidate, MediaLook, MediaView } from '../media-ports.ts'
import type { Ui } from '../ui.ts'
import { LINKS } from './media.tsx'

/** As the form holds it. */
export interface SettingsTyped {
  readonly name: string
  readonly size: string
  readonly checkAt: string
  readonly vaultName: string
  readonly vaultOffsite: boolean
  /** Person id by day of the week, 0 is Sunday; '' is nobody. */
  readonly carriers: readonly string[]
  readonly capacityGb: string
  readonly risk: string
  readonly response: string
}

export interface SettingsModel {
  readonly typed: SettingsTyped
  readonly people: MediaView['people']
  readonly errors?: FieldErrors
}

export function MediaSettingsPage(props: { ui: Ui; model: SettingsModel }) {
  const { ui, model } = props
  const { typed } = model
  const t = ui.t.mediaPage
  const errors = model.errors ?? {}
  const { risk, riskHint, response, responseHint } = ui.t.places.notes
  const labels = {
    name: t.name,
    size: t.sizeField,
    checkAt: t.checkAt,
    vaultName: t.vaultName,
    capacityGb: t.capacityGb,
    risk,
    response,
  }
  const people = [{ value: '', label: t.nobody }, ...model.people.map(({ id, name }) => ({ value: id, label: name }))]
  return (
    <PageFrame ui={ui} title={t.settingsTitle}>
      <PageHeading title={t.settingsTitle} lead={t.settingsLead} />
      <Form ui={ui} action={LINKS.settings} errors={errors} labels={labels}>
        <TextField
          name="name"
          label={t.name}
          hint={t.nameHint}
          value={typed.name}
          required
          maxlength={60}
          error={errors['name']}
        />
        <TextField
          name="size"
          label={t.sizeField}
          hint={t.sizeHint}
          value={typed.size}
          size="short"
          inputmode="numeric"
          maxlength={2}
          error={errors['size']}
        />
        <TextField
          name="checkAt"
          label={t.checkAt}
          hint={t.checkAtHint}
          value={typed.checkAt}
          size="short"
          maxlength={5}
          error={errors['checkAt']}
        />
        <TextField
          name="vaultName"
          label={t.vaultName}
          hint={t.vaultHint}
          value={typed.vaultName}
          optional={ui.t.form.optional}
          maxlength={60}
          error={errors['vaultName']}
        />
        <ChoiceField
          name="vaultOffsite"
          kind="several"
          label={t.place}
          options={[{ value: '1', label: t.vaultOffsite }]}
          chosen={typed.vaultOffsite ? ['1'] : []}
        />
        <h2>{t.carriersTitle}</h2>
        {t.weekdays.map((weekday, i) => (
          <SelectField name={`carrier-${i}`} label={weekday} options={people} value={typed.carriers[i] ?? ''} />
        ))}
        <h2 id="notes">{ui.t.places.bookTitle}</h2>
        <p>{t.notesLead}</p>
        <TextField
          name="capacityGb"
          label={t.capacityGb}
          value={typed.capacityGb}
          optional={ui.t.form.optional}
          size="short"
          inputmode="numeric"
          maxlength={7}
          error={errors['capacityGb']}
        />
        <TextArea name="risk" label={risk} hint={riskHint} value={typed.risk} error={errors['risk']} />
        <TextArea
          name="response"
          label={response}
          hint={responseHint}
          value={typed.response}
          error={errors['response']}
        />
        <SubmitButton>{ui.t.form.save}</SubmitButton>
      </Form>
    </PageFrame>
  )
}

export function CandidatesPage(props: {
  ui: Ui
  candidates: readonly MediaCandidate[]
  registered?: number | undefined
  isGone?: boolean
}) {
  const { ui, candidates, registered } = props
  const t = ui.t.mediaPage
  const removable = candidates.filter(({ isRemovable }) => isRemovable)
  const others = candidates.filter(({ isRemovable }) => !isRemovable)
  return (
    <PageFrame ui={ui} title={t.registerTitle}>
      <PageHeading title={t.registerTitle} lead={t.registerLead}>
        <ButtonLink href="/media">{t.toMedia}</ButtonLink>
      </PageHeading>
      {registered === undefined ? null : (
        <Notice ui={ui} kind="good" title={t.registered(String(registered))} live>
          <p>{t.registeredNext}</p>
          <div class="actions">
            <ButtonLink href={`${LINKS.labels}?number=${registered}`}>{t.labels}</ButtonLink>
            <PostButton ui={ui} action={`/media/${registered}/eject`}>
              {t.takeOff(String(registered))}
            </PostButton>
          </div>
        </Notice>
      )}
      {props.isGone ? <Notice ui={ui} kind="caution" title={t.gone} live /> : null}
      <Section title={registered === undefined ? t.candidatesTitle : t.registerNext}>
        {removable.length > 0 ? (
          <Candidates ui={ui} rows={removable} />
        ) : (
          <EmptyState title={t.noCandidates} next={t.noCandidatesNext} />
        )}
        <ButtonLink href={LINKS.register}>{t.searchAgain}</ButtonLink>
        {others.length > 0 ? (
          <details>
            <summary>{t.otherDisks}</summary>
            <p>{t.otherDisksNote}</p>
            <Candidates ui={ui} rows={others} />
          </details>
        ) : null}
      </Section>
    </PageFrame>
  )
}

function Candidates(props: { ui: Ui; rows: readonly MediaCandidate[] }) {
  const { ui, rows } = props
  const t = ui.t.mediaPage
  return (
    <DataTable
      ui={ui}
      caption={t.candidatesTitle}
      hideCaption
      rows={rows}
      columns={[
        {
          key: 'disk',
          head: t.disk,
          isName: true,
          cell: (row) => (
            <>
              {row.label || t.noName}
              {row.uuid === undefined ? null : <div class="quiet mono">{row.uuid}</div>}
            </>
          ),
        },
        { key: 'size', head: t.size, align: 'right', cell: (row) => ui.f.size(row.sizeBytes) },
        { key: 'format', head: t.format, cell: (row) => row.fileSystem ?? t.noFormat },
        {
          key: 'choose',
          head: t.choose,
          cell: (row) =>
            row.uuid === undefined ? (
              t.noFormat
            ) : (
              <PostButton ui={ui} action={`${LINKS.register}/look`} fields={{ uuid: row.uuid }}>
                {t.lookButton}
              </PostButton>
            ),
        },
      ]}
    />
  )
}

export interface RegisterTyped {
  readonly number: string
  readonly shelf: string
  readonly kind: string
}

export function RegisterPage(props: { ui: Ui; look: MediaLook; typed: RegisterTyped; errors?: FieldErrors }) {
  const { ui, look, typed } = props
  const t = ui.t.mediaPage
  const errors = props.errors ?? {}
  const more = look.count - look.names.length
  const inside =
    look.count === 0 ? t.lookEmpty : t.lookFound(look.names.join('、'), more > 0 ? t.lookMore(ui.f.count(more)) : '')
  return (
    <PageFrame ui={ui} title={t.lookTitle}>
      <PageHeading title={t.lookTitle} lead={t.nothingLost} />
      <section class="block">
        <FactList
          facts={[
            { term: t.disk, value: look.label || t.noName },
            { term: t.format, value: look.fileSystem ?? t.noFormat },
            { term: t.size, value: t.lookFree(ui.f.size(look.freeBytes), ui.f.size(look.sizeBytes)) },
          ]}
        />
        <p>{inside}</p>
        {look.isMarked ? <p>{t.lookMarked}</p> : null}
      </section>
      <Form
        ui={ui}
        action={LINKS.register}
        errors={errors}
        labels={{ number: t.numberField, shelf: t.shelfField, kind: t.kindField }}
      >
        <input type="hidden" name="uuid" value={look.uuid} />
        <TextField
          name="number"
          label={t.numberField}
          hint={t.numberHint}
          value={typed.number}
          size="short"
          inputmode="numeric"
          maxlength={2}
          error={errors['number']}
        />
        <TextField
          name="shelf"
          label={t.shelfField}
          hint={t.shelfHint}
          value={typed.shelf}
          required
          maxlength={60}
          error={errors['shelf']}
        />
        <SelectField
          name="kind"
          label={t.kindField}
          options={Object.entries(ui.t.media.label.kinds).map(([value, label]) => ({ value, label }))}
          value={typed.kind}
        />
        <SubmitButton>{t.registerSubmit}</SubmitButton>
      </Form>
    </PageFrame>
  )
}
