/** この画面に無いもの: stands before the content, because silence reads as "nothing". */
import type { Chart } from '#chart'
import { problemWords } from '../messages/problems.ts'
import { missingWords, withoutWords } from '#sheets'
import { ReasonButton } from './part.tsx'
import type { ChartView } from './view.ts'

/** Where sensitive items may have been left out for this reader. */
const PARTS_OF_CHART = [
  'allergies',
  'infections',
  'alerts',
  'prescriptions',
  'injections',
  'administrations',
  'labs',
  'labOrders',
  'microbiology',
  'problems',
  'notes',
  'documents',
  'examinations',
] as const satisfies readonly (keyof Chart)[]

export function MissingBlock(props: { view: ChartView; chart: Chart }) {
  const { view, chart } = props
  const { t } = view
  const without = PARTS_OF_CHART.flatMap((part) => {
    const section = chart[part]
    return section.access === 'shown' ? section.without : []
  })
  const groups = (['source', 'never', 'withheld'] as const).filter((why) => chart.missing.some((m) => m.why === why))
  return (
    <section class="chart-missing" aria-labelledby="missing-title">
      <h2 id="missing-title">{t.missing.title}</h2>
      <dl>
        {groups.map((why) => (
          <div>
            <dt>{t.missing[why]}</dt>
            <dd>{missingWords(view, chart, why)}</dd>
          </div>
        ))}
      </dl>
      {without.length > 0 ? <p>{withoutWords(view, without)}</p> : null}
      {without.some((kind) => view.byReason?.opens.has(kind) ?? false) ? <ReasonButton view={view} /> : null}
      {chart.notices.some(({ code }) => code === 'claims-only') ? <p>▲ {t.missing.claims}</p> : null}
      <p class="strong">{t.missing.confirm}</p>
    </section>
  )
}

export function UnshownBlock(props: { view: ChartView; chart: Chart }) {
  const { view, chart } = props
  const { t } = view
  const notices = view.showOrigins ? chart.notices : []
  if (chart.unshown.length + notices.length === 0) return null
  return (
    <details class="chart-unshown">
      <summary>
        <span aria-hidden="true">▲ </span>
        {t.unshown.title(view.f.count(chart.unshown.length))}
      </summary>
      <ul>
        {chart.unshown.map((file) => (
          <li>
            {t.unshown.state[file.state]}: {problemWords(file.code, view.f.language).what}{' '}
            <span class="mono">{file.path}</span>
          </li>
        ))}
        {notices.map((notice) => (
          <li class="quiet">
            {problemWords(notice.code, view.f.language).what} {notice.where ?? ''} {notice.text ?? ''}{' '}
            <span class="mono">{notice.path ?? ''}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
