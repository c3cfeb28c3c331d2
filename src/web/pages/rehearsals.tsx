/** 復元リハーサル: what was rehearsed, with the time it took, and the button for the next. */
import type { ErrorCode } from '#base'
import type { Rehearsal, Result } from '#rehearsal'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  RehearsalPicture,
  Section,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import { figureOf } from '../rehearsal-words.ts'
import type { RehearsalList, RehearsedSource } from '../rehearsal-ports.ts'
import type { Ui } from '../ui.ts'

const LOOKS: Record<Result, readonly [string, string]> = {
  passed: ['✓', 'good'],
  partly: ['▲', 'soon'],
  failed: ['×', 'bad'],
  stopped: ['○', 'unlit'],
  interrupted: ['○', 'unlit'],
}

export function ResultMark({ ui, result }: { ui: Ui; result: Result | undefined }) {
  const t = ui.t.rehearsal
  if (!result) return <span>{t.going}</span>
  const [mark, look] = LOOKS[result]
  return (
    <span class={`nowrap state-${look}`}>
      <span class="mark" aria-hidden="true">
        {mark}
      </span>{' '}
      {t.result[result]}
    </span>
  )
}

export function RehearsalsPage({ ui, model }: { ui: Ui; model: RehearsalList }) {
  const t = ui.t.rehearsal
  const mayRun = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        {mayRun ? <ButtonLink href="/rehearsals/settings">{t.settings}</ButtonLink> : null}
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.refusal ? <Refused ui={ui} code={model.refusal} /> : null}
      {model.everyDays === 0 ? <p>{t.byHandOnly}</p> : null}
      {model.sources.length === 0 ? <EmptyState title={t.none} next={t.nothingToRehearse} /> : null}
      {model.sources.map((source) => (
        <OfSource ui={ui} source={source} model={model} isOnly={model.sources.length === 1} />
      ))}
    </PageFrame>
  )
}

function Refused({ ui, code }: { ui: Ui; code: ErrorCode }) {
  const { what, why, next } = errorSentences(code, ui.f.language)
  return (
    <Notice ui={ui} kind="caution" title={what}>
      <p>{why}</p>
      <p>{next}</p>
      <p>{ui.t.rehearsal.plainTest}</p>
    </Notice>
  )
}

function OfSource(props: { ui: Ui; source: RehearsedSource; model: RehearsalList; isOnly: boolean }) {
  const { ui, source, model } = props
  const t = ui.t.rehearsal
  const rows = model.rehearsals.filter(({ sourceId }) => sourceId === source.id)
  return (
    <Section title={source.name}>
      <Start {...props} />
      {source.nextAt === undefined ? null : <p>{t.next(ui.f.date(Math.max(source.nextAt, ui.nowMs), ui.nowMs))}</p>}
      {rows.length === 0 ? (
        <EmptyState title={t.none} next={source.newestId ? t.noneNext : t.nothingToRehearse} />
      ) : (
        <>
          <RehearsalPicture ui={ui} rehearsals={rows} aimMinutes={source.declared.fullMinutes} />
          <Rows ui={ui} rows={rows} />
        </>
      )}
    </Section>
  )
}

function Start({
  ui,
  source,
  model,
  isOnly,
}: {
  ui: Ui
  source: RehearsedSource
  model: RehearsalList
  isOnly: boolean
}) {
  const t = ui.t.rehearsal
  const jobId = model.going[source.id]
  if (jobId)
    return (
      <p class="actions">
        {t.going} <ButtonLink href={`/jobs/${jobId}`}>{ui.t.job.seePage}</ButtonLink>
      </p>
    )
  if (model.refusal || !source.newestId || !ui.viewer?.can.has('manage-backup')) return null
  return (
    <div class="screen-only">
      <PostButton ui={ui} action={`/generations/${source.newestId}/rehearse`} kind={isOnly ? 'primary' : 'secondary'}>
        {isOnly ? t.start : t.startFor(source.name)}
      </PostButton>
      <p class="quiet">{t.startNote}</p>
    </div>
  )
}

function Rows({ ui, rows }: { ui: Ui; rows: readonly Rehearsal[] }) {
  const t = ui.t.rehearsal
  const { f, nowMs } = ui
  const time = (ms: number | undefined): string => (ms === undefined ? t.notMeasured : f.duration(ms))
  return (
    <DataTable
      ui={ui}
      caption={t.listHead}
      rows={rows}
      columns={[
        {
          key: 'when',
          head: t.when,
          isName: true,
          cell: (row) => <a href={`/rehearsals/${row.id}`}>{f.dateTime(row.startedAt, nowMs)}</a>,
        },
        { key: 'result', head: t.resultHead, cell: (row) => <ResultMark ui={ui} result={row.result} /> },
        { key: 'taken', head: t.takenAt, cell: (row) => f.dateTime(row.takenAt, nowMs) },
        {
          key: 'full',
          head: t.full,
          align: 'right',
          cell: (row) => time(figureOf(row.steps, 'wholeFullMs') ?? figureOf(row.steps, 'fullMs')),
        },
        {
          key: 'minimum',
          head: t.minimum,
          align: 'right',
          cell: (row) => time(figureOf(row.steps, 'minimumMs')),
        },
        { key: 'loss', head: t.loss, align: 'right', cell: (row) => time(figureOf(row.steps, 'lossMs')) },
        { key: 'by', head: t.by, cell: (row) => (row.by === 'schedule' ? t.bySchedule : t.byPerson) },
      ]}
    />
  )
}
