/**
 * The night's print file: sheets of all inpatients and of who is booked today and tomorrow, made after the night's backup
 * without a person, sealed so that only who may read charts can open it, and replaced each night.
 */
import { openSealed, recipientOf, sealFor } from '#access'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError, type EpochMs, type ErrorCode, institutionDate, isAppError, systemError } from '#base'
import { accessOf, buildPatientIndex, openPatientIndex } from '#chart'
import { bookedOf, makeStack, type OpenedGeneration, type StackGroup, wardsOf, withoutRepeats } from '#reading'
import { INSIDE, numbersOf } from '#vault'
import { FORMATS, MESSAGES } from '#web'
import type { Institution } from '../institution.ts'

export type NightParts = Pick<Institution, 'vault' | 'charts' | 'clock' | 'folder' | 'keys'>

const DAY_MS = 86_400_000
const RETRY_MS = 3_600_000
const KEY_BYTES = 32
/** Public key of who may read charts: whatever is made without a person is sealed for them. */
export const RECIPIENT = 'print-recipient'
const STATE = 'print-night'

/** What the file may hold: what a nurse sees without a reason. Who sees less may not open it. */
export const NIGHT_ACCESS = accessOf({ profession: 'nurse', duties: [] })

/** What is known of the file without opening it: nothing of any patient. */
export interface NightState {
  readonly day: string
  readonly generations: readonly string[]
  /** Of the first generation: whoever opens the file is journaled with it, when the generation itself is long gone. */
  readonly repository: string
  /** State of the erasure register that it was made under: what was erased since must not come out of it. */
  readonly erasures: string
  readonly asOfMs: EpochMs
  readonly madeAtMs: EpochMs
  readonly patients: number
  readonly sheets: number
  readonly notPrinted: number
  readonly missing: number
  /** Of the file: an older night's, put in its place, is genuine and not tonight's. */
  readonly sha256?: string | undefined
}
type Newest = OpenedGeneration['summary']
interface Failure {
  readonly day: string
  readonly atMs: EpochMs
  readonly code: ErrorCode
}

/** Of whom the file is, for the journal of who opens it. */
export interface NightContent {
  readonly patients: readonly { readonly key: string; readonly id: string }[]
  readonly pdf: Uint8Array
}

export class NightPrint {
  readonly #parts: NightParts
  #failure: Failure | undefined
  #stopped = false
  #running: Promise<void> | undefined

  constructor(parts: NightParts) {
    this.#parts = parts
  }

