/** What a ward cannot do without: how it is decided. */
import { MISSING_TOPICS } from '#chart'
import { ButtonLink, ChoiceField, Form, PageFrame, PageHeading, SubmitButton } from '../components/index.ts'
import type { WardMinimum } from '../list-models.ts'
import type { Ui } from '../ui.ts'

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
