/** The registers of governance bound to one institution: who may see and change, and what the ledger hears of it. */
import { institutionDate, inTurns } from '#base'
import { CONTACT_PROPOSALS, FIELDS, knownValues, problemsOf, type RegisterEntry } from '#governance'
import type { RegisterService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { demand } from './viewers.ts'

export function registerService({ registers, ledger, clock, access }: Institution): RegisterService {
  const note = (viewer: Viewer, id: string, ...changes: string[]) =>
    ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `register:${id}`,
      data: { area: 'registers', changes },
    })
  /** Two clicks at once keep one. */
  const inTurn = inTurns()
  const keeps = (viewer: Viewer): boolean => viewer.can.has('manage-backup')

  return {
    async list(viewer, register) {
      const entries = await registers.list(register)
      return keeps(viewer) ? entries : entries.map(withoutPrivate)
    },

    save: (viewer, register, id, typed) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        // Counted now, by who says so, where nobody wrote otherwise.
        const isCounted = register === 'supply' && !typed['countedOn']
        const values = isCounted ? { ...typed, countedOn: institutionDate(clock.now()) } : typed
        const problems = problemsOf(register, values)
        if (Object.keys(problems).length > 0) return problems
        const known = knownValues(register, values)
        const all = await registers.list(register)
        if (all.some((one) => one.id !== id && one.values['name'] === known['name'])) return { name: 'name-taken' }
        const before = all.find((one) => one.id === id)
        if (id !== undefined && !before) return {}
        if (before) {
          const changed = FIELDS[register].map(({ key }) => key).filter((key) => before.values[key] !== known[key])
          if (changed.length === 0) return {}
          await registers.change(register, before.id, known)
          await note(viewer, before.id, ...changed)
        } else {
          const [added] = await registers.add(register, [known])
          await note(viewer, added!, 'added')
        }
        return {}
      }),

    remove: (viewer, id) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        if (!(await registers.get(id))) return
        await registers.remove(id)
        await note(viewer, id, 'removed')
      }),

    check: (viewer, id) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        if (!(await registers.get(id))) return
        const person = (await access.people.list()).find((one) => one.id === viewer.personId)
        await registers.check(id, person?.displayName ?? '')
        await note(viewer, id, 'checked')
      }),

    propose: (viewer) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        const there = new Set((await registers.list('contact')).map(({ values }) => values['name']))
        const missing = CONTACT_PROPOSALS.filter(({ name }) => !there.has(name))
        const ids = await registers.add('contact', missing, true)
        for (const id of ids) await note(viewer, id, 'proposed')
        return ids.length
      }),
  }
}

function withoutPrivate(entry: RegisterEntry): RegisterEntry {
  const hidden = FIELDS[entry.register].filter(({ isPrivate }) => isPrivate).map(({ key }) => [key, ''])
  return { ...entry, values: { ...entry.values, ...Object.fromEntries(hidden) } }
}
