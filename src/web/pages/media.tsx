/** 交代で使うディスク: today's number, what to do now, the picture of the week, the list. */
import {
  ButtonLink,
  type Column,
  DataTable,
  EmptyState,
  JobProgress,
  MediaToday,
  MediaWeek,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
} from '../components/index.ts'
import type { Ejected, MediaView, MediumState } from '../media-ports.ts'
import type { Job } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export interface MediaModel {
  readonly view: MediaView | undefined
  /** The copy that is going. */
  readonly job?: Job | undefined
  readonly ejected?: Ejected | undefined
  readonly done?: 'saved' | 'unknown' | undefined
}

const READ_BACK_DAYS = 35
/** Fewer that are away at a time never hold three days. */
const LEAST_AWAY = 3
const DAY_MS = 86_400_000
export const LINKS = {
  register: '/media/register',
  settings: '/media/settings',
  labels: '/media/labels',
  rota: '/media/rota',
}

export function MediaPage(props: { ui: Ui; model: MediaModel }) {
  const { ui, model } = props
  const t = ui.t.mediaPage
  const { view } = model
  const mayManage = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={view?.kept.set.name ?? t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.ejected ? (
        <Notice ui={ui} kind="good" title={t.ejected} live>
          <p>{t.ejectedHow[model.ejected]}</p>
        </Notice>
      ) : null}
      {model.done === 'saved' ? <Notice ui={ui} kind="good" title={t.saved} live /> : null}
      {model.done === 'unknown' ? <Notice ui={ui} kind="caution" title={t.findNone} live /> : null}
      {view && !view.canOpen ? (
        <Notice ui={ui} kind="danger" title={t.cannotOpen}>
          <p>{t.cannotOpenNext}</p>
        </Notice>
      ) : null}
      {view ? (
        <Set ui={ui} model={{ ...model, view }} mayManage={mayManage} />
      ) : (
        <EmptyState title={t.none} next={t.noneNext}>
          {mayManage ? (
            <ButtonLink href={LINKS.settings} kind="primary">
              {t.begin}
            </ButtonLink>
          ) : null}
        </EmptyState>
      )}
    </PageFrame>
  )
}

function Set(props: { ui: Ui; model: MediaModel & { readonly view: MediaView }; mayManage: boolean }) {
  const { ui, mayManage } = props
  const { view, job } = props.model
  const t = ui.t.mediaPage
  const turns = view.media.filter(({ isInTurn }) => isInTurn).length
  const missing = view.kept.settings.size - turns
  return (
    <>
      <section class="block">
        <MediaToday ui={ui} view={view}>
          <TodayActions ui={ui} view={view} mayManage={mayManage} />
        </MediaToday>
        {job ? (
          <job-progress src={`/jobs/${job.id}/events`}>
            <JobProgress ui={ui} job={job} />
          </job-progress>
        ) : null}
      </section>
      {turns > 0 ? (
        <Section title={t.weekTitle}>
          <MediaWeek ui={ui} week={view.week} />
          {view.generationsAway > 0 ? <p>{t.away(ui.f.count(view.generationsAway))}</p> : null}
          {turns - 1 < LEAST_AWAY ? <p>{t.fewDisks(String(turns))}</p> : null}
        </Section>
      ) : null}
      <Section title={t.listTitle}>
        {view.media.length > 0 ? (
          <>
            <FindForm ui={ui} />
            <DataTable ui={ui} caption={t.listTitle} hideCaption rows={view.media} columns={columns(ui, view)} />
          </>
        ) : null}
        {missing > 0 ? <p>{t.notRegistered(ui.f.count(missing))}</p> : null}
        <div class="actions">
          {mayManage ? (
            <ButtonLink href={LINKS.register} kind={view.stage === 'empty' ? 'primary' : 'secondary'}>
              {t.register}
            </ButtonLink>
          ) : null}
          {view.media.length > 0 ? <ButtonLink href={LINKS.labels}>{t.labels}</ButtonLink> : null}
          {view.media.length > 0 ? <ButtonLink href={LINKS.rota}>{t.rota}</ButtonLink> : null}
          {mayManage ? <ButtonLink href={LINKS.settings}>{t.change}</ButtonLink> : null}
        </div>
      </Section>
    </>
  )
}

