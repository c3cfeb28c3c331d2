/** Role cards: who holds a duty, who stands in, and whom they call. */
import { type CONTACT_GROUPS, DUTIES_IN_EMERGENCY, type RegisterEntry, type Values } from './registers.ts'

export type Duty = (typeof DUTIES_IN_EMERGENCY)[number]
type Group = (typeof CONTACT_GROUPS)[number]

/** Whom a duty calls: people of these duties, vendors or not, contacts of these groups. */
const CALLS: Readonly<Record<Duty, { duties: readonly Duty[]; vendors?: true; groups: readonly Group[] }>> = {
  decider: { duties: ['lead', 'system-manager', 'safety-officer'], groups: ['insurer'] },
  deputy: { duties: ['decider', 'lead', 'system-manager'], groups: ['insurer'] },
  'safety-officer': { duties: ['decider', 'deputy'], groups: ['privacy', 'ministry', 'expert', 'lawyer'] },
  'system-manager': { duties: ['decider', 'deputy'], vendors: true, groups: ['expert'] },
  lead: { duties: ['decider', 'deputy', 'scribe'], groups: ['neighbour', 'supplier'] },
  scribe: { duties: ['lead'], groups: [] },
  liaison: {
    duties: ['decider', 'deputy'],
    groups: ['prefecture', 'ministry', 'association', 'neighbour', 'pharmacy'],
  },
  evidence: { duties: ['system-manager', 'safety-officer'], groups: ['police', 'expert'] },
}

export interface RoleCard {
  readonly duty: Duty
  /** The first in the order of the register. */
  readonly holder: RegisterEntry | undefined
  readonly deputies: readonly RegisterEntry[]
  readonly calls: readonly RegisterEntry[]
}

interface Sources {
  readonly person: readonly RegisterEntry[]
  readonly vendor: readonly RegisterEntry[]
  readonly contact: readonly RegisterEntry[]
}

/** One for each duty, also where nobody holds it: the empty card shows the gap. Nobody is told to call themselves. */
export function roleCards({ person, vendor, contact }: Sources): RoleCard[] {
  const having = (duty: Duty) => person.filter(({ values }) => values['duties']?.split(',').includes(duty))
  return DUTIES_IN_EMERGENCY.map((duty) => {
    const [holder, ...others] = having(duty)
    const { duties, vendors, groups } = CALLS[duty]
    const calls = [
      ...duties.flatMap(having),
      ...(vendors ? vendor : []),
      ...groups.flatMap((group) => contact.filter(({ values }) => values['group'] === group)),
    ]
    const deputies = duty === 'decider' ? [...others, ...having('deputy')] : others
    return {
      duty,
      holder,
      deputies: [...new Set(deputies)],
      calls: [...new Set(calls)].filter((one) => one !== holder),
    }
  })
}

/** Joined; '' where there is none. */
export const phonesOf = (values: Values): string =>
  ['phone', 'hotline', 'homePhone'].flatMap((key) => values[key] || []).join('／')
