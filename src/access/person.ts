/** People with an account. */
import { AppError } from '#base'
import { DUTIES, PROFESSIONS, type Duty, type Profession, type Roles, rolesAllowed } from './roles.ts'
import { mayDo } from './matrix.ts'
import type { AccessTables } from './tables.ts'

declare const personIdBrand: unique symbol
/** Random; never reused, never a name. */
export type PersonId = string & { readonly [personIdBrand]: true }

export interface Person extends Roles {
  readonly id: PersonId
  readonly loginName: string
  readonly displayName: string
  readonly disabled: boolean
  /** Has not yet set a password of their own. */
  readonly waitsForFirstSignIn: boolean
}

export interface NewPerson extends Roles {
  /** Small letters, digits, dot, dash, underscore; 2 to 40. */
  readonly loginName: string
  readonly displayName: string
}

export function toPerson(row: AccessTables['access_person']): Person {
  const duties = JSON.parse(row.duties) as string[]
  return {
    id: row.id as PersonId,
    loginName: row.login_name,
    displayName: row.display_name,
    profession: PROFESSIONS.find((profession) => profession === row.profession) ?? 'vendor',
    duties: DUTIES.filter((duty): duty is Duty => duties.includes(duty)),
    disabled: row.disabled !== 0,
    waitsForFirstSignIn: row.password_hash === null,
  }
}

/** Who needs the reading keys: whoever opens charts, and administrators, who hand them on to new people. */
export const needsReadingKeys = (roles: Roles): boolean => mayDo(roles, 'open-charts') || mayDo(roles, 'manage-people')

/** Throws ACCESS_LOGIN_NAME_INVALID, ACCESS_ROLES_INVALID. */
export function checkNewPerson({ loginName, displayName, ...roles }: NewPerson): void {
  if (!/^[a-z0-9][a-z0-9._-]{1,39}$/.test(loginName) || displayName.trim() === '')
    throw new AppError('ACCESS_LOGIN_NAME_INVALID')
  checkRoles(roles)
}

export function checkRoles(roles: { profession: Profession; duties: readonly Duty[] }): void {
  if (!rolesAllowed(roles)) throw new AppError('ACCESS_ROLES_INVALID')
}
