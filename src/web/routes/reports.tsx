/** Reports and notices of an incident, on server and emergency PC. Any who is signed in; sealed where the person may not read. */
import { createHash } from 'node:crypto'
import { type EpochMs, isAppError } from '#base'
import { FIELD_CODES, FILE_KINDS, type FileKind, type ReportNow } from '#notification'
import {
  field,
  fields,
  type FrameServices,
  typedIn,
  viewerOf,
  type Web,
  type WebApp,
  type WebContextOf,
} from '../context.ts'
import type { FieldErrors } from '../components/index.ts'
import { refuse } from '../http/refuse.tsx'
import { keptAs, renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { type ReportModel, ReportPage, ReportsPage } from '../pages/reports.tsx'
import type { DrawnBy, ReportService, ReportsView } from '../report-ports.ts'
import { digestOf, fieldText, isNothingYet, reportDocument } from '../reports/words.ts'
import { parseHappened } from '../when.ts'

const MOST_WORDS = 4000
const TYPES: Readonly<Record<FileKind, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
}

type ReportWeb = Web<FrameServices & { readonly reports: ReportService }>

interface Found {
  readonly view: ReportsView
  readonly report: ReportNow
}

/** Of this form as it was shown to this person: a second click is the same entry. */
const onceOf = (c: WebContextOf): string =>
  createHash('sha256')
    .update(`${c.req.path} ${field(c, 'field')} ${field(c, 'once')}`)
    .digest('hex')
    .slice(0, 16)

const words = (c: WebContextOf, name: string): string => field(c, name).trim().slice(0, MOST_WORDS)

const drawnBy = (c: WebContextOf): DrawnBy => ({
  by: viewerOf(c).displayName,
  missingNotice: c.get('ui').t.printing.missingGlyphs,
  ...(c.get('ui').institution.sample && { sample: c.get('ui').t.sample.mark }),
})

