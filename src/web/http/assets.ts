/**
 * The one style sheet and the one script, under names that carry their hash, so that browsers keep them for good and never
 * mix versions. The script is bundled once (esbuild, one classic script for Chromium 90) and kept under
 * node_modules/.cache; where that cannot be written, in memory.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const cacheFolder = here('../../../node_modules/.cache/islands/')
const TOKENS = '../../../node_modules/@digital-go-jp/design-tokens/dist/tokens.css'
/** In the order of the cascade. */
const STYLES = [
  'base',
  'page',
  'components',
  'lights',
  'media',
  'recovery',
  'station',
  'chart',
  'print',
  'paper',
] as const

export interface Asset {
  readonly path: string
  readonly contentType: string
  readonly body: string
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

export function styleSheet(): string {
  return [TOKENS, ...STYLES.map((name) => `../styles/${name}.css`)]
    .map((path) => readFileSync(here(path), 'utf8'))
    .join('\n')
}

/** Sources of the islands, so that a change of any of them makes a new bundle. */
function islandSources(): string {
  return readdirSync(here('../islands/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
    .map((name) => readFileSync(here(`../islands/${name}`), 'utf8'))
    .join('\0')
}

async function bundleIslands(): Promise<string> {
  const file = `${cacheFolder}${hashOf(islandSources())}.js`
  try {
    return readFileSync(file, 'utf8')
  } catch {
    const { build } = await import('esbuild')
    const result = await build({
      entryPoints: [here('../islands/main.ts')],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      target: 'chrome90',
      charset: 'utf8',
    })
    const text = result.outputFiles[0]!.text
    try {
      mkdirSync(cacheFolder, { recursive: true })
      writeFileSync(`${file}.${process.pid}.tmp`, text)
      renameSync(`${file}.${process.pid}.tmp`, file)
    } catch {
      // A read-only checkout only costs the next start a moment.
    }
    return text
  }
}

export async function loadAssets(): Promise<{ stylesheet: Asset; script: Asset }> {
  const css = styleSheet()
  const js = await bundleIslands()
  return {
    stylesheet: { path: `/assets/${hashOf(css)}.css`, contentType: 'text/css; charset=utf-8', body: css },
    script: { path: `/assets/${hashOf(js)}.js`, contentType: 'text/javascript; charset=utf-8', body: js },
  }
}
