/**
 * Composition root of the emergency PC (非常用PC): `bin/toride station`. Alone on its machine: no production, no directory, no
 * mail, no internet; no driver of a database server, nothing of governance (`test/architecture.test.ts`).
 * Options: --data DIR · --port N · --package FILE (production's file) · --from FOLDER (where the copies lie) · --medium FOLDER
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError, isAppError, systemClock as clock } from '#base'
import { runStation } from '#station'
import packageJson from '../package.json' with { type: 'json' }
import { listen } from './web/listen.ts'
import { errorSentences } from './web/messages/errors.ts'
import { createStationWeb } from './web/station-app.tsx'

const language = (process.env['LC_ALL'] || process.env['LANG'] || '').startsWith('en') ? 'en' : 'ja'
const say = (ja: string, en: string): void => console.log(language === 'ja' ? ja : en)
const onError = (error: unknown): void => console.error(isAppError(error) ? error.message : error)
const USAGE = {
  ja: `使い方: toride station [--data フォルダ] [--port 8480] [--package 設定ファイル] [--from フォルダー] [--medium フォルダー]
  非常用PCを動かします。アドレスが出たら、同じパソコンのブラウザーで開きます。
  --package  砦の画面「非常用PC」で保存した設定ファイル（画面からも読み込めます）
  --from     バックアップのあるフォルダー（写さずに読みます）
  --medium   差したディスクのフォルダー（差すたびに写します）`,
  en: `usage: toride station [--data DIR] [--port 8480] [--package FILE] [--from DIR] [--medium DIR]
  Runs the emergency PC. Open the address that it gives in a browser of the same machine.
  --package  the file that was saved under "Emergency PCs" (the screen takes it, too)
  --from     the folder of the backups (read where they lie)
  --medium   the folder of a disk that is plugged in (copied each time)`,
}
/** Loopback only: nobody else on the network ever reaches it. */
const HOST = '127.0.0.1'

function readOptions() {
  try {
    const text = { type: 'string' } as const
    const { values } = parseArgs({ options: { data: text, port: text, package: text, from: text, medium: text } })
    const port = Number(values.port ?? '8480')
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port')
    const base = process.env['XDG_DATA_HOME'] ?? process.env['LOCALAPPDATA'] ?? join(homedir(), '.local', 'share')
    return { ...values, port, folder: values.data === undefined ? join(base, 'toride-station') : resolve(values.data) }
  } catch (cause) {
    throw new AppError('BASE_CONFIG_INVALID', { cause })
  }
}

async function main(): Promise<void> {
  const options = readOptions()
  const running = await runStation(
    { folder: options.folder, clock, version: packageJson.version, onError },
    {
      serve: async (services, instance) => {
        const web = await createStationWeb(services, { clock, instance, hosts: [], secure: false, onError })
        return listen(web, HOST, options.port)
      },
    },
  )
  const { station } = running
  if (options.package !== undefined) station.takePackage(readFileSync(options.package, 'utf8'))
  if (options.from !== undefined) station.takeOrigin({ kind: 'folder', folder: resolve(options.from) })
  if (options.medium !== undefined) station.takeOrigin({ kind: 'medium', folder: resolve(options.medium) })
  station.refreshSoon()
  const url = running.url.replace(HOST, 'localhost')
  say(`非常用カルテ閲覧: ${url}`, `Emergency charts: ${url}`)
  say('止めるには Ctrl+C を押します。', 'Ctrl+C stops it.')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void running.close().then(() => process.exit(0)))
}

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(USAGE[language])
  process.exit(0)
}
try {
  await main()
} catch (error) {
  const code = isAppError(error) ? error.code : 'BASE_BUG'
  const { what, why, next } = errorSentences(code, language)
  console.error(`${what}\n${why}\n${next}\n(${code})`)
  if (!isAppError(error)) console.error(error)
  process.exit(1)
}
