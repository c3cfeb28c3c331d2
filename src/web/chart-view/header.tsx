/** The head of a chart: who it is, who it could be mistaken for, allergies, infections, alerts. It never folds. */
import type { Alert, Allergy, BloodType, Chart, Findings, Infection, Infections, Section } from '#chart'
import { birthOf, nameOf, shownValue, stayWords } from '#sheets'
import { Gaps, HeaderPart, MoreByReason, Nothing, OriginLine, Withheld } from './part.tsx'
import { dateWords, statusWords, type ChartView } from './view.ts'

function BloodTypeValue(props: { view: ChartView; blood: Section<BloodType> }) {
  const { view, blood } = props
  if (blood.access === 'withheld') return <>{view.t.presence.withheld}</>
  const { abo, rh, contradictory } = blood.value
  if (abo.length === 0 && rh.length === 0) return <>{view.t.presence['not-recorded']}</>
  const all = (list: BloodType['abo']) => [...new Set(list.map((statement) => statement.text))].join(' / ')
  return (
    <>
      {all(abo)} {all(rh)}
      <small class="quiet">{view.t.identity.bloodNote}</small>
      {contradictory ? <strong class="warn">{view.t.identity.bloodContradiction}</strong> : null}
    </>
  )
}

function IdentityBlock(props: { view: ChartView; chart: Chart }) {
  const { view, chart } = props
  const { t } = view
  const identity = shownValue(chart.identity)
  const stay = shownValue(chart.stay)
  return (
    <div class="chart-identity">
      <div class="chart-name">
        {identity?.kana ? <p class="kana">{identity.kana}</p> : null}
        <h1>{nameOf(view, identity)}</h1>
      </div>
      <dl>
        <div>
          <dt>{t.identity.patientId}</dt>
          <dd class="mono">{identity?.patientId ?? ''}</dd>
        </div>
        <div>
          <dt>{t.identity.birth}</dt>
          <dd>{birthOf(view, identity, chart.generation.asOf, view.words.search.noBirth)}</dd>
        </div>
        <div>
          <dt>{t.identity.sexHead}</dt>
          <dd>{t.identity.sex[identity?.sex ?? 'unknown']}</dd>
        </div>
        <div>
          <dt>{t.identity.bloodType}</dt>
          <dd>
            <BloodTypeValue view={view} blood={chart.bloodType} />
          </dd>
        </div>
        {stay ? (
          <div>
            <dt>{t.identity.stay}</dt>
            <dd>{stayWords(view, stay)}</dd>
          </div>
        ) : null}
        {chart.lastCareDate ? (
          <div>
            <dt>{t.identity.last}</dt>
            <dd>{dateWords(chart.lastCareDate)}</dd>
          </div>
        ) : null}
        {identity?.deceased ? (
          <div>
            <dt>{t.identity.deceased}</dt>
            <dd class="warn">{dateWords(identity.deceased.on) || t.presence.present}</dd>
          </div>
        ) : null}
      </dl>
      {identity?.links?.map(({ kind, to }) => (
        <p class={kind === 'replaced-by' ? 'warn' : undefined}>
          {kind === 'replaced-by' ? <span aria-hidden="true">▲ </span> : null}
          {t.identity.linked[kind](to)}
        </p>
      ))}
      {identity ? <OriginLine view={view} origin={identity.origin} /> : null}
    </div>
  )
}

