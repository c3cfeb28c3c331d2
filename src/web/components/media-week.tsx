/**
 * The week of a media set as a picture (which medium is in the machine on which day, which are away) with the same facts in a
 * table, and the label of one medium. Drawn on the server; shapes and words carry it in black and white.
 */
import type { Ui } from '../ui.ts'
import { code128 } from '#sheets'
import { DataTable } from './table.tsx'

/** One day as `vault` knows it (`outOfReach`). */
export interface MediaDay {
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly isBusinessDay: boolean
  readonly isPlanned: boolean
  readonly connected: readonly number[]
  readonly away: readonly { readonly number: number; readonly holds: string | undefined }[]
  readonly generationsAway: number
  readonly isEnough: boolean
}

const COLUMN = 58
const ROW = 24
const LEFT = 52
const TOP = 34

const shortDay = (day: string) => `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`

function numbersOf(week: readonly MediaDay[]): number[] {
  const all = week.flatMap(({ connected, away }) => [...connected, ...away.map(({ number }) => number)])
  return [...new Set(all)].toSorted((a, b) => a - b)
}

function Cell(props: { day: MediaDay; number: number; x: number; y: number }) {
  const { day, number, x, y } = props
  if (day.connected.includes(number)) return <circle class="tl-locked" cx={x} cy={y} r="6" />
  const away = day.away.find((one) => one.number === number)
  if (away === undefined) return null
  return (
    <g>
      <circle class="tl-open" cx={x} cy={y} r="6" />
      {away.holds === undefined ? null : (
        <text class="tl-text" x={x + 9} y={y + 4}>
          {shortDay(away.holds)}
        </text>
      )}
    </g>
  )
}

export function MediaWeek(props: { ui: Ui; week: readonly MediaDay[] }) {
  const { ui, week } = props
  const { week: t } = ui.t.media
  const numbers = numbersOf(week)
  const least = Math.min(...week.map(({ generationsAway }) => generationsAway))
  const x = (index: number) => LEFT + index * COLUMN + COLUMN / 3
  const height = TOP + numbers.length * ROW + 24
  return (
    <figure class="timeline-figure">
      <figcaption class="quiet">{t.lead}</figcaption>
      <svg
        class="timeline media-week"
        viewBox={`0 0 ${LEFT + week.length * COLUMN + 8} ${height}`}
        role="img"
        aria-label={t.title(ui.f.count(least))}
      >
        {week.map((day, i) => (
          <g>
            <text class="tl-text tl-strong" x={x(i)} y="14" text-anchor="middle">
              {shortDay(day.day)}
            </text>
            <text class="tl-text" x={x(i)} y="27" text-anchor="middle">
              {day.isBusinessDay ? (day.isPlanned ? t.planned : '') : t.closed}
            </text>
            {numbers.map((number, row) => (
              <Cell day={day} number={number} x={x(i)} y={TOP + row * ROW + ROW / 2} />
            ))}
            <text class="tl-text tl-strong" x={x(i)} y={height - 6} text-anchor="middle">
              {day.isEnough ? '✓' : '▲'} {day.generationsAway}
            </text>
          </g>
        ))}
        {numbers.map((number, row) => (
          <text class="tl-text tl-strong" x="4" y={TOP + row * ROW + ROW / 2 + 4}>
            {t.number(String(number))}
          </text>
        ))}
      </svg>
      <WeekTable ui={ui} week={week} least={least} />
    </figure>
  )
}

function WeekTable({ ui, week, least }: { ui: Ui; week: readonly MediaDay[]; least: number }) {
  const { week: t } = ui.t.media
  const list = (words: string[]) => (words.length === 0 ? t.none : words.join('、'))
  const away = ({ number, holds }: MediaDay['away'][number]) =>
    holds === undefined ? t.number(String(number)) : t.held(String(number), shortDay(holds))
  return (
    <DataTable
      ui={ui}
      caption={t.title(ui.f.count(least))}
      rows={week}
      columns={[
        {
          key: 'day',
          head: t.day,
          isName: true,
          cell: (row) =>
            `${shortDay(row.day)}${row.isBusinessDay ? '' : ` ${t.closed}`}${row.isPlanned ? ` ${t.planned}` : ''}`,
        },
        { key: 'in', head: t.connected, cell: (row) => list(row.connected.map((one) => t.number(String(one)))) },
        { key: 'away', head: t.away, cell: (row) => list(row.away.map(away)) },
        {
          key: 'count',
          head: t.generations,
          cell: (row) => (row.isEnough ? t.enough : t.few)(ui.f.count(row.generationsAway)),
        },
      ]}
    />
  )
}

export interface MediumLabelFacts {
  /** Id of the set: letters, digits and hyphens. */
  readonly setId: string
  readonly setName: string
  readonly number: number
  readonly kind: 'rdx' | 'usb-ssd' | 'usb-hdd' | 'ltfs'
  readonly shelf: string
}

/** What the barcode of a medium says: `TORIDE-main-03`. */
export function labelCode({ setId, number }: Pick<MediumLabelFacts, 'setId' | 'number'>): string {
  return `TORIDE-${setId}-${String(number).padStart(2, '0')}`
}

/** The number that a label's code or a person's typing means; undefined: none. The set's name may be any: labels outlive it. */
export function parseLabelCode(text: string): number | undefined {
  const match = /^(?:TORIDE-[a-z0-9-]+-)?0*([1-9]\d?)番?$/i.exec(text.normalize('NFKC').trim())
  return match ? Number(match[1]) : undefined
}

/** Holds no name of a patient and no key: it is read by whoever finds the medium. */
export function MediumLabel(props: { ui: Ui; facts: MediumLabelFacts }) {
  const { ui, facts } = props
  const { label: t } = ui.t.media
  const text = labelCode(facts)
  const barcode = code128(text)
  const { supportName, supportPhone, name } = ui.institution
  return (
    <section class="medium-label" aria-label={`${t.title} ${facts.number}`}>
      <p class="medium-number">
        <strong>{ui.t.media.week.number(String(facts.number))}</strong> {t.set}: {facts.setName}
      </p>
      {barcode ? (
        <svg viewBox={`0 0 ${barcode.width} 40`} width={barcode.width} height="40" role="img" aria-label={text}>
          {barcode.bars.map((bar) => (
            <rect x={bar.x} y="0" width={bar.width} height="40" />
          ))}
        </svg>
      ) : null}
      <p>
        {text} · {t.kinds[facts.kind]} · {t.shelf}: {facts.shelf}
      </p>
      <p>
        {t.care} {[name, supportName, supportPhone].filter(Boolean).join(' ')}
      </p>
    </section>
  )
}
