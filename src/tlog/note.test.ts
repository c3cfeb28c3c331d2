import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  formatCheckpoint,
  generateSigner,
  leafHash,
  openCheckpoint,
  openNote,
  parseVerifierKey,
  signNote,
  signerFromSeed,
  verifierKeyText,
} from './index.ts'

// The example of golang.org/x/mod/sumdb/note, on which C2SP signed-note is built.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PETER_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`
const PETER_SKEY = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'

test('the published example opens, and its key signs the same bytes', () => {
  const verifier = parseVerifierKey(PETER)
  assert.equal(verifierKeyText(verifier), PETER)
  const opened = openNote(PETER_NOTE, [verifier])
  assert.deepEqual(opened.signedBy, [verifier])
  const signer = signerFromSeed('PeterNeumann', Buffer.from(PETER_SKEY, 'base64').subarray(1))
  assert.equal(verifierKeyText(signer), PETER)
  assert.equal(signNote(opened.text, [signer]), PETER_NOTE)
})

test('several signatures; unknown ones are counted, a broken one of a known key refuses the note', () => {
  const [ours, keeper, stranger] = ['a.example/log', 'keeper', 'stranger'].map(generateSigner)
  const note = signNote('text\n', [ours!, keeper!, stranger!])
  const opened = openNote(note, [ours!, keeper!])
  assert.equal(opened.signedBy.length, 2)
  assert.equal(opened.unknown, 1)
  const sameName = generateSigner('keeper')
  assert.equal(openNote(note, [sameName]).signedBy.length, 0)
  assert.throws(() => openNote(note.replace('text', 'tex7'), [keeper!]), { code: 'TLOG_SIGNATURE_INVALID' })
})

test('no change to a checkpoint passes', () => {
  const signer = generateSigner('clinic.example/ledger')
  const checkpoint = { origin: signer.name, size: 1234, root: leafHash(Buffer.from('x')) }
  const note = formatCheckpoint(checkpoint, [signer])
  assert.deepEqual(openCheckpoint(note, [signer]), checkpoint)
  assert.throws(() => openCheckpoint(note, [generateSigner('clinic.example/ledger')]), {
    code: 'TLOG_SIGNATURE_INVALID',
  })
  const bytes = Buffer.from(note)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1 << bit
      const text = changed.toString()
      if (text === note) return
      let opened
      try {
        opened = openCheckpoint(text, [signer])
      } catch {
        return
      }
      // base64 has spare bits at its end: only they may change, and only what was signed may come out.
      assert.deepEqual(opened, checkpoint)
    }),
    { numRuns: 400 },
  )
})

test('malformed notes, keys and checkpoints', () => {
  const signer = generateSigner('a')
  for (const note of ['', 'x', 'x\n', 'x\n\n', 'x\n\n— a AAAA\n', 'x\n\nno dash\n', '\u0001\n\n— a AAAAAAAA\n'])
    assert.throws(() => openNote(note, [signer]), { code: 'TLOG_MALFORMED' }, JSON.stringify(note))
  for (const key of ['', 'a+b+c', PETER.replace('c74f', 'c74e'), PETER.replace('+AR', '+BR')])
    assert.throws(() => parseVerifierKey(key), { code: 'TLOG_MALFORMED' }, key)
  assert.throws(() => generateSigner('a b'), { code: 'TLOG_MALFORMED' })
  for (const body of ['a\n01\nAAAA\n', 'a\n1\nAAAA\n', '\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n', 'a\n'])
    assert.throws(() => openCheckpoint(signNote(body, [signer]), [signer]), { code: 'TLOG_MALFORMED' }, body)
})
