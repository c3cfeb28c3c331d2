/** What must be read first and is never cut: who could be mistaken, allergies, infections, alerts, what is not here. */
import type { Alert, Allergy, Chart, Findings, Infection, Item, Section } from '#chart'
import { type Audience, type PaperView, withoutOnPaper } from './paper-words.ts'
import type { Line, Run } from './page.ts'
import { type Beside, type Block, bold, plain, type Row, remark, row, smallRow } from './sheet.ts'
import { dateWords, inBrackets, missingWords, shownValue, statementWords, statusWords, toldOnce } from './texts.ts'

const SIMILAR_MOST = 4
const quiet = (text: string): Run => ({ text })
const strong = (text: string): Run => ({ text, bold: true })

function allergyLine({ t }: PaperView, allergy: Allergy): Line {
  const severity = allergy.severity && t.allergy.severityOf[allergy.severity]
  const details = [allergy.reaction, severity, dateWords(allergy.onset), ...allergy.notes].filter(Boolean)
  return [
    ...(allergy.contraindication ? [strong(`【${t.allergy.contraindication}】`)] : []),
    strong(allergy.substance),
    quiet(`（${t.allergy.category[allergy.category]}）${details.join('、')}`),
    ...(allergy.status ? [strong(`［${t.allergy.status}: ${statusWords({ t }, allergy.status)}］`)] : []),
    ...(allergy.alsoIn.length > 0 ? [quiet(t.allergy.also(String(allergy.alsoIn.length)))] : []),
  ]
}

function infectionLine({ t }: PaperView, infection: Infection): Line {
  const earlier = infection.earlier.map((one) => `${one.result} ${dateWords(one.takenAt)}`).join('、')
  return [
    quiet(`${infection.name} `),
    strong(`${infection.result}${infection.flag ? ` ${infection.flag}` : ''}`),
    ...(infection.takenAt ? [quiet(` ${t.infection.taken} ${dateWords(infection.takenAt)}`)] : []),
    ...(earlier ? [quiet(` ${t.infection.earlier}: ${earlier}`)] : []),
  ]
}

function alertLine(_: PaperView, alert: Alert): Line {
  return [
    strong(alert.text),
    quiet(`${alert.category ? `（${alert.category}）` : ''} ${dateWords(alert.from)}`),
    ...(alert.until ? [quiet(`〜${dateWords(alert.until)}`)] : []),
  ]
}

/** Files that belong here and could not be read: beside whatever is shown. */
export const gapRows = (view: PaperView, gaps: number): Row[] =>
  gaps === 0 ? [] : [remark(strong(`▲ ${view.t.gaps(view.f.count(gaps))}`))]

/** The four words of absence, never an empty space. */
function findingRows<T extends Item>(
  view: PaperView,
  section: Section<Findings<T>>,
  line: (view: PaperView, item: T) => Line,
): Row[] {
  if (section.access === 'withheld') return [remark(quiet(view.t.withheld[section.why]))]
  const { items, statements, presence } = section.value
  const told = toldOnce(statements).map((statement) => {
    const { about, says } = statementWords(view, statement)
    return row(quiet(about), strong(says))
  })
  const nothing = section.without.length > 0 ? withoutOnPaper(view, section.without) : view.t.presence[presence]
  return [
    ...items.map((item) => row(...line(view, item))),
    ...told,
    ...(items.length + told.length === 0 ? [remark(quiet(nothing))] : []),
    ...gapRows(view, section.gaps),
  ]
}

function allergyBlock(view: PaperView, chart: Chart): Block | undefined {
  const { t } = view
  if (chart.allergies.access === 'withheld') {
    const flag = shownValue(chart.drugAllergy)
    if (!flag) return undefined
    const rows = [row(strong(t.presence[flag.presence])), smallRow(quiet(t.drugAllergyNote))]
    return { title: t.drugAllergyOnly, rows, columns: 1, framed: flag.presence === 'present' }
  }
  const { items, presence } = chart.allergies.value
  const isPresent = items.length > 0 || presence === 'present' || chart.allergies.gaps > 0
  return {
    title: `${isPresent ? '▲ ' : ''}${t.section.allergies}`,
    rows: findingRows(view, chart.allergies, allergyLine),
    columns: 2,
    framed: isPresent,
  }
}

