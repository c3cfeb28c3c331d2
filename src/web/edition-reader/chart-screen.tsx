/** A chart with the same pure view as the server, and its documents. */
import type { Chart } from '#chart/browser'
import type { ChartResult, DocumentPlace, Edition, Head } from '#edition/format'
import { type Audience, chartPages, GENERATION_CHARACTERS, type SheetKind, shownValue } from '#sheets'
import { ChartBody, type ChartView, SheetPages, slipSheets } from '../chart-view/index.ts'
import { Lacking, lackingInChart } from '../components/lacking.tsx'
import { PageHeading } from '../components/heading.tsx'
import { Notice } from '../components/notice.tsx'
import { elsewhereLines, ElsewhereNote, ElsewherePanel, sourceOf, SourceLine } from './elsewhere.tsx'
import type { Look } from './look.ts'

export type Opened = Extract<ChartResult, { readonly state: 'opened' }>

export interface ChartModel {
  readonly row: number
  readonly opened: Opened
  /** Those that lie on this disc. */
  readonly documents: readonly DocumentPlace[]
  readonly showOrigins: boolean
  readonly allColumns: boolean
  /** One sheet instead of the whole chart. */
  readonly sheet: { readonly kind: SheetKind | 'all' | 'labels'; readonly audience: Audience } | undefined
  /** Who reads: stands on the sheet. */
  readonly who?: string | undefined
}

function viewOf(look: Look, edition: Edition, model: ChartModel): ChartView {
  const { since } = sourceOf(edition, model.row)
  const { leftOut } = model.opened
  return {
    t: look.t.chart,
    words: look.t,
    f: look.f,
    nowMs: look.nowMs,
    showOrigins: model.showOrigins,
    allColumns: model.allColumns,
    documentHref(path) {
      const n = model.documents.findIndex((place) => place.path === path)
      return n === -1 ? undefined : `#document-${n}`
    },
    partNote(part) {
      const n = leftOut[part]
      return n && since ? look.r.chart.older(look.f.recordedDate(since), look.f.count(n)) : undefined
    },
  }
}

/** At the foot of each printed sheet: whose chart, of when. */
export function footerOf(look: Look, chart: Chart): string {
  const identity = shownValue(chart.identity)
  const name = identity?.kanji ?? identity?.kana ?? look.t.chart.identity.noName
  const asOf = look.f.dateTime(chart.generation.asOf, look.nowMs)
  const generation = look.t.paper.generation(chart.generation.id.slice(0, GENERATION_CHARACTERS))
  return `${look.t.chart.print.footer(name, identity?.patientId ?? '', asOf)}\u3000${generation}`
}

export function ChartScreen(props: { look: Look; edition: Edition; model: ChartModel }) {
  const { look, edition, model } = props
  const view = viewOf(look, edition, model)
  const { chart, isPackSound } = model.opened
  const { t, r } = look
  if (model.sheet)
    return <Sheet look={look} edition={edition} row={model.row} chart={chart} sheet={model.sheet} who={model.who} />
  return (
    <>
      {isPackSound ? (
        <p class="quiet screen-only">
          <span class="mark" aria-hidden="true">
            ✓
          </span>{' '}
          {r.chart.verified}
        </p>
      ) : (
        <Notice ui={look} kind="caution" title={r.chart.packChanged} />
      )}
      <SourceLine look={look} edition={edition} row={model.row} />
      <Lacking ui={look} lacking={lackingInChart(chart, edition.index.about.minimums)} />
      <ElsewhereNote look={look} edition={edition} row={model.row} />
      <ChartBody
        view={view}
        chart={chart}
        labsHref="#all-columns"
        actions={
          <div class="actions screen-only">
            <ActionButton does="search">{r.chart.againSearch}</ActionButton>
            <ActionButton does="sheet-staff">
              {t.chart.print.summary}（{t.chart.print.inHouse}）
            </ActionButton>
            <ActionButton does="sheet-patient">
              {t.chart.print.summary}（{t.chart.print.forPatient}）
            </ActionButton>
            <ActionButton does="sheet-medicines">
              {t.paper.medicines}（{t.chart.print.inHouse}）
            </ActionButton>
            <ActionButton does="sheet-medicines-patient">
              {t.paper.medicinesForPatient}（{t.chart.print.forPatient}）
            </ActionButton>
            <ActionButton does="sheet-slips">{t.printing.slipsTitle}</ActionButton>
            <ActionButton does="print">
              {t.chart.print.full}（{t.chart.print.inHouse}）
            </ActionButton>
            <button class="link-button" type="button" data-do="origins">
              {model.showOrigins ? t.chart.hideOrigins : t.chart.showOrigins}
            </button>
          </div>
        }
      />
      <ElsewherePanel look={look} edition={edition} row={model.row} />
    </>
  )
}

function ActionButton(props: { does: string; primary?: boolean; children?: unknown }) {
  return (
    <button class={props.primary ? 'button button-primary' : 'button'} type="button" data-do={props.does}>
      {props.children}
    </button>
  )
}

