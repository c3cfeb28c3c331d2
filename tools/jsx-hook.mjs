// Lets Node 24 import .tsx: Node strips types by itself but does not know JSX. esbuild turns each file once;
// the result is kept by content hash under node_modules/.cache, so a warm start never loads esbuild.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

const cacheDir = fileURLToPath(new URL('../node_modules/.cache/jsx/', import.meta.url))

function transform(source, path) {
  const key = createHash('sha256').update(path).update('\0').update(source).digest('hex')
  const cached = `${cacheDir}${key}.mjs`
  try {
    return readFileSync(cached, 'utf8')
  } catch {
    const { transformSync } = createRequire(import.meta.url)('esbuild')
    const { code } = transformSync(source, {
      loader: 'tsx',
      jsx: 'automatic',
      jsxImportSource: 'hono/jsx',
      format: 'esm',
      target: 'node24',
      sourcefile: path,
      sourcemap: 'inline',
      supported: { 'dynamic-import': true },
    })
    try {
      mkdirSync(cacheDir, { recursive: true })
      writeFileSync(`${cached}.${process.pid}.tmp`, code)
      renameSync(`${cached}.${process.pid}.tmp`, cached)
    } catch {
      // A read-only checkout only costs the next start some milliseconds.
    }
    return code
  }
}

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.tsx')) return nextLoad(url, context)
    const path = fileURLToPath(url)
    return { format: 'module', source: transform(readFileSync(path, 'utf8'), path), shortCircuit: true }
  },
})
