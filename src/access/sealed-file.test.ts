import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { isAppError } from '#base'
import { openSealed, recipientOf, sealFor } from './sealed-file.ts'

const key = randomBytes(32)

test('only the reading key opens it, and nothing of it is in the clear', () => {
  const sealed = sealFor(recipientOf(key), Buffer.from('見本 はる子'))
  assert.equal(openSealed(key, sealed).toString(), '見本 はる子')
  assert.equal(sealed.includes(Buffer.from('見本')), false)
  assert.notDeepEqual(sealFor(recipientOf(key), Buffer.from('x')), sealFor(recipientOf(key), Buffer.from('x')))
  assert.throws(
    () => openSealed(randomBytes(32), sealed),
    (error) => isAppError(error, 'VAULT_SEAL_BROKEN'),
  )
})

test('every changed byte is found, and a file cut short too', () => {
  const sealed = sealFor(recipientOf(key), Buffer.from('0123456789'))
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed)
    changed[i]! ^= 1
    assert.throws(
      () => openSealed(key, changed),
      (error) => isAppError(error, 'VAULT_SEAL_BROKEN'),
      `byte ${i}`,
    )
  }
  for (const length of [0, 8, 40, sealed.length - 1])
    assert.throws(
      () => openSealed(key, sealed.subarray(0, length)),
      (error) => isAppError(error, 'VAULT_SEAL_BROKEN'),
    )
})
