/** Printed pages as SVG: each is one sheet, whatever paper, margins and fonts the printing browser has. */
import { type Mark, type Page, PAPER, type Run } from '#sheets'

const fixed = (value: number) => Number(value.toFixed(2))

function Runs(props: { line: readonly Run[] }) {
  return (
    <>{props.line.map(({ text, bold }) => (bold ? <tspan font-weight="700">{text}</tspan> : <tspan>{text}</tspan>))}</>
  )
}

function MarkOf(props: { mark: Mark }) {
  const { mark } = props
  switch (mark.kind) {
    case 'text':
      return (
        <text
          x={fixed(mark.x)}
          y={fixed(mark.y)}
          font-size={mark.size}
          text-anchor={mark.anchor ?? 'start'}
          xml:space="preserve"
        >
          <Runs line={mark.line} />
        </text>
      )
    case 'box':
      return (
        <rect
          x={fixed(mark.x)}
          y={fixed(mark.y)}
          width={fixed(mark.width)}
          height={fixed(mark.height)}
          fill="none"
          stroke="#000"
          stroke-width={mark.stroke}
        />
      )
    case 'rule':
      return (
        <path
          d={`M${fixed(mark.x1)} ${fixed(mark.y1)}L${fixed(mark.x2)} ${fixed(mark.y2)}`}
          stroke="#000"
          stroke-width={mark.stroke}
        />
      )
    case 'bars':
      return (
        <path
          d={mark.bars
            .map(
              (bar) =>
                `M${fixed(mark.x + bar.x * mark.unit)} ${fixed(mark.y)}h${fixed(bar.width * mark.unit)}v${mark.height}h${fixed(-bar.width * mark.unit)}z`,
            )
            .join('')}
        />
      )
  }
}

/** @param props.height of what is no whole sheet: points from its top */
export function SheetPages(props: { pages: readonly Page[]; title: string; height?: number }) {
  const { pages, title, height = PAPER.height } = props
  return (
    <div class="paper-pages">
      {pages.map((page, i) => (
        <figure class="paper-page" aria-label={`${title} ${i + 1} / ${pages.length}`}>
          <svg xmlns="http://www.w3.org/2000/svg" viewBox={`0 0 ${PAPER.width} ${fixed(height)}`}>
            {page.marks.map((mark) => (
              <MarkOf mark={mark} />
            ))}
          </svg>
        </figure>
      ))}
    </div>
  )
}