  /** Somebody who reads is here: from now on a file can be sealed for them. */
  async admit(readingKey: Uint8Array): Promise<void> {
    const recipient = Buffer.from(recipientOf(readingKey)).toString('base64')
    if ((await this.#parts.vault.setting(RECIPIENT)) !== recipient)
      await this.#parts.vault.saveSetting(RECIPIENT, recipient)
  }

  /** Ends what is being made, and waits for it; the file that lies there stays. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#running?.catch(() => undefined)
  }

  /** Once a day, when there is a backup that the last file was not made of; after a failure again in an hour. */
  async tick(): Promise<void> {
    this.#running ??= this.#look().finally(() => (this.#running = undefined))
    return this.#running
  }

  async #look(): Promise<void> {
    const { vault, clock } = this.#parts
    const recipient = await vault.setting(RECIPIENT)
    if (recipient === undefined || this.#stopped) return
    const now = clock.now()
    const today = institutionDate(now)
    // Either way: a clock that was set back must not stop it for days.
    if (this.#failure && Math.abs(now - this.#failure.atMs) < RETRY_MS) return
    const before = await this.#kept()
    const { tag } = await vault.erasures.hidden()
    const newest = await this.#newest()
    const isKnown = newest.every(({ id }) => before?.generations.includes(id))
    const isThere = before !== undefined && (before.patients === 0 || existsSync(this.#file))
    if (newest.length === 0 || (isThere && before.erasures === tag && (before.day === today || isKnown))) return
    try {
      await this.#make(newest, Buffer.from(recipient, 'base64'), { day: today, erasures: tag })
      this.#failure = undefined
    } catch (error) {
      if (!isAppError(error)) throw error
      if (error.code !== 'BASE_CANCELLED') this.#failure = { day: today, atMs: now, code: error.code }
    }
  }

  get failure(): Failure | undefined {
    return this.#failure
  }

  /** Of the file that lies there; undefined where there is none. */
  async state(): Promise<NightState | undefined> {
    return existsSync(this.#file) ? this.#kept() : undefined
  }

  async #kept(): Promise<NightState | undefined> {
    const text = await this.#parts.vault.setting(STATE)
    return text === undefined ? undefined : (JSON.parse(text) as NightState)
  }

  /** @throws VAULT_SEAL_BROKEN; undefined where there is none that may be opened */
  async open(readingKey: Uint8Array): Promise<{ state: NightState; content: NightContent } | undefined> {
    const state = await this.state()
    const { tag } = await this.#parts.vault.erasures.hidden()
    if (!state || state.erasures !== tag) return undefined
    const sealed = readFileSync(this.#file)
    // Whoever has the public key, which is no secret, can seal a file; and the one of an earlier night opens too.
    if (sha256(sealed) !== state.sha256) throw new AppError('VAULT_SEAL_BROKEN', { detail: 'print file' })
    const bytes = openSealed(readingKey, sealed)
    const length = bytes.readUInt32LE(0)
    const patients = JSON.parse(bytes.subarray(4, 4 + length).toString()) as NightContent['patients']
    return { state, content: { patients, pdf: bytes.subarray(4 + length) } }
  }

  /** The newest of each source. */
  async #newest(): Promise<Newest[]> {
    const { charts, vault } = this.#parts
    const sources = await vault.sources()
    const bySource = Map.groupBy(await charts.readable(), ({ sourceId }) => sourceId)
    return [...bySource].map(([sourceId, [newest]]) => ({
      id: newest!.id,
      sourceName: sources.find((source) => source.id === sourceId)?.name ?? sourceId,
      numbersOf: numbersOf(sources, sourceId),
    }))
  }

  async #make(
    newest: readonly Newest[],
    recipient: Uint8Array,
    about: Pick<NightState, 'day' | 'erasures'>,
  ): Promise<void> {
    const { vault, clock, folder } = this.#parts
    const opened = await Promise.all(newest.map((one) => this.#openIndex(one)))
    const ids = newest.map(({ id }) => id)
    const now = clock.now()
    const groups = withoutRepeats(nightGroups(opened, now))
    const all = groups.flatMap(({ patients }) => patients)
    const state: NightState = {
      ...about,
      generations: ids,
      repository: (await vault.generations.demand(ids[0]!)).repository,
      asOfMs: Math.min(...opened.map(({ reader }) => reader.asOf)),
      madeAtMs: now,
      patients: all.length,
      sheets: 0,
      notPrinted: 0,
      missing: 0,
    }
    if (all.length === 0) {
      rmSync(this.#file, { force: true })
      await vault.saveSetting(STATE, JSON.stringify(state))
      return
    }
    const t = MESSAGES.ja
    const made = await makeStack({
      title: t.paper.ward.nightTitle,
      groups,
      opened,
      access: NIGHT_ACCESS,
      tongue: { t, f: FORMATS.ja },
      nowMs: now,
      by: t.paper.ward.nightTitle,
      institution: (await vault.setting('name')) ?? folder.info.institution,
      isSample: vault.isSample,
      notes: [t.printing.nightNote],
      fontsFolder: join(folder.path, INSIDE.fonts),
      onDone: () => {
        if (this.#stopped) throw new AppError('BASE_CANCELLED')
      },
    })
    const header = Buffer.from(
      JSON.stringify(
        all.map(({ index, row }) => {
          const { patientKey, patientId } = index.entry(row)
          return { key: patientKey, id: patientId }
        }),
      ),
    )
    const length = Buffer.alloc(4)
    length.writeUInt32LE(header.length)
    const sealed = sealFor(recipient, Buffer.concat([length, header, made.pdf]))
    this.#write(sealed)
    const { sheets, notPrinted, missing } = made
    const kept: NightState = { ...state, sheets, notPrinted, missing: missing.length, sha256: sha256(sealed) }
    await vault.saveSetting(STATE, JSON.stringify(kept))
  }

  /** No reading key is open by night: an index of its own, under a key that nobody keeps. */
  async #openIndex(summary: Newest): Promise<OpenedGeneration> {
    const { id } = summary
    const reader = await this.#parts.charts.reader(id)
    const key = randomBytes(KEY_BYTES)
    const { sealed } = await buildPatientIndex(reader, key)
    return { summary, reader, index: openPatientIndex(sealed, key, id, reader.intake?.reading) }
  }

  #write(sealed: Uint8Array): void {
    const temporary = `${this.#file}.tmp`
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 })
      writeFileSync(temporary, sealed, { mode: 0o600, flush: true })
      renameSync(temporary, this.#file)
    } catch (error) {
      if (existsSync(temporary)) rmSync(temporary)
      throw systemError(error, 'writing the print file')
    }
  }

  get #file(): string {
    return join(this.#parts.folder.path, INSIDE.prints, 'night.sealed')
  }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Wards in their order, then today's and tomorrow's bookings. */
function nightGroups(opened: readonly OpenedGeneration[], now: EpochMs): StackGroup[] {
  const { ward } = MESSAGES.ja.paper
  const { wardUnknown } = MESSAGES.ja.printing
  const wards = [...wardsOf(opened)].map(([name, patients]) => ({
    title: `${ward.inpatients} ${name || wardUnknown}`,
    patients,
  }))
  const days = [now, now + DAY_MS].map((at) => institutionDate(at))
  return [...wards, ...days.map((day) => ({ title: `${ward.booked} ${day}`, patients: bookedOf(opened, day) }))]
}
