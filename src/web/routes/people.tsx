/** Accounts and roles. */
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { NewPersonPage, OneTimeCodePage, PeoplePage, PersonPage } from '../pages/people.tsx'
import type { PersonInput } from '../ports.ts'
import { DUTIES, PROFESSIONS, type Person } from '../read-models.ts'
import { needs } from './guards.ts'

const inputOf = (person: Person): PersonInput => ({
  loginName: person.loginName,
  displayName: person.displayName,
  profession: person.profession,
  duties: person.duties,
})

function personInput(c: WebContextOf): PersonInput {
  const chosen = fields(c, 'duties')
  return {
    loginName: field(c, 'loginName').normalize('NFKC'),
    displayName: field(c, 'displayName'),
    // The least sight of charts where the form was tampered with.
    profession: PROFESSIONS.find((known) => known === field(c, 'profession')) ?? 'vendor',
    duties: DUTIES.filter((duty) => chosen.includes(duty)),
  }
}

function missing(c: WebContextOf, input: PersonInput, names: readonly ('loginName' | 'displayName')[]) {
  const empty = names.filter((name) => input[name] === '')
  return Object.fromEntries(empty.map((name) => [name, c.get('ui').t.field.required]))
}

export function peopleRoutes(app: WebApp, web: Web): void {
  const { people } = web.services
  app.use('/people', needs('manage-people'))
  app.use('/people/*', needs('manage-people'))

  app.get('/people', async (c) => renderPage(c, <PeoplePage ui={c.get('ui')} people={await people.list()} />))

  app.get('/people/new', (c) =>
    renderPage(
      c,
      <NewPersonPage ui={c.get('ui')} input={{ loginName: '', displayName: '', profession: 'clerk', duties: [] }} />,
    ),
  )
  app.post('/people/new', async (c) => {
    const ui = c.get('ui')
    const input = personInput(c)
    const errors = missing(c, input, ['loginName', 'displayName'])
    if (Object.keys(errors).length > 0)
      return renderPage(c, <NewPersonPage ui={ui} input={input} errors={errors} />, 400)
    const result = await people.add(viewerOf(c), input)
    if (result.kind === 'refused')
      return renderPage(
        c,
        <NewPersonPage ui={ui} input={input} errors={{ [result.field]: ui.t.field[result.code] }} />,
        400,
      )
    return renderPage(
      c,
      <OneTimeCodePage ui={ui} name={input.displayName} loginName={input.loginName} code={result.code} />,
    )
  })

  const find = async (c: WebContextOf) => (await people.list()).find((person) => person.id === c.req.param('id'))

  app.get('/people/:id', async (c) => {
    const person = await find(c)
    if (!person) return refuse(c, 404, 'notFound')
    return renderPage(
      c,
      <PersonPage ui={c.get('ui')} person={person} input={inputOf(person)} saved={c.req.query('saved') === '1'} />,
    )
  })
  app.post('/people/:id', async (c) => {
    const ui = c.get('ui')
    const person = await find(c)
    if (!person) return refuse(c, 404, 'notFound')
    const input = { ...personInput(c), loginName: person.loginName }
    const errors = missing(c, input, ['displayName'])
    const show = (errors: Record<string, string>) =>
      renderPage(c, <PersonPage ui={ui} person={person} input={input} errors={errors} />, 400)
    if (Object.keys(errors).length > 0) return show(errors)
    const result = await people.change(viewerOf(c), person.id, input)
    if (result.kind === 'refused') return show({ [result.field]: ui.t.field[result.code] })
    return c.redirect(`/people/${person.id}?saved=1`, 303)
  })
  app.post('/people/:id/reset', async (c) => {
    const person = await find(c)
    if (!person) return refuse(c, 404, 'notFound')
    const { code } = await people.resetPassword(viewerOf(c), person.id)
    return renderPage(
      c,
      <OneTimeCodePage ui={c.get('ui')} name={person.displayName} loginName={person.loginName} code={code} />,
    )
  })
  for (const [verb, active] of [
    ['disable', false],
    ['enable', true],
  ] as const)
    app.post(`/people/:id/${verb}`, async (c) => {
      const ui = c.get('ui')
      const person = await find(c)
      if (!person) return refuse(c, 404, 'notFound')
      const result = await people.setActive(viewerOf(c), person.id, active)
      if (result.kind === 'ok') return c.redirect(`/people/${person.id}?saved=1`, 303)
      const errors = { [result.field]: ui.t.field[result.code] }
      return renderPage(c, <PersonPage ui={ui} person={person} input={inputOf(person)} errors={errors} />, 400)
    })
}
