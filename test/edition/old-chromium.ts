/**
 * Chromium 90, which stands for the old Edge of a ward's PC: out of the npm package chrome-aws-lambda 8.0.2, fetched once into
 * node_modules/.cache. Its driver is plain DevTools: newer drivers speak to newer pages only.
 */
import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import { chromium } from 'playwright-core'

const run = promisify(execFile)
const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/chromium-90/', import.meta.url))
const PACKAGE = 'chrome-aws-lambda@8.0.2'

/** Path of a program that starts it, or why there is none. */
export async function oldChromium(): Promise<{ program: string } | { missing: string }> {
  const program = join(FOLDER, 'start.sh')
  if (existsSync(program)) return { program }
  if (process.platform !== 'linux' || process.arch !== 'x64') return { missing: 'Chromium 90 is for Linux on x64' }
  const fresh = `${FOLDER.slice(0, -1)}.new`
  try {
    rmSync(fresh, { recursive: true, force: true })
    mkdirSync(fresh, { recursive: true })
    await run('npm', ['pack', PACKAGE, '--silent'], { cwd: fresh, timeout: 60_000 })
    await run('tar', ['-xzf', 'chrome-aws-lambda-8.0.2.tgz'], { cwd: fresh })
    const unpacked = (name: string) => brotliDecompressSync(readFileSync(join(fresh, 'package/bin', `${name}.br`)))
    writeFileSync(join(fresh, 'chromium'), unpacked('chromium'), { mode: 0o755 })
    for (const name of ['aws.tar', 'swiftshader.tar']) {
      writeFileSync(join(fresh, name), unpacked(name))
      await run('tar', ['-xf', name], { cwd: fresh })
    }
    const start = '#!/bin/sh\nhere=$(dirname "$0")\nLD_LIBRARY_PATH="$here/lib" exec "$here/chromium" "$@"\n'
    writeFileSync(join(fresh, 'start.sh'), start)
    chmodSync(join(fresh, 'start.sh'), 0o755)
    rmSync(FOLDER, { recursive: true, force: true })
    renameSync(fresh, FOLDER)
    return { program }
  } catch {
    rmSync(fresh, { recursive: true, force: true })
    return { missing: `${PACKAGE} could not be fetched` }
  }
}

export interface OldPage {
  readonly version: string
  readonly errors: string[]
  /** Runs in the page and answers its value. */
  evaluate(expression: string): Promise<unknown>
  /** Waits until something matches the selector. */
  until(selector: string): Promise<void>
  picture(path: string): Promise<void>
  close(): Promise<void>
}

export async function openInOld(program: string, disc: string): Promise<OldPage> {
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'] })
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  const tools = await page.context().newCDPSession(page)
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await tools.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  await page.goto(`${pathToFileURL(disc).href}/index.html`)
  return {
    version: browser.version(),
    errors,
    evaluate,
    async until(selector) {
      for (let tries = 0; tries < 200; tries++) {
        if (await evaluate(`document.querySelector(${JSON.stringify(selector)}) !== null`)) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`no ${selector}: ${String(await evaluate('document.body.innerText.slice(0, 600)'))}`)
    },
    async picture(path) {
      const { data } = await tools.send('Page.captureScreenshot', { format: 'png' })
      writeFileSync(path, Buffer.from(data, 'base64'))
    },
    close: () => browser.close(),
  }
}
