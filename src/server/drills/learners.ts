/** The staff and their lessons: accounts that are in use, and the register of people. */
import { type Learner, learnersOf, membersOf } from '#exercise'
import type { Institution } from '../institution.ts'

export async function learnersOfHouse(
  house: Pick<Institution, 'access' | 'registers' | 'training' | 'groupTrainings' | 'clock'>,
): Promise<Learner[]> {
  const { access, registers, training, groupTrainings, clock } = house
  const accounts = (await access.people.list()).filter(({ disabled }) => !disabled)
  const register = (await registers.list('person')).flatMap(({ id, values: { name = '' } }) =>
    name ? [{ id, name }] : [],
  )
  const members = membersOf(
    accounts.map(({ id, displayName }) => ({ id, name: displayName })),
    register,
  )
  return learnersOf(members, await training.read(), await groupTrainings.list(), clock.now())
}
