/** The registers for an emergency, and the sheets that are made of them. */
import { callTree, FIELDS, problemsOf, roleCards, type Register, REGISTERS, type Values } from '#governance'
import { csvValue } from '#recovery'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { keptAs, renderPage } from '../http/respond.ts'
import { ContactSheetPage, ContactTreePage, CutListPage } from '../pages/register-sheets.tsx'
import {
  type Everything,
  RegisterEntryPage,
  type RegisterEntryModel,
  RegisterListPage,
  RegistersPage,
  valueOf,
} from '../pages/registers.tsx'
import { RoleCardsPage } from '../pages/role-cards.tsx'
import { needs } from './guards.ts'

const SAID = ['saved', 'removed', 'checked'] as const
const registerOf = (c: WebContextOf): Register | undefined => REGISTERS.find((one) => one === c.req.param('register'))

const pdf = (c: WebContextOf, bytes: Uint8Array, title: string) =>
  c.body(new Uint8Array(bytes), 200, {
    'Content-Type': 'application/pdf',
    'Content-Disposition': keptAs(c.get('ui'), title, 'pdf'),
  })

/** The sheet of the first five minutes, for everybody: with what anybody may see, also for who is signed in. */
export function fiveMinutesRoute(app: WebApp, { services: { incidents, cards } }: Web): void {
  app.get('/trouble/card.pdf', async (c) =>
    pdf(c, await cards.fiveMinutes(await incidents.door(undefined), c.get('ui').f.language), c.get('ui').t.cards.five),
  )
}

