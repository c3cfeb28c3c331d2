/** 保管場所の台帳: what the guideline asks for, place by place (R40, R41); rotating disks are one place of it. */
import type { Child } from 'hono/jsx'
import { DataTable } from '../components/index.ts'
import type { MediaView } from '../media-ports.ts'
import type { Place } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { placeName } from './home.tsx'

interface Row {
  readonly place: Child
  readonly capacity: Child
  readonly period: Child
  readonly risk: Child
  readonly response: Child
  readonly frequency: Child
  readonly method: Child
}

const ORDER = ['place', 'capacity', 'period', 'risk', 'response', 'frequency', 'method'] as const

export function PlacesRegister(props: { ui: Ui; places: readonly Place[]; media: MediaView | undefined }) {
  const { ui, places, media } = props
  const t = ui.t.places
  const rows = [...places.map((place) => placeRow(ui, place)), ...(media ? [mediaRow(ui, media)] : [])]
  const columns = ORDER.map((key) => ({
    key,
    head: t.book[key],
    isName: key === 'place',
    cell: (row: Row) => row[key],
  }))
  return <DataTable ui={ui} caption={t.bookTitle} hideCaption rows={rows} columns={columns} />
}

function placeRow(ui: Ui, place: Place): Row {
  const { f, nowMs } = ui
  const t = ui.t.places
  const times = place.sources.flatMap(({ oldestAtMs }) => (oldestAtMs === undefined ? [] : [oldestAtMs]))
  const notes = `/places/${place.id}#notes`
  return {
    place: <Name name={placeName(ui, place)} kind={t.kinds[place.kind]} />,
    capacity: <Room ui={ui} place={place} />,
    period: (
      <>
        {times.length === 0 ? '－' : t.keptFrom(f.date(Math.min(...times), nowMs))}
        {place.lockedUntilMs === undefined ? null : <div>{t.lockedTo(f.date(place.lockedUntilMs, nowMs))}</div>}
      </>
    ),
    risk: <Written ui={ui} text={place.notes.risk} at={notes} />,
    response: <Written ui={ui} text={place.notes.response} at={notes} />,
    frequency: place.id === 'local' ? t.frequency.local : t.frequency.other,
    method: t.method[place.kind],
  }
}

function mediaRow(ui: Ui, { kept: { settings }, media }: MediaView): Row {
  const { f, nowMs } = ui
  const t = ui.t.places
  const inTurn = media.filter(({ isInTurn }) => isInTurn)
  const copied = inTurn.flatMap(({ lastCopy }) => (lastCopy === undefined ? [] : [lastCopy.at]))
  const { capacityBytes, risk, response } = settings.notes
  const notes = '/media/settings#notes'
  return {
    place: <Name name={settings.name} kind={ui.t.mediaPage.title} />,
    capacity: (
      <>
        <div>{t.disks(f.count(inTurn.length))}</div>
        {capacityBytes === null ? <Written ui={ui} text="" at={notes} /> : t.eachDisk(f.size(capacityBytes))}
      </>
    ),
    period: (
      <>
        {copied.length === 0 ? '－' : t.copiesFrom(f.date(Math.min(...copied), nowMs))}
        <div>{t.heldWhileAway}</div>
      </>
    ),
    risk: <Written ui={ui} text={risk} at={notes} />,
    response: <Written ui={ui} text={response} at={notes} />,
    frequency: t.frequency.media(settings.checkAt),
    method: t.method.media,
  }
}

function Name(props: { name: string; kind: string }) {
  return (
    <>
      {props.name}
      <div class="quiet">{props.kind}</div>
    </>
  )
}

function Written(props: { ui: Ui; text: string; at: string }) {
  const t = props.ui.t.places
  if (props.text !== '') return <>{props.text}</>
  return (
    <>
      {t.unwritten}{' '}
      <a class="screen-only" href={props.at}>
        {t.write}
      </a>
    </>
  )
}

/** A Keeper tells what it has promised us, not what its disk has. */
function free({ f, t: { places: t } }: Ui, { kind, freeBytes }: Place): string {
  if (freeBytes === undefined) return t.freeUnknown
  return kind === 'keeper' ? t.freeQuota(f.size(freeBytes)) : t.free(f.size(freeBytes))
}

export function Room(props: { ui: Ui; place: Place }) {
  const { ui, place } = props
  const { f } = ui
  const t = ui.t.places
  return (
    <>
      <div>{t.used(f.size(place.usedBytes))}</div>
      <div>{free(ui, place)}</div>
      {place.fullAtMs === undefined ? null : <div>▲ {t.roomFull(f.date(place.fullAtMs, ui.nowMs))}</div>}
    </>
  )
}
