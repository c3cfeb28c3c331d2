/** Accounts, as the web manages them. */
import { type PersonId, type Roles } from '#access'
import { isAppError } from '#base'
import type { PeopleService, PersonInput } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, sessionOf } from './viewers.ts'

export function peopleService({ access, journalIndex, ledger }: Institution): PeopleService {
  const { people } = access
  const lastSignIn = async (id: string): Promise<number | undefined> => {
    const page = await journalIndex.query({ types: ['sign-in.succeeded'], actor: `person:${id}`, limit: 1 })
    return page.entries[0]?.entry.atMs
  }
  return {
    async list() {
      await journalIndex.catchUp(await ledger.reader())
      return Promise.all(
        (await people.list()).map(async (person) =>
          withoutUndefined({
            id: person.id,
            loginName: person.loginName,
            displayName: person.displayName,
            profession: person.profession,
            duties: person.duties,
            active: !person.disabled,
            lastSignInMs: await lastSignIn(person.id),
            waiting: person.waitsForFirstSignIn,
          }),
        ),
      )
    },
    async add(viewer, input) {
      demand(viewer, 'manage-people')
      try {
        const { code } = await people.create(sessionOf(viewer), {
          ...rolesOf(input),
          loginName: input.loginName,
          displayName: input.displayName,
        })
        return { kind: 'ok', code }
      } catch (error) {
        if (isAppError(error, 'ACCESS_LOGIN_NAME_TAKEN'))
          return { kind: 'refused', field: 'loginName', code: 'name-taken' }
        if (isAppError(error, 'ACCESS_LOGIN_NAME_INVALID'))
          return { kind: 'refused', field: 'loginName', code: 'required' }
        if (isAppError(error, 'ACCESS_ROLES_INVALID')) return { kind: 'refused', field: 'duties', code: 'required' }
        throw error
      }
    },
    async change(viewer, personId, input) {
      demand(viewer, 'manage-people')
      const id = personId as PersonId
      const before = await people.find(id)
      const displayName = input.displayName.trim()
      if (displayName === '') return { kind: 'refused', field: 'displayName', code: 'required' }
      try {
        // Changing roles signs the person out: not for a corrected name.
        if (!before || !isSameRoles(before, input)) await people.changeRoles(sessionOf(viewer), id, rolesOf(input))
        if (before?.displayName !== displayName) await people.rename(sessionOf(viewer), id, displayName)
        return { kind: 'ok' }
      } catch (error) {
        if (isAppError(error, 'ACCESS_LAST_ADMINISTRATOR'))
          return { kind: 'refused', field: 'duties', code: 'last-administrator' }
        if (isAppError(error, 'ACCESS_ROLES_INVALID')) return { kind: 'refused', field: 'duties', code: 'required' }
        throw error
      }
    },
    async setActive(viewer, personId, active) {
      demand(viewer, 'manage-people')
      try {
        if (active) await people.enable(sessionOf(viewer), personId as PersonId)
        else await people.disable(sessionOf(viewer), personId as PersonId)
        return { kind: 'ok' }
      } catch (error) {
        if (isAppError(error, 'ACCESS_LAST_ADMINISTRATOR'))
          return { kind: 'refused', field: 'duties', code: 'last-administrator' }
        throw error
      }
    },
    async resetPassword(viewer, personId) {
      demand(viewer, 'manage-people')
      return people.resetPassword(sessionOf(viewer), personId as PersonId)
    },
  }
}

const isSameRoles = (a: Roles, b: Roles): boolean =>
  a.profession === b.profession && a.duties.toSorted().join() === b.duties.toSorted().join()
const rolesOf = ({ profession, duties }: Pick<PersonInput, 'profession' | 'duties'>): Roles => ({ profession, duties })
