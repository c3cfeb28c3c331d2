/** A disc as a drive shows it: its ISO file written, unpacked by xorriso, and mounted so that nothing can be written. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { writeIso } from '#edition'

const run = promisify(execFile)

/** The folder, or why there is none. */
export async function burnt(t: TestContext, disc: string): Promise<{ folder: string } | { missing: string }> {
  if (!existsSync('/usr/bin/xorriso')) return { missing: 'no xorriso' }
  if (process.getuid?.() !== 0) return { missing: 'mounting needs root' }
  if (!(await writeIso(disc, 'TORIDE_7_1'))) return { missing: 'xorriso wrote no ISO file' }
  const unpacked = `${disc}-unpacked`
  // Outside the test's folder, which is removed first.
  const mounted = mkdtempSync(join(tmpdir(), 'toride disc '))
  await run('xorriso', ['-osirrox', 'on', '-indev', `${disc}.iso`, '-extract', '/', unpacked])
  try {
    await run('mount', ['--bind', unpacked, mounted])
    t.after(async () => {
      await run('umount', [mounted])
      rmdirSync(mounted)
    })
    await run('mount', ['-o', 'remount,ro,bind', mounted])
  } catch {
    return { missing: 'mounting is not allowed here' }
  }
  // Root writes through modes; through this it does not.
  const isWritable = await Promise.resolve()
    .then(() => writeFileSync(join(mounted, 'x'), ''))
    .then(() => true)
    .catch(() => false)
  return isWritable ? { missing: 'the mount can be written' } : { folder: mounted }
}
