/** 今日の備え: one sentence of facts, one main action, five lights, then the evidence. */
import {
  ButtonLink,
  DataTable,
  FiveLights,
  GenerationTimeline,
  JobProgress,
  MediaToday,
  Notice,
  PageFrame,
  Section,
  type Column,
} from '../components/index.ts'
import type { Home, Place } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { filesPath } from './files.tsx'

/** Facts only, never a promise (USERS.md). The nearest evidence of reading counts: stations first, else this server. */
export function headline(ui: Ui, home: Home): string {
  const { t, f, nowMs } = ui
  if (!home.readable) {
    if (home.documents) return t.home.headline.documents(f.near(home.documents.asOfMs, nowMs), fileCounts(ui, home))
    const [newest] = home.generations
    return newest ? t.home.headline.taken(f.near(newest.takenAtMs, nowMs)) : t.home.headline.none
  }
  const when = f.near(home.readable.asOfMs, nowMs)
  return home.readable.stations > 0
    ? t.home.headline.stations(when, f.count(home.readable.stations))
    : t.home.headline.here(when, f.count(home.readable.patients))
}

/** More names make no headline. */
const MOST_NAMED = 3

/** "11件", or by name where there are several: one number alone would seem to lose what another source holds. */
function fileCounts(ui: Ui, { documents }: Home): string {
  const { t, f } = ui
  const sources = documents?.sources ?? []
  const [first] = sources
  if (sources.length === 1) return t.home.headline.files(f.count(first!.files))
  const named = sources.slice(0, MOST_NAMED).map(({ name, files }) => t.home.headline.filesOf(name, f.count(files)))
  const more = sources.length - named.length
  return [...named, ...(more > 0 ? [t.home.headline.more(f.count(more))] : [])].join(t.policy.join)
}

function NextStep(props: { ui: Ui; home: Home }) {
  const { ui, home } = props
  const step = ui.t.step[home.main.code]
  return (
    <div class="next-step" data-live="next">
      <p>
        <span>{ui.t.home.nextStep}</span>
        <strong>
          {home.main.subject ? `${home.main.subject}: ` : ''}
          {step.title}
        </strong>
      </p>
      {home.main.href ? (
        <ButtonLink href={home.main.href} kind="primary">
          {step.action}
        </ButtonLink>
      ) : null}
    </div>
  )
}

/** Somebody was at the record itself: nothing on this page can be taken at its word until it is looked into. */
function LedgerAlarm(props: { ui: Ui; atMs: number }) {
  const { ui } = props
  const words = ui.t.home
  const { supportName, supportPhone } = ui.institution
  return (
    <Notice ui={ui} kind="danger" title={words.ledgerAlarm(ui.f.near(props.atMs, ui.nowMs))}>
      <p>
        <strong>
          {supportPhone ? words.ledgerAlarmCall(supportName ?? '', supportPhone) : words.ledgerAlarmCallNobody}
        </strong>
      </p>
      <p>{words.ledgerAlarmStop}</p>
      <p>{words.ledgerAlarmCompare}</p>
    </Notice>
  )
}

function Suspected({ ui, suspected }: { ui: Ui; suspected: NonNullable<Home['suspected']> }) {
  const t = ui.t.signs
  return (
    <Notice ui={ui} kind="danger" title={t.found(suspected.sourceName, ui.f.dateTime(suspected.takenAtMs, ui.nowMs))}>
      <p>
        <ButtonLink href="/signs">{t.open}</ButtonLink>
      </p>
    </Notice>
  )
}

export const placeName = (ui: Ui, place: { readonly id: string; readonly name: string }) =>
  ui.t.home.placeNames[place.id] ?? place.name

/** A lock of minutes (the sample's) or of the next day is told with its hour. */
export function lockEnd(ui: Ui, untilMs: number): string {
  if (untilMs <= ui.nowMs) return ui.t.lock.ended
  return untilMs - ui.nowMs < 2 * 86_400_000 ? ui.f.dateTime(untilMs, ui.nowMs) : ui.f.date(untilMs, ui.nowMs)
}

function placeColumns(ui: Ui): Column<Place>[] {
  const { t, f, nowMs } = ui
  return [
    {
      key: 'name',
      head: t.home.placeName,
      isName: true,
      cell: (place) => (
        <>
          {placeName(ui, place)}
          {/* A vendor's technician needs no path of this server. */}
          {ui.viewer?.can.has('manage-backup') ? <div class="quiet mono">{place.location}</div> : null}
          {place.failure ? <div class="state-bad">× {t.places.failed(f.near(place.failure.atMs, nowMs))}</div> : null}
        </>
      ),
    },
    { key: 'count', head: t.home.placeCount, align: 'right', cell: (place) => f.count(place.generations) },
    { key: 'used', head: t.home.placeUsed, align: 'right', cell: (place) => f.size(place.usedBytes) },
    {
      key: 'free',
      head: t.home.placeFree,
      align: 'right',
      cell: (place) => (place.freeBytes === undefined ? '－' : f.size(place.freeBytes)),
    },
    {
      key: 'checked',
      head: t.home.placeChecked,
      cell: (place) => (place.checkedAtMs === undefined ? t.generation.notVerified : f.near(place.checkedAtMs, nowMs)),
    },
    {
      key: 'lock',
      head: t.home.placeLock,
      cell: (place) =>
        place.lockedUntilMs === undefined ? (
          t.lock.none
        ) : (
          <>
            {lockEnd(ui, place.lockedUntilMs)}
            {place.lockStrength ? <div class="quiet">{t.lock[place.lockStrength]}</div> : null}
          </>
        ),
    },
  ]
}

