/** Finding a patient and opening a chart. A chart opens by a post, after two identifiers, and is journaled by the service. */
import { hasWords, matchesBirth, parseBirthQuery } from '#base'
import { cdaDocument, type Chart, documentText } from '#chart'
import { wayToShow } from '../chart-view/index.ts'
import {
  field,
  fields,
  pageNumber,
  viewerOf,
  type ReadingServices,
  type Web,
  type WebApp,
  type WebContextOf,
} from '../context.ts'
import type { FieldErrors } from '../components/index.ts'
import { refuse } from '../http/refuse.tsx'
import { named, pdfResponse, renderPage } from '../http/respond.ts'
import { DOCUMENT_POLICY, FRAMING_POLICY, PDF_POLICY } from '../http/security.ts'
import {
  type ChartAddress,
  ChartPage,
  ChartPrintPage,
  ChartRefusedPage,
  documentFiles,
  documentHref,
  type SheetChoice,
  sheetPages,
  type ShownAt,
} from '../pages/chart.tsx'
import { ChooseGenerationPage, OpeningPage, SearchPage } from '../pages/search.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { lackingInChart } from '../components/lacking.tsx'
import type { OpenResult } from '../ports.ts'
import type { SlipService } from '../slip-ports.ts'
import type { Elsewhere } from '../pages/same-number.tsx'
import type { SameNumbers } from '../same-number-models.ts'
import { historyRoutes } from './chart-history.tsx'
import { needs } from './guards.ts'
import { patientListRoutes } from './patient-lists.tsx'
import { newestOfEach, searchSources } from './search-sources.ts'
import { pdfWords, slipRoutes } from './slips.tsx'

const HITS = 50

/** @param slips where sheets get numbers */
export function chartRoutes(app: WebApp, web: Web<ReadingServices>, slips?: SlipService): void {
  app.use('/charts', needs('see-patients'))
  app.use('/charts/*', needs('see-patients'))
  searchRoutes(app, web)
  patientListRoutes(app, web)
  openingRoutes(app, web)
  readingRoutes(app, web, slips)
}

const olderPath = (search: string, before: string) =>
  `/charts/older?${new URLSearchParams({ s: search, before }).toString()}`

function searchRoutes(app: WebApp, web: Web<ReadingServices>): void {
  const { charts } = web.services
  const newest = async () => {
    const found = newestOfEach(await charts.readableGenerations())[0]
    return found && { id: found.id, asOfMs: found.takenAtMs, newest: true, about: found }
  }
  app.get('/charts', async (c) => {
    const ui = c.get('ui')
    const generations = await charts.readableGenerations()
    const wanted = c.req.query('generation')
    const chosen = wanted ? generations.find((row) => row.id === wanted) : undefined
    if (wanted && !chosen) return refuse(c, 404, 'notFound')
    if (generations.length === 0) return renderPage(c, <SearchPage ui={ui} model={{ query: '' }} />)
    const { sessionId } = viewerOf(c)
    const query = web.notes.search(sessionId, c.req.query('s') ?? '')
    const tops = newestOfEach(generations)
    const { shown, others } = await searchSources(charts, viewerOf(c), chosen ? [chosen] : tops, query, {
      page: pageNumber(c),
      pageSize: HITS,
    })
    const found = shown.generation
    const result = shown.result === 'failed' ? undefined : shown.result
    const hits = result?.hits.map((hit) => ({ ...hit, key: web.notes.patientToken(sessionId, hit.key) })) ?? []
    const same = hits.length > 0 ? await sameNumbers(c, web, found.id, result!.hits) : undefined
    // Nobody found where all were asked: what is older than the newest of all comes next.
    const before = chosen ? chosen.id : generations[0]!.id
    const model = {
      query: query ?? '',
      generation: {
        id: found.id,
        asOfMs: found.takenAtMs,
        newest: tops.includes(found),
        about: found,
        ...(tops.length > 1 && { sourceName: found.sourceName }),
      },
      result: result && { ...result, hits },
      ...(same && { elsewhere: same.found }),
      others: others.map(({ generation, result: of }) => ({
        name: generation.sourceName,
        asOfMs: generation.takenAtMs,
        total: of === 'failed' ? of : of?.total,
        href: `/charts?${new URLSearchParams({ s: c.req.query('s') ?? '', generation: generation.id }).toString()}`,
      })),
      ...(result?.total === 0 &&
        generations.at(-1)?.id !== before && { older: { href: olderPath(c.req.query('s') ?? '', before) } }),
    }
    return renderPage(c, <SearchPage ui={ui} model={model} />)
  })
  // Further and further back, a few seconds at a time; a patient of old is found where the records end.
  app.get('/charts/older', async (c) => {
    const ui = c.get('ui')
    const token = c.req.query('s') ?? ''
    const query = web.notes.search(viewerOf(c).sessionId, token)
    if (!query) return c.redirect('/charts', 303)
    const found = await charts.searchOlder(viewerOf(c), query, c.req.query('before') ?? '')
    if (found.foundIn !== undefined)
      return c.redirect(`/charts?${new URLSearchParams({ s: token, generation: found.foundIn }).toString()}`, 303)
    const reached = found.searchedTo
    const older = {
      ...(reached && { searchedToMs: reached.takenAtMs }),
      ...(reached && found.more && { href: olderPath(token, reached.id) }),
    }
    return renderPage(c, <SearchPage ui={ui} model={{ query, generation: await newest(), older }} />)
  })
  // The query goes into the session, a token into the address: no names in histories and logs, and "back" works.
  app.post('/charts/search', (c) => {
    const query = field(c, 'query')
    const generation = field(c, 'generation')
    const parameters = new URLSearchParams({
      ...(query ? { s: web.notes.keepSearch(viewerOf(c).sessionId, query) } : {}),
      ...(generation ? { generation } : {}),
    })
    return c.redirect(`/charts?${parameters.toString()}`, 303)
  })
  app.get('/charts/generations', async (c) =>
    renderPage(c, <ChooseGenerationPage ui={c.get('ui')} generations={await charts.readableGenerations()} />),
  )
}

