/** 連絡網 in words: the boxes of the picture and the rows of the table, for screen and paper alike. */
import { type CallNode, callsOf, phonesOf, type RegisterEntry } from '#governance'
import type { TreeBox } from '#sheets'
import type { Messages } from './messages/index.ts'

const nameOf = ({ values }: RegisterEntry): string => [values['post'], values['name']].filter(Boolean).join(' ')

function whoOf(t: Messages, { entry, duties }: CallNode): string {
  const roles = duties.map((duty) => t.registers.choice[duty] ?? duty).join(t.registers.treeJoin)
  const name = entry ? nameOf(entry) : `▲ ${t.cards.nobody}`
  return roles ? `${name}${t.registers.treeRole(roles)}` : name
}

function phoneOf(t: Messages, entry: RegisterEntry | undefined): string {
  if (!entry) return ''
  const phone = phonesOf(entry.values) || `▲ ${t.cards.noPhone}`
  return entry.unverified ? `${phone} ▲ ${t.registers.unverified}` : phone
}

const deputiesOf = (t: Messages, { deputies }: CallNode): string =>
  deputies.map((one) => `${nameOf(one)} ${phoneOf(t, one)}`).join(t.policy.join)

export const callTreeBox = (t: Messages, node: CallNode): TreeBox => ({
  head: `${node.number}　${whoOf(t, node)}`,
  lines: [
    node.entry ? `☎ ${phoneOf(t, node.entry)}` : '',
    node.deputies.length > 0 ? `${t.registers.treeDeputies}: ${deputiesOf(t, node)}` : '',
  ],
  ...((!node.entry || phonesOf(node.entry.values) === '') && { isGap: true }),
  below: node.calls.map((one) => callTreeBox(t, one)),
})

/** Number, who calls, who is called, telephone, deputies, and two cells to be written into. */
export const callRows = (t: Messages, root: CallNode): string[][] =>
  callsOf(root).map(({ from, to }) => [
    to.number,
    from ? whoOf(t, from) : t.registers.treeFinder,
    whoOf(t, to),
    phoneOf(t, to.entry) || '－',
    deputiesOf(t, to) || '－',
    '□',
    '',
  ])
