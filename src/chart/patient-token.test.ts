import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { patientTokens } from './patient-token.ts'

const tokens = patientTokens(Buffer.alloc(32, 1))

test('a token gives its patient back, stays the same, and shows nothing of the id', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (key) => {
      const text = Buffer.from(key).toString()
      return tokens.keyOf(tokens.tokenOf(text)) === text && tokens.tokenOf(text) === tokens.tokenOf(text)
    }),
  )
  const token = tokens.tokenOf('1310000001|0001234')
  assert.match(token, /^[\w-]+$/)
  assert.ok(!Buffer.from(token, 'base64url').includes('0001234'))
})

test('a changed, foreign or invented token opens nothing', () => {
  const token = tokens.tokenOf('|0001234')
  const bytes = Buffer.from(token, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i]! ^= 1
    assert.equal(tokens.keyOf(changed.toString('base64url')), undefined)
  }
  assert.equal(patientTokens(Buffer.alloc(32, 2)).keyOf(token), undefined)
  for (const invented of ['', 'x', '|0001234', `${token}=`, `${token}A`])
    assert.equal(tokens.keyOf(invented), undefined)
})
