import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Composition root of the command line. */
const interrupt = new AbortController()
process.once('SIGINT', () => interrupt.abort())
process.once('SIGTERM', () => interrupt.abort())

/** A reader that has seen enough (`| head`) is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

// Compiled code of the last start is used again, here and in worker threads (which read the variable): a command begins in
// half the time. Before the rooms are loaded, and so by import().
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url))
enableCompileCache()
const { runCli } = await import('#cli')

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  signal: interrupt.signal,
  stdin: process.stdin,
  explain: async (code, language) => {
    const { errorSentences } = await import('./web/messages/errors.ts')
    return Object.values(errorSentences(code, language)).join('\n')
  },
  openCatalogue: async (...cache) => (await import('./vault/open-catalogue.ts')).openCatalogue(...cache),
})
