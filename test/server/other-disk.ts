/** A second disk: a real file system on a loop device. A folder on the disk of temporary folders is refused as a place. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { loopDevice, missing, mountsOf } from '../media/loop.ts'

export const WITHOUT_OTHER_DISK = missing('ext4') ?? false

/** What lies on it goes with its image: nothing needs to be lifted first. */
export function otherDisk(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride-disk-'))
  const { device } = loopDevice(t, 'ext4', 96)
  execFileSync('mount', [device, folder], { stdio: 'pipe' })
  t.after(() => {
    if (mountsOf(device).length === 0) rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
