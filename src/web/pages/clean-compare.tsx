/** Backups of one source beside one another: a picture by day, a table that says the same, and the person's decision. */
import { DataTable, Form, Notice, Section, SelectField, SubmitButton, TextField } from '../components/index.ts'
import { dateTicks, shortDate } from '../components/timeline.tsx'
import type { CandidateView, SourceCandidates } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'

const DAY_MS = 86_400_000
const SIDE = 14
const HEIGHT = 150
/** One line each, under one another. */
const LINES = { signs: 50, scan: 78, restored: 106 } as const
/** Shown in the table at once; the picture shows all. */
const MOST_ROWS = 40

/** A choice that came back because something was missing. */
export interface UnfinishedChoice {
  readonly sourceId: string
  readonly generationId: string
}

export function CleanCompare(props: {
  ui: Ui
  found: SourceCandidates
  caseNumber: number | undefined
  /** As it was asked, for a choice that comes back. */
  since: string
  unfinished?: UnfinishedChoice | undefined
}) {
  const { ui, found, caseNumber, since, unfinished } = props
  const t = ui.t.clean
  const { f, nowMs } = ui
  const proposed = found.rows.find(({ isProposed }) => isProposed)
  return (
    <Section title={found.name} note={t.note}>
      {proposed ? (
        <p class="horizon-line">{t.proposed(f.dateTime(proposed.takenAtMs, nowMs))}</p>
      ) : (
        <Notice ui={ui} kind="danger" title={t.none}>
          <p>{t.noneNext}</p>
        </Notice>
      )}
      <LastProof ui={ui} found={found} />
      <figure class="timeline-figure">
        <Picture ui={ui} found={found} width={900} kind="wide" />
        <Picture ui={ui} found={found} width={350} kind="narrow" />
        <figcaption class="quiet">{t.legend}</figcaption>
      </figure>
      <DataTable
        ui={ui}
        caption={t.table}
        rows={found.rows.slice(0, MOST_ROWS)}
        rowClass={(row) => (row.isProposed ? 'row-proposed' : undefined)}
        columns={[
          {
            key: 'taken',
            head: t.taken,
            isName: true,
            cell: (row) => (
              <>
                <a href={`/generations/${row.generationId}`}>{f.dateTime(row.takenAtMs, nowMs)}</a>
                {row.isProposed ? <strong> {t.isProposed}</strong> : null}
                {row.isChosen ? <strong> {t.isChosen}</strong> : null}
              </>
            ),
          },
          {
            key: 'against',
            head: t.against,
            cell: (row) =>
              row.objections.length === 0 ? t.nothing : row.objections.map((one) => t.objection[one]).join('、'),
          },
          { key: 'signs', head: t.signsHead, cell: (row) => t.signs[row.signs] },
          { key: 'scan', head: t.scanHead, cell: (row) => t.scan[row.scan] },
          { key: 'restored', head: t.restoredHead, cell: (row) => restoredText(ui, row) },
          { key: 'loses', head: t.loses, cell: (row) => <Loses ui={ui} row={row} /> },
        ]}
      />
      {found.rows.length > MOST_ROWS ? <p>{t.more(f.count(found.rows.length - MOST_ROWS))}</p> : null}
      <Choose
        ui={ui}
        found={found}
        caseNumber={caseNumber}
        proposed={proposed}
        since={since}
        unfinished={unfinished?.sourceId === found.sourceId ? unfinished : undefined}
      />
    </Section>
  )
}

/** A contract or a green light is no proof: only a restore that came to its end is (岡山). */
function LastProof({ ui, found: { lastProof } }: { ui: Ui; found: SourceCandidates }) {
  const t = ui.t.clean
  const { f, nowMs } = ui
  if (!lastProof) return <Notice ui={ui} kind="danger" title={t.neverProven} />
  const days = Math.floor((nowMs - lastProof.atMs) / DAY_MS)
  const text = t.lastProof(f.dateTime(lastProof.atMs, nowMs), f.count(days), f.dateTime(lastProof.takenAtMs, nowMs))
  return days > OLD_PROOF_DAYS ? <Notice ui={ui} kind="caution" title={text} /> : <p>{text}</p>
}
const OLD_PROOF_DAYS = 31

function restoredText(ui: Ui, row: CandidateView): string {
  const t = ui.t.clean
  if (!row.restored) return t.never
  const at = ui.f.dateTime(row.restored.atMs, ui.nowMs)
  return row.restored.passed ? t.passed(at) : t.failed(at)
}

function Loses({ ui, row }: { ui: Ui; row: CandidateView }) {
  const t = ui.t.clean
  const { f } = ui
  if (row.daysLost === 0 && row.recordsLost === 0) return <>{t.losesNothing}</>
  return (
    <>
      {t.losesDays(f.count(row.daysLost))}
      {row.recordsLost > 0 ? t.losesRecords(f.count(row.recordsLost)) : ''}
      {row.unitsLost === undefined ? '' : t.losesPatients(f.count(row.unitsLost))}
    </>
  )
}

