/** What is backed up: choosing the kind, trying, saving, changing, stopping, and the sheets of one source. */
import { STOP_REASONS } from '#vault'
import type { FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { ADDED_KINDS, SourceFormPage, SourceKindPage } from '../pages/source-form.tsx'
import { CommandRecordsPage, ImpactPage } from '../pages/source-outside.tsx'
import { readingPath } from '../pages/source-reading.tsx'
import { KEEP_YEARS, SourceChangePage, SourceMovedPage, SourcesPage } from '../pages/sources.tsx'
import type { SourceInput } from '../ports.ts'
import { needs } from './guards.ts'
import { sourceFhirRoutes } from './source-fhir.tsx'

export function sourceRoutes(app: WebApp, web: Web): void {
  const { backup } = web.services
  app.use('/sources', needs('manage-backup'))
  app.use('/sources/*', needs('manage-backup'))

  app.get('/sources', async (c) =>
    renderPage(
      c,
      <SourcesPage ui={c.get('ui')} sources={await backup.sources()} added={c.req.query('added') === '1'} />,
    ),
  )
  // Before `/sources/:id`.
  sourceFhirRoutes(app, web)
  app.get('/sources/new', async (c) => {
    const ui = c.get('ui')
    const kind = ADDED_KINDS.find((known) => known === c.req.query('kind'))
    if (!kind) return renderPage(c, <SourceKindPage ui={ui} />)
    const input = {
      name: '',
      kind,
      paths: [],
      dailyAt: '02:00',
      definition: '',
      hook: '',
      everyHours: 24,
      onChange: false,
    }
    return renderPage(c, <SourceFormPage ui={ui} input={input} choices={await backup.outsideChoices()} />)
  })
  app.post('/sources/new', async (c) => {
    const ui = c.get('ui')
    const input = sourceInput(c)
    const choices = await backup.outsideChoices()
    const show = (errors: FieldErrors) =>
      renderPage(c, <SourceFormPage ui={ui} input={input} choices={choices} errors={errors} />, 400)
    const missing = missingFields(input, field(c, 'do') === 'save')
    if (missing.length > 0) return show(Object.fromEntries(missing.map((name) => [name, ui.t.field.required])))
    if (field(c, 'do') === 'try') {
      const result = await backup.trySource(input)
      if (result.kind === 'refused') return show({ [result.field]: ui.t.field[result.code] })
      const found = result.kind === 'ok' ? { trial: result.trial } : { trouble: result.errorCode }
      return renderPage(c, <SourceFormPage ui={ui} input={input} choices={choices} {...found} />)
    }
    const result = await backup.addSource(viewerOf(c), input)
    if (result.kind === 'refused') return show({ [result.field]: ui.t.field[result.code] })
    if (result.kind === 'moved')
      return renderPage(c, <SourceMovedPage ui={ui} url={result.url} firstSignIn={result.firstSignIn} />)
    // Kept as files from now on; how they are read as charts is asked next, of whoever may see them.
    const isReadable = (input.kind === 'csv' || input.kind === 'folder') && viewerOf(c).can.has('see-documents')
    return c.redirect(isReadable ? `${readingPath(result.id)}?said=added` : '/sources?added=1', 303)
  })
  const find = async (c: WebContextOf) =>
    (await backup.sources()).find(({ id, kind }) => id === c.req.param('id') && kind !== 'own-state')
  const showOne = async (
    c: WebContextOf,
    more: {
      input?: Pick<SourceInput, 'name' | 'dailyAt' | 'hook' | 'onChange'>
      errors?: FieldErrors
      saved?: boolean
    },
  ) => {
    const source = await find(c)
    if (!source) return refuse(c, 404, 'notFound')
    const choices = await backup.outsideChoices()
    const hook = choices.hooks.find(({ name }) => name === source.hook)?.id ?? ''
    const input = more.input ?? {
      name: source.name,
      dailyAt: source.dailyAt ?? '',
      hook,
      onChange: source.watch !== undefined,
    }
    const page = <SourceChangePage ui={c.get('ui')} source={source} choices={choices} {...more} input={input} />
    return renderPage(c, page, more.errors ? 400 : 200)
  }
  app.get('/sources/:id', (c) => showOne(c, { saved: c.req.query('saved') === '1' }))
  app.post('/sources/:id', async (c) => {
    const { t } = c.get('ui')
    const { name, dailyAt, hook, onChange } = sourceInput(c)
    const input = { name, dailyAt, hook, onChange }
    if (name === '') return showOne(c, { input, errors: { name: t.field.required } })
    if (!(await find(c))) return refuse(c, 404, 'notFound')
    const result = await backup.changeSource(viewerOf(c), c.req.param('id'), input)
    if (result.kind === 'refused') return showOne(c, { input, errors: { [result.field]: t.field[result.code] } })
    return c.redirect(`/sources/${c.req.param('id')}?saved=1`, 303)
  })
  app.get('/sources/:id/impact', async (c) => {
    const impact = (await find(c)) && (await backup.impact(c.req.param('id')))
    return impact ? renderPage(c, <ImpactPage ui={c.get('ui')} impact={impact} />) : refuse(c, 404, 'notFound')
  })
  app.get('/sources/:id/commands', async (c) => {
    const source = await find(c)
    if (!source) return refuse(c, 404, 'notFound')
    const records = await backup.commandRecords(viewerOf(c), source.id)
    return renderPage(c, <CommandRecordsPage ui={c.get('ui')} source={source} records={records} />)
  })
  app.post('/sources/:id/numbers', async (c) => {
    const source = await find(c)
    if (source?.sharedNumbers === undefined) return refuse(c, 404, 'notFound')
    await backup.shareNumbers(viewerOf(c), source.id, field(c, 'shared') === 'yes')
    return c.redirect(`/sources/${source.id}?saved=1`, 303)
  })
  app.post('/sources/:id/canaries', async (c) => {
    const source = await find(c)
    if (!source?.canaries) return refuse(c, 404, 'notFound')
    await backup.plantCanaries(viewerOf(c), source.id, field(c, 'canaries') === 'yes')
    return c.redirect(`/sources/${source.id}?saved=1`, 303)
  })
  app.post('/sources/:id/stop', async (c) => {
    const reason = STOP_REASONS.find((known) => known === field(c, 'reason'))
    if (!reason) return showOne(c, { errors: { reason: c.get('ui').t.field.required } })
    if (!(await find(c))) return refuse(c, 404, 'notFound')
    const years = Number(field(c, 'years')) || KEEP_YEARS[0]
    if (!(await backup.stopSource(viewerOf(c), c.req.param('id'), reason, years)))
      return showOne(c, { errors: { reason: c.get('ui').t.field['nothing-to-keep'] } })
    return c.redirect('/sources', 303)
  })
  app.post('/sources/:id/resume', async (c) => {
    if (!(await find(c))) return refuse(c, 404, 'notFound')
    await backup.resumeSource(viewerOf(c), c.req.param('id'))
    return c.redirect('/sources', 303)
  })
  app.post('/sources/:id/run', async (c) => {
    const { jobId } = await backup.run(viewerOf(c), c.req.param('id'))
    return c.redirect(`/jobs/${jobId}`, 303)
  })
}

function sourceInput(c: WebContextOf): SourceInput {
  return {
    name: field(c, 'name'),
    kind: ADDED_KINDS.find((known) => known === field(c, 'kind')) ?? 'folder',
    paths: field(c, 'paths')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean),
    dailyAt: field(c, 'dailyAt').normalize('NFKC'),
    definition: field(c, 'definition'),
    hook: field(c, 'hook'),
    everyHours: Number(field(c, 'everyHours')) || 24,
    onChange: field(c, 'onChange') === 'yes',
  }
}

/** A trial needs no name yet. */
function missingFields(input: SourceInput, saving: boolean): string[] {
  const where = input.kind === 'database' ? 'definition' : 'paths'
  return [...(saving && input.name === '' ? ['name'] : []), ...(input[where].length === 0 ? [where] : [])]
}
