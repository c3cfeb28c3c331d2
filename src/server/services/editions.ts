/**
 * 非常用ディスク: made out of a generation by a person who may read it, in a folder of the data folder; passphrases stay in
 * memory for that person alone and are never written anywhere.
 */
import { hkdfSync, randomBytes } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { chartAccess, isEmergencyAccount } from '#access'
import { AppError, isAppError } from '#base'
import { accessOf } from '#chart'
import {
  buildEdition,
  type CacheOptions,
  CAPACITY,
  type DiscFacts,
  type EditionKind,
  makePassphrase,
  makeSigningKey,
  type MadeEdition,
  type Signer,
  signerOf,
  writeIso,
} from '#edition'
import { patientSubject } from '#journal'
import { type EditionRequest, type EditionService, FORMATS, MESSAGES, readerPage, type Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { demand, personOf, readingOf } from './viewers.ts'

/** Of purpose reading: who can sign an edition could as well read what is in it. */
const SIGNING_KEY = 'edition-signing'
const SUBJECT = '非常用ディスク'
/** Printed while the discs are burnt, or made again. */
const PASSPHRASES_MS = 12 * 3_600_000

interface Secret {
  readonly by: string
  readonly until: number
  readonly slots: readonly { readonly name: string; readonly passphrase: string }[]
}

export function editionService(institution: Institution): EditionService {
  const { vault, charts, editions, access, clock, folder } = institution
  const secrets = new Map<number, Secret>()
  const folderOf = (number: number) => join(folder.path, 'editions', String(number))

  function secretFor(viewer: Viewer, number: number): Secret | undefined {
    const secret = secrets.get(number)
    if (secret && secret.until < clock.now()) secrets.delete(number)
    return secret?.by === viewer.personId && secret.until >= clock.now() ? secret : undefined
  }

  return {
    async list() {
      return { editions: await editions.list(), jobId: vault.jobs.running('edition', SUBJECT)?.id }
    },

    async prepare(viewer) {
      demand(viewer, 'carry-media')
      const names = new Map((await vault.sources()).map(({ id, name }) => [id, name]))
      const generations = viewer.can.has('see-patients') ? await charts.readable() : []
      return {
        kinds: kindsFor(viewer),
        generations: generations.slice(0, 60).map(({ id, sourceId, startedAt }) => ({
          id,
          sourceName: names.get(sourceId) ?? '',
          takenAtMs: startedAt,
        })),
      }
    },

    async make(viewer, request) {
      if (!kindsFor(viewer).includes(request.kind)) throw new AppError('ACCESS_DENIED')
      const generation = (await charts.readable()).find(({ id }) => id === request.generationId)
      if (!generation) return { kind: 'refused', field: 'generation', code: 'required' }
      const index = await charts.index(generation.id, readingOf(viewer))
      const signer = signerFor(viewer)
      const isProtected = await protectedBy(institution, viewer)
      const slots = request.slots.map((name) => ({ name, passphrase: makePassphrase(randomBytes(23)) }))
      try {
        const { id, done } = vault.jobs.start('edition', SUBJECT, async ({ signal, report }) => {
          const number = await editions.nextNumber()
          const target = folderOf(number)
          // Of a build that was killed: it is in no register.
          rmSync(target, { recursive: true, force: true })
          mkdirSync(join(folder.path, 'editions'), { recursive: true, mode: 0o700 })
          try {
            const made = await buildEdition({
              reader: await charts.reader(generation.id),
              index,
              kind: request.kind,
              access: accessOf(request.kind === 'care' ? EVERY_PART : RECEPTION),
              folder: target,
              page: await readerPage(),
              about: {
                number,
                institution: (await vault.setting('name')) ?? folder.info.institution,
                isSample: vault.isSample,
                program: institution.version,
              },
              slots,
              signer,
              months: request.months,
              capacity: CAPACITY[request.medium],
              documents: request.kind === 'care' ? request.documents : 'none',
              isProtected,
              extras: [],
              cache: await cacheFor(viewer, request),
              papers,
              clock,
              signal,
              report: (done, of) => report({ phase: 'read', filesDone: done, filesTotal: of }),
            })
            report({ phase: 'finish' })
            for (const disc of made.discs) await writeIso(disc.folder, `TORIDE_${number}_${disc.head.disc.n}`)
            // Printable before it is in the register: an edition without its passphrase is of no use.
            secrets.set(number, { by: viewer.personId, until: clock.now() + PASSPHRASES_MS, slots })
            await editions.made(recordOf(viewer, number, request, made), generation.repository)
          } catch (error) {
            secrets.delete(number)
            rmSync(target, { recursive: true, force: true })
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

  /** One for each kind and period, under a key that only a person opens; another state of the erasure register makes all anew. */
  async function cacheFor(viewer: Viewer, { kind, months }: EditionRequest): Promise<CacheOptions> {
    const key = new Uint8Array(
      hkdfSync('sha256', readingKey(readingOf(viewer), 'patientIndex'), '', 'edition cache', 32),
    )
    const { tag } = await vault.erasures.hidden()
    return {
      folder: join(folder.path, 'editions', `cache-${kind}-${months ?? 'all'}`),
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

const EVERY_PART = { profession: 'doctor', duties: [] } as const
const RECEPTION = { profession: 'clerk', duties: [] } as const

async function protectedBy({ access }: Institution, viewer: Viewer): Promise<(patientKey: string) => boolean> {
  const key = readingKey(readingOf(viewer), 'patientSubject')
  const subjects = new Set<string>(await access.protectedPatients.subjects())
  return (patientKey) => subjects.size > 0 && subjects.has(patientSubject(key, patientKey))
}

function recordOf(viewer: Viewer, number: number, request: EditionRequest, made: MadeEdition) {
  const { head, fingerprint, pageSha256 } = made.discs[0]!
  const { kind, medium, holder, place, returnOn, slots } = request
  return {
    number,
    kind,
    medium,
    holder,
    place,
    returnOn,
    slots,
    fingerprint,
    pageSha256,
    bundle: made.bundle,
    generationId: head.generation,
    asOf: head.asOf,
    madeAt: head.madeAt,
    madeBy: viewer.personId,
    since: head.since,
    discs: made.discs.length,
    patients: made.patients,
    bytes: made.discs.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut: made.leftOut,
  }
}

/** What lies beside the page for people: in Japanese, whatever the maker's language, with marks that Notepad knows. */
function papers({ head, pageSha256, fingerprint }: DiscFacts): { name: string; text: string }[] {
  const { editions: t, editionReader: r } = MESSAGES.ja
  const f = FORMATS.ja
  const when = (ms: number) => `${f.fullDate(ms)}${f.time(ms)}`
  const readme = t.readme.text({
    institution: head.institution,
    number: String(head.number),
    disc: head.disc.of > 1 ? r.cover.disc(String(head.disc.n), String(head.disc.of)) : '',
    asOf: when(head.asOf),
    made: when(head.madeAt),
    kind: r.cover.kind[head.kind],
  })
  return [
    { name: t.readme.name, text: `\uFEFF${readme}` },
    { name: t.verify.name, text: `\uFEFF${t.verify.text(pageSha256, fingerprint)}` },
  ]
}

function discsIn(folder: string) {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => /^disc-\d+$/.test(name))
  return names
    .map((name) => {
      const iso = statSync(join(folder, `${name}.iso`), { throwIfNoEntry: false })
      return { n: Number(name.slice(5)), folder: join(folder, name), isoBytes: iso?.size }
    })
    .toSorted((a, b) => a.n - b.n)
}