function Choose(props: {
  ui: Ui
  found: SourceCandidates
  caseNumber: number | undefined
  proposed: CandidateView | undefined
  since: string
  unfinished: UnfinishedChoice | undefined
}) {
  const { ui, found, caseNumber, proposed, since, unfinished } = props
  const t = ui.t.clean
  if (!ui.viewer?.can.has('manage-backup')) return null
  if (caseNumber === undefined)
    return (
      <p class="screen-only">
        {t.noCase} <a href="/way-back">{ui.t.restore.toWayBack}</a>
      </p>
    )
  const [which, why] = [`generation-${found.sourceId}`, `why-${found.sourceId}`]
  const chosen = unfinished ? unfinished.generationId : (proposed?.generationId ?? '')
  // Nothing speaks for one: then none is chosen but by a person, least of all the newest.
  const isUnchosen = unfinished !== undefined && chosen === ''
  return (
    <div class="screen-only" id={`choose-${found.sourceId}`}>
      <h3>{t.chooseTitle}</h3>
      <Form
        ui={ui}
        action={`/way-back/${caseNumber}/choose`}
        errors={{
          [which]: isUnchosen ? ui.t.wayBack.choose : undefined,
          [why]: unfinished ? ui.t.wayBack.required : undefined,
        }}
        labels={{ [which]: t.taken, [why]: ui.t.wayBack.why }}
      >
        <SelectField
          name={which}
          label={t.taken}
          value={chosen}
          error={isUnchosen ? ui.t.wayBack.choose : undefined}
          options={[
            { value: '', label: ui.t.wayBack.choose },
            ...found.rows.slice(0, MOST_ROWS).map((row) => ({ value: row.generationId, label: optionText(ui, row) })),
          ]}
        />
        <TextField
          name={why}
          label={ui.t.wayBack.why}
          maxlength={500}
          required
          error={unfinished ? ui.t.wayBack.required : undefined}
        />
        <input type="hidden" name="since" value={since} />
        <input type="hidden" name="source" value={found.sourceId} />
        <SubmitButton>{t.choose}</SubmitButton>
      </Form>
    </div>
  )
}

function optionText(ui: Ui, row: CandidateView): string {
  const t = ui.t.clean
  const at = ui.f.dateTime(row.takenAtMs, ui.nowMs)
  if (row.isProposed) return `${at} ${t.isProposed}`
  return row.objections.length === 0 ? at : `${at} × ${row.objections.map((one) => t.objection[one]).join('、')}`
}

function Picture(props: { ui: Ui; found: SourceCandidates; width: number; kind: 'wide' | 'narrow' }) {
  const { ui, found, width } = props
  const t = ui.t.clean
  const first = Math.min(found.dwell?.fromMs ?? ui.nowMs, ...found.rows.map(({ takenAtMs }) => takenAtMs)) - DAY_MS
  const last = ui.nowMs + DAY_MS / 2
  const x = (ms: number): number => SIDE + ((ms - first) / (last - first)) * (width - 2 * SIDE)
  const clamp = (at: number): number => Math.min(width - 40, Math.max(40, at))
  const { dwell, intrusionMs } = found
  return (
    <svg
      class={`timeline timeline-${props.kind}`}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={t.picture(ui.f.count(found.rows.length))}
    >
      {dwell ? (
        <g>
          <rect class="cc-band" x={x(dwell.fromMs)} y="24" width={x(dwell.toMs) - x(dwell.fromMs)} height="100" />
          <text class="tl-text" x={clamp((x(dwell.fromMs) + x(dwell.toMs)) / 2)} y="16" text-anchor="middle">
            {t.band}
          </text>
        </g>
      ) : null}
      {dateTicks({ fromMs: first, toMs: last }, width > 500 ? 8 : 4).map((ms) => (
        <g>
          <path class="tl-grid" d={`M${x(ms)} 24V124`} />
          <text class="tl-text" x={clamp(x(ms))} y={HEIGHT - 8} text-anchor="middle">
            {shortDate(ui, ms)}
          </text>
        </g>
      ))}
      {found.rows.map((row) => (
        <Marks ui={ui} row={row} x={x(row.takenAtMs)} />
      ))}
      {intrusionMs === undefined ? null : (
        <g>
          <path class="cc-intrusion" d={`M${x(intrusionMs)} 20V124`} />
          <text class="tl-text tl-strong" x={clamp(x(intrusionMs))} y="16" text-anchor="middle">
            {t.intrusion}
          </text>
        </g>
      )}
    </svg>
  )
}

/** ○ nothing against it, × something; the proposed one is filled and underlined. Below: scan, restore. */
function Marks({ ui, row, x }: { ui: Ui; row: CandidateView; x: number }) {
  const t = ui.t.clean
  const cross = (y: number) => <path class="tl-bad" d={`M${x - 4} ${y - 4}l8 8m0-8l-8 8`} />
  const ring = (y: number) => <circle class="tl-open" cx={x} cy={y} r="3.6" />
  const full = (y: number) => <circle class="tl-locked" cx={x} cy={y} r="4" />
  return (
    <g>
      <title>
        {ui.f.dateTime(row.takenAtMs, ui.nowMs)}{' '}
        {row.objections.length === 0 ? t.nothing : row.objections.map((one) => t.objection[one]).join('、')}
      </title>
      {row.objections.length > 0 ? cross(LINES.signs) : row.isProposed ? full(LINES.signs) : ring(LINES.signs)}
      {row.isProposed ? <path class="cc-proposed" d={`M${x - 8} ${LINES.signs + 9}h16`} /> : null}
      {row.scan === 'unknown' ? null : row.scan === 'clean' ? full(LINES.scan) : cross(LINES.scan)}
      {row.restored === undefined ? null : row.restored.passed ? full(LINES.restored) : cross(LINES.restored)}
    </g>
  )
}
