/** Search and charts, as the web asks for them: of the server and of an emergency PC alike. */
import { decideOpening } from '#access'
import { AppError, hasWords, isAppError } from '#base'
import { accessOf, type Chart, openChart, openDocument, type PatientIndex, searchPatients } from '#chart'
import { newEntry, patientSubject } from '#journal'
import type { ChartService, OpeningReason, OpenOptions, OpenResult, Viewer } from '#web'
import type { ReadingHouse } from './house.ts'
import { patientHit } from './patient-hit.ts'
import { patientLists } from './patient-lists.ts'
import { journalLook } from './journal-look.ts'
import { drawPages, notePages } from './draw-pages.ts'
import { sameNumber } from './same-number.ts'

/** How long older generations are searched before the reader is asked whether to go on. */
const OLDER_MS = 3000

export function chartService(house: ReadingHouse): ChartService<Chart> {
  const { journal, clock } = house
  async function indexOf(viewer: Viewer, generationId?: string): Promise<PatientIndex | undefined> {
    if (!viewer.can.has('see-patients')) throw new AppError('ACCESS_DENIED')
    const id = generationId ?? (await house.readable())[0]?.id
    return id === undefined ? undefined : house.index(viewer, id)
  }

  const subjectOf = (viewer: Viewer, key: string) => patientSubject(house.subjectKey(viewer), key)

  async function protection(viewer: Viewer, key: string): Promise<{ protectedStaff: boolean; ownChart: boolean }> {
    return house.protection(viewer, subjectOf(viewer, key))
  }

  async function whyReason(viewer: Viewer, key: string): Promise<OpeningReason[]> {
    // An emergency account gave its reason at the door, for every look.
    if (house.breakGlass?.(viewer) !== undefined) return []
    const { decision } = decideOpening(house.rolesOf(viewer), {
      items: ['identity'],
      patient: await protection(viewer, key),
    })
    return decision === 'reason-needed' ? ['protected-person'] : []
  }

  async function open(viewer: Viewer, key: string, options: OpenOptions): Promise<OpenResult<Chart>> {
    const index = await indexOf(viewer, options.generationId)
    const row = index?.rowOf(key)
    if (!index || row === undefined) return { kind: 'not-found' }
    const given = hasWords(options.reason ?? '') ? options.reason : undefined
    const breakGlass = house.breakGlass?.(viewer)
    if (given === undefined && (await whyReason(viewer, key)).length > 0) return { kind: 'ask-again' }
    if (house.mayOpen?.(viewer, subjectOf(viewer, key)) === false) throw new AppError('READING_TOO_MANY')
    const reason = given ?? breakGlass
    const { patientId } = index.entry(row)
    const started = clock.monotonic()
    let filesRead = 0
    const result = await openChart(
      {
        reader: await house.reader(options.generationId),
        index,
        journal: (look) => {
          filesRead = look.filesRead
          return journalLook(house, viewer, key, look, {
            patientId,
            parts: ['chart'],
            ...(options.print && { print: options.print }),
          })
        },
      },
      {
        patientKey: key,
        access: accessOf(house.rolesOf(viewer), breakGlass !== undefined),
        ...(reason === undefined
          ? {}
          : { reason: { code: breakGlass === undefined ? 'given' : 'break-glass', text: reason } }),
        identifiers: options.identifiers,
      },
    )
    if (result.outcome === 'opened') {
      const durationMs = Math.round(clock.monotonic() - started)
      const proof = { files: filesRead, bytes: 0, durationMs }
      // The evidence of the fourth light may wait for another opening; the reader may not.
      await house.opened(options.generationId, proof).catch(() => undefined)
      return { kind: 'ok', chart: result.chart }
    }
    if (result.outcome === 'not-found' || result.outcome === 'denied') return { kind: result.outcome }
    return { kind: 'ask-again' }
  }

  return {
    async readableGenerations() {
      return house.readable()
    },
    async search(viewer, query, { generationId, page, pageSize }) {
      const index = await indexOf(viewer, generationId)
      if (!index) return { generationId: '', asOfMs: 0, total: 0, hits: [] }
      const { hits, total } = searchPatients(index, query, pageSize, (page - 1) * pageSize)
      await journalSearch(viewer, index.generationId, 'words', total)
      return {
        generationId: index.generationId,
        asOfMs: index.asOf,
        total,
        hits: hits.map(({ patient, sameAs }) => patientHit(patient, sameAs)),
      }
    },
    async searchOlder(viewer, query, before) {
      const all = await house.readable()
      const older = all.slice(all.findIndex(({ id }) => id === before) + 1)
      const started = clock.monotonic()
      let searchedTo: (typeof older)[number] | undefined
      for (const [at, generation] of older.entries()) {
        const index = await indexOf(viewer, generation.id)
        const total = index ? searchPatients(index, query, 1).total : 0
        if (index) await journalSearch(viewer, index.generationId, 'words', total)
        if (total > 0) return { foundIn: generation.id, more: false }
        searchedTo = generation
        if (clock.monotonic() - started > OLDER_MS) return { searchedTo, more: at + 1 < older.length }
      }
      return { ...(searchedTo && { searchedTo }), more: false }
    },
    async daysWith(viewer, key, from) {
      const all = await house.readable()
      const started = clock.monotonic()
      const found = new Map<string, boolean>()
      for (const { id } of all.slice(
        Math.max(
          0,
          all.findIndex((one) => one.id === from),
        ),
      )) {
        if (found.size > 0 && clock.monotonic() - started > OLDER_MS) break
        // One that cannot be opened now says nothing, and keeps no other from being looked at.
        const index = await indexOf(viewer, id).catch((error: unknown) => {
          if (!isAppError(error) || error.code === 'VAULT_KEY_MISSING' || error.code === 'ACCESS_DENIED') throw error
        })
        if (index) found.set(id, index.rowOf(key) !== undefined)
      }
      return found
    },
    async sameNumber(viewer, generationId, keys) {
      const index = await indexOf(viewer, generationId)
      return index
        ? sameNumber(house, journalSearch, viewer, { index, keys })
        : { found: new Map<string, never>(), failed: [] }
    },
    ...patientLists(house, journalSearch),
    async identify(viewer, key, generationId) {
      const index = await indexOf(viewer, generationId)
      const row = index?.rowOf(key)
      if (!index || row === undefined) return undefined
      // Everybody shares a birth date with somebody; only names are mistaken for each other.
      const similar = index.similarTo(row).patients.filter((other) => other.same.some((what) => what !== 'birth-date'))
      return {
        patient: patientHit(index.entry(row), index.sameAs(row)),
        similar: similar.map((other) => patientHit(index.entry(index.rowOf(other.patientKey)!), other.same)),
        asOfMs: index.asOf,
        generationId: index.generationId,
        why: await whyReason(viewer, key),
      }
    },
    async open(viewer, key, options) {
      try {
        return await open(viewer, key, options)
      } catch (error) {
        if (isAppError(error, 'VAULT_KEY_MISSING')) return { kind: 'keys-closed' }
        throw error
      }
    },
    async document(viewer, key, { path, ...options }) {
      const opened = await open(viewer, key, options)
      if (opened.kind !== 'ok') return undefined
      const found = await openDocument(await house.reader(options.generationId), opened.chart, path)
      return found && { ...found, fileName: fileNameOf(path, found.contentType) }
    },
    async pdf(pages, words) {
      return (await drawPages(pages, words, house.fontsFolder)).bytes
    },
    noted: (pages, words) => notePages(pages, words.missingNotice, house.fontsFolder),
  }

  async function journalSearch(
    viewer: Viewer,
    generationId: string,
    by: 'words' | 'ward' | 'bookings' | 'number',
    hits: number,
  ): Promise<void> {
    const repository = await house.repositoryOf(generationId)
    if (repository === undefined) return
    const data = { repository, snapshot: generationId, by: [by], hits }
    await journal.append(newEntry('chart.searched', { actor: `person:${viewer.personId}`, data }))
  }
}

/** A document inside a record has no name of its own. */
function fileNameOf(path: string, contentType: string): string {
  const name = path.split('/').at(-1) ?? 'document'
  if (!/#\d+-\d+![\d.]+$/.test(name)) return name
  return `document.${contentType.split(/[/;+]/)[1]?.replace(/[^a-z0-9]/g, '') ?? 'bin'}`
}
