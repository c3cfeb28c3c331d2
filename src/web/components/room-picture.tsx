/** The room of a place over time: what is used, what there is, and where it leads, drawn on the server; figures beside it. */
import type { EpochMs } from '#base'
import type { Place } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { DataTable } from './table.tsx'

const DAY_MS = 86_400_000
const WIDTH = 640
const HEIGHT = 180
const LEFT = 8
const RIGHT = 8
const TOP = 26
const BOTTOM = 24

type Uses = Place['uses']

export function RoomPicture(props: { ui: Ui; uses: Uses; fullAtMs: EpochMs | undefined }) {
  const { ui, uses, fullAtMs } = props
  const t = ui.t.places
  const last = uses.at(-1)
  if (last === undefined) return <p class="quiet">{t.roomUnknown}</p>
  const size = (bytes: number | undefined) => (bytes === undefined ? '－' : ui.f.size(bytes))
  return (
    <figure class="timeline-figure">
      <svg
        class="timeline timeline-room"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={t.roomPicture(size(last.usedBytes), size(last.freeBytes))}
      >
        <Lines ui={ui} uses={uses} fullAtMs={fullAtMs} />
      </svg>
      <details>
        <summary>{t.roomTable}</summary>
        <DataTable
          ui={ui}
          caption={t.roomTitle}
          hideCaption
          rows={uses.slice(-31).toReversed()}
          columns={[
            {
              key: 'day',
              head: t.roomDay,
              isName: true,
              cell: ({ day }) => ui.f.date(day * DAY_MS, ui.nowMs),
            },
            { key: 'used', head: t.roomUsed, align: 'right', cell: ({ usedBytes }) => size(usedBytes) },
            { key: 'free', head: t.roomFree, align: 'right', cell: ({ freeBytes }) => size(freeBytes) },
          ]}
        />
      </details>
    </figure>
  )
}

/** A forecast further away than the past is long would squeeze the past to nothing: it is cut at twice that. */
function Lines(props: { ui: Ui; uses: Uses; fullAtMs: EpochMs | undefined }) {
  const { ui, uses, fullAtMs } = props
  const t = ui.t.places
  const first = uses[0]!
  const last = uses.at(-1)!
  const past = Math.max(1, last.day - first.day)
  const ahead = fullAtMs === undefined ? 0 : Math.min(fullAtMs / DAY_MS - last.day, past * 2)
  const x = (day: number) => LEFT + ((day - first.day) / (past + ahead)) * (WIDTH - LEFT - RIGHT)
  const most = Math.max(...uses.map((use) => use.usedBytes + (use.freeBytes ?? 0)), 1)
  const y = (bytes: number) => HEIGHT - BOTTOM - (bytes / most) * (HEIGHT - TOP - BOTTOM)
  const line = uses.map((use, i) => `${i === 0 ? 'M' : 'L'}${x(use.day).toFixed(1)} ${y(use.usedBytes).toFixed(1)}`)
  const perDay = fullAtMs === undefined ? 0 : (last.freeBytes ?? 0) / Math.max(1, fullAtMs / DAY_MS - last.day)
  return (
    <g>
      <path class="tl-grid" d={`M${LEFT} ${y(0)}H${WIDTH - RIGHT}`} />
      {last.freeBytes === undefined ? null : (
        <g>
          <path class="tl-today" d={`M${LEFT} ${y(last.usedBytes + last.freeBytes)}H${WIDTH - RIGHT}`} />
          <text class="tl-text tl-strong" x={LEFT} y={y(last.usedBytes + last.freeBytes) - 6}>
            {ui.f.size(last.usedBytes + last.freeBytes)}
          </text>
        </g>
      )}
      <path class="tl-lock" fill="none" d={uses.length === 1 ? `${line[0]}h4` : line.join('')} />
      {ahead === 0 ? null : (
        <path
          class="tl-lock-ended"
          fill="none"
          stroke-dasharray="5 4"
          d={`M${x(last.day)} ${y(last.usedBytes)}L${x(last.day + ahead)} ${y(last.usedBytes + perDay * ahead)}`}
        />
      )}
      <text class="tl-text" x={LEFT} y={HEIGHT - 6}>
        {ui.f.date(first.day * DAY_MS, ui.nowMs)}
      </text>
      <text class="tl-text tl-strong" x={Math.min(x(last.day), WIDTH - 150)} y={HEIGHT - 6}>
        {ui.f.date(last.day * DAY_MS, ui.nowMs)} {t.used(ui.f.size(last.usedBytes))}
      </text>
    </g>
  )
}
