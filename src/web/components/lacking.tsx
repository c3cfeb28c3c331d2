/** What a ward cannot do without and a backup does not hold, on lists and charts: of the server, an emergency PC, a disc. */
import type { Chart, MissingTopic } from '#chart'
import { shownValue } from '#sheets'
import type { WardMinimum } from '../list-models.ts'
import type { Ui } from '../ui.ts'
import { Notice } from './notice.tsx'

type Words = Pick<Ui, 't' | 'f' | 'nowMs'>

export function topicWords(ui: Words, topics: readonly MissingTopic[]): string {
  return topics.map((topic) => ui.t.chart.missing.topic[topic]).join(ui.f.language === 'ja' ? '、' : ', ')
}

/** Stands with the as-of banner: the next thing to know is what to get elsewhere. */
export function Lacking(props: { ui: Words; lacking: readonly MissingTopic[] }) {
  const { ui, lacking } = props
  if (lacking.length === 0) return null
  return (
    <Notice ui={ui} kind="danger" title={ui.t.minimum.lacking(topicWords(ui, lacking))}>
      <p>{ui.t.minimum.lackingNext}</p>
    </Notice>
  )
}

/** A ward's list, with who decided it and when; what of it the source has not stands above. */
export function MinimumLines(props: { ui: Words; minimum: WardMinimum | undefined; lacking: readonly MissingTopic[] }) {
  const { ui, minimum, lacking } = props
  const words = ui.t.minimum
  return (
    <>
      <Lacking ui={ui} lacking={lacking} />
      {minimum ? (
        <p class="quiet">
          {words.required(topicWords(ui, minimum.topics))}（
          {words.saved(minimum.by, ui.f.dateTime(minimum.onMs, ui.nowMs))}）{lacking.length === 0 ? words.complete : ''}
        </p>
      ) : (
        <p class="quiet">{words.none}</p>
      )}
    </>
  )
}

/** Of one ward: what is needed there and is not in the whole source. Nothing is lacking where nothing was decided. */
export function lackingIn(minimum: WardMinimum | undefined, missing: Chart['missing']): MissingTopic[] {
  const topics = new Set(missing.filter(({ why }) => why !== 'withheld').map(({ topic }) => topic))
  return minimum?.topics.filter((topic) => topics.has(topic)) ?? []
}

/** Of a chart's ward, while the patient lies there. */
export function lackingInChart(chart: Chart, minimums: readonly WardMinimum[]): MissingTopic[] {
  const stay = shownValue(chart.stay)
  if (!stay?.inHospital) return []
  return lackingIn(
    minimums.find(({ ward }) => ward === (stay.ward ?? '')),
    chart.missing,
  )
}
