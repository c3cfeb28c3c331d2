/**
 * Composition root of the Keeper (バックアップ専用機): `bin/toride keeper`. It runs on another host, with its own
 * administrators, holds no key to any record, and reaches no clinical room (`test/architecture.test.ts`).
 */
import { fileURLToPath } from 'node:url'
import { isAppError } from '#base'
import { runKeeperCommand } from '#keeper'
// Sentences alone: nothing of the screens comes with them.
import { errorSentences } from './web/messages/errors.ts'

const language = (process.env['LC_ALL'] || process.env['LANG'] || '').startsWith('en') ? 'en' : 'ja'

function describe(error: unknown): unknown {
  if (!isAppError(error)) return error
  const { what, why, next } = errorSentences(error.code, language)
  return `${what}\n${why}\n${next}\n[${error.message}]`
}

try {
  process.exitCode = await runKeeperCommand(process.argv.slice(2), {
    say: (text) => void process.stdout.write(text),
    language,
    entry: fileURLToPath(import.meta.url),
    isNetworkProcess: process.send !== undefined,
    onError: (error) => console.error(isAppError(error) ? error.message : error),
  })
} catch (error) {
  console.error(describe(error))
  process.exitCode = 1
}
