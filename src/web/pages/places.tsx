/** 保管場所: where backups lie, how 3-2-1-1-0 stands, and the register that the guideline asks for. */
import type { Child } from 'hono/jsx'
import {
  ButtonLink,
  type Column,
  Confirmation,
  DataTable,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { MediaView } from '../media-ports.ts'
import { PLACE_FIELDS, type PlaceKind } from '../ports.ts'
import type { Place, SourceRule } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { lockEnd, placeName } from './home.tsx'
import { PlacesRegister, Room } from './places-register.tsx'

export interface PlacesModel {
  /** This computer first. */
  readonly places: readonly Place[]
  readonly rules: readonly SourceRule[]
  /** Rotating disks, where there is a set. */
  readonly media?: MediaView | undefined
  readonly done?: 'added' | 'removed' | 'nothingNew' | 'nothingThere'
}

export function PlacesPage(props: { ui: Ui; model: PlacesModel }) {
  const { ui, model } = props
  const t = ui.t.places
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
      {model.places.length === 1 ? (
        <Notice ui={ui} kind="caution" title={t.noneElsewhere}>
          <p>{t.noneNext}</p>
        </Notice>
      ) : null}
      <Section title={t.listTitle}>
        <DataTable ui={ui} caption={t.listTitle} hideCaption rows={model.places} columns={columns(ui)} />
      </Section>
      <Choices ui={ui} />
      {model.rules.length === 0 ? null : (
        <Section title={t.rulesTitle} note={t.rulesNote} id="rules">
          <DataTable ui={ui} caption={t.rulesTitle} hideCaption rows={model.rules} columns={ruleColumns(ui)} />
        </Section>
      )}
      <Section title={t.bookTitle} note={t.bookNote} id="book">
        <PlacesRegister ui={ui} places={model.places} media={model.media} />
      </Section>
    </PageFrame>
  )
}

const KINDS = Object.keys(PLACE_FIELDS) as PlaceKind[]

function Choices(props: { ui: Ui }) {
  const t = props.ui.t.places
  return (
    <div class="screen-only">
      <Section title={t.chooseTitle} note={t.chooseNote} id="add">
        <ul class="choice-list">
          {KINDS.map((kind) => {
            const [name, why] = t.choices[kind]
            return (
              <li>
                <ButtonLink href={`/places/add/${kind}`}>{name}</ButtonLink> <span>{why}</span>
              </li>
            )
          })}
          <li>
            <ButtonLink href="/media">{props.ui.t.mediaPage.title}</ButtonLink> <span>{props.ui.t.mediaPage.lead}</span>
          </li>
        </ul>
      </Section>
    </div>
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
          <a href={`/places/${place.id}`}>{placeName(ui, place)}</a>
          {place.id === 'local' ? null : <div class="quiet">{t.kinds[place.kind]}</div>}
          <div class="quiet mono">{shortLocation(place)}</div>
        </>
      ),
    },
    {
      key: 'state',
      head: t.state,
      cell: (place) => (
        <>
          <PlaceState ui={ui} place={place} />
          <PlaceActions ui={ui} place={place} />
        </>
      ),
    },
    { key: 'count', head: t.count, align: 'right', cell: (place) => f.count(place.generations) },
    {
      key: 'newest',
      head: t.newest,
      cell: ({ newestAtMs }) => (newestAtMs === undefined ? '－' : f.near(newestAtMs, nowMs)),
    },
    { key: 'lock', head: t.lock, cell: (place) => <PlaceLock ui={ui} place={place} /> },
    { key: 'room', head: t.book.capacity, cell: (place) => <Room ui={ui} place={place} /> },
  ]
}

export const shortLocation = ({ location }: Place): string => location.replaceAll(/^https:\/\/|\/$/g, '')

function PlaceLock(props: { ui: Ui; place: Place }) {
  const { ui, place } = props
  if (place.lockedUntilMs === undefined) return <>{place.generations > 0 ? ui.t.places.unheld : '－'}</>
  return <>{lockEnd(ui, place.lockedUntilMs)}</>
}

export function PlaceState(props: { ui: Ui; place: Place }) {
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
  if (place.generations > 0) return <Line kind="good" mark="✓" word={place.id === 'local' ? t.here : t.good} />
  if (place.id === 'local') return <>－</>
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

export function PlaceActions(props: { ui: Ui; place: Place; all?: boolean }) {
  const { ui, place, all = false } = props
  const t = ui.t.places
  const isElsewhere = place.id !== 'local'
  return (
    <div class="actions">
      {place.running || !isElsewhere ? null : (
        <PostButton ui={ui} action={`/places/${place.id}/copy`}>
          {place.failure ? t.copyAgain : t.copyNow}
        </PostButton>
      )}
      {all && !place.running && place.kind !== 'keeper' ? (
        <PostButton ui={ui} action={`/places/${place.id}/read`}>
          {t.readNow}
        </PostButton>
      ) : null}
      {isElsewhere ? (
        <Confirmation
          ui={ui}
          label={t.remove}
          question={t.removeConfirm(place.name)}
          note={t.removeNote}
          action={`/places/${place.id}/remove`}
        />
      ) : null}
    </div>
  )
}

function ruleColumns(ui: Ui): Column<SourceRule>[] {
  const t = ui.t.places
  const { f } = ui
  const enough = (key: 'copies' | 'media' | 'offsite' | 'outOfReach'): Column<SourceRule> => ({
    key,
    head: t.rules[key],
    cell: ({ [key]: { have, need } }) =>
      have >= need ? t.ruleMet(f.count(have)) : t.ruleBroken(f.count(have), f.count(need)),
  })
  return [
    { key: 'source', head: t.rules.source, isName: true, cell: ({ name }) => name },
    enough('copies'),
    enough('media'),
    enough('offsite'),
    enough('outOfReach'),
    {
      key: 'errors',
      head: t.rules.errors,
      cell: ({ errors }) => (errors.have === 0 ? t.ruleMet(f.count(0)) : t.rulePending(f.count(errors.have))),
    },
  ]
}
