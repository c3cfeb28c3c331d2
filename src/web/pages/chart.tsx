/** The emergency chart in the frame of the server: banner, actions, the pure view, and its prints. */
import { accessOf, type Chart, type ClinicalDocument, type MissingTopic, SENSITIVITIES } from '#chart'
import {
  elsewhereLines,
  type Audience,
  chartPages,
  GENERATION_CHARACTERS,
  nameOf,
  type Page,
  type SheetKind,
  shownValue,
} from '#sheets'
import { ChartBody, type ChartView, SheetPages } from '../chart-view/index.ts'
import { AsOfBanner, ButtonLink, Notice, PageFrame, PageHeading, PrintButton } from '../components/index.ts'
import type { NotedPages } from '../ports.ts'
import type { Ui } from '../ui.ts'
import { type Elsewhere, ElsewhereNote, ElsewherePanel } from './same-number.tsx'
import { Lacking } from '../components/lacking.tsx'
import { type BackupDoubts, DoubtNotices } from './search.tsx'

export interface ChartPageOptions {
  readonly showOrigins: boolean
  readonly allColumns: boolean
  /** The document that is shown in its place. */
  readonly shown?: ShownAt
  /** What this patient's ward cannot do without and the backup does not hold. */
  readonly lacking?: readonly MissingTopic[]
  readonly elsewhere?: Elsewhere
  /** On an emergency PC: nobody confirmed this copy yet. */
  readonly about?: BackupDoubts | undefined
}
export type ShownAt = NonNullable<NonNullable<ChartView['inPlace']>['shown']>

/** Address of the chart in this session; the patient's key stays out of it. */
export interface ChartAddress {
  readonly token: string
  /** This opening has a reason already. */
  readonly reasonGiven: boolean
  /** Place of a document's path in the list that the session keeps. */
  documentNumber(path: string): number
}
const chartPath = (address: ChartAddress) => `/charts/${address.token}`

/** Files of all documents that a chart names, in a fixed order: an address carries only the place in it. */
export function documentFiles(chart: Chart): ClinicalDocument['files'][number][] {
  return [chart.notes, chart.documents].flatMap((section) => shownValue(section) ?? []).flatMap(({ files }) => files)
}

export const documentHref = (chart: Chart, address: ChartAddress, path: string) =>
  `${chartPath(address)}/documents/${address.documentNumber(path)}${query(chart, {})}`
const query = (chart: Chart, extra: Record<string, string>) =>
  `?${new URLSearchParams({ generation: chart.generation.id, ...extra }).toString()}`

export function viewOf(ui: Ui, chart: Chart, address: ChartAddress, options: ChartPageOptions): ChartView {
  return {
    t: ui.t.chart,
    words: ui.t,
    f: ui.f,
    nowMs: ui.nowMs,
    showOrigins: options.showOrigins,
    allColumns: options.allColumns,
    documentHref: (path) => documentHref(chart, address, path),
  }
}

/** Documents are shown where they stand, one at a time: each is read anew out of the backup. */
function inPlace(chart: Chart, address: ChartAddress, { shown }: ChartPageOptions): NonNullable<ChartView['inPlace']> {
  const id = (path: string) => `document-${address.documentNumber(path)}`
  return {
    id,
    href: (path) =>
      `${chartPath(address)}${query(chart, shown?.path === path ? {} : { document: String(address.documentNumber(path)) })}#${id(path)}`,
    ...(shown && { shown }),
  }
}

/** Stands at the foot of each printed sheet: whose chart, of when. */
function footer(ui: Ui, chart: Chart, view: ChartView): string {
  const identity = shownValue(chart.identity)
  const whose = ui.t.chart.print.footer(
    nameOf(view, identity),
    identity?.patientId ?? '',
    ui.f.dateTime(chart.generation.asOf, ui.nowMs),
  )
  return `${whose}\u3000${ui.t.paper.generation(chart.generation.id.slice(0, GENERATION_CHARACTERS))}`
}

