// First step of every npm command: installs what is missing (locked, `npm ci`), then goes on under Node 24.
// Plain JavaScript that Debian's Node 18.20 and npm 9.2 can run. Prints Japanese first: people meet it on a fresh machine.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { node24 } from './node24.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const marker = `${root}node_modules/.toride-setup.json`
const COMMANDS = {
  start: { scope: 'run', script: 'src/main.ts' },
  test: { scope: 'all', script: 'tools/test.ts' },
  check: { scope: 'all', script: 'tools/check.ts' },
  bench: { scope: 'all', script: 'bench/index.ts' },
  'test-bare': { scope: 'all', script: 'tools/test-bare.ts' },
  'test-service': { scope: 'all', script: 'tools/test-service.ts' },
  'station-zip': { scope: 'all', script: 'tools/station-zip.ts' },
  fix: { scope: 'all', script: 'tools/check.ts', args: ['--fix'] },
}

function fail(what, why, next) {
  process.stderr.write(`\n${what}\n原因: ${why}\n次にすること: ${next}\n`)
  process.exit(1)
}

/** What an earlier run installed: the hash of the lock file and its scope, 'run' (product) or 'all' (also tests). */
function installed() {
  try {
    return JSON.parse(readFileSync(marker, 'utf8'))
  } catch {
    return undefined
  }
}

function ensureInstalled(scope) {
  const lock = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex')
  const before = installed()
  const covers = before && (before.scope === 'all' || scope === 'run')
  if (before && before.lock === lock && covers && node24()) return
  // Test tools once installed stay: `npm start` must not undo `npm test`.
  const wanted = scope === 'all' || (before && before.scope === 'all') ? 'all' : 'run'
  process.stderr.write('必要な部品を取り込んでいます（初回は数分かかります）…\n')
  const omit = wanted === 'all' ? [] : ['--omit=dev']
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.execPath, [npm]] : ['npm', []]
  const done = spawnSync(command, [...first, 'ci', ...omit, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (done.status !== 0)
    fail(
      '部品を取り込めませんでした。',
      'npm ci が終了コード ' + done.status + ' で終わりました（上の表示を見てください）。',
      'インターネットへの接続とディスクの空きを確かめて、もう一度同じ命令を実行してください。',
    )
  writeFileSync(marker, JSON.stringify({ lock, scope: wanted }))
  if (!node24())
    fail(
      'このパソコン用の Node 24 がありません。',
      `対応していない種類です（${process.platform}-${process.arch}）。`,
      'Linux（x64・arm64）か Windows（x64）で実行してください。',
    )
}

const [name, ...rest] = process.argv.slice(2)
const command = COMMANDS[name]
if (!command)
  fail(
    `知らない命令です: ${name}`,
    'package.json の scripts にある名前だけが使えます。',
    'npm start か npm test を実行してください。',
  )
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 18 || (major === 18 && minor < 20))
  fail('Node が古すぎます。', `いまの Node は ${process.versions.node} です。`, 'Node 18.20 以上を入れてください。')
ensureInstalled(command.scope)

const child = spawn(
  node24(),
  [
    '--disable-warning=ExperimentalWarning',
    '--import',
    './tools/jsx-hook.mjs',
    command.script,
    ...(command.args ?? []),
    ...rest,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TORIDE_CALLED_FROM: process.env.INIT_CWD ?? process.cwd() },
  },
)
// Ctrl+C reaches both processes through the terminal; a signal sent to us alone is passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => {})
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
