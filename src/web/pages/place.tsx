/** One place: how it is, what of each source lies there, its room over time, and what people say of it. */
import {
  ButtonLink,
  ChoiceField,
  type Column,
  DataTable,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  RoomPicture,
  Section,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import type { Place, SourceAtPlace } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { lockEnd, placeName } from './home.tsx'
import { PlaceActions, PlaceState, shortLocation } from './places.tsx'

/** The notes as they were typed. */
export interface NotesForm {
  readonly offsite: string
  readonly ownAdministrator: string
  readonly capacityGb: string
  readonly risk: string
  readonly response: string
  readonly slowFrom: string
  readonly slowTo: string
  readonly slowMbps: string
}

export interface PlaceModel {
  readonly place: Place
  readonly typed: NotesForm
  readonly errors?: FieldErrors
  readonly isSaved?: boolean
}

export function PlacePage(props: { ui: Ui; model: PlaceModel }) {
  const { ui, model } = props
  const { place } = model
  const t = ui.t.places
  return (
    <PageFrame ui={ui} title={placeName(ui, place)}>
      <PageHeading title={placeName(ui, place)} lead={`${t.kinds[place.kind]} ${shortLocation(place)}`}>
        <ButtonLink href="/places">{t.back}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.isSaved ? <Notice ui={ui} kind="good" title={t.saved} live /> : null}
      <Section title={t.state} note={place.kind === 'keeper' ? t.readNoteKeeper : t.readNote}>
        <PlaceState ui={ui} place={place} />
        <PlaceActions ui={ui} place={place} all />
      </Section>
      <Section title={t.sourcesTitle}>
        <DataTable ui={ui} caption={t.sourcesTitle} hideCaption rows={place.sources} columns={columns(ui)} />
      </Section>
      <Section title={t.roomTitle} note={forecast(ui, place)}>
        <RoomPicture ui={ui} uses={place.uses} fullAtMs={place.fullAtMs} />
      </Section>
      <div class="screen-only">
        <Notes ui={ui} model={model} />
      </div>
    </PageFrame>
  )
}

/** So many days are needed before a line through them says anything. */
const FORECAST_DAYS = 7

function forecast(ui: Ui, { uses, fullAtMs, freeBytes }: Place): string {
  const t = ui.t.places
  if (fullAtMs !== undefined) return t.roomFull(ui.f.date(fullAtMs, ui.nowMs))
  return uses.length >= FORECAST_DAYS && freeBytes !== undefined ? t.roomFine : t.roomUnknown
}

function columns(ui: Ui): Column<SourceAtPlace>[] {
  const { f, nowMs } = ui
  const t = ui.t.places
  const near = (ms: number | undefined) => (ms === undefined ? '－' : f.near(ms, nowMs))
  return [
    { key: 'name', head: t.rules.source, isName: true, cell: ({ name }) => name },
    { key: 'count', head: t.count, align: 'right', cell: ({ generations }) => f.count(generations) },
    { key: 'oldest', head: t.oldest, cell: ({ oldestAtMs }) => near(oldestAtMs) },
    { key: 'newest', head: t.newest, cell: ({ newestAtMs }) => near(newestAtMs) },
    {
      key: 'lock',
      head: t.lock,
      cell: ({ lockedUntilMs, lockStrength, generations }) =>
        lockedUntilMs === undefined ? (
          <>{generations > 0 ? t.unheld : '－'}</>
        ) : (
          <>
            {lockEnd(ui, lockedUntilMs)}
            {lockStrength ? <div class="quiet">{ui.t.lock[lockStrength]}</div> : null}
          </>
        ),
    },
    {
      key: 'proof',
      head: t.proof,
      cell: (source) => {
        if (source.generations === 0) return '－'
        if (source.provedAtMs === undefined) return t.proofNever
        return (
          <>
            {source.newestProvedAtMs === undefined ? null : <div>✓ {t.proofNewest(near(source.newestProvedAtMs))}</div>}
            <div>{t.proofSome(f.count(source.proved), f.count(source.generations), near(source.provedAtMs))}</div>
          </>
        )
      },
    },
  ]
}

function Notes(props: { ui: Ui; model: PlaceModel }) {
  const { ui } = props
  const { place, typed, errors = {} } = props.model
  const t = ui.t.places
  const n = t.notes
  const isElsewhere = place.id !== 'local'
  const yesNo = [
    { value: 'yes', label: n.yes },
    { value: 'no', label: n.no },
  ]
  return (
    <Section title={t.notesTitle} id="notes">
      <Form ui={ui} action={`/places/${place.id}/notes`} errors={errors} labels={n}>
        <TextArea name="risk" label={n.risk} hint={n.riskHint} value={typed.risk} error={errors['risk']} />
        <TextArea
          name="response"
          label={n.response}
          hint={n.responseHint}
          value={typed.response}
          error={errors['response']}
        />
        {isElsewhere ? (
          <>
            <ChoiceField name="offsite" label={n.offsite} kind="one" options={yesNo} chosen={[typed.offsite]} />
            <ChoiceField
              name="ownAdministrator"
              label={n.ownAdministrator}
              kind="one"
              options={[...yesNo, { value: '', label: n.unknown }]}
              chosen={[typed.ownAdministrator]}
            />
            <TextField
              name="capacityGb"
              label={n.capacityGb}
              hint={n.capacityHint}
              size="short"
              inputmode="numeric"
              value={typed.capacityGb}
              error={errors['capacityGb']}
            />
            <fieldset class="field">
              <legend class="field-label">{n.slow}</legend>
              <p class="field-hint">{n.slowHint}</p>
              {(['slowFrom', 'slowTo', 'slowMbps'] as const).map((name) => (
                <TextField
                  name={name}
                  label={n[name]}
                  size="short"
                  inputmode="numeric"
                  value={typed[name]}
                  error={errors[name]}
                />
              ))}
            </fieldset>
          </>
        ) : null}
        <SubmitButton>{t.save}</SubmitButton>
      </Form>
    </Section>
  )
}
