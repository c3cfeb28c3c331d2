/**
 * What the emergency PC's program needs, as files: the sources that `src/station.ts` loads (`.tsx` turned into JavaScript, so
 * that no build program comes along), the libraries behind them, the one script and the styles.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { transformSync } from 'esbuild'
import { loadAssets } from '../src/web/http/assets.ts'
import type { ZipFile } from './zip.ts'

const ROOT = normalize(join(import.meta.dirname, '..'))
const STATEMENT = /^\s*(?:import|export)\s(?!type\b)[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm
/** Loaded when asked for, on this machine too. */
const CALLS = /\bimport\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*['"](\.[^'"]+\.ts)['"],\s*import\.meta\.url/g
/** Never on an emergency PC: the driver of a database server, what builds, and system calls of another system. */
const LEFT_OUT = ['src/db/postgres.ts']
const LIBRARIES_LEFT_OUT = ['pg', 'esbuild', 'koffi']

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

interface Loaded {
  readonly files: readonly string[]
  readonly libraries: ReadonlySet<string>
}

export function loadedByStation(): Loaded {
  const files = new Set<string>()
  // Of JSX, and what is read by its path: fonts, colours.
  const libraries = new Set<string>(['hono', '@expo-google-fonts/biz-udpgothic', '@digital-go-jp/design-tokens'])
  const waiting = ['src/station.ts']
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file) || LEFT_OUT.includes(file)) continue
    files.add(file)
    const text = read(file)
    for (const match of [...text.matchAll(STATEMENT), ...text.matchAll(CALLS)]) {
      const from = (match[1] ?? match[2])!
      if (from.startsWith('#')) waiting.push(`src/${from.slice(1)}/index.ts`)
      else if (from.startsWith('.')) {
        if (/\.(?:tsx?|m?js)$/.test(from)) waiting.push(normalize(join(dirname(file), from)))
      } else if (!from.startsWith('node:')) libraries.add(libraryOf(from))
    }
  }
  for (const name of LIBRARIES_LEFT_OUT) libraries.delete(name)
  return { files: [...files].toSorted(), libraries }
}

const libraryOf = (from: string): string =>
  from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>
}

/** Folders of the libraries and of what they need, as the lock file has them. */
function libraryFolders(libraries: ReadonlySet<string>): string[] {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockEntry> }
  const folders = new Set<string>()
  const waiting = [...libraries].map((name) => `node_modules/${name}`)
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (folders.has(folder)) continue
    folders.add(folder)
    for (const name of Object.keys(packages[folder]?.dependencies ?? {})) {
      const inner = `${folder}/node_modules/${name}`
      waiting.push(packages[inner] ? inner : `node_modules/${name}`)
    }
  }
  return [...folders].toSorted()
}

/** Files below `app/`. */
export async function stationTree(): Promise<ZipFile[]> {
  const { files, libraries } = loadedByStation()
  const tree: ZipFile[] = files.map((file) => ({
    name: file.replace(/\.tsx$/, '.js'),
    bytes: Buffer.from(asRun(file)),
  }))
  const rooms = new Set(files.map((file) => file.split('/')[1]!))
  for (const path of globSync('src/*/**/*.{css,wasm,json,otf}', { cwd: ROOT }))
    if (rooms.has(path.split(/[\\/]/)[1]!)) tree.push({ name: path, bytes: readFileSync(join(ROOT, path)) })
  const islands = globSync('src/web/islands/*.ts', { cwd: ROOT })
  for (const path of islands) tree.push({ name: path, bytes: readFileSync(join(ROOT, path)) })
  const { script } = await loadAssets()
  const built = globSync('node_modules/.cache/islands/*.js', { cwd: ROOT }).find((path) => read(path) === script.body)
  if (built !== undefined) tree.push({ name: built, bytes: Buffer.from(script.body) })
  for (const folder of libraryFolders(libraries))
    for (const path of globSync(`${folder}/**/*.{js,cjs,mjs,json,css,ttf}`, { cwd: ROOT }))
      if (!/\.(test|spec)\.|\/(test|tests|docs|example|examples)\//.test(path))
        tree.push({ name: path, bytes: readFileSync(join(ROOT, path)) })
  const { name, version, license, type, imports } = JSON.parse(read('package.json')) as Record<string, unknown>
  const own = JSON.stringify({ name, version, license, type, imports })
  tree.push({ name: 'package.json', bytes: Buffer.from(own) }, { name: 'LICENSE', bytes: Buffer.from(read('LICENSE')) })
  // Under one name once: globs of nested libraries meet.
  return [...new Map(tree.map((file) => [file.name, file])).values()]
}

/** Node strips types by itself; only `.tsx` has to be turned. */
function asRun(file: string): string {
  const text = file.endsWith('.tsx') ? javaScriptOf(file) : read(file)
  return text.replaceAll(/((?:from|import)\s*\(?\s*['"]\.[^'"]+)\.tsx(['"])/g, '$1.js$2')
}

function javaScriptOf(file: string): string {
  const options = {
    loader: 'tsx',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    format: 'esm',
    target: 'node24',
    supported: { 'dynamic-import': true },
  } as const
  return transformSync(read(file), options).code
}
