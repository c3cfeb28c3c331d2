/** バックアップ: the picture with each generation's own lock, the list, and one generation's page. */
import {
  ButtonLink,
  DataTable,
  EmptyState,
  FactList,
  GenerationTimeline,
  PageFrame,
  PageHeading,
  Pagination,
  PathText,
  PostButton,
  PrintButton,
  Section,
  type Column,
} from '../components/index.ts'
import type { GenerationDetail, GenerationState, GenerationSummary, LightState, Page, Source } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { isOwnState } from '#vault'
import { filesPath, RawFilesDoor } from './files.tsx'
import { instantPath } from './instant-paths.ts'
import { lockEnd, placeName } from './home.tsx'
import { journalColumns } from './journal.tsx'
import { problemReason } from './problems.tsx'
import { UnderSuspicionNotice } from './signs.tsx'
import { RestoreFailureNotice } from './restore-failure.tsx'

const LIGHT_OF: Record<GenerationState, LightState> = {
  locked: 'good',
  open: 'unlit',
  incomplete: 'soon',
  doubtful: 'bad',
  suspect: 'bad',
  damaged: 'bad',
}
const MARKS: Record<GenerationState, string> = {
  locked: '●',
  open: '○',
  incomplete: '▲',
  doubtful: '×',
  suspect: '×',
  damaged: '×',
}

