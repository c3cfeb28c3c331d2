/** What a ward cannot do without: how it is decided, and how it stands on lists and charts. */
import { type Chart, MISSING_TOPICS, type MissingTopic } from '#chart'
import { shownValue } from '#sheets'
import { ButtonLink, ChoiceField, Form, Notice, PageFrame, PageHeading, SubmitButton } from '../components/index.ts'
import type { WardMinimum } from '../list-models.ts'
import type { Ui } from '../ui.ts'

export function topicWords(ui: Ui, topics: readonly MissingTopic[]): string {
  return topics.map((topic) => ui.t.chart.missing.topic[topic]).join(ui.f.language === 'ja' ? '、' : ', ')
}

/** Stands with the as-of banner: the next thing to know is what to get elsewhere. */
export function Lacking(props: { ui: Ui; lacking: readonly MissingTopic[] }) {
  const { ui, lacking } = props
  if (lacking.length === 0) return null
  return (
    <Notice ui={ui} kind="danger" title={ui.t.minimum.lacking(topicWords(ui, lacking))}>
      <p>{ui.t.minimum.lackingNext}</p>
    </Notice>
  )
}

/** Of a chart's ward: what is needed there and is not in the whole source, or not for this reader. */
export function lackingInChart(chart: Chart, minimums: readonly WardMinimum[]): MissingTopic[] {
  const stay = shownValue(chart.stay)
  const minimum = stay?.inHospital ? minimums.find(({ ward }) => ward === (stay.ward ?? '')) : undefined
  const missing = new Set(chart.missing.filter(({ why }) => why !== 'withheld').map(({ topic }) => topic))
  return minimum?.topics.filter((topic) => missing.has(topic)) ?? []
}

export function WardMinimumPage(props: { ui: Ui; ward: string; minimum: WardMinimum | undefined }) {
  const { ui, ward, minimum } = props
  const { t } = ui
  const title = t.minimum.title(ward || t.wards.noWard)
  return (
    <PageFrame ui={ui} title={title}>
      <div class="narrow-page">
        <PageHeading title={title} lead={t.minimum.lead} />
        {minimum ? <p>{t.minimum.saved(minimum.by, ui.f.dateTime(minimum.onMs, ui.nowMs))}</p> : null}
        <Form ui={ui} action="/charts/wards/minimum" errors={{}} labels={{ topics: t.minimum.topics }}>
          <input type="hidden" name="ward" value={ward} />
          <ChoiceField
            name="topics"
            kind="several"
            label={t.minimum.topics}
            hint={t.minimum.clearNote}
            options={MISSING_TOPICS.map((topic) => ({ value: topic, label: t.chart.missing.topic[topic] }))}
            chosen={minimum?.topics ?? []}
          />
          <div class="actions">
            <SubmitButton>{t.minimum.save}</SubmitButton>
            <ButtonLink href="/charts/wards">{t.wards.title}</ButtonLink>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}
