import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CallNode, callsOf, callTree, type Register, type RegisterEntry } from './index.ts'

const one = (register: Register, name: string, values: Record<string, string> = {}): RegisterEntry => ({
  id: name,
  register,
  values: { name, ...values },
  unverified: false,
  changedAt: 0,
})
const person = (name: string, duties: string) => one('person', name, { duties })
const shown = ({ number, entry, calls }: CallNode): string[] => [
  `${number} ${entry?.values['name'] ?? '▲'}`,
  ...calls.flatMap(shown),
]

test('each is called once; who holds several duties stands there once; what nobody holds is called from above', () => {
  const tree = callTree({
    person: [
      person('director', 'decider,safety-officer'),
      person('vice', 'deputy'),
      person('clerk', 'lead,scribe,liaison'),
      person('second', 'lead'),
      person('nurse', ''),
    ],
    vendor: [one('vendor', 'ehr')],
    contact: [
      one('contact', 'insurance', { group: 'insurer' }),
      one('contact', 'commission', { group: 'privacy' }),
      one('contact', 'police', { group: 'police' }),
      one('contact', 'prefecture', { group: 'prefecture' }),
    ],
  })
  assert.deepEqual(shown(tree), [
    '1 director',
    '1.1 clerk',
    '1.1.1 vice',
    '1.1.2 second',
    '1.1.3 nurse',
    '1.1.4 prefecture',
    '1.2 insurance',
    '1.3 ehr',
    '1.4 commission',
    '1.5 police',
  ])
  assert.deepEqual(tree.duties, ['decider', 'safety-officer'])
  assert.deepEqual(
    [tree.deputies, tree.calls[0]!.deputies].map((all) => all.map(({ id }) => id)),
    [['vice'], ['second']],
  )
  const levels = callsOf(tree).map(({ to }) => to.number.split('.').length)
  assert.deepEqual(levels, levels.toSorted(), 'level by level')
  const [first, second] = callsOf(tree)
  assert.deepEqual([first!.from, second!.from?.entry?.id], [undefined, 'director'])
})

test('a house where nobody decides shows the empty top, and everybody is still called', () => {
  const tree = callTree({ person: [person('clerk', 'scribe')], vendor: [one('vendor', 'ehr')], contact: [] })
  assert.deepEqual(shown(tree), ['1 ▲', '1.1 clerk', '1.2 ehr'])
  assert.equal(callsOf(callTree({ person: [], vendor: [], contact: [] })).length, 1)
})
