/** An edition in Debian's Chromium over file://, with the network off, as somebody opens it by a double click. */
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { openBrowser } from '../web/harness.ts'
import { PASSPHRASE } from './made.ts'

export interface Desk {
  readonly page: Page
  /** What the page's own policy or code complained about. */
  readonly errors: string[]
  close(): Promise<void>
}

export async function atDesk(): Promise<Desk> {
  const browser = await openBrowser()
  await browser.context.setOffline(true)
  const page = await browser.context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  return { page, errors, close: () => browser.close() }
}

export const openCover = async (page: Page, disc: string): Promise<void> => {
  await page.goto(`${pathToFileURL(disc).href}/index.html`)
  await page.waitForSelector('[data-form=unlock], .notice-danger')
}

export async function unlockWith(page: Page, passphrase = PASSPHRASE): Promise<void> {
  await page.fill('#field-name', '見本 看護')
  await page.fill('#field-passphrase', passphrase)
  await page.press('#field-passphrase', 'Enter')
  await page.waitForSelector('#field-query, .field-wrong, .notice-danger')
}

/** Finds by what is typed and opens the first hit; answers what then stands there. */
export async function openFirst(
  page: Page,
  query: string,
  birth?: string,
): Promise<'chart' | 'refused' | 'asked-again'> {
  if (!(await page.$('#field-query'))) await page.click('[data-go=search]')
  await page.fill('#field-query', query)
  await page.click('[data-patient]')
  if (birth !== undefined && (await page.$('#field-birth'))) await page.fill('#field-birth', birth)
  await page.click('[data-form=identify] button[type=submit]')
  await page.waitForSelector('.chart-header, .field-wrong, .notice-danger')
  if (await page.$('.chart-header')) return 'chart'
  return (await page.$('.field-wrong')) ? 'asked-again' : 'refused'
}