function infectionBlock(view: PaperView, chart: Chart, audience: Audience): Block {
  const { t, p } = view
  const { infections } = chart
  const title = t.section.infections
  if (infections.access === 'withheld') return { title, rows: [remark(quiet(t.withheld[infections.why]))], columns: 2 }
  const { items, presence } = infections.value
  const isEmpty = items.length === 0 && presence !== 'results'
  const nothing =
    infections.without.length > 0
      ? withoutOnPaper(view, infections.without)
      : t.presence[isEmpty ? presence : 'withheld']
  // Said on every sheet for patients, whatever was left out: it must tell nothing.
  const tail = audience === 'patient' ? [smallRow(quiet(p.notAllForPatient))] : []
  const rows = items.map((item) => row(...infectionLine(view, item)))
  return {
    title,
    rows: [
      ...rows,
      ...(rows.length === 0 && audience === 'staff' ? [remark(quiet(nothing))] : []),
      ...gapRows(view, infections.gaps),
      ...tail,
    ],
    columns: 2,
  }
}

function similarBlock(view: PaperView, chart: Chart): Block[] {
  const { similar } = chart
  if (similar.total === 0) return []
  const shown = similar.patients.slice(0, SIMILAR_MOST)
  const more = similar.patients.length - shown.length
  const rows = shown.map((other) =>
    row(
      strong(other.kanji || other.kana),
      quiet(
        `${inBrackets(other.kanji ? other.kana : '')} ${view.t.identity.patientId} ${other.patientId} ${view.f.recordedDate(other.birthDate)} ${other.same
          .map((what) => view.t.sameWhat[what])
          .join('、')}`,
      ),
    ),
  )
  return [
    {
      title: `▲ ${view.t.similar(view.f.count(similar.total))}`,
      rows: [...rows, ...(more > 0 ? [remark(quiet(view.p.similarMore(view.f.count(more))))] : [])],
      columns: 2,
    },
  ]
}

export function cautions(view: PaperView, chart: Chart, audience: Audience): (Block | Beside)[] {
  const isClerk = chart.infections.access === 'withheld' && chart.allergies.access === 'withheld'
  const allergies = allergyBlock(view, chart)
  const alerts: Block = {
    title: view.t.section.alerts,
    rows: findingRows(view, chart.alerts, alertLine),
    columns: 2,
  }
  return [
    ...similarBlock(view, chart),
    {
      beside: [
        ...(allergies ? [allergies] : []),
        ...(isClerk ? [] : [infectionBlock(view, chart, audience)]),
        // Patients get none, and no word of it.
        ...(isClerk || audience === 'patient' ? [] : [alerts]),
      ],
    },
  ]
}

/** この画面に無いもの, in the words of paper: silence reads as "nothing". */
/** @param elsewhere lines about records of this number in other sources */
export function missingBlock(
  view: PaperView,
  chart: Chart,
  audience: Audience,
  elsewhere: readonly string[] = [],
): Block {
  const { t, f, p } = view
  const groups = (['source', 'never', 'withheld'] as const)
    .map((why) => ({ why: t.missing[why], words: missingWords(view, chart, why) }))
    .filter(({ words }) => words !== '')
  const parts = [chart.infections, chart.alerts, chart.prescriptions, chart.injections, chart.labs, chart.problems]
  const without = parts.flatMap((section) => (section.access === 'shown' ? section.without : []))
  return {
    title: p.notHere,
    rows: [
      smallRow(quiet(groups.map(({ why, words }) => `${why}: ${words}`).join('\u3000/\u3000'))),
      ...(without.length > 0 ? [smallRow(quiet(withoutOnPaper(view, without)))] : []),
      ...(chart.unshown.length > 0 ? [row(strong(`▲ ${t.unshown.title(f.count(chart.unshown.length))}`))] : []),
      ...(audience === 'patient' ? [] : elsewhere.map((line) => row(strong(line)))),
      row(
        ...bold(audience === 'patient' ? t.print.forPatientNote : t.print.checkBefore),
        ...plain(` ${p.absenceIsNotNone}`),
      ),
    ].map((one): Row => ({ ...one, isRemark: true })),
    columns: 1,
  }
}
