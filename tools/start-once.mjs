// Runs `npm start` as a person would, waits for the address, fetches the sign-in page, ends it as a service manager would, and judges
// what was seen. For `npm run test:bare`, where Node 18 is all there is: plain JavaScript.
import { spawn } from 'node:child_process'

const MOST_MINUTES = 15
/** A first start says what it does and no more: no page of engine or deprecation warnings. */
const MOST_LINES = 40

const started = spawn('npm', ['start'], { stdio: ['ignore', 'pipe', 'pipe'] })
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
  started.kill('SIGTERM')
  const code = await ended
  demand(code === 0, `npm start ended with ${code}`)
} catch (error) {
  console.error(`✗ ${error.message}`)
  started.kill('SIGKILL')
  process.exit(1)
}
process.exit(0)
