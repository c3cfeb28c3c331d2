/** Holds the table of rooms in ARCHITECTURE.md: reads every import under src/ and refuses the ones that point upwards. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'

const FORMATS = ['restic', 'hl7v2', 'ssmix2', 'fhir', 'intake', 'tlog', 'attest', 'retention', 'disk', 'signs']
const ADAPTERS = ['posix', 'storage', 'notify', 'db', 'commands', 'fhir-server', 'tls', 'isolation', 'office']
const LAYER_2 = ['journal', 'access', 'casebook', 'sample']
const AREAS = [
  'vault',
  'chart',
  'rehearsal',
  'edition',
  'recovery',
  'governance',
  'bcp',
  'incident',
  'notification',
  'downtime',
  'reconciliation',
  'exercise',
]

/** Which rooms a room may import besides itself. Areas import other areas only downwards, in the order of the list. */
function allowed(room: string): readonly string[] {
  if (room === 'base' || room === 'threads') return []
  if (room === 'ssmix2') return ['base', 'hl7v2']
  if (room === 'fhir') return ['base', 'hl7v2', 'ssmix2']
  if (room === 'intake') return ['base', 'hl7v2', 'fhir']
  if (room === 'attest') return ['base', 'tlog']
  if (room === 'isolation') return ['base', 'commands']
  if (['restic', 'posix', 'storage'].includes(room)) return ['base', 'threads']
  if (FORMATS.includes(room) || ADAPTERS.includes(room)) return ['base']
  const lower = ['base', ...FORMATS, ...ADAPTERS]
  if (LAYER_2.includes(room)) return [...lower, ...LAYER_2.slice(0, LAYER_2.indexOf(room))]
  if (AREAS.includes(room)) return ['threads', ...lower, ...LAYER_2, ...AREAS.slice(0, AREAS.indexOf(room))]
  // Sheets are data that any host sets; their PDF is drawn where there is no browser.
  if (room === 'sheets') return ['base', 'chart', 'office']
  if (room === 'paper') return ['base', 'chart', 'sheets']
  // Another host's program, with nothing clinical: it must not even be able to read a record.
  if (room === 'keeper') return ['base', 'tlog', 'attest', 'retention', 'storage', 'posix', 'notify', 'journal', 'tls']
  // A machine of its own, neither production nor the Keeper: it reads repositories, and nothing of an institution.
  if (room === 'verifier') return ['base', 'tlog', 'attest', 'restic', 'storage', 'journal', 'notify']
  // Another machine that backs itself up, and production's list of them.
  if (room === 'agent')
    return ['base', 'tlog', 'attest', 'restic', 'storage', 'posix', 'db', 'journal', 'access', 'verifier', 'vault']
  // The experts' `toride repo` verbs and the chart view speak of formats; state and storage stay behind the areas.
  if (room === 'web') return ['base', 'office', 'fhir', 'intake', 'journal', 'access', ...AREAS, 'sheets']
  // Charts as the screens ask for them, for the server and the emergency PC alike.
  // The same for programs, as FHIR.
  if (room === 'fhir-api') return ['base', 'fhir', 'journal', 'access', 'chart', 'reading', 'web']
  if (room === 'reading')
    return [
      'base',
      'journal',
      'access',
      'casebook',
      'chart',
      'incident',
      'notification',
      'web',
      'sheets',
      'paper',
      'office',
    ]
  // The emergency PC, and production's list of them. Of the web it has types alone: the root hands the screens in.
  if (room === 'station')
    return [
      ...FORMATS,
      'storage',
      'posix',
      'db',
      'base',
      'journal',
      'access',
      'casebook',
      'incident',
      'notification',
      'downtime',
      'vault',
      'chart',
      'reading',
      'web',
      'sheets',
      'paper',
    ]
  // `server` binds areas, adapters and web into one running institution; the command line starts it or looks into it.
  if (room === 'server')
    return [
      ...FORMATS,
      ...ADAPTERS,
      ...LAYER_2,
      ...AREAS,
      'base',
      'web',
      'agent',
      'reading',
      'fhir-api',
      'station',
      'sheets',
      'paper',
    ]
  if (room === 'cli')
    return [
      'server',
      'verifier',
      'agent',
      'base',
      'restic',
      'disk',
      'storage',
      'posix',
      'commands',
      'journal',
      'access',
      'sample',
      ...AREAS,
    ]
  return []
}