/** What may be done about today's disk: copy, and take off what the last look saw connected. */
function TodayActions(props: { ui: Ui; view: MediaView; mayManage: boolean }) {
  const { ui, view, mayManage } = props
  const t = ui.t.mediaPage
  if (view.stage === 'copying' || view.stage === 'empty') return null
  const isDone = view.stage === 'done' || view.stage === 'damaged'
  const connected = isDone ? (view.copy?.ejected === undefined ? [view.copy!.number] : []) : (view.check?.found ?? [])
  if (!mayManage && connected.length === 0) return null
  return (
    <div class="actions">
      {mayManage && !isDone && view.due ? (
        <PostButton
          ui={ui}
          action="/media/copy"
          kind={connected.length > 0 || view.stage === 'waiting' ? 'primary' : 'secondary'}
        >
          {t.copyNow}
        </PostButton>
      ) : null}
      {connected.map((number) => (
        <PostButton ui={ui} action={`/media/${number}/eject`}>
          {t.takeOff(String(number))}
        </PostButton>
      ))}
    </div>
  )
}

/** A barcode reader types what the label says and presses Enter. */
export function FindForm(props: { ui: Ui }) {
  const t = props.ui.t.mediaPage
  return (
    <scan-input>
      <form class="search-box" method="get" action="/media/find">
        <label class="field-label" for="field-code">
          {t.find}
        </label>
        <div class="search-row">
          <input
            class="input"
            id="field-code"
            name="code"
            type="search"
            autocomplete="off"
            maxlength={60}
            aria-describedby="hint-code"
          />
          <button class="button button-secondary" type="submit">
            {t.findSubmit}
          </button>
        </div>
        <p class="field-hint" id="hint-code">
          {t.findHint}
        </p>
      </form>
    </scan-input>
  )
}

export function placeText(ui: Ui, view: MediaView, { place, medium }: MediumState): string {
  const { places, unknownPlace } = ui.t.mediaPage
  if (place === undefined) return unknownPlace
  if (place === 'shelf') return medium.shelf
  return place === 'vault' && view.kept.settings.vault.name !== '' ? view.kept.settings.vault.name : places[place]
}

function columns(ui: Ui, view: MediaView): Column<MediumState>[] {
  const { f, nowMs } = ui
  const t = ui.t.mediaPage
  const time = (ms: number | undefined): string => (ms === undefined ? t.never : f.near(ms, nowMs))
  return [
    {
      key: 'number',
      head: t.numberField,
      isName: true,
      cell: ({ medium }) => <a href={`/media/${medium.number}`}>{t.number(String(medium.number))}</a>,
    },
    {
      key: 'place',
      head: t.place,
      cell: (row) => (
        <>
          {placeText(ui, view, row)}
          {row.since === undefined ? null : (
            <div class="quiet">{t.since(f.near(row.since, nowMs), view.names.get(row.person ?? '') ?? '')}</div>
          )}
        </>
      ),
    },
    { key: 'copy', head: t.lastCopy, cell: (row) => time(row.lastCopy?.at) },
    { key: 'read', head: t.readBack, cell: (row) => time(row.readBackAt) },
    { key: 'count', head: t.count, align: 'right', cell: (row) => f.count(row.generations) },
    { key: 'state', head: t.state, cell: (row) => <State ui={ui} row={row} /> },
  ]
}

function State(props: { ui: Ui; row: MediumState }) {
  const { ui, row } = props
  const t = ui.t.mediaPage
  const [kind, mark, word] = stateOf(row, ui.nowMs)
  return (
    <span class={`state-${kind}`}>
      <span class="mark" aria-hidden="true">
        {mark}
      </span>{' '}
      {word === 'lost' || word === 'retired' ? t.places[word] : t[word]}
    </span>
  )
}

type StateWord = 'lost' | 'retired' | 'damaged' | 'unused' | 'old' | 'good'

function stateOf(row: MediumState, nowMs: number): ['good' | 'soon' | 'bad' | 'unlit', string, StateWord] {
  if (row.place === 'lost') return ['bad', '×', 'lost']
  if (row.place === 'retired') return ['unlit', '－', 'retired']
  if (row.lastCopy && row.lastCopy.damaged > 0) return ['bad', '×', 'damaged']
  if (row.lastCopy === undefined) return ['soon', '▲', 'unused']
  if (nowMs - (row.readBackAt ?? 0) > READ_BACK_DAYS * DAY_MS) return ['soon', '▲', 'old']
  return ['good', '✓', 'good']
}
