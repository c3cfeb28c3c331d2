import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { shellWord } from './shell-word.ts'

test('whatever a value holds, the shell reads one word and runs nothing', () => {
  assert.equal(
    shellWord('rest:https://192.168.1.20:8471/reception/files/'),
    'rest:https://192.168.1.20:8471/reception/files/',
  )
  for (const value of ["x$(id)'", '', '`id`', 'a b;c', "''", '日本', 'a\nb', '"$HOME"', '\\'])
    assert.equal(execFileSync('sh', ['-c', `printf %s ${shellWord(value)}`], { encoding: 'utf8' }), value)
})