/** What a reason would open for this reader; nothing is left once one was given. */
function byReason(ui: Ui, chart: Chart, address: ChartAddress): Pick<ChartView, 'byReason'> {
  if (!ui.viewer || address.reasonGiven) return {}
  const { sensitive } = accessOf(ui.viewer)
  const opens = new Set(SENSITIVITIES.filter((kind) => sensitive[kind] === 'with-reason'))
  return { byReason: { href: `${chartPath(address)}/open${query(chart, {})}`, opens } }
}

export function ChartPage(props: { ui: Ui; chart: Chart; address: ChartAddress; options: ChartPageOptions }) {
  const { ui, chart, address, options } = props
  const { t } = ui
  const view = {
    ...viewOf(ui, chart, address, options),
    ...byReason(ui, chart, address),
    inPlace: inPlace(chart, address, options),
  }
  const flags = (change: Partial<ChartPageOptions>) => {
    const wanted = { ...options, ...change }
    return query(chart, { ...(wanted.showOrigins ? { origins: '1' } : {}), ...(wanted.allColumns ? { all: '1' } : {}) })
  }
  return (
    <PageFrame ui={ui} title={t.chart.title} patientPage printFooter={footer(ui, chart, view)}>
      <AsOfBanner ui={ui} asOfMs={chart.generation.asOf} />
      {options.about ? <DoubtNotices ui={ui} about={options.about} /> : null}
      {options.elsewhere ? <ElsewhereNote ui={ui} elsewhere={options.elsewhere} /> : null}
      <Lacking ui={ui} lacking={options.lacking ?? []} />
      <ChartBody
        view={view}
        chart={chart}
        labsHref={`${chartPath(address)}${flags({ allColumns: !options.allColumns })}#labs`}
        actions={
          <>
            {options.elsewhere ? <ElsewherePanel ui={ui} elsewhere={options.elsewhere} /> : null}
            <div class="actions screen-only">
              <ButtonLink href="/charts">{t.chart.searchAgain}</ButtonLink>
              <ButtonLink href={`${chartPath(address)}/print${query(chart, {})}`}>
                {t.chart.print.summary}（{t.chart.print.inHouse}）
              </ButtonLink>
              <ButtonLink href={`${chartPath(address)}/print${query(chart, { sheet: 'medicines' })}`}>
                {t.paper.medicines}
              </ButtonLink>
              <ButtonLink href={`${chartPath(address)}/print${query(chart, { for: 'patient' })}`}>
                {t.chart.print.summary}（{t.chart.print.forPatient}）
              </ButtonLink>
              <ButtonLink href={`${chartPath(address)}/slips${query(chart, {})}`}>{t.printing.slips}</ButtonLink>
              <PrintButton>
                {t.chart.print.full}（{t.chart.print.inHouse}）
              </PrintButton>
              <a href={`${chartPath(address)}${flags({ showOrigins: !options.showOrigins })}`}>
                {options.showOrigins ? t.chart.hideOrigins : t.chart.showOrigins}
              </a>
              <a href={`${chartPath(address)}/history${query(chart, {})}`}>{t.reading.history}</a>
            </div>
          </>
        }
      />
    </PageFrame>
  )
}

/** Which sheet of a chart, for whom. */
export interface SheetChoice {
  readonly kind: SheetKind
  readonly audience: Audience
}

