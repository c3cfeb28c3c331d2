/** Tokens of programs that read. */
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { emptyTokenInput, ReadTokensPage, TOKEN_PROFESSIONS, TokenShownPage } from '../pages/read-tokens.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import type { FieldErrors } from '../components/index.ts'
import { type ReadTokenInput, TOKEN_RANGES } from '../read-token-ports.ts'
import { needs } from './guards.ts'

export function readTokenRoutes(app: WebApp, web: Web): void {
  const { readTokens } = web.services
  app.use('/read-tokens', needs('manage-people'))
  app.use('/read-tokens/*', needs('manage-people'))
  const address = (c: WebContextOf) => `${web.options.secure ? 'https' : 'http'}://${c.req.header('host')}/fhir`
  const show = async (c: WebContextOf, input: ReadTokenInput, errors: FieldErrors = {}) => {
    const model = { view: await readTokens.view(viewerOf(c)), address: address(c), input, errors }
    return renderPage(c, <ReadTokensPage ui={c.get('ui')} model={model} />, Object.keys(errors).length > 0 ? 400 : 200)
  }

  app.get('/read-tokens', (c) => show(c, emptyTokenInput))
  app.post('/read-tokens', async (c) => {
    const { t } = c.get('ui')
    if (viewerOf(c).keysClosed) return c.redirect(unlockPath('/read-tokens'), 303)
    const input = inputOf(c)
    const all = (await readTokens.view(viewerOf(c))).sources
    // All of them today means also those of tomorrow.
    const sources = all.length === input.sources.length ? [] : input.sources
    const result = await readTokens.make(viewerOf(c), { ...input, sources })
    if (result.kind === 'refused')
      return show(c, input, { [result.field]: result.field === 'days' ? t.readTokens.daysWrong : t.field[result.code] })
    return renderPage(
      c,
      <TokenShownPage ui={c.get('ui')} name={input.name} token={result.token} address={address(c)} />,
    )
  })
  app.post('/read-tokens/withdraw', async (c) => {
    await readTokens.withdraw(viewerOf(c), field(c, 'id'))
    return c.redirect('/read-tokens', 303)
  })
}

function inputOf(c: WebContextOf): ReadTokenInput {
  const days = field(c, 'days').normalize('NFKC')
  return {
    name: field(c, 'name'),
    // The least sight of charts where the form was tampered with.
    profession: TOKEN_PROFESSIONS.find((known) => known === field(c, 'profession')) ?? 'clerk',
    sources: fields(c, 'sources'),
    range: TOKEN_RANGES.find((known) => known === field(c, 'range')) ?? 'names',
    reason: field(c, 'reason'),
    days: /^\d{1,3}$/.test(days) ? Number(days) : 0,
  }
}
