import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MEDIA_FINDINGS } from '../../src/vault/media/check.ts'
import { MESSAGES } from '../../src/web/messages/index.ts'

test('every finding of the morning has its sentence and what to do now, in both languages', () => {
  for (const { media } of Object.values(MESSAGES)) {
    assert.deepEqual(Object.keys(media.finding).toSorted(), [...MEDIA_FINDINGS].toSorted())
    assert.deepEqual(Object.keys(media.next).toSorted(), [...MEDIA_FINDINGS].toSorted())
  }
})
