/**
 * 非常用ディスク: made out of a generation by a person who may read it, in a folder of the data folder; passphrases stay in
 * memory for that person alone and are never written anywhere.
 */
import { hkdfSync, randomBytes } from 'node:crypto'
import { createReadStream, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { chartAccess, isEmergencyAccount, recipientOf } from '#access'
import { AppError, isAppError } from '#base'
import {
  type CacheOptions,
  type EditionKind,
  makePassphrase,
  makeSigningKey,
  type Signer,
  signerOf,
  writeIso,
} from '#edition'
import { patientSubject } from '#journal'
import { isGood } from '#vault'
import type { EditionRequest, EditionService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { discsIn, editionFolder, makeDiscs } from '../editions/discs.ts'
import { EditionPapers } from '../editions/papers.ts'
import { chartSources } from '../editions/sources.ts'
import { EDITION_JOB } from '../editions/night.ts'
import { allowedFolder, editionCopies } from './edition-copies.ts'
import { editionLogs } from './edition-logs.ts'
import { nightEditionService } from './edition-night.ts'
import { demand, personOf, readingOf } from './viewers.ts'

/** Of purpose reading: who can sign an edition could as well read what is in it. */
const SIGNING_KEY = 'edition-signing'
/** Printed while the discs are burnt, or made again. */
const PASSPHRASES_MS = 12 * 3_600_000
/** Generations of one source to choose from. */
const MOST_SHOWN = 60

interface Secret {
  readonly by: string
  readonly until: number
  readonly slots: readonly { readonly name: string; readonly passphrase: string }[]
}

export function editionService(institution: Institution): EditionService {
  const { vault, charts, editions, access, bell, clock, folder } = institution
  const secrets = new Map<number, Secret>()
  const papers = new EditionPapers(institution)
  const folderOf = (number: number) => editionFolder(institution, number)

  function secretFor(viewer: Viewer, number: number): Secret | undefined {
    const secret = secrets.get(number)
    if (secret && secret.until < clock.now()) secrets.delete(number)
    return secret?.by === viewer.personId && secret.until >= clock.now() ? secret : undefined
  }

  return {
    ...editionCopies(institution, (number) => discsIn(folderOf(number))),
    ...editionLogs(institution),
    ...nightEditionService(institution, kindsFor, (to) => allowedFolder(folder.path, to)),
    async papers(viewer) {
      demand(viewer, 'carry-media')
      return papers.list()
    },
    async addPaper(viewer, title, bytes) {
      demand(viewer, 'carry-media')
      return papers.add(viewer.personId, title, bytes)
    },
    async removePaper(viewer, id) {
      demand(viewer, 'carry-media')
      await papers.remove(viewer.personId, id)
    },
    async paper(viewer, id) {
      demand(viewer, 'carry-media')
      return (await papers.read(id))?.bytes
    },
    async list() {
      return { editions: await editions.list(), jobId: vault.jobs.running('edition', EDITION_JOB)?.id }
    },

    async prepare(viewer) {
      demand(viewer, 'carry-media')
      const sources = viewer.can.has('see-patients') ? await chartSources(institution) : []
      return {
        kinds: kindsFor(viewer),
        sources: sources.map(({ id, name, isRetired, generations }) => ({
          id,
          name,
          isRetired,
          generations: generations.slice(0, MOST_SHOWN).map((one) => ({
            id: one.id,
            takenAtMs: one.startedAt,
            isSuspected: !isGood(one),
          })),
        })),
      }
    },

    async make(viewer, request) {
      if (!kindsFor(viewer).includes(request.kind)) throw new AppError('ACCESS_DENIED')
      const chosen = (await chartSources(institution)).flatMap((source) => {
        const generation = source.generations.find(({ id }) => request.generationIds.includes(id))
        return generation ? [{ source, generation }] : []
      })
      if (chosen.length === 0) return { kind: 'refused', field: 'generation', code: 'required' }
      const indexes = await Promise.all(chosen.map(({ generation }) => charts.index(generation.id, readingOf(viewer))))
      const signer = signerFor(viewer)
      await demandRoom(institution)
      const isProtected = await protectedBy(institution, viewer)
      const recipient = recipientOf(readingKey(readingOf(viewer), 'patientIndex'))
      const slots = request.slots.map((name) => ({ name, passphrase: makePassphrase(randomBytes(23)) }))
      try {
        const { id, done } = vault.jobs.start('edition', EDITION_JOB, async ({ signal, report }) => {
          const number = await editions.nextNumber()
          try {
            const { made, record } = await makeDiscs(institution, {
              number,
              sources: await Promise.all(
                chosen.map(async ({ source, generation }, n) => ({
                  ...source,
                  index: indexes[n]!,
                  reader: await charts.reader(generation.id),
                  cache: await cacheFor(viewer, request, source.id),
                })),
              ),
              kind: request.kind,
              medium: request.medium,
              months: request.months,
              documents: request.documents,
              slots,
              slotNames: request.slots,
              signer,
              isProtected,
              recipient,
              signal,
              report,
            })
            for (const disc of made.discs) await writeIso(disc.folder, `TORIDE_${number}_${disc.head.disc.n}`)
            // Printable before it is in the register: an edition without its passphrase is of no use.
            secrets.set(number, { by: viewer.personId, until: clock.now() + PASSPHRASES_MS, slots })
            const { holder, place, returnOn } = request
            const about = { holder, place, returnOn, madeBy: viewer.personId, isNightly: false }
            const repositories = chosen.map(({ generation }) => generation.repository)
            await editions.made({ ...record, ...about }, repositories)
            // Told at once; that nobody could be told undoes nothing.
            void bell.lookNow().catch(() => undefined)
          } catch (error) {
            secrets.delete(number)
            rmSync(folderOf(number), { recursive: true, force: true })
            throw error
          }
        })
        // What went wrong stands on the job's page.
        done.catch(() => undefined)
        return { jobId: id }
      } catch (error) {
        // A second click leads to the work that is going.
        if (isAppError(error, 'VAULT_RUN_IN_PROGRESS')) return { jobId: String(error.context['jobId']) }
        throw error
      }
    },

    async get(viewer, number) {
      demand(viewer, 'carry-media')
      const edition = await editions.get(number)
      if (!edition) return undefined
      const people = await access.people.list()
      return {
        edition,
        history: await editions.history(number),
        names: new Map(people.map(({ id, displayName }) => [String(id), displayName])),
        witnesses: people
          .filter((person) => !person.disabled && person.id !== viewer.personId)
          .map(({ id, displayName }) => ({ id, name: displayName })),
        discs: discsIn(folderOf(number)),
        hasPassphrases: secretFor(viewer, number) !== undefined,
        supportPhone: (await vault.setting('support-phone')) || undefined,
      }
    },

    async move(viewer, number, what, more) {
      demand(viewer, 'carry-media')
      const { witness } = more
      if (
        witness !== undefined &&
        !(await access.people.list()).some(({ id, disabled }) => id === witness && !disabled)
      )
        return false
      return editions.move(number, what, viewer.personId, more)
    },

    passphrases: (viewer, number) => secretFor(viewer, number)?.slots,
    forgetPassphrases(viewer, number) {
      if (secretFor(viewer, number)) secrets.delete(number)
    },

    async iso(viewer, number, disc) {
      demand(viewer, 'carry-media')
      const found = discsIn(folderOf(number)).find(({ n }) => n === disc)
      if (found?.isoBytes === undefined) return undefined
      const stream = Readable.toWeb(createReadStream(`${found.folder}.iso`)) as ReadableStream<Uint8Array>
      return { stream, bytes: found.isoBytes }
    },

    async removeFiles(viewer, number) {
      demand(viewer, 'carry-media')
      if (await editions.get(number)) rmSync(folderOf(number), { recursive: true, force: true })
    },
  }

  /** One for each source, kind and period, under a key that only a person opens; another state of the erasure register makes all anew. */
  async function cacheFor(viewer: Viewer, { kind, months }: EditionRequest, source: string): Promise<CacheOptions> {
    const key = new Uint8Array(
      hkdfSync('sha256', readingKey(readingOf(viewer), 'patientIndex'), '', 'edition cache', 32),
    )
    const { tag } = await vault.erasures.hidden()
    return {
      folder: join(folder.path, 'editions', `cache-${kind}-${months ?? 'all'}-${source}`),
      key,
      tag: JSON.stringify([institution.version, tag]),
    }
  }

  /** Made when it is first asked for; the same for all editions, so that one number on paper proves each. */
  function signerFor(viewer: Viewer): Signer {
    const reading = readingOf(viewer)
    if (!reading) throw new AppError('VAULT_KEY_MISSING')
    const known = reading.key(SIGNING_KEY)
    if (known) return signerOf(known)
    const made = makeSigningKey()
    reading.add(SIGNING_KEY, made)
    return signerOf(made)
  }
}

/**
 * Whole charts are made by who may read them whole: the passphrase goes through this person's hands. None with an emergency
 * account: it opens charts one by one, and is nobody's to carry all of them away (SECURITY.md 18).
 */
function kindsFor(viewer: Viewer): EditionKind[] {
  if (!viewer.can.has('see-patients') || isEmergencyAccount(personOf(viewer))) return []
  return chartAccess(personOf(viewer), 'documents') === 'yes' ? ['care', 'reception'] : ['reception']
}

/** Made by people in a day; each carries out the charts of all (SECURITY.md 18). What the night makes was allowed once. */
const MOST_A_DAY = 6

/** @throws EDITION_TOO_MANY */
async function demandRoom({ journalIndex, ledger, clock }: Institution): Promise<void> {
  await journalIndex.catchUp(await ledger.reader())
  const fromMs = clock.now() - 24 * 3_600_000
  const { entries } = await journalIndex.query({ types: ['edition.made'], fromMs, limit: 100 })
  if (entries.filter(({ entry }) => entry.data['night'] !== true).length >= MOST_A_DAY)
    throw new AppError('EDITION_TOO_MANY')
}

async function protectedBy({ access }: Institution, viewer: Viewer): Promise<(patientKey: string) => boolean> {
  const key = readingKey(readingOf(viewer), 'patientSubject')
  const subjects = new Set<string>(await access.protectedPatients.subjects())
  return (patientKey) => subjects.size > 0 && subjects.has(patientSubject(key, patientKey))
}
