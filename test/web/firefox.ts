/**
 * Debian's Firefox over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/), as much of it as a person's way needs.
 * playwright-core speaks BiDi too, but only to a Firefox newer than Debian's ESR.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const FIREFOX = '/usr/bin/firefox-esr'
export const WITHOUT_FIREFOX = existsSync(FIREFOX) ? false : `no browser at ${FIREFOX}`

/** High enough that nothing has to be scrolled to before it is clicked. */
const VIEWPORT = { width: 1366, height: 6000 }
const ENTER = '\uE007'
const WAIT_MS = 20_000

type Answer = Record<string, unknown>
type Send = (method: string, params: Answer) => Promise<Answer>

/** A fresh profile each time; closing removes it. */
export async function openFirefox(options: { javaScript: boolean }): Promise<FirefoxPage> {
  const profile = mkdtempSync(join(tmpdir(), 'toride-firefox-'))
  writeFileSync(join(profile, 'user.js'), `user_pref("javascript.enabled", ${options.javaScript});\n`)
  const browser = spawn(FIREFOX, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
  })
  const ended = new Promise<void>((resolve) => browser.once('close', () => resolve()))
  const close = async (): Promise<void> => {
    browser.kill()
    await ended
    rmSync(profile, { recursive: true, force: true })
  }
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let said = ''
      browser.once('error', reject)
      browser.once('exit', () => reject(new Error(`Firefox ended: ${said}`)))
      browser.stderr.on('data', (bytes: Buffer) => {
        said += bytes.toString()
        const found = /listening on (ws:\S+)/.exec(said)
        if (found) resolve(found[1]!)
      })
    })
    const send = await connect(`${address}/session`)
    await send('session.new', { capabilities: {} })
    const { context } = await send('browsingContext.create', { type: 'tab' })
    await send('browsingContext.setViewport', { context, viewport: VIEWPORT })
    return new FirefoxPage(send, context as string, close)
  } catch (error) {
    await close()
    throw error
  }
}

/** Answers how to send a command and get its result; errors of the browser are thrown by name. */
async function connect(address: string): Promise<Send> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const message = JSON.parse(data) as { id?: number; result?: Answer; error?: string; message?: string }
    const asked = waiting.get(message.id ?? -1)
    if (message.result) asked?.resolve(message.result)
    else asked?.reject(new Error(`${message.error}: ${message.message}`))
  })
  socket.addEventListener('close', () => waiting.forEach((asked) => asked.reject(new Error('Firefox is gone'))))
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`no answer at ${address}`)))
  })
  let id = 0
  return (method, params) => {
    const asked = Promise.withResolvers<Answer>()
    waiting.set(++id, asked)
    socket.send(JSON.stringify({ id, method, params }))
    return asked.promise
  }
}

/** Works with scripts off too: elements are found, clicked and read by the browser, not by the page. */
export class FirefoxPage {
  readonly #send: Send
  readonly #context: string
  readonly close: () => Promise<void>

  constructor(send: Send, context: string, close: () => Promise<void>) {
    this.#send = send
    this.#context = context
    this.close = close
  }

  async goto(url: string): Promise<void> {
    await this.#send('browsingContext.navigate', { context: this.#context, url, wait: 'complete' })
  }

  async url(): Promise<string> {
    const { contexts } = await this.#send('browsingContext.getTree', { root: this.#context, maxDepth: 0 })
    return (contexts as { url: string }[])[0]!.url
  }

  /** The ids of the elements that match now. */
  async #find(css: string): Promise<string[]> {
    const locator = { type: 'css', value: css }
    const { nodes } = await this.#send('browsingContext.locateNodes', { context: this.#context, locator })
    return (nodes as { sharedId: string }[]).map((node) => node.sharedId)
  }

  /** The first element that matches, as soon as there is one: also the wait for the page that a click leads to. */
  async wait(css: string): Promise<string> {
    for (const until = Date.now() + WAIT_MS; Date.now() < until; await sleep(50)) {
      // While one page makes way for the next there is nothing to look into.
      const [found] = await this.#find(css).catch(() => [])
      if (found) return found
    }
    throw new Error(`not in Firefox within ${WAIT_MS} ms: ${css} at ${await this.url()}`)
  }

  async #evaluate(css: string, functionDeclaration: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#send('script.callFunction', {
      functionDeclaration,
      arguments: [{ sharedId: await this.wait(css) }],
      target: { context: this.#context, sandbox: 'test' },
      awaitPromise: false,
    })
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails))
    return (result as { value: unknown }).value
  }

  text(css: string): Promise<string> {
    return this.#evaluate(css, '(element) => element.innerText') as Promise<string>
  }

  /** Whether anybody sees the element. */
  visible(css: string): Promise<boolean> {
    return this.#evaluate(css, '(element) => element.checkVisibility()') as Promise<boolean>
  }

  async click(css: string): Promise<void> {
    const origin = { type: 'element', element: { sharedId: await this.wait(css) } }
    const actions = [
      { type: 'pointerMove', x: 0, y: 0, origin },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ]
    await this.#perform({ type: 'pointer', id: 'mouse', actions })
  }

  /** Keys as a person types them, to whatever has the focus. */
  async type(text: string): Promise<void> {
    const actions = Array.from(text).flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ])
    await this.#perform({ type: 'key', id: 'keys', actions })
  }

  enter(): Promise<void> {
    return this.type(ENTER)
  }

  async #perform(source: Answer): Promise<void> {
    await this.#send('input.performActions', { context: this.#context, actions: [source] })
  }

  /** The page on A4, as a PDF. */
  async print(): Promise<Buffer> {
    const page = { width: 21, height: 29.7 }
    const { data } = await this.#send('browsingContext.print', { context: this.#context, page })
    return Buffer.from(data as string, 'base64')
  }
}