function GenerationStateLabel(props: { ui: Ui; state: GenerationState }) {
  return (
    <span class={`nowrap state-${LIGHT_OF[props.state]}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[props.state]}
      </span>{' '}
      {props.ui.t.generation.state[props.state]}
    </span>
  )
}

/** "12月13日（日）まで消せません" with how strongly it holds, or that there is none. */
function lockWords(ui: Ui, row: Pick<GenerationSummary, 'lockedUntilMs'>): string {
  if (row.lockedUntilMs === undefined) return ui.t.lock.none
  return lockEnd(ui, row.lockedUntilMs)
}

function columns(ui: Ui): Column<GenerationSummary>[] {
  const { t, f, nowMs } = ui
  return [
    {
      key: 'taken',
      head: t.generation.taken,
      isName: true,
      cell: (row) => <a href={`/generations/${row.id}`}>{f.dateTime(row.takenAtMs, nowMs)}</a>,
    },
    { key: 'source', head: t.generation.source, cell: (row) => row.sourceName },
    {
      key: 'state',
      head: t.generation.statusHead,
      cell: (row) => <GenerationStateLabel ui={ui} state={row.state} />,
    },
    { key: 'lock', head: t.generation.lockedUntil, cell: (row) => lockWords(ui, row) },
    {
      key: 'verified',
      head: t.generation.verified,
      cell: (row) => (row.verifiedAtMs === undefined ? t.generation.notVerified : f.date(row.verifiedAtMs, nowMs)),
    },
    { key: 'places', head: t.generation.placeCount, align: 'right', cell: (row) => f.count(row.placeCount) },
    { key: 'files', head: t.generation.files, align: 'right', cell: (row) => f.count(row.files) },
    { key: 'added', head: t.generation.added, align: 'right', cell: (row) => f.size(row.addedBytes) },
    { key: 'skipped', head: t.generation.skipped, align: 'right', cell: (row) => f.count(row.skipped) },
  ]
}

export interface GenerationsModel {
  readonly page: Page<GenerationSummary>
  readonly sources: readonly Source[]
  readonly sourceId?: string | undefined
}

/** Toride's own state is no backup of the clinic's: in the picture only where it was asked for. */
const pictured = ({ page, sourceId }: GenerationsModel) =>
  page.rows.filter((row) => !isOwnState(row.sourceId) || row.sourceId === sourceId)

function SourceFilter(props: { ui: Ui; model: GenerationsModel }) {
  const { ui, model } = props
  if (model.sources.length < 2) return null
  return (
    <form class="actions" method="get" action="/generations">
      <label class="field-label" for="field-source">
        {ui.t.generation.filterSource}
      </label>
      <select class="input" id="field-source" name="source">
        <option value="">{ui.t.generation.all}</option>
        {model.sources.map((source) => (
          <option value={source.id} selected={source.id === model.sourceId}>
            {source.name}
          </option>
        ))}
      </select>
      <button class="button button-secondary" type="submit">
        {ui.t.generation.show}
      </button>
    </form>
  )
}

export function GenerationsPage(props: { ui: Ui; model: GenerationsModel }) {
  const { ui, model } = props
  const { t } = ui
  const mayRun = ui.viewer?.can.has('manage-backup') ?? false
  const runnable = model.sources.filter((source) => source.id === (model.sourceId ?? source.id))
  const href = (page: number) =>
    `/generations?page=${page}${model.sourceId ? `&source=${encodeURIComponent(model.sourceId)}` : ''}`
  return (
    <PageFrame ui={ui} title={t.generation.listTitle}>
      <PageHeading title={t.generation.listTitle}>
        {mayRun
          ? runnable.slice(0, 3).map((source) => (
              <PostButton
                ui={ui}
                action={`/sources/${source.id}/run`}
                kind={runnable.length === 1 ? 'primary' : 'secondary'}
              >
                {runnable.length === 1 ? t.generation.run : `${source.name}: ${t.source.runNow}`}
              </PostButton>
            ))
          : null}
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <SourceFilter ui={ui} model={model} />
      {model.page.rows.length === 0 ? (
        <EmptyState title={t.generation.empty} next={t.generation.emptyNext}>
          {mayRun ? (
            <ButtonLink href="/sources" kind="primary">
              {t.source.title}
            </ButtonLink>
          ) : null}
        </EmptyState>
      ) : (
        <>
          {pictured(model).length > 0 ? (
            <section class="block">
              <GenerationTimeline ui={ui} rows={pictured(model)} />
            </section>
          ) : null}
          <section class="block">
            <DataTable
              ui={ui}
              caption={t.generation.listTitle}
              hideCaption
              columns={columns(ui)}
              rows={model.page.rows}
            />
            <Pagination ui={ui} page={model.page} href={href} />
          </section>
        </>
      )}
    </PageFrame>
  )
}

export function GenerationPage(props: { ui: Ui; generation: GenerationDetail }) {
  const { ui, generation: g } = props
  const { t, f, nowMs } = ui
  return (
    <PageFrame
      ui={ui}
      title={t.generation.nameOf(f.date(g.takenAtMs, nowMs))}
      patientPage={g.skippedFiles.length > 0 || (g.restoreFailure?.files.length ?? 0) > 0}
    >
      <PageHeading title={t.generation.nameOf(f.date(g.takenAtMs, nowMs))} lead={g.sourceName}>
        {g.readable && ui.viewer?.can.has('see-patients') ? (
          <ButtonLink href={`/charts?generation=${g.id}`} kind="primary">
            {t.generation.openCharts}
          </ButtonLink>
        ) : null}
        {g.browsable && ui.viewer?.can.has('see-documents') ? (
          <ButtonLink href={filesPath(g.id, [])} kind="primary">
            {t.generation.openFiles}
          </ButtonLink>
        ) : null}
        {ui.viewer?.can.has('restore') ? (
          <ButtonLink href={`/generations/${g.id}/restore`}>{t.restore.button}</ButtonLink>
        ) : null}
        {g.browsable && ui.viewer?.can.has('restore') ? (
          <ButtonLink href={instantPath(g.id)}>{t.instant.open}</ButtonLink>
        ) : null}
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <UnderSuspicionNotice ui={ui} suspected={g.suspected} />
      {g.restoreFailure ? <RestoreFailureNotice ui={ui} failure={g.restoreFailure} /> : null}
      <div class="columns">
        <Section title={t.generation.whatTaken}>
          <FactList
            wide
            facts={[
              { term: t.generation.statusHead, value: <GenerationStateLabel ui={ui} state={g.state} /> },
              { term: t.generation.taken, value: f.dateTime(g.takenAtMs, nowMs) },
              { term: t.generation.duration, value: f.duration(g.finishedAtMs - g.takenAtMs) },
              { term: t.generation.files, value: `${f.count(g.files)}（${f.size(g.sizeBytes)}）` },
              {
                term: t.generation.added,
                value: t.generation.changes(
                  f.count(g.newFiles),
                  f.count(g.changedFiles),
                  f.count(g.goneFiles),
                  f.count(g.unchangedFiles),
                ),
              },
              g.patients === undefined ? undefined : { term: t.generation.patients, value: f.count(g.patients) },
              g.kinds.length === 0
                ? undefined
                : { term: t.generation.kinds, value: <KindList ui={ui} generation={g} /> },
              { term: t.generation.walkHead, value: t.generation.walk[g.walk] },
            ]}
          />
        </Section>
        <Section title={t.generation.places}>
          <PlaceLocks ui={ui} generation={g} />
          <h3>{t.generation.checks}</h3>
          <Checks ui={ui} generation={g} />
          {ui.viewer?.can.has('manage-backup') ? (
            <>
              <PostButton ui={ui} action={`/generations/${g.id}/verify`}>
                {t.generation.verify}
              </PostButton>
              <p class="quiet">{t.generation.verifyNote}</p>
              <PostButton ui={ui} action={`/generations/${g.id}/rehearse`}>
                {t.rehearsal.rehearseThis}
              </PostButton>
            </>
          ) : null}
        </Section>
      </div>
      {g.readable && ui.viewer?.can.has('see-documents') && ui.viewer.can.has('restore') ? (
        <Section title={t.take.raw}>
          <RawFilesDoor ui={ui} generationId={g.id} />
        </Section>
      ) : null}
      <Section title={t.generation.skippedTitle}>
        {g.skippedFiles.length === 0 ? (
          <p>{t.generation.noSkipped}</p>
        ) : (
          <DataTable
            ui={ui}
            caption={t.generation.skippedTitle}
            hideCaption
            rows={g.skippedFiles}
            columns={[
              { key: 'reason', head: t.problems.reasonHead, isName: true, cell: (row) => problemReason(ui, row) },
              { key: 'path', head: t.problems.path, cell: (row) => <PathText ui={ui} path={row.path} /> },
            ]}
          />
        )}
      </Section>
      {g.lookedAt === undefined ? null : (
        <Section title={t.generation.lookedAt}>
          {g.lookedAt.length === 0 ? (
            <p>{t.generation.nobodyLooked}</p>
          ) : (
            <DataTable
              ui={ui}
              caption={t.generation.lookedAt}
              hideCaption
              columns={journalColumns(ui)}
              rows={g.lookedAt}
            />
          )}
        </Section>
      )}
      <Section title={t.generation.identifiers}>
        <FactList
          wide
          facts={[
            { term: t.generation.snapshot, value: <span class="mono">{g.snapshotId}</span> },
            g.ledgerIndex === undefined ? undefined : { term: t.generation.ledgerIndex, value: f.count(g.ledgerIndex) },
          ]}
        />
      </Section>
    </PageFrame>
  )
}

function KindList(props: { ui: Ui; generation: GenerationDetail }) {
  return (
    <ul>
      {props.generation.kinds.map((kind) => (
        <li>
          {kind.name} <span class="quiet">{props.ui.f.count(kind.files)}</span>
        </li>
      ))}
    </ul>
  )
}

function PlaceLocks(props: { ui: Ui; generation: GenerationDetail }) {
  const { ui, generation } = props
  return (
    <ul>
      {generation.places.map((place) => (
        <li>
          <span class="strong">{placeName(ui, place)}</span>: {lockWords(ui, place)}
          {place.strength ? <div class="quiet">{ui.t.lock[place.strength]}</div> : null}
          {place.removed ? <div class="quiet">{ui.t.places.noLonger}</div> : null}
        </li>
      ))}
    </ul>
  )
}

function Checks(props: { ui: Ui; generation: GenerationDetail }) {
  const { ui, generation } = props
  const { t, f } = ui
  if (generation.checks.length === 0) return <p>{t.generation.noChecks}</p>
  return (
    <ul>
      {generation.checks.map((check) => (
        <li class={check.passed ? 'state-good' : 'state-bad'}>
          <span class="mark" aria-hidden="true">
            {check.passed ? '✓' : '×'}
          </span>{' '}
          {t.generation.checkKind[check.kind]}: {check.passed ? t.generation.passed : t.generation.failed}{' '}
          <span class="quiet">{f.near(check.atMs, ui.nowMs)}</span>
        </li>
      ))}
    </ul>
  )
}
