/** A folder with everything that a file system can hold and a restore can get wrong. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const NAMES = [
  'plain.txt',
  '記録 全角\u3000空白',
  '外字\ue000',
  'a<b>&"q"\\z',
  'tab\there',
  'new\nline',
  'Ａ',
  '😀',
  '𠮷田',
]
const MORE_NAMES = ['caf\u00e9', 'cafe\u0301', 'ｶﾅ', '.hidden', '-dash', '*?[x]']

/** @param largeBytes from 64 MiB on all threads write one file together */
export function makeNastyTree(root: string, largeBytes = 0): void {
  const at = (name: string | Buffer) => Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name as string)])
  mkdirSync(root, { recursive: true })
  for (const [i, name] of [...NAMES, ...MORE_NAMES].entries()) writeFileSync(at(name), `content ${i}\n`.repeat(i * 37))
  writeFileSync(at(Buffer.of(0x62, 0xff, 0xfe, 0x81)), 'invalid UTF-8')
  writeFileSync(at('empty'), '')
  mkdirSync(at('folder/with/depth'), { recursive: true })
  mkdirSync(at('folder/nothing in it'))
  for (let i = 0; i < 300; i++) writeFileSync(at(`folder/with/${i}.hl7`), `MSH|${i}\r`.repeat(20))
  writeFileSync(at('folder/with/depth/big.bin'), noise(5_000_000, 'big'))
  writeFileSync(at('folder/with/depth/large.bin'), noise(largeBytes, 'large'))
  writeFileSync(at('sparse'), 'head')
  truncateSync(at('sparse'), 20_000_000)
  linkSync(at('plain.txt'), at('folder/second name'))
  linkSync(at('plain.txt'), at('third name'))
  symlinkSync('folder/with', at('link'))
  symlinkSync('/nowhere/at all', at('dangling'))
  symlinkSync(Buffer.of(0xff, 0x2f, 0x80), at('link to no UTF-8'))
  execFileSync('mkfifo', [join(root, 'fifo')])
  chmodSync(at('empty'), 0o4711)
  chmodSync(at('folder'), 0o3775)
  chmodSync(at('😀'), 0o000)
  const oldTime = '2001-02-03 04:05:06.123456789 UTC'
  execFileSync('touch', ['-h', '-d', oldTime, join(root, 'dangling'), join(root, 'plain.txt')])
  execFileSync('touch', ['-d', '1969-12-31 23:59:59.5 UTC', join(root, 'folder/with/depth')])
  lutimesSync(at('link'), 1, 2)
  utimesSync(at('folder/with'), 1e9, 1e9)
}

/** Bytes that do not compress, the same for the same seed. */
export function noise(length: number, seed: string): Buffer {
  const blocks: Buffer[] = []
  for (let i = 0; i * 32 < length; i++) blocks.push(createHash('sha256').update(`${seed} ${i}`).digest())
  return Buffer.concat(blocks).subarray(0, length)
}