/** The pages of one sheet, the same for the browser's printer and for the PDF. */
export function sheetPages(
  ui: Ui,
  chart: Chart,
  { kind, audience }: SheetChoice,
  elsewhere: Elsewhere = { records: [], failed: [] },
): Page[] {
  return chartPages({ t: ui.t.chart, p: ui.t.paper, f: ui.f }, chart, kind, {
    audience,
    elsewhere: elsewhereLines(
      ui.t,
      elsewhere.records.map(({ sourceName, asOfMs, match }) => ({
        source: ui.t.search.otherSource(sourceName, ui.f.dateTime(asOfMs, ui.nowMs)),
        match,
      })),
      elsewhere.failed,
    ),
    asOf: ui.f.dateTime(chart.generation.asOf, ui.nowMs),
    by: ui.viewer ? ui.t.printedBy(ui.viewer.displayName, ui.f.dateTime(ui.nowMs, ui.nowMs)) : '',
    ...(ui.institution.sample ? { sample: ui.t.sample.mark } : {}),
  })
}

const CHOICES: readonly SheetChoice[] = [
  { kind: 'summary', audience: 'staff' },
  { kind: 'medicines', audience: 'staff' },
  { kind: 'summary', audience: 'patient' },
  { kind: 'medicines', audience: 'patient' },
]

function choiceName(ui: Ui, { kind, audience }: SheetChoice): string {
  const { paper, chart } = ui.t
  const name = kind === 'summary' ? paper.summary : audience === 'patient' ? paper.medicinesForPatient : paper.medicines
  return `${name}（${audience === 'patient' ? chart.print.forPatient : chart.print.inHouse}）`
}

export function ChartPrintPage(props: {
  ui: Ui
  chart: Chart
  address: ChartAddress
  choice: SheetChoice
  sheets: NotedPages
}) {
  const { ui, chart, address, choice, sheets } = props
  const { t } = ui
  const path = (file: string, { kind, audience }: SheetChoice) =>
    `${chartPath(address)}/${file}${query(chart, { sheet: kind, for: audience })}`
  const title = choiceName(ui, choice)
  return (
    <PageFrame ui={ui} title={title} patientPage sheets>
      <PageHeading title={title} lead={t.printing.lead} />
      <div class="actions screen-only">
        <PrintButton kind="primary">{t.printing.print}</PrintButton>
        <ButtonLink href={path('print.pdf', choice)}>{t.printing.pdf}</ButtonLink>
        <ButtonLink href={`${chartPath(address)}${query(chart, {})}`}>{t.form.back}</ButtonLink>
      </div>
      <nav class="screen-only" aria-label={t.chart.print.choose}>
        <ul class="sheet-choices">
          {CHOICES.map((other) => (
            <li>
              <a
                href={path('print', other)}
                aria-current={other.kind === choice.kind && other.audience === choice.audience ? 'page' : undefined}
              >
                {choiceName(ui, other)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <MissingGlyphs ui={ui} missing={sheets.missing} />
      <SheetPages pages={sheets.pages} title={title} />
    </PageFrame>
  )
}

/** Before somebody prints: the sheets say it too. */
export function MissingGlyphs({ ui, missing }: { ui: Ui; missing: readonly string[] }) {
  const { printing } = ui.t
  if (missing.length === 0) return null
  return (
    <div class="screen-only">
      <Notice ui={ui} kind="caution" title={printing.missingTitle}>
        <p>
          {printing.missingNext} <span class="mono">{missing.join(', ')}</span>
        </p>
      </Notice>
    </div>
  )
}

export function ChartRefusedPage(props: { ui: Ui; refusal: 'denied' | 'keys-closed' }) {
  const { ui, refusal } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.search.title}>
      <div class="narrow-page">
        <PageHeading title={t.search.title} />
        {refusal === 'denied' ? (
          <Notice ui={ui} kind="danger" title={t.opening.denied}>
            <p>{t.errorPage.deniedNext}</p>
          </Notice>
        ) : (
          <Notice ui={ui} kind="danger" title={t.opening.keysClosed}>
            <p>{t.opening.keysClosedWhy}</p>
            <p>{t.opening.keysClosedNext}</p>
          </Notice>
        )}
        <ButtonLink href="/charts">{t.chart.searchAgain}</ButtonLink>
      </div>
    </PageFrame>
  )
}
