import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CardFacts, makeEscrowKey, openCard, sealCard } from './card.ts'

const KEEPER = { url: 'https://192.168.1.20:8471/', pin: 'ab'.repeat(32), client: 'reception', keeperKey: 'keeper+1+A' }
const FACTS: CardFacts = { name: '受付のPC', keeper: KEEPER, dailyAt: '01:30' }

test('a card says only what an agent may be: whoever knows the public key can seal anything', () => {
  const escrow = makeEscrowKey()
  const opened = (facts: CardFacts) => openCard(sealCard(facts, 'password', escrow.publicKey), escrow)
  assert.deepEqual(opened(FACTS), { facts: FACTS, password: 'password' })
  const keeper = (change: Partial<typeof KEEPER>) => ({ ...FACTS, keeper: { ...KEEPER, ...change } })
  const hostile = [
    keeper({ client: "x$(id)'" }),
    keeper({ client: 'y' }),
    keeper({ client: '../other' }),
    keeper({ url: 'http://192.168.1.20/' }),
    keeper({ url: `https://host/${'a'.repeat(300)}` }),
    keeper({ pin: 'AB' }),
    keeper({ keeperKey: 'k'.repeat(301) }),
    { ...FACTS, dailyAt: '99:99' },
    { ...FACTS, dailyAt: '24:00' },
    { ...FACTS, name: 'a\nb' },
    { ...FACTS, name: 'n'.repeat(101) },
  ]
  for (const facts of hostile) assert.throws(() => opened(facts), { code: 'AGENT_CARD_WRONG' }, JSON.stringify(facts))
})
