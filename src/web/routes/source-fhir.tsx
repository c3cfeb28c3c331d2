/** A FHIR server as a source: tried before it is saved. */
import type { FieldErrors } from '../components/index.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { EMPTY_FHIR_FORM, SourceFhirPage } from '../pages/source-fhir.tsx'
import { FHIR_LOGINS, type FhirServerForm } from '../source-fhir-ports.ts'

/** Below `/sources`, whose guard holds here too. */
export function sourceFhirRoutes(app: WebApp, web: Web): void {
  const { fhirSources } = web.services
  app.get('/sources/fhir-server', (c) => renderPage(c, <SourceFhirPage ui={c.get('ui')} input={EMPTY_FHIR_FORM} />))
  app.post('/sources/fhir-server', async (c) => {
    const ui = c.get('ui')
    const input = formOf(c)
    const isSaving = field(c, 'do') === 'save'
    const show = (errors: FieldErrors) => renderPage(c, <SourceFhirPage ui={ui} input={input} errors={errors} />, 400)
    const missing = [
      ...(isSaving && input.name === '' ? ['name'] : []),
      ...(input.base === '' ? ['base'] : []),
      ...(input.login !== 'none' && input.secret === '' ? ['secret'] : []),
    ]
    if (missing.length > 0) return show(Object.fromEntries(missing.map((name) => [name, ui.t.field.required])))
    if (isSaving) {
      const result = await fhirSources.addServer(viewerOf(c), input)
      if (result.kind === 'ok') return c.redirect('/sources?added=1', 303)
      if (result.kind === 'refused') return show({ [result.field]: ui.t.field[result.code] })
      return renderPage(c, <SourceFhirPage ui={ui} input={input} trouble={result.errorCode} />)
    }
    const result = await fhirSources.tryServer(viewerOf(c), input)
    if (result.kind === 'refused') return show({ [result.field]: ui.t.field[result.code] })
    const found = result.kind === 'ok' ? { found: result.found } : { trouble: result.errorCode }
    return renderPage(c, <SourceFhirPage ui={ui} input={input} {...found} />)
  })
  app.get('/sources/fhir-server/:id', async (c) => {
    const id = c.req.param('id')
    const input = await fhirSources.saved(viewerOf(c), id)
    const said = c.req.query('said') === 'changed'
    return input
      ? renderPage(c, <SourceFhirPage ui={c.get('ui')} input={input} changing={{ id, said }} />)
      : refuse(c, 404, 'notFound')
  })
  app.post('/sources/fhir-server/:id', async (c) => {
    const ui = c.get('ui')
    const id = c.req.param('id')
    const saved = await fhirSources.saved(viewerOf(c), id)
    if (!saved) return refuse(c, 404, 'notFound')
    const input = { ...formOf(c), name: saved.name, base: saved.base, group: saved.group }
    const how = field(c, 'do') === 'save' ? 'save' : 'try'
    const result = await fhirSources.change(viewerOf(c), id, input, how)
    const changing = { id, said: false }
    if (result.kind === 'refused') {
      const errors = { [result.field]: ui.t.field[result.code] }
      return renderPage(c, <SourceFhirPage ui={ui} input={input} errors={errors} changing={changing} />, 400)
    }
    if (result.kind === 'ok' && how === 'save') return c.redirect(`/sources/fhir-server/${id}?said=changed`, 303)
    const found = result.kind === 'ok' ? { found: result.found } : { trouble: result.errorCode }
    return renderPage(c, <SourceFhirPage ui={ui} input={input} changing={changing} {...found} />)
  })
}

function formOf(c: WebContextOf): FhirServerForm {
  return {
    name: field(c, 'name'),
    base: field(c, 'base'),
    login: FHIR_LOGINS.find((known) => known === field(c, 'login')) ?? 'bearer',
    user: field(c, 'user'),
    secret: field(c, 'secret'),
    fingerprint: field(c, 'fingerprint'),
    ca: field(c, 'ca').replaceAll('\r\n', '\n'),
    others: field(c, 'others'),
    group: field(c, 'group'),
    dailyAt: field(c, 'dailyAt').normalize('NFKC'),
  }
}
