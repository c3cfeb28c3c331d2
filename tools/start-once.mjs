// Runs `npm start` as a person would, waits for the address, fetches the sign-in page, ends it as Ctrl+C would, and judges
// what was seen. For `npm run test:bare`, where Node 18 is all there is: plain JavaScript.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

const MOST_MINUTES = 15
/** A first start says what it does and no more: no page of engine or deprecation warnings. */
const MOST_LINES = 40

/** The machine's network is shared with the bare root: where somebody else serves on the usual port, any other will do. */
const isFree = await new Promise((resolve) => {
  const probe = createServer()
  probe.once('error', () => resolve(false))
  probe.listen(8470, '127.0.0.1', () => probe.close(() => resolve(true)))
})
const words = isFree ? ['start'] : ['start', '--', '--port', '0']

// A group of its own: a terminal's Ctrl+C reaches npm and all that it started.
const started = spawn('npm', words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
let output = ''
const ended = new Promise((resolve) => started.once('exit', (code, signal) => resolve(code ?? signal)))
const found = new Promise((resolve, reject) => {
  const take = (chunk) => {
    process.stdout.write(chunk)
    output += chunk
    // The last thing a start says is how to end it.
    const address = /https?:\/\/\S+/.exec(output)
    if (address && output.includes('Ctrl+C')) resolve(address[0])
  }
  started.stdout.on('data', take)
  started.stderr.on('data', take)
  void ended.then((code) => reject(new Error(`npm start ended with ${code}`)))
  setTimeout(() => reject(new Error(`no address after ${MOST_MINUTES} minutes`)), MOST_MINUTES * 60_000).unref()
})

function demand(holds, what) {
  if (!holds) throw new Error(what)
}

try {
  const address = await found
  const page = await fetch(new URL('/sign-in', address))
  const html = await page.text()
  demand(page.status === 200, `the sign-in page answers ${page.status}`)
  demand(/<form/.test(html) && /type="password"/.test(html), 'the sign-in page has no form')
  demand(!/EBADENGINE|npm WARN|ExperimentalWarning|DeprecationWarning/i.test(output), 'the start prints warnings')
  demand(output.split('\n').length <= MOST_LINES, `the start prints more than ${MOST_LINES} lines`)
  process.kill(-Number(started.pid), 'SIGINT')
  await ended
  // npm's own code for an interrupted script differs from version to version: what Toride said last counts.
  demand(/終わりました|Ended/.test(output), 'the server did not end in order')
} catch (error) {
  console.error(`✗ ${error.message}`)
  process.kill(-Number(started.pid), 'SIGKILL')
  process.exit(1)
}
process.exit(0)