export function registerRoutes(app: WebApp, { services: { registers, cards } }: Web): void {
  const everything = async (c: WebContextOf): Promise<Everything> => {
    const lists = await Promise.all(REGISTERS.map((register) => registers.list(viewerOf(c), register)))
    return Object.fromEntries(REGISTERS.map((register, i) => [register, lists[i]!])) as unknown as Everything
  }
  const entry = (c: WebContextOf, model: RegisterEntryModel) =>
    renderPage(c, <RegisterEntryPage ui={c.get('ui')} model={model} />, model.errors ? 400 : 200)
  const keepers = needs('manage-backup')

  app.get('/registers', async (c) => renderPage(c, <RegistersPage ui={c.get('ui')} all={await everything(c)} />))
  app.get('/registers/cut-list', async (c) => {
    const connections = await registers.list(viewerOf(c), 'connection')
    return renderPage(c, <CutListPage ui={c.get('ui')} connections={connections} />)
  })
  app.get('/registers/contact-sheet', async (c) =>
    renderPage(c, <ContactSheetPage ui={c.get('ui')} all={await everything(c)} />),
  )
  app.get('/registers/role-cards', async (c) =>
    renderPage(c, <RoleCardsPage ui={c.get('ui')} cards={roleCards(await everything(c))} />),
  )
  app.get('/registers/role-cards.pdf', async (c) =>
    pdf(c, await cards.roles(roleCards(await everything(c)), c.get('ui').f.language), c.get('ui').t.cards.roles),
  )
  app.get('/registers/contact-tree', async (c) =>
    renderPage(c, <ContactTreePage ui={c.get('ui')} all={await everything(c)} />),
  )
  app.get('/registers/contact-tree.pdf', async (c) =>
    pdf(
      c,
      await cards.contactTree(callTree(await everything(c)), c.get('ui').f.language),
      c.get('ui').t.registers.contactTree,
    ),
  )
  app.get('/registers/:register', async (c) => {
    const register = registerOf(c)
    if (!register) return refuse(c, 404, 'notFound')
    const { t, f } = c.get('ui')
    const done = SAID.find((known) => known === c.req.query('done'))
    const proposed = Number(c.req.query('proposed') ?? NaN)
    const said = done
      ? t.registers[done]
      : Number.isInteger(proposed)
        ? proposed === 0
          ? t.registers.proposedNone
          : t.registers.proposed(f.count(proposed))
        : undefined
    const entries = await registers.list(viewerOf(c), register)
    return renderPage(c, <RegisterListPage ui={c.get('ui')} model={{ register, entries, said }} />)
  })
  app.get('/registers/:register/list.csv', async (c) => {
    const register = registerOf(c)
    if (!register) return refuse(c, 404, 'notFound')
    const ui = c.get('ui')
    const known = FIELDS[register]
    const rows = (await registers.list(viewerOf(c), register)).map(({ values }) =>
      known.map((one) => valueOf(ui, one, values)),
    )
    const words: Readonly<Record<string, string>> = ui.t.registers.field
    const lines = [known.map(({ key }) => words[key] ?? key), ...rows].map((line) => line.map(csvValue).join(','))
    return c.body(`\uFEFF${lines.join('\r\n')}\r\n`, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': keptAs(ui, ui.t.registers.names[register], 'csv'),
    })
  })
  app.get('/registers/:register/new', keepers, (c) => {
    const register = registerOf(c)
    return register ? entry(c, { register, typed: {} }) : refuse(c, 404, 'notFound')
  })
  app.post('/registers/contact/propose', keepers, async (c) =>
    c.redirect(`/registers/contact?proposed=${await registers.propose(viewerOf(c))}`, 303),
  )
  app.get('/registers/:register/:id', keepers, async (c) => {
    const register = registerOf(c)
    const found = register && (await registers.list(viewerOf(c), register)).find(({ id }) => id === c.req.param('id'))
    return found
      ? entry(c, { register: found.register, id: found.id, typed: found.values })
      : refuse(c, 404, 'notFound')
  })
  app.post('/registers/:register/:id/remove', keepers, async (c) => {
    await registers.remove(viewerOf(c), c.req.param('id'))
    return c.redirect(`/registers/${c.req.param('register')}?done=removed`, 303)
  })
  app.post('/registers/:register/:id/check', keepers, async (c) => {
    const ui = c.get('ui')
    const found = (await registers.list(viewerOf(c), 'contact')).find(({ id }) => id === c.req.param('id'))
    // Checked is the number, not the name that came with Toride.
    if (found && !found.values['phone'] && !found.values['mail']) {
      const errors = { phone: ui.t.registers.nothingToCheck }
      return entry(c, { register: 'contact', id: found.id, typed: found.values, errors })
    }
    await registers.check(viewerOf(c), c.req.param('id'))
    return c.redirect(`/registers/${c.req.param('register')}?done=checked`, 303)
  })
  app.post('/registers/:register/:id', keepers, async (c) => {
    const register = registerOf(c)
    if (!register) return refuse(c, 404, 'notFound')
    const id = c.req.param('id') === 'new' ? undefined : c.req.param('id')
    const typed = valuesIn(c, register)
    const { field: words, registers: own } = c.get('ui').t
    // A choice that nobody made would become the last of its list.
    const unchosen = FIELDS[register].filter(({ key, kind }) => kind === 'choice' && typed[key] === '')
    const problems: Readonly<Record<string, string>> =
      unchosen.length > 0
        ? { ...problemsOf(register, typed), ...Object.fromEntries(unchosen.map(({ key }) => [key, 'unchosen'])) }
        : await registers.save(viewerOf(c), register, id, typed)
    if (Object.keys(problems).length === 0) return c.redirect(`/registers/${register}?done=saved`, 303)
    const said: Readonly<Record<string, string>> = { ...words, ...own.problem }
    const errors = Object.fromEntries(Object.entries(problems).map(([key, code]) => [key, said[code] ?? code]))
    return entry(c, { register, id, typed, errors })
  })
}

function valuesIn(c: WebContextOf, register: Register): Values {
  return Object.fromEntries(
    FIELDS[register].map(({ key, kind }) => [key, kind === 'choices' ? fields(c, key).join(',') : field(c, key)]),
  )
}
