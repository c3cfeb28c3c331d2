/** A client of a Keeper that uploads generations, and a verifier that attests them, for tests over the Keeper's own door. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Attestation,
  manifestHash,
  type ManifestObject,
  manifestText,
  openReceipt,
  signAttestation,
} from '#attest'
import { generateSigner, parseVerifierKey, verifierKeyText } from '#tlog'
import { ask, DAY, type Enrolled, enrol, type RunningKeeper } from './running.ts'

export const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
export const PATH = 'clinic/records'

/** A client that writes what a repository has: bytes that a Keeper without keys cannot tell from sealed ones. */
export class Client {
  readonly keeper: RunningKeeper
  readonly who: Enrolled
  readonly base: ManifestObject[] = []

  constructor(keeper: RunningKeeper, who: Enrolled) {
    this.keeper = keeper
    this.who = who
  }

  static async enrolled(keeper: RunningKeeper): Promise<Client> {
    const client = new Client(keeper, await enrol(keeper, { name: 'clinic', kind: 'append' }))
    await client.ask('POST', `${PATH}/?create=true`)
    client.base.push(await client.upload('keys'), await client.upload('config'))
    return client
  }

  ask(method: string, path: string, body?: string | Uint8Array) {
    return ask(this.keeper, this.who, method, path, body)
  }

  async upload(kind: ManifestObject['kind'], bytes = randomBytes(300)): Promise<ManifestObject> {
    const name = kind === 'config' ? '' : sha(bytes)
    const done = await this.ask('POST', kind === 'config' ? `${PATH}/config` : `${PATH}/${kind}/${name}`, bytes)
    assert.equal(done.status, 200, done.body)
    return { kind, name, sizeBytes: bytes.length }
  }

  /** Uploads a generation of one new pack and those given, and hands its manifest in. */
  async generation(older: readonly ManifestObject[] = []) {
    const objects = [...this.base, ...older, await this.upload('data'), await this.upload('index')]
    const snapshot = await this.upload('snapshots')
    const text = manifestText([...objects, snapshot])
    const answer = await this.submit(snapshot.name, text)
    assert.equal(answer.status, 200, answer.body)
    return { ...this.receipt(answer.body), text, objects, note: answer.body }
  }

  submit(snapshot: string, text: string) {
    return this.ask('POST', `${PATH}/generations/${snapshot}`, text)
  }

  receipt(note: string) {
    return openReceipt(note, parseVerifierKey(this.who.keeperKey))
  }

  path(object: ManifestObject): string {
    const folder = object.kind === 'data' ? `data/${object.name.slice(0, 2)}` : object.kind
    return join(this.keeper.root, 'repositories', PATH, folder, object.name)
  }

  has(object: ManifestObject): boolean {
    return existsSync(this.path(object))
  }
}

/** A verifier of its own identity that finds generations complete. */
export async function verifier(keeper: RunningKeeper) {
  const signer = generateSigner('verifier-1')
  const who = await enrol(
    keeper,
    { name: 'verifier', kind: 'verify', of: 'clinic' },
    { attestKey: verifierKeyText(signer) },
  )
  return {
    who,
    signer,
    async attest({ snapshot, text }: { snapshot: string; text: string }, more: Partial<Attestation> = {}) {
      const attestation = {
        repository: PATH,
        snapshot,
        manifest: manifestHash(text),
        at: keeper.time.wall,
        result: 'complete',
        scope: 'all-data',
        ...more,
      } as const
      return ask(keeper, who, 'POST', `${PATH}/attestations`, signAttestation(attestation, signer))
    },
  }
}

/** What the Keeper does by itself every hour, over two days: marking, and going after the grace. */
export async function expireOverDays(keeper: RunningKeeper): Promise<void> {
  await keeper.house.expireAll()
  keeper.pass(3 * DAY)
  await keeper.house.expireAll()
}
