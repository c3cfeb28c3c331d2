/**
 * From a manifest to a receipt. A manifest names every object that a generation needs; the Keeper checks that each is
 * there whole, fixes the manifest, holds the objects, and signs what it promised. Nothing of it is ever changed or
 * withdrawn by a request (SECURITY.md 1, 2, 4).
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Readable } from 'node:stream'
import { type EpochMs, type FileRef, inTurns } from '#base'
import {
  type Attestation,
  manifestHash,
  type ManifestObject,
  objectKey,
  openAttestation,
  openReceipt,
  parseManifest,
  type Receipt,
  signReceipt,
} from '#attest'
import type { Ledger } from '#journal'
import type { AlarmInput } from '#notify'
import { keepUntil, tokyoDay } from '#retention'
import { type NoteSigner, parseVerifierKey } from '#tlog'
import { type Attested, withAttestation } from './attested.ts'
import type { Client } from './clients.ts'
import { objectPath, repositoryName, type RepositoryRef, STATEMENTS } from './layout.ts'
import type { Locker } from './locker.ts'
import { MOST_ATTESTATIONS, Objects } from './objects.ts'
import { type KeeperPolicy, retentionOf } from './policy.ts'
import { Refusal } from './refusal.ts'
import { hashOfFile, lookAtFile, RotBook } from './rot.ts'

const DAY_MS = 86_400_000

/** A further generation of a day that has one already. */
export const EXTRA = 'extra'
/** Paths in one request to the locker. */
const BATCH = 2000

export interface GenerationParts {
  readonly ref: RepositoryRef
  readonly folder: string
  readonly locker: Locker
  readonly ledger: Ledger
  readonly signer: NoteSigner
  readonly policy: () => KeeperPolicy
  readonly alarm: (alarm: AlarmInput) => void
}

/** The generations of one repository. One submission at a time; what is known is read from disk once. */
export class Generations {
  readonly objects: Objects
  readonly rot: RotBook
  /** Snapshots that a verifier found damaged and that are still to be read here. */
  readonly suspected = new Set<string>()
  /** One after the other: submissions and expiry of a repository. A failure is its own, not the next one's. */
  readonly inTurn = inTurns()
  readonly #parts: GenerationParts
  #receipts: Promise<Map<string, Receipt>> | undefined
  #attestations: Promise<Map<string, Attested>> | undefined

  constructor(parts: GenerationParts) {
    this.#parts = parts
    this.objects = new Objects(parts.folder)
    this.rot = new RotBook(parts.folder)
  }

