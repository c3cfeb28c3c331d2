import assert from 'node:assert/strict'
import { createCipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { isAppError } from '#base'
import { Sealer, type MasterKey } from './crypto.ts'
import { Kernel } from './kernel/kernel.ts'

const kernel = new Kernel()
const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')
const randomKey = (): MasterKey => ({ encrypt: randomBytes(32), macK: randomBytes(16), macR: randomBytes(16) })

/** Poly1305 as its definition reads, with BigInt (RFC 8439 section 2.5.1). */
function poly1305(r: Buffer, s: Buffer, message: Buffer): Buffer {
  const little = (b: Buffer): bigint => BigInt(`0x${Buffer.from(b).reverse().toString('hex') || '0'}`)
  const clamped = little(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
  let h = 0n
  for (let i = 0; i < message.length; i += 16) {
    const block = Buffer.concat([message.subarray(i, i + 16), Buffer.of(1)])
    h = ((h + little(block)) * clamped) % ((1n << 130n) - 5n)
  }
  const tag = (h + little(s)) & ((1n << 128n) - 1n)
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse()
}

/** Poly1305-AES vectors of Bernstein's paper, which restic's own tests use (crypto_int_test.go). */
const VECTORS = [
  [
    'f3f6',
    '851fc40c3467ac0be05cc20404f3f700',
    'ec074c835580741701425b623235add6',
    'fb447350c4e868c52ac3275cf9d4327e',
    'f4c633c3044fc145f84f335cb81953de',
  ],
  [
    '',
    'a0f3080000f46400d0c7e9076c834403',
    '75deaa25c09f208e1dc4ce6b5cad3fbf',
    '61ee09218d29b0aaed7e154a2c5509cc',
    'dd3fab2251f11ac759f0887129cc2ee7',
  ],
  [
    '663cea190ffb83d89593f3f476b6bc24d7e679107ea26adb8caf6652d0656136',
    '48443d0bb0d21109c89a100b5ce2c208',
    '6acb5f61a7176dd320c5c1eb2edcdc74',
    'ae212a55399729595dea458bc621ff0e',
    '0ee1c16bb73f0f4fd19881753c01cdbe',
  ],
  [
    'ab0812724a7f1e342742cbed374d94d136c6b8795d45b3819830f2c04491faf0990c62e48b8018b2c3e4a0fa3134cb67fa83e158c994d961c4cb21095c1bf9',
    '12976a08c4426d0ce8a82407c4f48207',
    'e1a5668a4d5b66a5f68cc5424ed5982d',
    '9ae831e743978d3a23527c7128149e3a',
    '5154ad0d2cb26e01274fc51148491f1b',
  ],
] as const

test('Poly1305-AES gives the vectors of its paper', () => {
  const [r, s, at, out] = [kernel.allocate(16), kernel.allocate(16), kernel.allocate(256), kernel.allocate(16)]
  for (const [message, macR, macK, nonce, tag] of VECTORS) {
    const pad = createCipheriv('aes-128-ecb', hex(macK), null).setAutoPadding(false).update(hex(nonce))
    // A batch of one blob: IV, text, MAC.
    kernel.bytes.set(hex(macR), r)
    kernel.bytes.set(pad, s)
    kernel.bytes.set(hex(message), at + 16)
    new Uint32Array(kernel.bytes.buffer, out, 2).set([at, hex(message).length])
    kernel.call.batch_mac(out, 1, r, s)
    const got = Buffer.from(kernel.view(at + 16 + hex(message).length, 16))
    assert.equal(got.toString('hex'), tag)
    assert.deepEqual(poly1305(hex(macR), pad, hex(message)), got)
  }
})

test('what is sealed is AES-256-CTR and Poly1305 over the ciphertext, with an unclamped r', () => {
  const key = { ...randomKey(), macR: Buffer.alloc(16, 0xff) }
  const sealer = new Sealer(kernel, key)
  for (const length of [0, 1, 15, 16, 17, 1000, 70_000, 131_072, 131_073, 400_003]) {
    const plain = randomBytes(length)
    const sealed = sealer.seal(plain)
    const [iv, text, mac] = [sealed.subarray(0, 16), sealed.subarray(16, -16), sealed.subarray(-16)]
    assert.deepEqual(createCipheriv('aes-256-ctr', key.encrypt, iv).update(plain), text)
    const pad = createCipheriv('aes-128-ecb', key.macK, null).setAutoPadding(false).update(iv)
    if (length < 100_000) assert.deepEqual(poly1305(key.macR, pad, text), mac)
    assert.deepEqual(sealer.open(sealed), plain)
  }
})

test('counters carry over all 128 bits', () => {
  const out = kernel.allocate(64)
  const iv = kernel.allocate(16)
  for (const first of [
    'ffffffffffffffffffffffffffffffff',
    '00000000000000ffffffffffffffffff',
    '000102030405060708090a0bfffffffe',
  ]) {
    kernel.bytes.set(hex(first), iv)
    kernel.call.counters(iv, 1, 3, out)
    for (let i = 0; i < 3; i++) {
      const expected = (BigInt(`0x${first}`) + BigInt(i + 1)) & ((1n << 128n) - 1n)
      assert.equal(Buffer.from(kernel.view(out + 16 * i, 16)).toString('hex'), expected.toString(16).padStart(32, '0'))
    }
  }
})

test('batches seal as single texts do', () => {
  const key = randomKey()
  const sealer = new Sealer(kernel, key)
  const texts = Array.from({ length: 300 }, (_, i) => randomBytes((i * 7) % 300))
  const lengths = texts.map((t) => t.length)
  let next = kernel.allocate(200_000)
  const at = texts.map((text) => {
    const here = next
    kernel.bytes.set(text, here + 16)
    next += text.length + 32
    return here
  })
  sealer.sealAt(at, lengths)
  const sealed = at.map((a, i) => Buffer.from(kernel.view(a, lengths[i]! + 32)))
  assert.equal(new Set(sealed.map((s) => s.toString('hex', 0, 16))).size, texts.length, 'each has its own IV')
  const other = new Sealer(new Kernel(), key)
  for (const [i, one] of sealed.entries()) assert.deepEqual(other.open(one), texts[i])
  assert.ok(sealer.openAt(at, lengths))
  for (const [i, a] of at.entries()) assert.deepEqual(Buffer.from(kernel.view(a + 16, lengths[i]!)), texts[i])
})

test('a changed bit anywhere, a zero IV and a short text are refused', () => {
  const sealer = new Sealer(kernel, randomKey())
  const sealed = sealer.seal(Buffer.from('SSMIX'))
  fc.assert(
    fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
      const broken = Buffer.from(sealed)
      broken[bit >> 3]! ^= 1 << (bit & 7)
      assert.throws(
        () => sealer.open(broken),
        (e) => isAppError(e, 'RESTIC_DAMAGED'),
      )
    }),
  )
  for (const bad of [Buffer.alloc(0), Buffer.alloc(31), Buffer.alloc(48)]) {
    assert.throws(
      () => sealer.open(bad),
      (e) => isAppError(e, 'RESTIC_DAMAGED'),
    )
  }
})