export function reportRoutes(app: WebApp, { services: { reports } }: ReportWeb): void {
  async function found(c: WebContextOf): Promise<Found | undefined> {
    const view = await reports.get(viewerOf(c), c.req.param('id') ?? '')
    const report = view?.reports.find(({ form }) => form.code === c.req.param('form'))
    return view && report && { view, report }
  }
  async function page(
    c: WebContextOf,
    one: Found,
    more: Omit<ReportModel, 'view' | 'report' | 'template' | 'typed'> = {},
  ) {
    const template = await reports.template(viewerOf(c), one.report.form.code)
    const typed = more.errors && { typed: typedIn(c) }
    const model = { ...one, template, done: c.req.query('done') === '1', ...more, ...typed }
    return renderPage(
      c,
      <ReportPage ui={c.get('ui')} model={model} />,
      more.errors ? 400 : more.refused || more.notFilled ? 409 : 200,
    )
  }

  app.get('/incidents/:id/reports', async (c) => {
    const view = await reports.get(viewerOf(c), c.req.param('id'))
    return view ? renderPage(c, <ReportsPage ui={c.get('ui')} view={view} />) : refuse(c, 404, 'notFound')
  })
  app.get('/incidents/:id/reports/:form', async (c) => {
    const one = await found(c)
    return one ? page(c, one) : refuse(c, 404, 'notFound')
  })
  app.get('/incidents/:id/reports/:form/draft/:kind', async (c) => {
    const one = await found(c)
    const kind = kindOf(c.req.param('kind'))
    if (!one?.view.isReadable || !kind) return refuse(c, 404, 'notFound')
    const document = reportDocument(c.get('ui'), one.report, { institution: one.view.institution, isDraft: true })
    const bytes = await reports.draw(document, kind, drawnBy(c))
    return download(c, bytes, kind, `${titleOf(c, one)}_${c.get('ui').t.reports.draftMark}`)
  })
  app.get('/incidents/:id/reports/:form/sent/:version/:kind', async (c) => {
    const one = await found(c)
    const kind = kindOf(c.req.param('kind'))
    const sent = one?.report.sent.find(({ version }) => String(version) === c.req.param('version'))
    const bytes = kind && sent && one && (await reports.sent(viewerOf(c), one.view.incident, sent.files[kind]))
    if (!bytes) return refuse(c, 404, 'notFound')
    const title = `${titleOf(c, one)}_${c.get('ui').t.bcp.version(String(sent.version))}`
    return download(c, bytes, kind, title, sent.sentAt)
  })
  app.get('/incidents/:id/reports/:form/template', async (c) => {
    const one = await found(c)
    if (!one?.view.isReadable) return refuse(c, 404, 'notFound')
    const values = one.report.fields.map((now) => [now.code, fieldText(c.get('ui'), now)] as const)
    const filled = await reports.fill(viewerOf(c), one.report.form.code, Object.fromEntries(values))
    if (!filled) return refuse(c, 404, 'notFound')
    // Half a form is none: what is missing is said instead.
    if (filled.notFilled.length > 0) return page(c, one, { notFilled: filled.notFilled })
    return download(c, filled.bytes, filled.kind, titleOf(c, one))
  })
  app.post('/incidents/:id/reports/:form/template', async (c) => {
    const { t, f } = c.get('ui')
    const one = await found(c)
    const file = c.get('form')?.get('file')
    if (!one) return refuse(c, 404, 'notFound')
    if (!(file instanceof File) || file.size === 0) return page(c, one, { errors: { file: t.field.required } })
    const { cells, wrong } = cellsOf(words(c, 'cells'))
    if (wrong !== undefined) return page(c, one, { errors: { cells: t.reports.templateCellsWrong(wrong) } })
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      await reports.saveTemplate(viewerOf(c), one.report.form.code, { name: file.name.slice(0, 200), bytes, cells })
    } catch (error) {
      if (!isAppError(error, 'OFFICE_TEMPLATE_REFUSED')) throw error
      const { what, why, next } = errorSentences(error.code, f.language)
      return page(c, one, { errors: { file: `${what} ${why} ${next}` } })
    }
    return c.redirect(`/incidents/${one.view.incident}/reports/${one.report.form.code}?done=1#template`, 303)
  })
  app.post('/incidents/:id/reports/:form/field', async (c) => {
    const one = await found(c)
    const code = FIELD_CODES.find((known) => known === field(c, 'field'))
    if (!one || !code) return refuse(c, 404, 'notFound')
    const isWithdrawn = field(c, 'withdraw') === '1'
    const reason = words(c, `reason~${code}`)
    const now = one.report.fields.find((known) => known.code === code)
    // Words where there were none need no reason; what is written over, or left empty on purpose, does.
    const isFirst = now !== undefined && isNothingYet(now) && words(c, `text~${code}`) !== ''
    if (!isWithdrawn && reason === '' && !isFirst)
      return page(c, one, { errors: { [`reason~${code}`]: c.get('ui').t.incident.required } })
    await reports.overrule(viewerOf(c), one.view.incident, {
      form: one.report.form.code,
      field: code,
      text: isWithdrawn ? undefined : words(c, `text~${code}`),
      reason,
      seen: fields(c, 'seen').filter((id) => /^[0-9a-f]{16}$/.test(id)),
      once: onceOf(c),
    })
    return c.redirect(`/incidents/${one.view.incident}/reports/${one.report.form.code}?done=1#fields`, 303)
  })
  app.post('/incidents/:id/reports/:form/send', async (c) => {
    const ui = c.get('ui')
    const one = await found(c)
    if (!one) return refuse(c, 404, 'notFound')
    const [to, how] = [words(c, 'to'), words(c, 'how')]
    const sentAt = timeOf(c)
    const errors: FieldErrors = {
      ...(to === '' && { to: ui.t.incident.required }),
      ...(how === '' && { how: ui.t.incident.required }),
      ...(typeof sentAt !== 'number' && { sentTime: ui.t.incident[sentAt === 'ahead' ? 'timeAhead' : 'timeWrong'] }),
    }
    if (Object.keys(errors).length > 0 || typeof sentAt !== 'number') return page(c, one, { errors })
    const version = Number(field(c, 'version'))
    const again = one.report.sent.some((sent) => sent.version === version)
    try {
      if (!again && field(c, 'digest') !== digestOf(ui, one.report)) return changed(c, one)
      const receipt = words(c, 'receipt')
      const clockWords = [ui.t.reports.form[one.report.form.code], to, how, receipt].filter(Boolean).join('\u3000')
      const input = { form: one.report.form.code, version, to, how, receipt, sentAt, clockWords, once: onceOf(c) }
      const document = reportDocument(ui, one.report, { institution: one.view.institution, isDraft: false })
      await reports.send(viewerOf(c), one.view.incident, input, document, drawnBy(c))
    } catch (error) {
      if (!isAppError(error, 'NOTIFICATION_CHANGED')) throw error
      return changed(c, (await found(c)) ?? one)
    }
    return c.redirect(`/incidents/${one.view.incident}/reports/${one.report.form.code}?done=1#sent`, 303)
  })

  const changed = (c: WebContextOf, one: Found) =>
    page(c, one, { refused: errorSentences('NOTIFICATION_CHANGED', c.get('ui').f.language) })
}

/** `Sheet1!B5 = kind`, one a line. */
function cellsOf(text: string): { cells: Record<string, string>; wrong?: string } {
  const cells: Record<string, string> = {}
  for (const line of text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean)) {
    const [, address, name] = /^(.{1,60}![A-Za-z]{1,3}[1-9]\d{0,6})\s*=\s*([a-z-]+)$/.exec(line.normalize('NFKC')) ?? []
    if (!address || !FIELD_CODES.some((code) => code === name)) return { cells, wrong: line.slice(0, 80) }
    const at = address.lastIndexOf('!')
    cells[`${address.slice(0, at)}${address.slice(at).toUpperCase()}`] = name!
  }
  return { cells }
}

const kindOf = (text: string): FileKind | undefined => FILE_KINDS.find((kind) => kind === text)

const titleOf = (c: WebContextOf, { report }: Found): string => c.get('ui').t.reports.form[report.form.code]

const download = (c: WebContextOf, bytes: Uint8Array, kind: FileKind, name: string, onMs?: EpochMs): Response =>
  c.body(new Uint8Array(bytes), 200, {
    'Content-Type': TYPES[kind],
    'Content-Disposition': keptAs(c.get('ui'), name, kind, { onMs }),
    'Cache-Control': 'no-store',
  })

/** Now where nothing was typed. */
function timeOf(c: WebContextOf): EpochMs | 'ahead' | undefined {
  const [time, day] = [field(c, 'sentTime'), field(c, 'sentDay')]
  return time === '' && day === '' ? c.get('ui').nowMs : parseHappened(time, day, c.get('ui').nowMs)
}
