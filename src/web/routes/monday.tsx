/** The Monday sheet: everybody who signed in may see it; it holds no patient and no name. */
import { viewerOf, type Web, type WebApp } from '../context.ts'
import { keptAs, renderPage } from '../http/respond.ts'
import { MondayPage } from '../pages/monday.tsx'

export function mondayRoutes(app: WebApp, { services: { monday } }: Web): void {
  app.get('/monday', async (c) => {
    const ui = c.get('ui')
    return renderPage(c, <MondayPage ui={ui} sheet={await monday.sheet(viewerOf(c), ui.f.language)} />)
  })
  app.get('/monday/sheet.pdf', async (c) =>
    c.body(new Uint8Array(await monday.pdf(viewerOf(c))), 200, {
      'Content-Type': 'application/pdf',
      'Content-Disposition': keptAs(c.get('ui'), c.get('ui').t.monday.title, 'pdf'),
    }),
  )
}
