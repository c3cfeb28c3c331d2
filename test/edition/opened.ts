/** An edition's folder opened without a browser, with the reader's own code. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Edition, type LoadPayload, payloadOf, readCover, unlock } from '#edition/format'
import { PASSPHRASE } from './made.ts'

const loadFrom =
  (folder: string): LoadPayload =>
  async (name) =>
    existsSync(join(folder, name)) ? payloadOf(readFileSync(join(folder, name), 'latin1')) : undefined

export async function opened(folder: string, passphrase = PASSPHRASE): Promise<Edition | string> {
  const cover = await readCover(loadFrom(folder))
  if ('problem' in cover) return cover.problem
  if (!cover.isSigned) return 'not-signed'
  const result = await unlock(cover, passphrase, loadFrom(folder))
  return 'problem' in result ? result.problem : result.edition
}

export async function edition(folder: string): Promise<Edition> {
  const result = await opened(folder)
  assert.ok(typeof result === 'object', typeof result === 'string' ? result : '')
  return result
}

/** State and text of every chart. */
export async function allCharts(from: Edition): Promise<string[]> {
  const charts = Array.from({ length: from.index.size }, async (_, row) => {
    const result = await from.chart(row)
    return result.state === 'opened' ? JSON.stringify(result.chart) : result.state
  })
  return Promise.all(charts)
}