  /** By snapshot. */
  receipts(): Promise<Map<string, Receipt>> {
    this.#receipts ??= this.#readReceipts().catch((error: unknown) => {
      // What the system could not read now it may read the next time.
      this.#receipts = undefined
      throw error
    })
    return this.#receipts
  }

  /** What verifiers last said of each snapshot. */
  attestations(): Promise<Map<string, Attested>> {
    this.#attestations ??= this.#readAttestations().catch((error: unknown) => {
      this.#attestations = undefined
      throw error
    })
    return this.#attestations
  }

  forget(): void {
    this.#receipts = undefined
    this.#attestations = undefined
  }

  /**
   * @param text the manifest
   * @returns the signed receipt; the same again for the same manifest
   * @throws Refusal manifest-malformed, manifest-incomplete, manifest-differs
   */
  submit(snapshot: string, text: string): Promise<string> {
    return this.inTurn(async () => {
      const manifest = parsed(text, snapshot)
      const given = await this.objects.statement(`${snapshot}.receipt`)
      if (given !== undefined) {
        const receipt = this.#opened(given)
        if (receipt?.manifest !== manifestHash(text)) throw new Refusal('manifest-differs')
        // It may have been written and never held: the locker or the disk failed just then.
        return this.#keep(receipt, given)
      }
      await this.#demandAll(manifest)
      if ((await this.objects.state(`${snapshot}.manifest`, text)) === 'differs') throw new Refusal('manifest-differs')
      return this.#promise(snapshot, text, manifest)
    })
  }

  /** @throws Refusal attestation */
  attest(verifier: Client, note: string): Promise<void> {
    return this.inTurn(async () => {
      const attestation = openedAttestation(verifier, note)
      const receipt = (await this.receipts()).get(attestation.snapshot)
      const isOurs =
        attestation.repository === repositoryName(this.#parts.ref) && attestation.manifest === receipt?.manifest
      if (!isOurs) throw new Refusal('attestation', 'of something else')
      const { trusted, wall } = await this.#parts.locker.time()
      // It would stay fresh for ever, and every later finding would be older.
      if (attestation.at > Math.max(trusted, wall) + DAY_MS) throw new Refusal('attestation', 'of the future')
      const name = `${createHash('sha256').update(note).digest('hex')}.attestation`
      if ((await this.objects.statements('attestation')).length >= MOST_ATTESTATIONS)
        throw new Refusal('too-many', 'attestations')
      if ((await this.objects.state(name, note)) === 'there') return
      const all = await this.attestations()
      all.set(attestation.snapshot, withAttestation(all.get(attestation.snapshot), attestation))
      const { repository, snapshot, result, scope } = attestation
      await this.#parts.ledger.append({
        type: 'keeper.attested',
        actor: 'system:keeper',
        data: { repository, snapshot, verifier: verifier.name, result, scope },
      })
      if (result !== 'damaged') return
      this.suspected.add(snapshot)
      this.#parts.alarm({ code: 'verification-failed', about: this.#parts.ref.client })
    })
  }

  /** Reads one file and takes note of what it is. `config` has no hash for a name: the verifier looks at it. */
  async look(file: FileRef): Promise<void> {
    if (file.kind === 'config') return
    const found = await lookAtFile(join(this.#parts.folder, objectPath(file)), file.name)
    if (!this.rot.mark(file, found === 'rotten') || found !== 'rotten') return
    await this.#tell('keeper.rotten', file)
    this.#parts.alarm({ code: 'file-rotten', about: this.#parts.ref.client, figures: { count: this.rot.keys.size } })
  }

  /** Still there, and rotten. What was let go of is forgotten: whoever brings it again brings a new file. */
  async isRotten(file: FileRef): Promise<boolean> {
    if (!this.rot.has(file)) return false
    if (await this.objects.stat(file)) return true
    this.rot.mark(file, false)
    return false
  }

  /**
   * Takes sound bytes in for a file that was found rotten. What stands there is judged once more by the locker: sound bytes
   * are never replaced.
   * @returns what was written @throws Refusal exists, too-large, hash-differs
   */
  async heal(file: FileRef, body: Readable): Promise<number> {
    return this.objects.receive(file, body, (fresh, sizeBytes) =>
      this.inTurn(async () => {
        const isReplaced = await this.#parts.locker.replace(this.#parts.ref, objectPath(file), fresh)
        this.rot.mark(file, false)
        if (!isReplaced) throw new Refusal('exists')
        await this.#tell('keeper.healed', file)
        return sizeBytes
      }),
    )
  }

  async #tell(type: 'keeper.rotten' | 'keeper.healed', file: FileRef): Promise<void> {
    const data = { repository: repositoryName(this.#parts.ref), object: objectKey(file) }
    await this.#parts.ledger.append({ type, actor: 'system:keeper', data })
  }

  /** Generations that a rotten file is part of: whatever was attested of them is past. */
  async withRot(): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    if (this.rot.keys.size === 0) return found
    for (const snapshot of (await this.receipts()).keys()) {
      const text = await this.objects.statement(`${snapshot}.manifest`)
      if (text !== undefined && parseManifest(text).some((object) => this.rot.has(object))) found.add(snapshot)
    }
    return found
  }

  async #promise(snapshot: string, text: string, manifest: readonly ManifestObject[]): Promise<string> {
    const { ref, locker, ledger, signer } = this.#parts
    const { trusted: receivedAt, frozen } = await locker.time()
    const { untilMs, rule } = await this.#keepUntil(receivedAt, frozen)
    const paths = [...manifest.map(objectPath), `${STATEMENTS}/${snapshot}.manifest`]
    let strength: 'immutable-attribute' | 'logical' = 'immutable-attribute'
    for (let i = 0; i < paths.length; i += BATCH)
      if ((await locker.hold(ref, paths.slice(i, i + BATCH), untilMs)) === 'logical') strength = 'logical'
    const config = await hashOfFile(join(this.#parts.folder, 'config'))
    const receipt: Receipt = {
      repository: repositoryName(ref),
      config,
      snapshot,
      manifest: manifestHash(text),
      objects: manifest.length,
      bytes: manifest.reduce((sum, object) => sum + object.sizeBytes, 0),
      receivedAt,
      lockedUntil: untilMs,
      rule,
    }
    const note = signReceipt(receipt, signer)
    // The ledger first: a receipt that somebody holds is always one that the ledger knows.
    await ledger.append({
      type: 'keeper.received',
      actor: 'system:keeper',
      data: {
        repository: receipt.repository,
        snapshot,
        manifest: receipt.manifest,
        objects: receipt.objects,
        until: new Date(untilMs).toISOString(),
        rule,
        strength,
      },
    })
    await this.objects.state(`${snapshot}.receipt`, note)
    return this.#keep(receipt, note)
  }

  async #keep(receipt: Receipt, note: string): Promise<string> {
    const { ref, locker } = this.#parts
    // It lies on the disk, held or not: from here on nothing may take its manifest for a submission that was cut off.
    ;(await this.receipts()).set(receipt.snapshot, receipt)
    await locker.hold(ref, [`${STATEMENTS}/${receipt.snapshot}.receipt`], receipt.lockedUntil)
    return note
  }

  /**
   * At most one generation of a day of receipt counts; further ones get a short time of their own and push nothing out.
   * While the clock is frozen nobody knows the day: each gets the full time, or whoever freezes it shortens all that comes.
   */
  async #keepUntil(receivedAt: EpochMs, isFrozen: boolean): Promise<{ untilMs: EpochMs; rule: string }> {
    const policy = this.#parts.policy()
    const counted = [...(await this.receipts()).values()].filter((receipt) => receipt.rule !== EXTRA)
    if (!isFrozen && counted.some((receipt) => tokyoDay(receipt.receivedAt) === tokyoDay(receivedAt)))
      return { untilMs: receivedAt + policy.extraDays * DAY_MS, rule: EXTRA }
    return keepUntil(
      retentionOf(policy),
      receivedAt,
      counted.map((receipt) => receipt.receivedAt),
    )
  }

  async #demandAll(manifest: readonly ManifestObject[]): Promise<void> {
    for (const object of manifest) {
      const found = await this.objects.stat(object)
      if (found?.sizeBytes !== object.sizeBytes || this.rot.has(object))
        throw new Refusal('manifest-incomplete', `${object.kind}/${object.name.slice(0, 16)}`)
    }
  }

  async #readReceipts(): Promise<Map<string, Receipt>> {
    const receipts = new Map<string, Receipt>()
    for (const snapshot of await this.objects.statements('receipt')) {
      const note = await this.objects.statement(`${snapshot}.receipt`)
      const receipt = note === undefined ? undefined : this.#opened(note)
      if (receipt) receipts.set(snapshot, receipt)
    }
    return receipts
  }

  /** One that the disk spoilt stops no new backup and frees nothing: what it promised stands in the locker's own log. */
  #opened(note: string): Receipt | undefined {
    try {
      return openReceipt(note, this.#parts.signer)
    } catch {
      this.#parts.alarm({ code: 'ledger-contradicted', about: this.#parts.ref.client })
      return undefined
    }
  }

  /** Only what still counts is kept: of each generation here the newest word, and the newest of all its bytes. */
  async sweepAttestations(): Promise<void> {
    const receipts = await this.receipts()
    const counting = await this.attestations()
    for (const name of await this.objects.statements('attestation')) {
      const note = await this.objects.statement(`${name}.attestation`)
      if (note === undefined) continue
      const one = openAttestation(note, undefined)
      const { newest, allData } = (receipts.has(one.snapshot) ? counting.get(one.snapshot) : undefined) ?? {}
      if (![newest, allData].some((other) => other && isDeepStrictEqual(other, one)))
        await this.objects.dropAttestation(name)
    }
  }

  /** Signatures were checked when they came in; what lies here is the Keeper's own. */
  async #readAttestations(): Promise<Map<string, Attested>> {
    const all = new Map<string, Attested>()
    for (const name of await this.objects.statements('attestation')) {
      const note = await this.objects.statement(`${name}.attestation`)
      if (note === undefined) continue
      const attestation = openAttestation(note, undefined)
      all.set(attestation.snapshot, withAttestation(all.get(attestation.snapshot), attestation))
    }
    return all
  }
}

function parsed(text: string, snapshot: string): ManifestObject[] {
  let manifest: ManifestObject[]
  try {
    manifest = parseManifest(text)
  } catch {
    throw new Refusal('manifest-malformed')
  }
  const has = (kind: string, name: string): boolean => manifest.some((o) => o.kind === kind && o.name === name)
  if (!has('config', '') || !has('snapshots', snapshot) || !manifest.some((o) => o.kind === 'keys'))
    throw new Refusal('manifest-malformed', 'config, key or snapshot missing')
  return manifest
}

function openedAttestation(verifier: Client, note: string): Attestation {
  try {
    return openAttestation(note, parseVerifierKey(verifier.attestKey ?? ''))
  } catch {
    throw new Refusal('attestation', 'signature')
  }
}
