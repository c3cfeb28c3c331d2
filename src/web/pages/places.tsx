/** 保管場所: where backups lie besides this computer, and enrolling at a Keeper. */
import type { Child } from 'hono/jsx'
import {
  ButtonLink,
  type Column,
  Confirmation,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { KeeperInput } from '../ports.ts'
import type { Place } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { lockEnd } from './home.tsx'

export interface PlacesModel {
  readonly places: readonly Place[]
  /** The form was asked for; where there is no place yet it is there anyway. */
  readonly adding?: boolean
  readonly typed?: KeeperInput
  readonly errors?: FieldErrors
  readonly done?: 'added' | 'removed' | 'nothingNew'
}

export function PlacesPage(props: { ui: Ui; model: PlacesModel }) {
  const { ui, model } = props
  const t = ui.t.places
  const isEmpty = model.places.length === 0
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.done ? (
        <Notice ui={ui} kind="good" title={t[model.done]} live>
          {model.done === 'added' ? <p>{t.addedNext}</p> : null}
        </Notice>
      ) : null}
      {isEmpty ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.listTitle}>
          <DataTable ui={ui} caption={t.listTitle} hideCaption rows={model.places} columns={columns(ui)} />
        </Section>
      )}
      {isEmpty || model.adding || model.errors ? (
        <div class="screen-only">
          <AddKeeper ui={ui} model={model} />
        </div>
      ) : (
        <p>
          <ButtonLink href="/places?add=1#add">{t.addAnother}</ButtonLink>
        </p>
      )}
    </PageFrame>
  )
}

const FIELDS = ['address', 'pin', 'code', 'name'] as const

function AddKeeper(props: { ui: Ui; model: PlacesModel }) {
  const { ui, model } = props
  const t = ui.t.places
  const labels = { name: t.name, address: t.address, pin: t.pin, code: t.code }
  const hints = { name: t.nameHint, address: t.addressHint, pin: t.pinHint, code: t.codeHint }
  const [first, last] = t.steps
  return (
    <Section title={t.addTitle} id="add">
      <div>
        <h3>{t.stepsTitle}</h3>
        <ol class="steps">
          <li>{first}</li>
          <li>
            {t.inviteStep}
            <div class="mono">{t.inviteCommand}</div>
          </li>
          <li>{last}</li>
        </ol>
      </div>
      <Form ui={ui} action="/places" errors={model.errors ?? {}} labels={labels}>
        {FIELDS.map((name) => (
          <TextField
            name={name}
            label={labels[name]}
            hint={hints[name]}
            value={model.typed?.[name] ?? ''}
            required
            maxlength={200}
            error={model.errors?.[name]}
          />
        ))}
        <SubmitButton>{t.add}</SubmitButton>
      </Form>
    </Section>
  )
}

function columns(ui: Ui): Column<Place>[] {
  const { f, nowMs } = ui
  const t = ui.t.places
  return [
    {
      key: 'name',
      head: t.name,
      isName: true,
      cell: (place) => (
        <>
          {place.name}
          <div class="quiet mono">{place.location.replaceAll(/^https:\/\/|\/$/g, '')}</div>
        </>
      ),
    },
    {
      key: 'state',
      head: t.state,
      cell: (place) => (
        <>
          <State ui={ui} place={place} />
          <Actions ui={ui} place={place} />
        </>
      ),
    },
    { key: 'count', head: t.count, align: 'right', cell: (place) => f.count(place.generations) },
    {
      key: 'newest',
      head: t.newest,
      cell: (place) => (place.newestAtMs === undefined ? '－' : f.near(place.newestAtMs, nowMs)),
    },
    {
      key: 'lock',
      head: t.lock,
      cell: (place) => (place.lockedUntilMs === undefined ? '－' : lockEnd(ui, place.lockedUntilMs)),
    },
  ]
}

function State(props: { ui: Ui; place: Place }) {
  const { ui, place } = props
  const t = ui.t.places
  if (place.running)
    return (
      <Line kind="unlit" mark="…" word={t.running}>
        <div>
          <a href={`/jobs/${place.running}`}>{ui.t.job.seePage}</a>
        </div>
      </Line>
    )
  if (place.failure) {
    const { what, next } = errorSentences(place.failure.code, ui.f.language)
    return (
      <Line kind="bad" mark="×" word={t.failed(ui.f.near(place.failure.atMs, ui.nowMs))}>
        <div>{what}</div>
        <div>{next}</div>
        <div class="quiet">{t.failedNext}</div>
      </Line>
    )
  }
  if (place.generations > 0) return <Line kind="good" mark="✓" word={t.good} />
  return (
    <Line kind="soon" mark="▲" word={t.waiting}>
      <div class="quiet">{t.waitingNext}</div>
    </Line>
  )
}

function Line(props: { kind: 'good' | 'soon' | 'bad' | 'unlit'; mark: string; word: string; children?: Child }) {
  return (
    <>
      <span class={`state-${props.kind}`}>
        <span class="mark" aria-hidden="true">
          {props.mark}
        </span>{' '}
        {props.word}
      </span>
      {props.children}
    </>
  )
}

function Actions(props: { ui: Ui; place: Place }) {
  const { ui, place } = props
  const t = ui.t.places
  return (
    <div class="actions">
      {place.running ? null : (
        <PostButton ui={ui} action={`/places/${place.id}/copy`}>
          {place.failure ? t.copyAgain : t.copyNow}
        </PostButton>
      )}
      <Confirmation
        ui={ui}
        label={t.remove}
        question={t.removeConfirm(place.name)}
        note={t.removeNote}
        action={`/places/${place.id}/remove`}
      />
    </div>
  )
}
