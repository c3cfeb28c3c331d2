/**
 * 非常用ディスク by night, without a person. One person asks, another confirms; from then on the process may seal the newest
 * charts for envelopes that were printed then. It holds what it needs to make one (repositories, a signing key of its own,
 * public halves of the envelopes) and nothing that opens one. docs/design/edition.md, "By night".
 */
import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadingKeys } from '#access'
import { addDays, AppError, type EpochMs, type ErrorCode, institutionDate, isAppError } from '#base'
import { buildPatientIndex, openPatientIndex } from '#chart'
import { copyEdition, NIGHT, signerOf, type SourceOrder } from '#edition'
import { patientSubject } from '#journal'
import { type Generation, seal, unseal } from '#vault'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { RECIPIENT } from '../print/night.ts'
import { discsIn, editionFolder, makeDiscs } from './discs.ts'
import { nightOf, type NightPolicy, nightState, type NightState, saveState } from './night-policy.ts'
import { type ChartSource, chartSources } from './sources.ts'

export type NightHouse = Pick<
  Institution,
  'vault' | 'charts' | 'clock' | 'folder' | 'version' | 'keys' | 'editions' | 'ledger' | 'access' | 'printings'
>

export const EDITION_JOB = '非常用ディスク'
const PROTECTED = 'edition-night-protected'
const RETRY_MS = 3_600_000
const KEY_BYTES = 32
/** Backups of one night end at different hours. */
const WAIT_MS = 3 * 3_600_000
/** It is replaced each night: one that nothing followed for so long is looked for. */
const USUAL_DAYS = 14

type Newest = ChartSource & { readonly generation: Generation }

export class NightEditions {
  readonly #house: NightHouse
  #failure: { readonly atMs: EpochMs; readonly code: ErrorCode } | undefined
  #abort = new AbortController()
  #running: Promise<void> | undefined

  constructor(house: NightHouse) {
    this.#house = house
  }

  get failure() {
    return this.#failure
  }

