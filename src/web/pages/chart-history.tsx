/** A chart over several generations: which days there are, and what changed between two of them. */
import type { Chart } from '#chart'
import { nameOf, shownValue } from '#sheets'
import { compareCharts, type PartChanges } from '../chart-view/index.ts'
import {
  AsOfBanner,
  ButtonLink,
  type Column,
  DataTable,
  Notice,
  PageFrame,
  PageHeading,
  Section,
} from '../components/index.ts'
import type { GenerationSummary } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { ChangesPicture, MARKS, partId, partTitle } from './changes-picture.tsx'
import { type ChartAddress, viewOf } from './chart.tsx'

const at = (address: ChartAddress, rest: string, parameters: Record<string, string>) =>
  `/charts/${address.token}${rest}?${new URLSearchParams(parameters).toString()}`

export interface HistoryModel {
  readonly chart: Chart
  readonly address: ChartAddress
  /** Newest first. */
  readonly generations: readonly GenerationSummary[]
  /** Of those that were looked at: whether they hold this patient. */
  readonly held: ReadonlyMap<string, boolean>
  /** The day that was asked for holds nothing of this patient. */
  readonly notThere?: boolean
}

const whose = (ui: Ui, { chart }: Pick<HistoryModel, 'chart'>, address: ChartAddress) => {
  const identity = shownValue(chart.identity)
  const view = viewOf(ui, chart, address, { showOrigins: false, allColumns: false })
  return `${nameOf(view, identity)}　${ui.t.search.id} ${identity?.patientId ?? ''}`
}

function heldWord(ui: Ui, isHeld: boolean | undefined): string {
  const { reading } = ui.t
  return isHeld === undefined ? reading.notLooked : isHeld ? `○ ${reading.isHeld}` : `－ ${reading.notHeld}`
}

export function ChartHistoryPage(props: { ui: Ui; model: HistoryModel }) {
  const { ui, model } = props
  const { chart, address } = model
  const { reading, chart: words, generation } = ui.t
  const here = chart.generation.id
  // Further back than the time sufficed for.
  const lastLooked = model.generations.findLastIndex(({ id }) => model.held.has(id))
  const next = model.generations[lastLooked + 1]
  const columns: Column<GenerationSummary>[] = [
    {
      key: 'taken',
      head: generation.taken,
      isName: true,
      cell: (row) => (
        <>
          {ui.f.dateTime(row.takenAtMs, ui.nowMs)} {row.id === here ? <span class="tag">{reading.looking}</span> : null}
        </>
      ),
    },
    { key: 'source', head: generation.source, cell: (row) => row.sourceName },
    { key: 'held', head: reading.held, cell: (row) => heldWord(ui, model.held.get(row.id)) },
    {
      key: 'open',
      head: reading.openThat,
      cell: (row) =>
        model.held.get(row.id) === false ? (
          ''
        ) : (
          <a href={at(address, '', { generation: row.id })}>
            {reading.openThat}
            <span class="visually-hidden"> {ui.f.dateTime(row.takenAtMs, ui.nowMs)}</span>
          </a>
        ),
    },
    {
      key: 'compare',
      head: reading.compare,
      cell: (row) =>
        row.id === here || model.held.get(row.id) === false ? (
          '－'
        ) : (
          <a href={at(address, '/compare', { generation: here, with: row.id })}>
            {reading.compareWith}
            <span class="visually-hidden"> {ui.f.dateTime(row.takenAtMs, ui.nowMs)}</span>
          </a>
        ),
    },
  ]
  return (
    <PageFrame ui={ui} title={reading.history} patientPage>
      <PageHeading title={reading.history} lead={whose(ui, model, address)}>
        <ButtonLink href={at(address, '', { generation: here })}>{words.title}</ButtonLink>
      </PageHeading>
      {model.notThere ? (
        <Notice ui={ui} kind="danger" title={reading.notThere}>
          <p>{reading.historyLead}</p>
        </Notice>
      ) : (
        <p>{reading.historyLead}</p>
      )}
      <section class="block">
        <DataTable ui={ui} caption={reading.history} hideCaption columns={columns} rows={model.generations} />
        {next ? (
          <p>
            <ButtonLink href={at(address, '/history', { generation: here, from: next.id })}>
              {reading.lookOn}
            </ButtonLink>
          </p>
        ) : null}
      </section>
    </PageFrame>
  )
}

/** Shapes beside the words: nothing by colour alone. */
function Changes(props: { ui: Ui; part: PartChanges }) {
  const { ui, part } = props
  const { reading, pictures } = ui.t
  const title = partTitle(ui, part.part)
  return (
    <Section title={title} id={partId(part.part)} note={reading.same(ui.f.count(part.same))}>
      {part.gaps > 0 ? <p class="part-gap">▲ {reading.compareGaps(ui.f.count(part.gaps))}</p> : null}
      <table class="table cards">
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{reading.change}</th>
            <th scope="col">{pictures.date}</th>
            <th scope="col">{reading.was}</th>
            <th scope="col">{reading.now}</th>
          </tr>
        </thead>
        <tbody>
          {part.changes.map((change) => (
            <tr class={change.offPhone ? 'off-phone' : undefined}>
              <th scope="row" class="nowrap">
                {MARKS[change.how]} {reading.how[change.how]}
              </th>
              <td data-head={pictures.date}>{change.at?.replace('T', ' ').slice(0, 16) ?? ''}</td>
              <td data-head={reading.was} class="source-text">
                {change.before ?? ''}
              </td>
              <td data-head={reading.now} class="source-text">
                {change.after ?? ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

export function ComparePage(props: { ui: Ui; before: Chart; after: Chart; address: ChartAddress }) {
  const { ui, before, after, address } = props
  const { reading, chart: words } = ui.t
  const parts = compareCharts(viewOf(ui, after, address, { showOrigins: false, allColumns: true }), before, after)
  const changed = parts.filter(({ changes }) => changes.length > 0)
  const same = parts.filter(({ changes }) => changes.length === 0)
  const when = (chart: Chart) => ui.f.dateTime(chart.generation.asOf, ui.nowMs)
  const title = reading.compareTitle(when(before), when(after))
  const names = same.map(({ part }) => partTitle(ui, part))
  return (
    <PageFrame ui={ui} title={title} patientPage printFooter={`${whose(ui, { chart: after }, address)}　${title}`}>
      <PageHeading title={title} lead={whose(ui, { chart: after }, address)}>
        <ButtonLink href={at(address, '', { generation: after.generation.id })}>{words.title}</ButtonLink>
        <ButtonLink href={at(address, '/history', { generation: after.generation.id })}>{reading.history}</ButtonLink>
      </PageHeading>
      <AsOfBanner ui={ui} asOfMs={after.generation.asOf} />
      <p>
        {reading.compareLead} {reading.notCompared}
      </p>
      <p class="phone-only part-gap">{words.offPhone}</p>
      {changed.length > 0 ? <ChangesPicture ui={ui} changed={changed} /> : null}
      {changed.map((part) => (
        <Changes ui={ui} part={part} />
      ))}
      <p>
        <strong>{reading.nothing}</strong> {names.join('、')}
      </p>
    </PageFrame>
  )
}