/** Each npm library is imported by one room (types and JSX aside). */
const LIBRARY_HOME: Record<string, string> = {
  kysely: 'db',
  pg: 'db',
  koffi: 'posix',
  hono: 'web',
  '@hono/node-server': 'web',
  croner: 'vault',
  '@holiday-jp/holiday_jp': 'retention',
  nodemailer: 'notify',
  'smtp-server': 'notify', // judges our mail in tests
  '@aws-sdk/client-s3': 'storage',
  '@digital-go-jp/design-tokens': 'web',
  esbuild: 'web',
  fflate: 'edition',
  '@peculiar/x509': 'tls',
  'reflect-metadata': 'tls', // asked for by @peculiar/x509
  otpauth: 'keeper',
  'qrcode-generator': 'web',
  jsqr: 'web', // reads our QR codes in tests
  '@scure/bip39': 'access',
  'shamir-secret-sharing': 'access',
  pdfkit: 'paper',
  fontkit: 'paper', // comes with pdfkit, which takes its fonts
  '@expo-google-fonts/biz-udpgothic': 'paper',
  docx: 'office',
  'write-excel-file': 'office',
  parse5: 'web', // judges our HTML in tests
}
/** What a browser's script may take of a room: free of Node, which the room's own face is not. */
const BROWSER_DOORS = ['#chart/browser', '#office/model', '#edition/format', '#web/chart-view']
/** zod describes bad input wherever input comes in. */
const LIBRARY_ANYWHERE = ['zod']

interface Import {
  file: string
  from: string
}

function importsOf(file: string, text: string): Import[] {
  // Statements at the beginning of a line, dynamic imports, and entry files of threads; words inside strings are none.
  const statement = /^\s*(?:import|export)\s[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm
  const call = /\bimport\(\s*['"]([^'"]+)['"]|new URL\(\s*['"](\.[^'"]+)['"],\s*import\.meta\.url/g
  const found = [...text.matchAll(statement), ...text.matchAll(call)]
  return found.map((match) => ({ file, from: (match[1] ?? match[2])! }))
}

/** Why an import is against the plan, or undefined where it is fine. */
export function violation({ file, from }: Import): string | undefined {
  const [, room = '', ...inner] = file.split('/')
  if (inner.length === 0) return undefined // composition roots may import anything
  if (from.startsWith('#')) {
    const [other = '', ...door] = from.slice(1).split('/')
    if (door.length > 0 && !BROWSER_DOORS.includes(from)) return `${from} is no door: use #${other}`
    if (other === room || allowed(room).includes(other)) return undefined
    return `${room} may not import ${other} (it may import: ${allowed(room).join(', ') || 'nothing of ours'})`
  }
  if (from.startsWith('.')) {
    const target = normalize(join(dirname(file), from)).split('/')
    if (target[0] === 'package.json') return undefined // the program's own name and version
    return target[1] === room && target[0] === 'src'
      ? undefined
      : `reaches into ${target.slice(0, 2).join('/')}: use the alias #room`
  }
  if (from.startsWith('node:')) {
    const format = FORMATS.includes(room) || room === 'base'
    return format && /^node:(fs|net|http|https|tls|dgram|child_process)/.test(from) && !file.endsWith('.test.ts')
      ? `${room} reaches disk or network only through a passed-in interface`
      : undefined
  }
  if (builtinModules.includes(from)) return `write node:${from}`
  const library = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0]!
  if (file.includes('.test.') || LIBRARY_ANYWHERE.includes(library)) return undefined
  const home = LIBRARY_HOME[library]
  if (!home) return `${library} has no home: give it one room in LIBRARY_HOME and a line in docs/dependencies.md`
  return home === room ? undefined : `${library} is imported by ${home} only`
}

const files = globSync('src/**/*.{ts,tsx}')
const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')))

test('every import points downwards', () => {
  assert.ok(imports.length > 500, `only ${imports.length} imports found: the reader is broken`)
  const broken = imports.flatMap((i) => (violation(i) ? [`${i.file}: '${i.from}': ${violation(i)}`] : []))
  assert.deepEqual(broken, [])
})

test('a planted violation is found', () => {
  assert.match(violation({ file: 'src/restic/pack.ts', from: '#storage' }) ?? '', /may not import storage/)
  assert.match(violation({ file: 'src/chart/x.ts', from: '../vault/inner.ts' }) ?? '', /use the alias/)
  assert.match(violation({ file: 'src/restic/pack.ts', from: 'node:fs' }) ?? '', /passed-in interface/)
  assert.match(violation({ file: 'src/vault/x.ts', from: 'kysely' }) ?? '', /db only/)
  assert.match(violation({ file: 'src/vault/x.ts', from: '#chart' }) ?? '', /may not import chart/)
  assert.equal(violation({ file: 'src/chart/x.ts', from: '#vault' }), undefined)
  assert.deepEqual(
    importsOf('f', `import { a } from '#b'\nawait import('c')\nnew URL('./w.ts', import.meta.url)`).map((i) => i.from),
    ['#b', 'c', './w.ts'],
  )
})

/** Files that a root reaches, itself included, through every import. */
function reachedFrom(root: string): Set<string> {
  const reached = new Set<string>()
  const waiting = [root]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || !files.includes(file)) continue
    reached.add(file)
    for (const { from } of imports.filter((one) => one.file === file)) {
      if (from.startsWith('#')) waiting.push(`src/${from.slice(1)}/index.ts`)
      else if (from.startsWith('.')) waiting.push(normalize(join(dirname(file), from)))
    }
  }
  return reached
}

