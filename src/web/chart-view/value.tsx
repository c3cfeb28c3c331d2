/** One value as the source wrote it, with its own letter. No flag never reads as normal. */
import type { LabValue } from '#chart'
import { statusWords, type ChartView } from './view.ts'

export function flagClass(flag: string | undefined): string {
  if (!flag) return ''
  if (/^[H>]/i.test(flag)) return 'flag-high'
  return /^[L<]/i.test(flag) ? 'flag-low' : 'flag-other'
}

export function Value(props: { view: ChartView; value: LabValue; rowUnit: string | undefined }) {
  const { view, value, rowUnit } = props
  return (
    <span class={`value ${flagClass(value.flag)}`}>
      {value.text}
      {value.flag ? <b class="flag"> {value.flag}</b> : null}
      {value.unit && value.unit !== rowUnit ? <small> {value.unit}</small> : null}
      {value.status ? <small class="value-status"> {statusWords(view, value.status)}</small> : null}
      {value.comments.map((comment) => (
        <small class="value-comment">{comment}</small>
      ))}
    </span>
  )
}
