/** The suite that every backend passes, on real file systems of media: what a medium holds is an ordinary repository. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeLocalFolders, openLocalBackend } from '#storage'
import { backendConformance } from '../../src/storage/conformance.suite.ts'
import { FILE_SYSTEMS, loopDevice, missing, mountsOf } from './loop.ts'

const MOUNT = { ext4: 'mount', exfat: '/usr/sbin/mount.exfat-fuse', ntfs: '/usr/bin/ntfs-3g' } as const

for (const fileSystem of FILE_SYSTEMS) {
  const absent = missing(fileSystem)
  if (absent) test(`a medium with ${fileSystem}`, { skip: absent }, () => undefined)
  else
    backendConformance(`a medium with ${fileSystem}`, async (t) => {
      const { device } = loopDevice(t, fileSystem)
      const folder = mkdtempSync(join(tmpdir(), 'medium-suite-'))
      execFileSync(MOUNT[fileSystem], [device, folder], { stdio: 'pipe' })
      // After the device is let go, and never what still lies on it.
      t.after(() => {
        if (mountsOf(device).length === 0) rmSync(folder, { recursive: true, force: true })
      })
      const root = join(folder, 'toride')
      await makeLocalFolders(root)
      return openLocalBackend(root)
    })
}
