/** Who looked on a disc: their saved log comes home, is listed for each disc, and looked through by a person. */
import { openSealed } from '#access'
import { AppError, inTurns } from '#base'
import { bringLogHome, bundleOfLog, lookedOnEdition } from '#edition'
import type { StoredEntry } from '#journal'
import type { EditionService } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { allEntries, looksBy } from './journal.ts'
import { demand, readingOf } from './viewers.ts'

export function editionLogs(institution: Institution): Pick<EditionService, 'bringLog' | 'looks' | 'review'> {
  const { vault, editions, ledger, journalIndex, clock } = institution
  /** Two uploads of one log at once would both find the same looks new. */
  const inTurn = inTurns()

  /** One actor for each name that was typed on one page. */
  async function actorsOf(number: number): Promise<string[]> {
    await journalIndex.catchUp(await ledger.reader())
    const { entries } = await journalIndex.query({ types: ['edition.opened'], limit: 1000 })
    const own = entries.filter(({ entry }) => lookedOnEdition(entry)?.number === number)
    return [...new Set(own.map(({ entry }) => entry.actor))]
  }

  async function entriesOf(actors: readonly string[]): Promise<StoredEntry[]> {
    await journalIndex.catchUp(await ledger.reader())
    const types = ['edition.opened', 'chart.opened', 'chart.printed'] as const
    const all = await Promise.all(actors.map((actor) => allEntries(institution, { types, actor })))
    return all.flat().map(({ entry }) => entry)
  }

  return {
    async bringLog(viewer, text) {
      demand(viewer, 'see-patients')
      const subjectKey = readingKey(readingOf(viewer), 'patientSubject')
      const bundle = bundleOfLog(text)
      if (bundle === undefined) throw new AppError('EDITION_LOG_FOREIGN', { detail: 'no log' })
      const found = await editions.byBundle(bundle)
      if (!found) throw new AppError('EDITION_LOG_UNKNOWN')
      const { edition, logKey } = found
      const key = openSealed(readingKey(readingOf(viewer), 'patientIndex'), Buffer.from(logKey, 'base64'))
      // The generation may be over by now: the disc is read longer than its backup is kept.
      const kept = await Promise.all(edition.sources.map(({ generation }) => vault.generations.get(generation)))
      const repositories = kept.map((one) => one?.repository ?? '0'.repeat(64))
      const parts = {
        register: editions,
        ledger,
        subjectKey,
        repositories,
        personId: viewer.personId,
        now: clock.now(),
        entriesOf,
      }
      const { looks } = await inTurn(() => bringLogHome(parts, edition, key, text))
      return { number: edition.number, looks }
    },
    async looks(viewer, number) {
      if (!viewer.can.has('see-patients') && !viewer.can.has('see-journal')) return []
      const actors = await actorsOf(number)
      const rows = await Promise.all(actors.map((actor) => looksBy(institution, viewer, actor)))
      return rows.flat().toSorted((a, b) => a.atMs - b.atMs)
    },
    async review(viewer, number, result) {
      demand(viewer, 'confirm-kit')
      const edition = await editions.get(number)
      if (edition?.logs) await editions.reviewed(number, viewer.personId, edition.logs.looks, result)
    },
  }
}
