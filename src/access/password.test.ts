import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveKey, hashPassword, isPassword } from './password.ts'
import { passwordProblems } from './password-rules.ts'

const CHEAP = { memoryKib: 32, passes: 3, parallelism: 4 }

test('argon2id: the parameters stand beside the hash and are those that are checked with', async () => {
  const hash = await hashPassword('正しい馬の電池', CHEAP)
  assert.match(hash, /^\$argon2id\$v=19\$m=32,t=3,p=4\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  const otherCost = { memoryKib: 8, passes: 1, parallelism: 1 }
  assert.ok(await isPassword('正しい馬の電池', hash, otherCost))
  assert.ok(!(await isPassword('正しい馬の電地', hash, otherCost)))
  assert.notEqual(hash, await hashPassword('正しい馬の電池', CHEAP))
  for (const stored of [null, '', 'x', hash.slice(0, -5), hash.replace('argon2id', 'argon2i')])
    assert.ok(!(await isPassword('正しい馬の電池', stored, otherCost)), String(stored))
})

test('argon2id gives what other implementations give', async () => {
  // argon2-cffi / libargon2: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32
  const key = await deriveKey('password', Buffer.from('somesalt'), { memoryKib: 65536, passes: 2, parallelism: 1 })
  assert.equal(key.toString('hex'), '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7')
})

test('full width, half width and composed forms are one password', async () => {
  const hash = await hashPassword('ﾊﾟｽﾜｰﾄﾞＡＢＣ１２３がぎ', CHEAP)
  assert.ok(await isPassword('パスワードABC123がぎ', hash, CHEAP))
})

test('what is refused as a password, and what is not', () => {
  const problems = (password: string) => passwordProblems(password, ['tanaka', '田中 一郎'])
  for (const good of [
    'correct horse battery staple',
    '柿とみかんの夜行列車7両目席',
    'xK3!vq9Lr2@mZ',
    'umi no mieru machi e',
  ])
    assert.deepEqual(problems(good), [], good)
  assert.deepEqual(problems('xK3!vq9Lr2@m'), ['too-short'])
  for (const bad of [
    'password12345',
    'Password2026!',
    'qwertyuiop1234',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    '1234567890123',
    'hospital2026!!',
    'Byouin-2025-Byouin',
    'p@ssw0rdp@ssw0rd',
    '令和8年病院パスワード2026',
    '０１２３４５６７８９０１２３',
  ])
    assert.deepEqual(problems(bad), ['guessable'], bad)
  assert.deepEqual(problems('Tanaka-1234567'), ['contains-name'])
  assert.deepEqual(problems('x'.repeat(10) + 'k3!vq9Lr2@mZ'.repeat(30)), ['too-long'])
})