  /** Who reads is here: protected patients are noted under the process's own key, which cannot tell them from the register. */
  async learn(reading: ReadingKeys): Promise<void> {
    const { vault, charts, access } = this.#house
    const policy = await nightOf(vault)
    if (!policy) return
    const subjects = await access.protectedPatients.subjects()
    if ((await this.#known())?.of === digestOf(subjects)) return
    const key = readingKey(reading, 'patientSubject')
    const found: string[] = []
    for (const { generation } of subjects.length === 0 ? [] : await this.#newest(policy)) {
      const index = await charts.index(generation.id, reading)
      const wanted = new Set<string>(subjects)
      for (let row = 0; row < index.size; row++) {
        const { patientKey } = index.entry(row)
        if (wanted.has(patientSubject(key, patientKey))) found.push(patientKey)
      }
    }
    const sealed = seal(this.#key(policy, 'protected'), Buffer.from(JSON.stringify(found)), Buffer.from(PROTECTED))
    await vault.saveSetting(PROTECTED, JSON.stringify({ of: digestOf(subjects), sealed: sealed.toString('base64') }))
  }

  /** Looks whether there is something to make or to copy; after a failure again in an hour. */
  async tick(): Promise<void> {
    this.#running ??= this.#look().finally(() => (this.#running = undefined))
    return this.#running
  }

  async stop(): Promise<void> {
    this.#abort.abort(new AppError('BASE_CANCELLED'))
    await this.#running?.catch(() => undefined)
  }

  async #look(): Promise<void> {
    const { vault, clock } = this.#house
    const policy = await nightOf(vault)
    if (policy?.state !== 'on' || this.#abort.signal.aborted) return
    const now = clock.now()
    // Either way: a clock that was set back must not stop it for days.
    if (this.#failure && Math.abs(now - this.#failure.atMs) < RETRY_MS) return
    try {
      await this.#follow(policy)
      this.#failure = undefined
    } catch (error) {
      if (!isAppError(error)) throw error
      // A person makes one at this moment: the next look comes soon.
      if (error.code === 'VAULT_RUN_IN_PROGRESS' || error.code === 'BASE_CANCELLED') return
      this.#failure = { atMs: now, code: error.code }
    }
  }

  /** Makes what is newer than the last, and puts in its place what was made. */
  async #follow(policy: NightPolicy): Promise<void> {
    const before = await nightState(this.#house.vault)
    const today = institutionDate(this.#house.clock.now())
    const sources = await this.#newest(policy)
    const isDay = policy.days.includes(new Date(`${today}T00:00:00Z`).getUTCDay())
    const isDue = isDay && before?.day !== today && this.#isReady(sources, before)
    const state = isDue ? await this.#make(policy, sources, today, before) : before
    if (state && !state.isCopied) await this.#copy(policy, state)
  }

  /** Something is new; and all of it, or the rest has kept it waiting long enough: one edition a night holds them all. */
  #isReady(sources: readonly Newest[], before: NightState | undefined): boolean {
    const fresh = sources.filter(({ id, generation }) => before?.generations[id] !== generation.id)
    const going = sources.filter(({ isRetired }) => !isRetired)
    if (fresh.length === 0) return false
    if (!before || going.every((source) => fresh.includes(source))) return true
    const now = this.#house.clock.now()
    return fresh.some(({ generation }) => Math.abs(now - generation.startedAt) >= WAIT_MS)
  }

  async #make(
    policy: NightPolicy,
    newest: readonly Newest[],
    day: string,
    before: NightState | undefined,
  ): Promise<NightState> {
    const { vault, editions, clock } = this.#house
    const recipient = await vault.setting(RECIPIENT)
    const isProtected = await this.#protection(policy)
    const signing = this.#house.keys.secrets.load(policy.keyName)
    if (recipient === undefined || signing === undefined) throw new AppError('EDITION_NIGHT_WAITS')
    const { done } = vault.jobs.start('edition', EDITION_JOB, async ({ signal, report }) => {
      const number = await editions.nextNumber()
      try {
        const { record } = await makeDiscs(this.#house, {
          number,
          sources: await Promise.all(newest.map((source) => this.#order(policy, source))),
          kind: policy.kind,
          medium: 'usb',
          months: policy.months,
          documents: policy.documents,
          slots: policy.envelopes,
          slotNames: policy.envelopes.envelopes.map(({ name }) => name),
          signer: signerOf(Buffer.from(signing, 'base64')),
          isProtected,
          recipient: Buffer.from(recipient, 'base64'),
          signal: AbortSignal.any([signal, this.#abort.signal]),
          report,
        })
        const { holder, place } = policy
        const returnOn = addDays(institutionDate(clock.now()), USUAL_DAYS)
        const repositories = newest.map(({ generation }) => generation.repository)
        await editions.made({ ...record, holder, place, returnOn, madeBy: NIGHT, isNightly: true }, repositories)
      } catch (error) {
        rmSync(editionFolder(this.#house, number), { recursive: true, force: true })
        throw error
      }
      return number
    })
    const replaces = before ? [...before.replaces, before.number] : []
    const generations = Object.fromEntries(newest.map(({ id, generation }) => [id, generation.id]))
    const state: NightState = { number: await done, generations, day, isCopied: false, replaces }
    await saveState(vault, state)
    return state
  }

  async #order(policy: NightPolicy, source: Newest): Promise<SourceOrder> {
    const { charts } = this.#house
    const { id } = source.generation
    const reader = await charts.reader(id)
    const indexKey = randomBytes(KEY_BYTES)
    const { sealed } = await buildPatientIndex(reader, indexKey)
    const index = openPatientIndex(sealed, indexKey, id, reader.intake?.reading)
    return { ...source, reader, index, cache: await this.#cache(policy, source.id) }
  }

  /** The earlier one goes only after this one was read back at its place. */
  async #copy(policy: NightPolicy, state: NightState): Promise<void> {
    const { editions, ledger, vault } = this.#house
    const { number, replaces } = state
    const folder = editionFolder(this.#house, number)
    if (!existsSync(folder)) throw new AppError('STORAGE_NOT_FOUND', { detail: 'files of an edition of the night' })
    const discs = discsIn(folder).map((disc) => disc.folder)
    const order = { number, discs, folder: policy.folder, signal: this.#abort.signal }
    const { files, replaced } = await copyEdition({ ...order, mode: 'replace', replaces })
    await ledger.append({
      type: 'edition.copied',
      actor: `system:${NIGHT}`,
      subject: `edition:${number}`,
      data: { edition: number, discs: discs.length, files, replaced },
    })
    for (const old of replaces) {
      await editions.move(old, 'replaced', NIGHT)
      rmSync(editionFolder(this.#house, old), { recursive: true, force: true })
    }
    await saveState(vault, { ...state, isCopied: true, replaces: [] })
  }

  /** The newest of each source that the policy names; one that has none yet is not waited for. */
  async #newest({ sources }: NightPolicy): Promise<Newest[]> {
    const all = await chartSources(this.#house)
    return all.flatMap((source) => {
      const [generation] = source.generations
      return generation && sources.includes(source.id) ? [{ ...source, generation }] : []
    })
  }

  async #known(): Promise<{ readonly of: string; readonly sealed: string } | undefined> {
    const text = await this.#house.vault.setting(PROTECTED)
    return text ? (JSON.parse(text) as { of: string; sealed: string }) : undefined
  }

  /** @throws EDITION_NIGHT_WAITS where somebody was protected since a reader was last here: nobody may lose that protection */
  async #protection(policy: NightPolicy): Promise<(patientKey: string) => boolean> {
    const known = await this.#known()
    if (known?.of !== digestOf(await this.#house.access.protectedPatients.subjects()))
      throw new AppError('EDITION_NIGHT_WAITS')
    const key = this.#key(policy, 'protected')
    const plain = unseal(key, Buffer.from(known.sealed, 'base64'), Buffer.from(PROTECTED))
    const keys = new Set(JSON.parse(plain.toString()) as string[])
    return (patientKey) => keys.has(patientKey)
  }

  async #cache(policy: NightPolicy, sourceId: string) {
    const { vault, folder, version } = this.#house
    const { tag } = await vault.erasures.hidden()
    return {
      folder: join(folder.path, 'editions', `cache-night-${policy.kind}-${sourceId}`),
      key: new Uint8Array(this.#key(policy, 'cache')),
      tag: JSON.stringify([version, tag]),
    }
  }

  /** Of purpose backup: the process could read the repositories anyway. */
  #key({ keyName }: NightPolicy, use: 'protected' | 'cache'): Buffer {
    const secret = this.#house.keys.secrets.load(keyName)
    if (secret === undefined) throw new AppError('VAULT_KEY_MISSING')
    return Buffer.from(hkdfSync('sha256', secret, '', `toride night edition ${use}`, KEY_BYTES))
  }
}

const digestOf = (subjects: readonly string[]): string =>
  createHash('sha256').update(subjects.toSorted().join()).digest('hex')