/** Who else has these numbers; keys on both sides as tokens of this session. */
async function sameNumbers(
  c: WebContextOf,
  web: Web<ReadingServices>,
  generationId: string,
  of: readonly { readonly key: string }[],
): Promise<SameNumbers> {
  const viewer = viewerOf(c)
  const token = (key: string) => web.notes.patientToken(viewer.sessionId, key)
  const keys = of.map(({ key }) => key)
  const { found, failed } = await web.services.charts.sameNumber(viewer, generationId, keys)
  const shown = [...found].map(([key, records]) => {
    const tokens = records.map((one) => ({ ...one, patient: { ...one.patient, key: token(one.patient.key) } }))
    return [token(key), tokens] as const
  })
  return { found: new Map(shown), failed }
}

/** What an opening is kept under: this patient in this generation. */
const chartOf = (key: string, generationId: string) => `${key}@${generationId}`
const askingPath = (token: string, generationId: string) =>
  `/charts/${token}/open?generation=${encodeURIComponent(generationId)}`

/** The patient that the address's token stands for, or undefined where this session knows none. */
const patientOf = (c: WebContextOf, web: Web<ReadingServices>) =>
  web.notes.patientKey(viewerOf(c).sessionId, c.req.param('token') ?? '')

function openingRoutes(app: WebApp, web: Web<ReadingServices>): void {
  const { charts } = web.services
  const show = async (
    c: WebContextOf,
    generationId: string | undefined,
    errors: FieldErrors,
    status: 200 | 400 = 200,
  ) => {
    const key = patientOf(c, web)
    const found = key === undefined ? undefined : await charts.identify(viewerOf(c), key, generationId)
    if (!found) return c.redirect('/charts', 303)
    const model = { ...found, token: c.req.param('token') ?? '', errors, reason: field(c, 'reason') }
    return renderPage(c, <OpeningPage ui={c.get('ui')} model={model} />, status)
  }
  app.get('/charts/:token/open', (c) => show(c, c.req.query('generation'), {}))

  app.post('/charts/:token/open', async (c) => {
    const viewer = viewerOf(c)
    const key = patientOf(c, web)
    const generationId = field(c, 'generation') || undefined
    const found = key === undefined ? undefined : await charts.identify(viewer, key, generationId)
    if (key === undefined || !found) return c.redirect('/charts', 303)
    const errors = openingErrors(c, found)
    if (Object.values(errors).some((text) => text !== undefined)) return show(c, generationId, errors, 400)
    const reason = field(c, 'reason')
    const name = found.patient.kanji ?? found.patient.kana
    web.notes.keepOpening(viewer.sessionId, chartOf(key, found.generationId), {
      identifiers: [field(c, 'birth'), name].filter((text): text is string => Boolean(text)),
      ...(reason ? { reason } : {}),
    })
    return c.redirect(`/charts/${c.req.param('token')}?generation=${encodeURIComponent(found.generationId)}`, 303)
  })
}

