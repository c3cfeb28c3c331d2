/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a table that scrolls sideways must take the focus (WCAG 2.1.1) and a name */
/**
 * Bacteriology: what grew, and against which drug it was tested, as a table organisms × drugs. Cells are the source's text
 * and letter (S, I, R); an empty one was not tested, which is no S.
 */
import type { Microbiology } from '#chart'
import { isHiddenOnPhone, OriginLine } from './part.tsx'
import { flagClass } from './value.tsx'
import { dateWords, statusWords, type ChartView } from './view.ts'

type Line = Microbiology['lines'][number]

/** Reports of one specimen: the culture and the tests of what it grew. */
export interface Culture {
  readonly collectedAt: string
  readonly specimen: string
  readonly reports: readonly Microbiology[]
  readonly tests: readonly Microbiology[]
}

/** In the order of the list, newest first. A test of susceptibility names its organism; everything else is a report. */
export function culturesOf(items: readonly Microbiology[]): Culture[] {
  const groups = Map.groupBy(items, ({ collectedAt, specimen }) => `${collectedAt ?? ''}|${specimen ?? ''}`)
  return [...groups.values()].map((group) => ({
    collectedAt: group[0]!.collectedAt ?? '',
    specimen: group[0]!.specimen ?? '',
    reports: group.filter(({ organism }) => organism === undefined),
    tests: group.filter(({ organism }) => organism !== undefined),
  }))
}

function Cell(props: { lines: readonly Line[] }) {
  return (
    <>
      {props.lines.map(({ text, flag }) => (
        <span class={`value ${flagClass(flag)}`}>
          {text} {flag && flag !== text ? <b class="flag">{flag}</b> : null}
        </span>
      ))}
    </>
  )
}

function Susceptibility(props: { view: ChartView; tests: readonly Microbiology[] }) {
  const { view, tests } = props
  const { pictures } = view.words
  const drugs = [...new Set(tests.flatMap(({ lines }) => lines.map(({ name }) => name)))]
  return (
    <div class="matrix matrix-short" role="group" aria-label={pictures.susceptibility} tabindex={0}>
      <table>
        <caption>
          {pictures.susceptibility} <span class="quiet">{pictures.notTested}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{pictures.drug}</th>
            {tests.map((test) => (
              <th scope="col">
                <span class="strong">{test.organism}</span>
                <br />
                {[test.test, statusWords(view, test.status)].filter(Boolean).join(' ')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drugs.map((drug) => (
            <tr>
              <th scope="row">{drug}</th>
              {tests.map(({ lines }) => (
                <td>
                  <Cell lines={lines.filter(({ name }) => name === drug)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What grew: lines of one number belong together (an organism and its quantity). */
function Report(props: { view: ChartView; report: Microbiology }) {
  const { view, report } = props
  return (
    <>
      <p class="quiet">{[report.test, statusWords(view, report.status)].filter(Boolean).join('　')}</p>
      <ul class="rows">
        {report.lines.map((line, i) => (
          <li class={line.under !== undefined && line.under === report.lines[i - 1]?.under ? 'row-under' : undefined}>
            <span>{line.name}</span>
            <span class={flagClass(line.flag)}>
              {line.text} {line.flag && line.flag !== line.text ? <b class="flag">{line.flag}</b> : null}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

export function MicrobiologyList(props: { view: ChartView; items: readonly Microbiology[] }) {
  const { view, items } = props
  const hidden = (culture: Culture) => [...culture.reports, ...culture.tests].some(isHiddenOnPhone)
  return (
    <>
      {culturesOf(items).map((culture) => (
        <article class={hidden(culture) ? 'order off-phone' : 'order'}>
          <h3>
            {dateWords(culture.collectedAt)} {culture.specimen}
          </h3>
          {culture.reports.map((report) => (
            <Report view={view} report={report} />
          ))}
          {culture.tests.length > 0 ? <Susceptibility view={view} tests={culture.tests} /> : null}
          {[...culture.reports, ...culture.tests].map(({ origin }) => (
            <OriginLine view={view} origin={origin} />
          ))}
        </article>
      ))}
    </>
  )
}
