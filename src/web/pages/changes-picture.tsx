/**
 * What changed between two backups of a chart at one look: how many records of each part came, changed or are gone. Not at
 * phone width: a count would tell that something which the patient was not told is there.
 */
import type { PartChanges } from '../chart-view/index.ts'
import { DataTable } from '../components/index.ts'
import type { Ui } from '../ui.ts'

export const MARKS = { added: '＋', changed: '△', gone: '−' } as const
const HOW = ['added', 'changed', 'gone'] as const

export const partTitle = ({ t }: Ui, part: PartChanges['part']): string =>
  part === 'bloodType' ? t.chart.identity.bloodType : t.chart.section[part]
export const partId = (part: PartChanges['part']): string => `changes-${part}`

const ROW = 30
const BAR = 16
const NAMES = 190
const BARS = 380
const WIDTH = 720
/** One record among thousands is still seen. */
const LEAST = 6

interface Counted {
  readonly part: PartChanges
  readonly counts: Readonly<Record<(typeof HOW)[number], number>>
}

const countsOf = (part: PartChanges): Counted => ({
  part,
  counts: {
    added: part.changes.filter(({ how }) => how === 'added').length,
    changed: part.changes.filter(({ how }) => how === 'changed').length,
    gone: part.changes.filter(({ how }) => how === 'gone').length,
  },
})

function Bar(props: { ui: Ui; counted: Counted; most: number; y: number }) {
  const { ui, counted, most, y } = props
  const shown = HOW.filter((how) => counted.counts[how] > 0)
  const widths = shown.map((how) => Math.max(LEAST, (counted.counts[how] / most) * (BARS - HOW.length * LEAST)))
  const from = widths.map((_, i) => NAMES + widths.slice(0, i).reduce((sum, width) => sum + width, 0))
  const end = NAMES + widths.reduce((sum, width) => sum + width, 0)
  const words = shown.map((how) => `${MARKS[how]}${ui.f.count(counted.counts[how])}`).join(' ')
  return (
    <>
      <text x={NAMES - 8} y={y + 13} text-anchor="end">
        {partTitle(ui, counted.part.part)}
      </text>
      {shown.map((how, i) => (
        <rect class={`change-${how}`} x={from[i]!.toFixed(1)} y={y} width={widths[i]!.toFixed(1)} height={BAR} />
      ))}
      <text x={(end + 8).toFixed(1)} y={y + 13}>
        {words}
      </text>
    </>
  )
}

/** @param changed parts with at least one change, in reading order */
export function ChangesPicture({ ui, changed }: { ui: Ui; changed: readonly PartChanges[] }) {
  const { reading } = ui.t
  const rows = changed.map(countsOf)
  const totals = rows.map(({ counts }) => counts.added + counts.changed + counts.gone)
  const height = rows.length * ROW + 8
  return (
    <figure class="changes-picture off-phone">
      <figcaption>
        {HOW.map((how) => (
          <span class={`change-key change-key-${how}`}>
            {MARKS[how]} {reading.how[how]}
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={reading.pictureLabel}>
        {rows.map((counted, i) => (
          <Bar ui={ui} counted={counted} most={Math.max(...totals)} y={i * ROW + 4} />
        ))}
      </svg>
      <DataTable
        ui={ui}
        caption={reading.pictureLabel}
        hideCaption
        rows={rows}
        columns={[
          {
            key: 'part',
            head: reading.part,
            isName: true,
            cell: ({ part }) => <a href={`#${partId(part.part)}`}>{partTitle(ui, part.part)}</a>,
          },
          ...HOW.map((how) => ({
            key: how,
            head: `${MARKS[how]} ${reading.how[how]}`,
            align: 'right' as const,
            cell: ({ counts }: Counted) => ui.f.count(counts[how]),
          })),
          { key: 'same', head: reading.sameHead, align: 'right', cell: ({ part }) => ui.f.count(part.same) },
        ]}
      />
    </figure>
  )
}