function SimilarWarning(props: { view: ChartView; chart: Chart }) {
  const { view, chart } = props
  if (chart.similar.total === 0) return null
  return (
    <div class="chart-similar">
      <p class="strong">
        <span aria-hidden="true">▲ </span>
        {view.t.similar(view.f.count(chart.similar.total))}
      </p>
      <ul>
        {chart.similar.patients.map((other) => (
          <li>
            {other.kanji || other.kana}
            {other.kanji && other.kana ? `（${other.kana}）` : ''} <span class="mono">{other.patientId}</span>{' '}
            {view.f.recordedDate(other.birthDate)}{' '}
            <span class="quiet">{other.same.map((what) => view.t.sameWhat[what]).join('、')}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function AllergyLine(props: { view: ChartView; allergy: Allergy }) {
  const { view, allergy } = props
  const { t } = view
  const severity = allergy.severity && t.allergy.severityOf[allergy.severity]
  const details = [allergy.reaction, severity, dateWords(allergy.onset), ...allergy.notes].filter(Boolean)
  return (
    <>
      {allergy.contraindication ? <strong class="tag-contra">{t.allergy.contraindication}</strong> : null}
      <strong class="substance">{allergy.substance}</strong>
      <span class="quiet">（{t.allergy.category[allergy.category]}）</span>
      {details.length > 0 ? <span> {details.join('、')}</span> : null}
      {allergy.status ? (
        <span class="tag">
          {t.allergy.status}: {statusWords(view, allergy.status)}
        </span>
      ) : null}
      {allergy.alsoIn.length > 0 ? <small class="quiet"> {t.allergy.also(String(allergy.alsoIn.length))}</small> : null}
    </>
  )
}

function AllergyBlock(props: { view: ChartView; chart: Chart }) {
  const { view, chart } = props
  const { t } = view
  // A receptionist sees whether there is a drug allergy, not which.
  if (chart.allergies.access === 'withheld') {
    const flag = shownValue(chart.drugAllergy)
    if (!flag) return null
    return (
      <section class={flag.presence === 'present' ? 'chart-allergies is-present' : 'chart-allergies'}>
        <h2>{t.drugAllergyOnly}</h2>
        <p>
          <strong>{t.presence[flag.presence]}</strong>
        </p>
        <p class="quiet">{t.drugAllergyNote}</p>
      </section>
    )
  }
  return (
    <HeaderPart<Allergy>
      view={view}
      title={t.section.allergies}
      mark="▲"
      className="chart-allergies"
      section={chart.allergies}
      render={(allergy) => <AllergyLine view={view} allergy={allergy} />}
    />
  )
}

function InfectionLine(props: { view: ChartView; infection: Infection }) {
  const { view, infection } = props
  const { t } = view
  return (
    <>
      {infection.name} <strong>{infection.result}</strong>
      {infection.flag ? <span class="flag"> {infection.flag}</span> : null}
      {infection.takenAt ? (
        <small class="quiet">
          {' '}
          {t.infection.taken} {dateWords(infection.takenAt)}
        </small>
      ) : null}
      {infection.earlier.length > 0 ? (
        <small class="quiet">
          {' '}
          {t.infection.earlier}:{' '}
          {infection.earlier.map((earlier) => `${earlier.result} ${dateWords(earlier.takenAt)}`).join('、')}
        </small>
      ) : null}
    </>
  )
}

/** A list of results, positive and negative alike: no word of ours says which. */
function InfectionBlock(props: { view: ChartView; section: Section<Infections> }) {
  const { view, section } = props
  return (
    <section class="chart-infections">
      <h2>{view.t.section.infections}</h2>
      {section.access === 'withheld' ? (
        <Withheld view={view} why={section.why} />
      ) : (
        <>
          <ul>
            {section.value.items.map((infection) => (
              <li>
                <InfectionLine view={view} infection={infection} />
                <OriginLine view={view} origin={infection.origin} />
              </li>
            ))}
          </ul>
          {section.value.items.length === 0 && section.value.presence !== 'results' ? (
            <Nothing view={view} section={section} words={view.t.presence[section.value.presence]} />
          ) : (
            <MoreByReason view={view} section={section} />
          )}
          <Gaps view={view} gaps={section.gaps} />
        </>
      )}
    </section>
  )
}

function AlertLine(props: { alert: Alert }) {
  const { alert } = props
  return (
    <>
      <strong>{alert.text}</strong>
      {alert.category ? <span class="quiet">（{alert.category}）</span> : null}{' '}
      <small class="quiet">
        {dateWords(alert.from)}
        {alert.until ? `〜${dateWords(alert.until)}` : ''}
      </small>
    </>
  )
}

/** Hidden only where the role sees none of it, and then by one line that says so. */
export function ChartHeader(props: { view: ChartView; chart: Chart }) {
  const { view, chart } = props
  const clerk = chart.infections.access === 'withheld' && chart.allergies.access === 'withheld'
  return (
    <header class="chart-header">
      <IdentityBlock view={view} chart={chart} />
      <SimilarWarning view={view} chart={chart} />
      <div class="chart-cautions">
        <AllergyBlock view={view} chart={chart} />
        {clerk ? null : (
          <>
            <InfectionBlock view={view} section={chart.infections} />
            <HeaderPart<Alert>
              view={view}
              title={view.t.section.alerts}
              className="chart-alerts"
              section={chart.alerts}
              render={(alert) => <AlertLine alert={alert} />}
            />
          </>
        )}
      </div>
    </header>
  )
}

/** One line of allergies for the strip that stays on top while the chart scrolls. */
export function allergySummary(view: ChartView, chart: Chart): string {
  const allergies: Findings<Allergy> | undefined = shownValue(chart.allergies)
  if (!allergies) {
    const flag = shownValue(chart.drugAllergy)
    return flag ? `${view.t.drugAllergyOnly} ${view.t.presence[flag.presence]}` : ''
  }
  const names = allergies.items.map((item) => item.substance)
  return names.length > 0 ? names.join('、') : view.t.presence[allergies.presence]
}