test('the Keeper reaches nothing clinical, and nothing that deletes at a client’s wish', () => {
  const reached = reachedFrom('src/keeper.ts')
  assert.ok(reached.has('src/keeper/http/restic.ts') && reached.has('src/journal/ledger.ts'), 'the reader is broken')
  const rooms = new Set([...reached].map((file) => file.split('/')[1]!))
  const fine = [
    'keeper.ts',
    'keeper',
    'base',
    'threads',
    'tlog',
    'attest',
    'retention',
    'storage',
    'posix',
    'notify',
    'journal',
    'db',
    'tls',
  ]
  const others = [...reached].filter((file) => !fine.includes(file.split('/')[1]!))
  assert.deepEqual(
    others.filter((file) => !/^src\/web\/(?:messages\/errors(?:\/\w+)?|format)\.ts$/.test(file)),
    [],
  )
  assert.ok(!rooms.has('vault') && !rooms.has('restic'))
  // What removes by request is `onlyLocks` alone; no file of the program hands another rule in.
  const binds = [...reached].filter((file) => /mayRemove\??\s*[:=]/.test(readFileSync(file, 'utf8')))
  assert.deepEqual(binds.toSorted(), ['src/keeper/http/restic.ts', 'src/keeper/http/server.ts'])
})

/** What is loaded with a root: types are gone by then, and what is imported by a call is not there yet. */
function loadedWith(root: string): Set<string> {
  const statement =
    /^\s*(?:import|export)\s(?!type\b)[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]/gm
  const loaded = new Set<string>()
  const waiting = [root]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file) || !files.includes(file)) continue
    loaded.add(file)
    for (const match of readFileSync(file, 'utf8').matchAll(statement)) {
      const from = (match[1] ?? match[2])!
      if (from.startsWith('#')) waiting.push(`src/${from.slice(1)}/index.ts`)
      else if (from.startsWith('.')) waiting.push(normalize(join(dirname(file), from)))
    }
  }
  return loaded
}

test('the emergency PC loads no driver of a database server, nothing of governance, no server', () => {
  const loaded = loadedWith('src/station.ts')
  assert.ok(loaded.has('src/station/shelf.ts') && loaded.has('src/web/routes/charts.tsx'), 'the reader is broken')
  const rooms = new Set([...loaded].map((file) => file.split('/')[1]!))
  for (const room of ['governance', 'server', 'cli', 'keeper', 'agent', 'sample']) assert.ok(!rooms.has(room), room)
  assert.ok(!loaded.has('src/db/postgres.ts'))
  assert.ok(!loaded.has('src/web/app.tsx'))
})

/** House rules that no linter knows. */
const HOUSE_RULES: readonly { rule: string; pattern: RegExp; except?: (file: string) => boolean }[] = [
  {
    rule: 'the time comes from base/clock.ts',
    pattern: /\bDate\.now\(|new Date\(\)/,
    except: (f) => f === 'src/base/clock.ts' || f.includes('.test.'),
  },
  { rule: 'no default exports', pattern: /^export default /m },
  {
    rule: 'console belongs to the roots and the command line',
    pattern: /\bconsole\.\w+\(/,
    except: (f) => f.split('/').length === 2 || f.startsWith('src/cli/') || f.includes('.test.'),
  },
  {
    rule: 'a switched-off rule says why',
    pattern: /(?:oxlint|eslint)-disable(?:-next-line|-line)?(?!-)(?! [\w/,@ -]+ -- \S)/,
  },
  {
    rule: 'no patient data in console or errors: no path of a source in `detail`',
    pattern: /detail: `[^`]*\$\{(?:path|absolutePath|file\.path)\}/,
  },
]

test('house rules', () => {
  const broken = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    return HOUSE_RULES.filter((r) => !r.except?.(file) && r.pattern.test(text)).map((r) => `${file}: ${r.rule}`)
  })
  assert.deepEqual(broken, [])
})