type Identified = NonNullable<Awaited<ReturnType<ReadingServices['charts']['identify']>>>

/** Two identifiers confirmed; the birth date typed and compared where somebody could be mistaken for this patient. */
function openingErrors(c: WebContextOf, { patient, similar, why }: Identified): FieldErrors {
  const { t } = c.get('ui')
  const confirmed = new Set(fields(c, 'confirmed'))
  const mustType = similar.length > 0 && patient.birthDate !== undefined
  const typed = field(c, 'birth')
  // A whole date: "3月" alone would fit too many people.
  const candidates = parseBirthQuery(typed).filter((date) => date.year && date.month && date.day)
  return {
    birth: mustType && !matchesBirth(candidates, patient.birthDate ?? '') ? t.opening.birthWrong : undefined,
    confirmed: confirmed.size < (mustType ? 1 : 2) ? t.opening.mustCheckTwo : undefined,
    reason: why.length > 0 && !hasWords(field(c, 'reason')) ? t.field.required : undefined,
  }
}

function readingRoutes(app: WebApp, web: Web<ReadingServices>, slips?: SlipService): void {
  const { charts } = web.services
  /** The chart, or the answer instead of it. Without an opening in this session the way leads to the two identifiers. */
  async function read(
    c: WebContextOf,
    show: (chart: Chart, address: ChartAddress) => Promise<Response>,
    print: { print?: 'staff' | 'patient' } = {},
  ): Promise<Response> {
    const viewer = viewerOf(c)
    const token = c.req.param('token') ?? ''
    const key = patientOf(c, web)
    if (key === undefined) return c.redirect('/charts', 303)
    const generationId = c.req.query('generation') ?? (await charts.readableGenerations())[0]?.id ?? ''
    const opening = web.notes.opening(viewer.sessionId, chartOf(key, generationId))
    if (!opening) return c.redirect(askingPath(token, generationId), 303)
    const result: OpenResult<Chart> = await charts.open(viewer, key, { generationId, ...opening, ...print })
    if (result.kind === 'ok') {
      const documents = documentFiles(result.chart).map(({ path }) => path)
      opening.documents = documents
      const reasonGiven = opening.reason !== undefined
      return show(result.chart, { token, reasonGiven, documentNumber: (path) => documents.indexOf(path) })
    }
    if (result.kind === 'not-found') return refuse(c, 404, 'notFound')
    if (result.kind === 'ask-again') return c.redirect(askingPath(token, generationId), 303)
    if (result.kind === 'keys-closed' && viewer.keysClosed) return c.redirect(unlockPath(c.get('ui').path), 303)
    return renderPage(c, <ChartRefusedPage ui={c.get('ui')} refusal={result.kind} />, 403)
  }

  /** A reader who does not see where patients lie has no ward to ask for. */
  const lackingFor = async (c: WebContextOf, chart: Chart) =>
    chart.stay.access === 'shown' ? lackingInChart(chart, await charts.wardMinimums(viewerOf(c))) : []

  const elsewhereOf = async (c: WebContextOf, chart: Chart): Promise<Elsewhere> => {
    const { found, failed } = await sameNumbers(c, web, chart.generation.id, [{ key: chart.patientKey }])
    return { records: [...found.values()].flat(), failed }
  }

  async function again(c: WebContextOf, chart: Chart, generationId: string): Promise<Chart | 'not-there' | 'ask'> {
    const { sessionId } = viewerOf(c)
    const key = chart.patientKey
    const known = (await charts.readableGenerations()).some(({ id }) => id === generationId)
    const opening = web.notes.opening(sessionId, chartOf(key, chart.generation.id))
    if (!known || !opening) return 'not-there'
    const { identifiers, reason } = opening
    const confirmed = { identifiers, ...(reason === undefined ? {} : { reason }) }
    const result = await charts.open(viewerOf(c), key, { generationId, ...confirmed })
    // A name that changed since: the two identifiers are asked for that day.
    if (result.kind !== 'ok') return result.kind === 'not-found' ? 'not-there' : 'ask'
    web.notes.keepOpening(sessionId, chartOf(key, generationId), confirmed)
    return result.chart
  }

  app.get('/charts/:token', (c) =>
    read(c, async (chart, address) => {
      const shown = await inPlace(c, chart, address)
      if (shown?.document.kind === 'pdf') c.header('Content-Security-Policy', FRAMING_POLICY)
      const options = {
        showOrigins: c.req.query('origins') === '1',
        allColumns: c.req.query('all') === '1',
        ...(shown && { shown }),
        lacking: await lackingFor(c, chart),
        elsewhere: await elsewhereOf(c, chart),
        about: (await charts.readableGenerations()).find(({ id }) => id === chart.generation.id),
      }
      return renderPage(c, <ChartPage ui={c.get('ui')} chart={chart} address={address} options={options} />)
    }),
  )
  const choiceOf = (c: WebContextOf): SheetChoice => ({
    kind: c.req.query('sheet') === 'medicines' ? 'medicines' : 'summary',
    audience: c.req.query('for') === 'patient' ? 'patient' : 'staff',
  })
  app.get('/charts/:token/print', (c) => {
    const choice = choiceOf(c)
    return read(
      c,
      async (chart, address) => {
        const ui = c.get('ui')
        const pages = sheetPages(ui, chart, choice, await elsewhereOf(c, chart))
        const sheets = await charts.noted(pages, pdfWords(ui, ui.t.paper.summary))
        return renderPage(c, <ChartPrintPage ui={ui} {...{ chart, address, choice, sheets }} />)
      },
      { print: choice.audience },
    )
  })
  // For a place without a printer dialogue: the same pages as a file.
  app.get('/charts/:token/print.pdf', (c) => {
    const choice = choiceOf(c)
    const ui = c.get('ui')
    return read(
      c,
      async (chart) =>
        pdfResponse(
          c,
          await charts.pdf(
            sheetPages(ui, chart, choice, await elsewhereOf(c, chart)),
            pdfWords(ui, ui.t.paper.summary),
          ),
        ),
      { print: choice.audience },
    )
  })
  slipRoutes(app, web, read, slips)
  historyRoutes(app, web, { read, again })
  app.get('/charts/:token/documents/:number', async (c) => {
    const viewer = viewerOf(c)
    const key = patientOf(c, web)
    const generationId = c.req.query('generation') ?? ''
    const opening = key === undefined ? undefined : web.notes.opening(viewer.sessionId, chartOf(key, generationId))
    if (key === undefined || !opening) return c.redirect('/charts', 303)
    const number = c.req.param('number')
    const path = /^\d{1,6}$/.test(number) ? opening.documents?.[Number(number)] : undefined
    const file = path === undefined ? undefined : await charts.document(viewer, key, { generationId, ...opening, path })
    if (!file) return refuse(c, 404, 'notFound')
    const isPdf = wayToShow(file.contentType) === 'pdf'
    return c.body(new Uint8Array(file.bytes), 200, {
      'Content-Type': safeType(file.contentType),
      'Content-Disposition': named('inline', file.fileName),
      'Content-Security-Policy': isPdf ? PDF_POLICY : DOCUMENT_POLICY,
      // Shown inside the chart (FRAMING_POLICY).
      ...(isPdf && { 'X-Frame-Options': 'SAMEORIGIN' }),
    })
  })

  /** The document that the address asks for in its place, by its number; one that this chart does not name is none. */
  async function inPlace(c: WebContextOf, chart: Chart, address: ChartAddress): Promise<ShownAt | undefined> {
    const asked = c.req.query('document') ?? ''
    const file = /^\d{1,6}$/.test(asked) ? documentFiles(chart)[Number(asked)] : undefined
    if (!file) return undefined
    const way = wayToShow(file.contentType)
    const href = documentHref(chart, address, file.path)
    if (way === 'pdf' || way === 'image') return { path: file.path, document: { kind: way, href } }
    if (way === 'other') return { path: file.path, document: { kind: 'other', contentType: file.contentType } }
    const generationId = chart.generation.id
    const opening = web.notes.opening(viewerOf(c).sessionId, chartOf(chart.patientKey, generationId))
    const found =
      opening && (await charts.document(viewerOf(c), chart.patientKey, { generationId, ...opening, path: file.path }))
    if (!found) return undefined
    const text = documentText(found.bytes)
    const cda = cdaDocument(text)
    return { path: file.path, document: cda ? { kind: 'cda', document: cda } : { kind: 'text', text } }
  }
}

/** Types that a browser shows without running anything; everything else is saved as a file or shown as text. */
const SHOWN_TYPES = ['application/pdf', 'image/jpeg', 'image/png', 'image/gif', 'text/plain']
function safeType(contentType: string): string {
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  if (SHOWN_TYPES.includes(type)) return type === 'text/plain' ? 'text/plain; charset=utf-8' : type
  return type.startsWith('text/') || type.includes('xml') || type.includes('json')
    ? 'text/plain; charset=utf-8'
    : 'application/octet-stream'
}