const planWords = (ui: Ui, { code, count }: NonNullable<Home['plan']>): string => {
  const words = ui.t.bcp.home[code]
  return typeof words === 'string' ? words : words(ui.f.count(count))
}

const KIT_PAGES: Readonly<Record<NonNullable<Home['kit']>, string>> = {
  none: '/recovery-kit',
  unproven: '/recovery-kit',
  'facts-unprinted': '/recovery-kit/places',
  facts: '/recovery-kit/places',
  due: '/recovery-kit',
}

export function HomePage(props: { ui: Ui; home: Home }) {
  const { ui, home } = props
  const { t, f } = ui
  const problems = home.problems.unread + home.problems.withheld
  return (
    <PageFrame ui={ui} title={t.home.title}>
      <div class="page-heading">
        <div data-live="headline">
          <h1>{headline(ui, home)}</h1>
          <p class="lead">
            {ui.institution.name} {t.home.current(f.fullDate(ui.nowMs), f.time(ui.nowMs))}{' '}
            <a class="screen-only" href="/">
              {t.home.refresh}
            </a>
          </p>
        </div>
        {home.readable && ui.viewer?.can.has('see-patients') ? (
          <ButtonLink href="/charts">{t.nav.charts}</ButtonLink>
        ) : null}
        {home.documents && ui.viewer?.can.has('see-documents') ? (
          <ButtonLink href={filesPath(home.documents.generationId, [])}>{t.files.title}</ButtonLink>
        ) : null}
      </div>
      {home.suspected ? <Suspected ui={ui} suspected={home.suspected} /> : null}
      {home.ledgerAlarm ? <LedgerAlarm ui={ui} atMs={home.ledgerAlarm.atMs} /> : null}
      <NextStep ui={ui} home={home} />
      {home.notices ? (
        <Notice ui={ui} kind="caution" title={home.notices === 'nobody' ? t.notices.nobody : t.notices.homeTroubled}>
          {ui.viewer?.can.has('manage-settings') ? <ButtonLink href="/notices">{t.notices.toPage}</ButtonLink> : null}
        </Notice>
      ) : null}
      {home.plan ? (
        <Notice ui={ui} kind="caution" title={planWords(ui, home.plan)}>
          <ButtonLink href="/bcp">{t.bcp.home.action}</ButtonLink>
        </Notice>
      ) : null}
      {home.kit ? (
        <Notice ui={ui} kind="caution" title={t.kit.reminder[home.kit]}>
          <ButtonLink href={KIT_PAGES[home.kit]}>{t.kit.reminderAction[home.kit]}</ButtonLink>
        </Notice>
      ) : null}
      {home.running.map((job) => (
        <Section title={`${t.job.kind[job.kind]}: ${job.subject}`} note={t.home.running}>
          <job-progress src={`/jobs/${job.id}/events`} stay>
            <JobProgress ui={ui} job={job} />
          </job-progress>
          <p>
            <a href={`/jobs/${job.id}`}>{t.job.seePage}</a>
          </p>
        </Section>
      ))}
      {home.media ? (
        <Section title={t.mediaPage.title}>
          <MediaToday ui={ui} view={home.media}>
            {ui.viewer?.can.has('carry-media') ? (
              <p>
                <a href="/media">{t.mediaPage.toMedia}</a>
              </p>
            ) : null}
          </MediaToday>
        </Section>
      ) : null}
      <h2 class="visually-hidden">{t.lights.title}</h2>
      <FiveLights ui={ui} lights={home.lights} />
      {home.generations.length > 0 ? (
        <Section title={t.home.generations}>
          <GenerationTimeline ui={ui} rows={home.generations.slice(0, 30)} />
          <p>
            <a href="/generations">{t.nav.generations}</a>
          </p>
        </Section>
      ) : null}
      <Section title={t.rules.moreTitle}>
        <ul class="plain screen-only">
          <li>
            <a href="/overview">{t.rules.overviewLink}</a>
          </li>
          <li>
            <a href="/horizon">{t.horizon.link}</a>
          </li>
          <li>
            <a href="/clean-candidate">{t.candidate.link}</a>
          </li>
        </ul>
      </Section>
      <Section title={t.home.places} note={t.home.placesNote} id="places">
        <DataTable ui={ui} caption={t.home.places} hideCaption columns={placeColumns(ui)} rows={home.places} />
        {home.places.length === 1 ? (
          <p>
            <span aria-hidden="true">▲ </span>
            {t.home.onePlace}
          </p>
        ) : null}
        {ui.viewer?.can.has('manage-backup') ? (
          <p>
            <a href="/places">{t.places.toPlaces}</a>
          </p>
        ) : null}
      </Section>
      {problems > 0 ? (
        <p>
          <a href="/problems">{t.home.problems(f.count(home.problems.unread), f.count(home.problems.withheld))}</a>
        </p>
      ) : null}
    </PageFrame>
  )
}
