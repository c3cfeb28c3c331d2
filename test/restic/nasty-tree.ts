/** A folder with everything that a file system allows and a backup tends to lose. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** The same bytes in every run, incompressible. */
export function noise(length: number, seed: string): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${seed}${i}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

export function makeNastyTree(root: string): void {
  mkdirSync(join(root, '記録'), { recursive: true })
  const write = (name: string | Buffer, bytes: string | Buffer): void =>
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name as string)]), bytes)
  for (const name of [
    'Ａ',
    '😀',
    '𠮷田',
    '髙﨑',
    '全角\u3000空白',
    '外字\ue000',
    'a"b\\c<d>&e',
    'tab\there',
    '-dash',
    ' ',
  ]) {
    write(name, `content of ${name}`)
  }
  write(Buffer.from([0x66, 0xff, 0xfe, 0x80]), 'a name that is no UTF-8')
  write('empty', '')
  write('記録/one chunk.bin', noise(500_000, 'one'))
  write('several chunks.bin', noise(6_000_000, 'several'))
  write('large.bin', Buffer.concat([noise(36_000_000, 'large'), Buffer.alloc(5_000_000)]))
  linkSync(join(root, 'empty'), join(root, '記録', 'second name of empty'))
  symlinkSync('../nowhere', join(root, 'dangling'))
  symlinkSync(Buffer.from([0x2f, 0xff]), Buffer.from(join(root, 'link to no UTF-8')))
  execFileSync('mkfifo', [join(root, 'pipe')])
  write('setuid', 'x')
  chmodSync(join(root, 'setuid'), 0o4755)
  mkdirSync(join(root, 'sticky'))
  chmodSync(join(root, 'sticky'), 0o1777)
  const sparse = openSync(join(root, 'sparse'), 'w')
  writeSync(sparse, 'end', 3_000_000)
  ftruncateSync(sparse, 4_000_000)
  closeSync(sparse)
  execFileSync('touch', ['-d', '2001-02-03T04:05:06.123456789Z', join(root, 'setuid')])
  if (process.getuid?.() === 0) {
    execFileSync('mknod', [join(root, 'device'), 'c', '1', '3'])
    execFileSync('chown', ['12345:54321', join(root, 'empty')])
  }
}

/** Everything about a tree that a restore must bring back, a line each, contents by hash. */
export function describeTree(root: string): string {
  const facts = execFileSync('find', ['.', '-printf', '%P\\0%y %m %U:%G %T@ %n %s %l\\0'], {
    cwd: root,
    encoding: 'latin1',
    maxBuffer: 1e9,
  })
  const fields = facts.split('\0')
  const lines: string[] = []
  for (let i = 0; i + 1 < fields.length; i += 2) {
    // The size of a folder is the file system's own business; the root is made by the caller.
    const [type] = fields[i + 1]!
    if (fields[i] !== '')
      lines.push(`${fields[i]} ${type === 'd' ? fields[i + 1]!.replace(/ \d+ \d+ $/, '') : fields[i + 1]}`)
  }
  const sums = execFileSync('sh', ['-c', 'find . -type f -print0 | xargs -0 sha256sum -z'], {
    cwd: root,
    encoding: 'latin1',
    maxBuffer: 1e9,
  })
  return [...lines, ...sums.split('\0')].sort().join('\n')
}