function Sheet(props: {
  look: Look
  edition: Edition
  row: number
  chart: Chart
  sheet: NonNullable<ChartModel['sheet']>
  who: string | undefined
}) {
  const { look, chart, who } = props
  const { kind, audience } = props.sheet
  const { head } = props.edition.cover.manifest
  const { t, r, f } = look
  const by = who ? r.printedBy(who, f.dateTime(look.nowMs, look.nowMs)) : ''
  const from = [r.confidential, r.cover.number(String(head.number)), by].join('　')
  const isForm = kind === 'all' || kind === 'labels'
  const pages = isForm
    ? slipSheets(slipLook(look, head, from), kind, chart)
    : chartPages({ t: t.chart, p: t.paper, f }, chart, kind, {
        audience,
        asOf: f.dateTime(chart.generation.asOf, look.nowMs),
        by: from,
        elsewhere: elsewhereLines(look, props.edition, props.row),
        ...(head.isSample ? { sample: t.sample.mark } : {}),
      })
  return (
    <>
      <div class="actions screen-only">
        <ActionButton does="print" primary>
          {r.stack.print}
        </ActionButton>
        <ActionButton does="whole">{t.form.back}</ActionButton>
      </div>
      <SheetPages pages={pages} title={isForm ? t.printing.slipsTitle : t.paper[kind]} />
    </>
  )
}

const slipLook = (look: Look, { institution, isSample }: Head, by: string) => ({ ...look, institution, isSample, by })

/** For somebody who has no number yet, or whose chart is not here. */
export function SlipsScreen(props: { look: Look; edition: Edition; who: string }) {
  const { look, edition, who } = props
  const { head } = edition.cover.manifest
  const { r, t } = look
  const by = [r.cover.number(String(head.number)), r.printedBy(who, look.f.dateTime(look.nowMs, look.nowMs))].join('　')
  return (
    <>
      <div class="actions screen-only">
        <ActionButton does="print" primary>
          {r.stack.print}
        </ActionButton>
        <ActionButton does="search">{t.form.back}</ActionButton>
      </div>
      <SheetPages pages={slipSheets(slipLook(look, head, by), 'all')} title={t.printing.slipsTitle} />
    </>
  )
}

export function ChartRefused(props: {
  look: Look
  state: Exclude<ChartResult['state'], 'opened'>
  name: string
  patientId: string
  disc: number
}) {
  const { look, state } = props
  const { r } = look
  return (
    <>
      <PageHeading title={`${props.name || look.t.chart.identity.noName} ${props.patientId}`} />
      <Notice
        ui={look}
        kind="danger"
        title={`${r.chart.state[state]}${state === 'other-disc' ? ` (${r.hit.otherDisc(String(props.disc))})` : ''}`}
        live
      >
        <p>{r.chart.stateNext}</p>
      </Notice>
      <div class="actions">
        <ActionButton does="search" primary>
          {r.chart.againSearch}
        </ActionButton>
      </div>
    </>
  )
}

export interface DocumentModel {
  readonly title: string
  readonly contentType: string
  /** `blob:` address of the bytes; undefined where they are not what was sealed. */
  readonly url: string | undefined
}

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/bmp', 'image/webp']

/** Shown as what the chart says it is and never as a page: a document that carries script stays a document. */
export function DocumentScreen(props: { look: Look; model: DocumentModel }) {
  const { look, model } = props
  const t = look.r.document
  const { url, contentType } = model
  return (
    <>
      <PageHeading title={model.title}>
        <ActionButton does="whole" primary>
          {t.back}
        </ActionButton>
      </PageHeading>
      {url === undefined ? (
        <Notice ui={look} kind="danger" title={t.damaged} live />
      ) : (
        <>
          <DocumentContent look={look} url={url} contentType={contentType} title={model.title} />
          <p class="screen-only">
            <a class="button" href={url} download={fileName(model)} data-saves="1">
              {t.save}
            </a>{' '}
            <span class="field-hint">{t.saveNote}</span>
          </p>
        </>
      )}
    </>
  )
}

function DocumentContent(props: { look: Look; url: string; contentType: string; title: string }) {
  const { url, contentType, title, look } = props
  if (PICTURES.includes(contentType))
    return (
      <>
        <p class="part-note">{look.t.chart.exam.imageNote}</p>
        <img class="document-picture" src={url} alt={title} />
      </>
    )
  if (contentType === 'application/pdf') return <iframe class="document-frame" src={url} title={title} />
  return <Notice ui={look} kind="info" title={look.r.document.noView} />
}

function fileName({ title, contentType }: DocumentModel): string {
  const ending = /^[a-z]+\/([a-z0-9]+)$/.exec(contentType)?.[1] ?? 'bin'
  return `${title.replace(/[\\/:*?"<>|\s]+/g, '_').slice(0, 60) || 'document'}.${ending}`
}
