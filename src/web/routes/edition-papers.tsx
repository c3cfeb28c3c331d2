/** PDFs that go onto every emergency disc: put here, looked at, taken off. */
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { pdfResponse, renderPage } from '../http/respond.ts'
import { EditionPapersPage, type PapersModel } from '../pages/edition-papers.tsx'

/** Of one upload; what all may weigh is the service's to know. */
export const MOST_PAPER_UPLOAD_BYTES = 61 << 20
const LONGEST_TITLE = 40

export function editionPaperRoutes(app: WebApp, { services: { editions } }: Web): void {
  const show = async (c: WebContextOf, more: Omit<PapersModel, 'papers'>) => {
    const model = { papers: await editions.papers(viewerOf(c)), ...more }
    return renderPage(c, <EditionPapersPage ui={c.get('ui')} model={model} />, more.errors ? 400 : 200)
  }

  app.get('/editions/papers', (c) => show(c, { isSaved: c.req.query('done') === 'saved' }))
  app.post('/editions/papers', async (c) => {
    const { t } = c.get('ui')
    const typed = field(c, 'name').trim().slice(0, LONGEST_TITLE)
    const file = c.get('form')?.get('file')
    const errors: Record<string, string> = {}
    if (typed === '') errors['name'] = t.field.required
    if (!(file instanceof File) || file.size === 0) errors['file'] = t.field.required
    else if (typed !== '') {
      const bytes = new Uint8Array(await file.arrayBuffer())
      if (await editions.addPaper(viewerOf(c), typed, bytes)) return c.redirect('/editions/papers?done=saved', 303)
      errors['file'] = t.editionPapers.refused
    }
    return show(c, { typed, errors })
  })
  app.post('/editions/papers/:id/remove', async (c) => {
    await editions.removePaper(viewerOf(c), c.req.param('id'))
    return c.redirect('/editions/papers?done=saved', 303)
  })
  app.get('/editions/papers/:file{[0-9a-f-]+\\.pdf}', async (c) => {
    const bytes = await editions.paper(viewerOf(c), c.req.param('file').slice(0, -4))
    return bytes ? pdfResponse(c, bytes) : refuse(c, 404, 'notFound')
  })
}
