/** 連絡網 as a tree: who calls whom, each called once, so that a drill can be timed until the last one answered. Pure. */
import type { Duty } from './cards.ts'
import type { CONTACT_GROUPS, RegisterEntry } from './registers.ts'

type Group = (typeof CONTACT_GROUPS)[number]

interface Branch {
  readonly duty: Duty
  readonly duties: readonly Duty[]
  readonly groups: readonly Group[]
  readonly vendors?: true
  /** All who are called by nobody else, deputies too: they hear of it although the holder answered. */
  readonly staff?: true
}

/** From the top: nobody hangs below somebody who comes later. Deputies are called where the holder does not answer. */
const BRANCHES: readonly Branch[] = [
  { duty: 'decider', duties: ['lead', 'system-manager', 'safety-officer'], groups: ['insurer'] },
  { duty: 'lead', duties: ['liaison', 'scribe'], groups: ['supplier'], staff: true },
  { duty: 'system-manager', duties: ['evidence'], groups: ['expert'], vendors: true },
  { duty: 'safety-officer', duties: [], groups: ['privacy', 'lawyer'] },
  {
    duty: 'liaison',
    duties: [],
    groups: ['prefecture', 'ministry', 'association', 'neighbour', 'pharmacy', 'press', 'other'],
  },
  { duty: 'evidence', duties: [], groups: ['police'] },
]

export interface CallNode {
  /** Absent: nobody decides in this house, which the empty top shows. */
  readonly entry: RegisterEntry | undefined
  readonly duties: readonly Duty[]
  /** Called one after the other where there is no answer. */
  readonly deputies: readonly RegisterEntry[]
  readonly calls: readonly CallNode[]
  /** `1.2`: the same beside the picture and in the table. */
  readonly number: string
}

interface Sources {
  readonly person: readonly RegisterEntry[]
  readonly vendor: readonly RegisterEntry[]
  readonly contact: readonly RegisterEntry[]
}

interface Growing {
  entry: RegisterEntry | undefined
  duties: Duty[]
  deputies: RegisterEntry[]
  calls: Growing[]
}

/**
 * Who holds several duties stands there once, with all of them. What a duty that nobody holds would call is called by who
 * stands above it: no line ends in nobody.
 */
export function callTree({ person, vendor, contact }: Sources): CallNode {
  const having = (duty: Duty) => person.filter(({ values }) => values['duties']?.split(',').includes(duty))
  const grown = new Map<RegisterEntry, Growing>()
  const caller = new Map<Duty, Growing>()
  const root: Growing = { entry: undefined, duties: ['decider'], deputies: [], calls: [] }

  function take(duty: Duty, above: Growing | undefined): Growing {
    const [holder, ...others] = duty === 'decider' ? [...new Set([...having(duty), ...having('deputy')])] : having(duty)
    if (!holder) return above ?? root
    const known = grown.get(holder)
    const node = known ?? (above ? { ...root, entry: holder, duties: [], deputies: [], calls: [] } : root)
    if (!known) {
      node.entry = holder
      if (node !== root) above?.calls.push(node)
      grown.set(holder, node)
    }
    if (!node.duties.includes(duty)) node.duties.push(duty)
    node.deputies.push(...others.filter((one) => !node.deputies.includes(one)))
    return node
  }
  const leaf = (above: Growing, entry: RegisterEntry) => {
    if (grown.has(entry)) return
    const node: Growing = { entry, duties: [], deputies: [], calls: [] }
    grown.set(entry, node)
    above.calls.push(node)
  }

  caller.set('decider', take('decider', undefined))
  for (const { duty, duties } of BRANCHES) for (const below of duties) caller.set(below, take(below, caller.get(duty)))
  for (const { duty, vendors, staff, groups } of BRANCHES) {
    const above = caller.get(duty)!
    if (vendors) for (const one of vendor) leaf(above, one)
    for (const group of groups)
      for (const one of contact.filter(({ values }) => values['group'] === group)) leaf(above, one)
    if (staff) for (const one of person) leaf(above, one)
  }
  return numbered(root, '1')
}

const numbered = ({ calls, ...node }: Growing, number: string): CallNode => ({
  ...node,
  number,
  calls: calls.map((one, i) => numbered(one, `${number}.${i + 1}`)),
})

export interface Call {
  readonly from: CallNode | undefined
  readonly to: CallNode
}

/** In the order of the calls: level by level, so that those who call others are called first. */
export function callsOf(root: CallNode): Call[] {
  const calls: Call[] = [{ from: undefined, to: root }]
  for (let i = 0; i < calls.length; i++) calls.push(...calls[i]!.to.calls.map((to) => ({ from: calls[i]!.to, to })))
  return calls
}
