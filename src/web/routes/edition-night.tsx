/** Editions by night: asked for, confirmed, ended; the envelopes for who asked. */
import { isAppError } from '#base'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import type { NightRequest } from '../edition-ports.ts'
import { renderPage } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { NightCardPage, NightEditionPage, type NightTyped } from '../pages/edition-night.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { readContents, typedContents, usualContents } from './edition-fields.ts'

const EVERY_DAY = ['0', '1', '2', '3', '4', '5', '6']

export function editionNightRoutes(app: WebApp, { services: { editions } }: Web): void {
  const closed = (c: WebContextOf) =>
    viewerOf(c).keysClosed ? c.redirect(unlockPath('/editions/night'), 303) : undefined
  const several = (c: WebContextOf, name: string) =>
    (c.get('form')?.getAll(name) ?? []).filter((one) => typeof one === 'string')

  app.get('/editions/night', async (c) => {
    const view = await editions.night(viewerOf(c))
    const { t } = c.get('ui')
    const typed: NightTyped = {
      ...usualContents(t, view.kinds),
      sources: view.sources.filter(({ isRetired }) => !isRetired).map(({ id }) => id),
      days: EVERY_DAY,
      folder: (await editions.mounted(viewerOf(c)))[0]?.folder ?? '',
    }
    return renderPage(c, <NightEditionPage ui={c.get('ui')} model={{ view, typed }} />)
  })
  app.post('/editions/night', async (c) => {
    const away = closed(c)
    if (away) return away
    const { t, f } = c.get('ui')
    const view = await editions.night(viewerOf(c))
    const typed: NightTyped = {
      ...typedContents(c),
      folder: field(c, 'folder'),
      sources: several(c, 'sources'),
      days: several(c, 'days'),
    }
    const errors: Record<string, string> = {}
    const contents = readContents(t, typed, view.kinds, errors)
    if (typed.folder === '') errors['folder'] = t.field.required
    const sources = view.sources.map(({ id }) => id).filter((id) => typed.sources.includes(id))
    const days = EVERY_DAY.filter((day) => typed.days.includes(day)).map(Number)
    if (sources.length === 0) errors['sources'] = t.field.required
    if (days.length === 0) errors['days'] = t.field.required
    if (contents && Object.keys(errors).length === 0) {
      const request: NightRequest = { ...contents, sources, days, folder: typed.folder }
      try {
        await editions.askNight(viewerOf(c), request)
        return c.redirect('/editions/night/card', 303)
      } catch (error) {
        if (!isAppError(error) || error.kind === 'bug' || error.code === 'ACCESS_DENIED') throw error
        const { what, next } = errorSentences(error.code, f.language)
        errors['folder'] = `${what} ${next}`
      }
    }
    return renderPage(c, <NightEditionPage ui={c.get('ui')} model={{ view, typed, errors }} />, 400)
  })
  app.get('/editions/night/card', async (c) => {
    const slots = editions.nightPassphrases(viewerOf(c))
    return slots ? renderPage(c, <NightCardPage ui={c.get('ui')} slots={slots} />) : c.redirect('/editions/night', 303)
  })
  const acts = {
    confirm: (c: WebContextOf) => editions.confirmNight(viewerOf(c)),
    end: (c: WebContextOf) => editions.endNight(viewerOf(c)),
    forget: async (c: WebContextOf) => editions.forgetNightPassphrases(viewerOf(c)),
  }
  for (const [name, act] of Object.entries(acts))
    app.post(`/editions/night/${name}`, async (c) => {
      await act(c)
      return c.redirect('/editions/night', 303)
    })
}
