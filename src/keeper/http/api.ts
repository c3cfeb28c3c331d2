/** What the Keeper does beyond restic's protocol: enrolment, manifests and receipts, attestations, the witness, the freeze. */
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { Attestation } from '#attest'
import { verifierKeyText } from '#tlog'
import type { Client } from '../clients.ts'
import type { House } from '../house.ts'
import { isId, repositoryName, type RepositoryRef } from '../layout.ts'
import { raisePolicy as raise } from '../pending.ts'
import { loweredFields, parsePolicy } from '../policy.ts'
import { Refusal } from '../refusal.ts'
import { type Answer, bodyText, json, text } from './request.ts'

/** 200,000 objects: far more than a clinic's repository has, and little enough to be read whole. */
const MOST_MANIFEST_BYTES = 16 << 20
const MOST_SMALL_BYTES = 64 << 10
const RECEIPT_BYTES = 4096

const enrolmentSchema = z.strictObject({
  code: z.string().max(100),
  ledgerKey: z.string().max(500).optional(),
  attestKey: z.string().max(500).optional(),
})

/** `POST /toride/enrol`, the only call without a credential. */
export async function enrol(house: House, request: IncomingMessage): Promise<Answer> {
  const asked = enrolmentSchema.safeParse(parseJson(await bodyText(request, MOST_SMALL_BYTES)))
  if (!asked.success) throw new Refusal('bad-request', 'enrolment')
  const { client, token } = house.clients.enrol(asked.data, await house.now())
  const { name, kind } = client
  await house.parts.ledger.append({ type: 'keeper.enrolled', actor: 'system:keeper', data: { client: name, kind } })
  house.parts.alarm({ code: 'machine-enrolled', about: name })
  return json({ client: name, kind, of: client.of, token, keeperKey: verifierKeyText(house.parts.signer) })
}

export interface ApiCall {
  readonly house: House
  readonly client: Client
  readonly request: IncomingMessage
}

/** Calls on the Keeper as a whole: `/toride/<word>`. */
export async function onKeeper({ house, client, request }: ApiCall, word: string): Promise<Answer | undefined> {
  const method = request.method ?? ''
  if (word === 'status' && method === 'GET') return json(await status(house, client))
  if (method !== 'POST') return undefined
  if (word === 'checkpoint') {
    const line = house.witness.add(client.name, client.ledgerKey, await checkpointOf(request), await house.now())
    return text(line)
  }
  if (word === 'freeze') return json({ until: await house.freeze(client.name) })
  if (word === 'policy') return raisePolicy(house, client, request)
  return undefined
}

async function status(house: House, client: Client): Promise<unknown> {
  const time = await house.parts.locker.time()
  const owner = client.of ?? client.name
  return {
    keeperKey: verifierKeyText(house.parts.signer),
    time: new Date(time.trusted).toISOString(),
    clockFrozen: time.frozen,
    expiryFrozenUntil: house.freezeUntil,
    policy: house.policy,
    quotaBytes: client.quotaBytes,
    usedBytes: (await house.used(owner)).bytes,
    repositories: house.repositories(owner).map(({ repository }) => repository),
  }
}

/** Remotely the policy only ever grows (SECURITY.md 3). */
async function raisePolicy(house: House, client: Client, request: IncomingMessage): Promise<Answer> {
  if (client.kind !== 'append') throw new Refusal('not-yours')
  const now = house.policy
  const asked = parseJson(await bodyText(request, MOST_SMALL_BYTES))
  // How much may be read protects nothing that is held, and reading nothing stops every client's backups.
  if (typeof asked === 'object' && asked && 'readBytesPerDay' in asked) throw new Refusal('not-yours', 'console')
  let next
  try {
    next = parsePolicy({ ...now, ...(asked as object) })
  } catch {
    throw new Refusal('bad-request', 'policy')
  }
  const lowered = loweredFields(now, next)
  if (lowered.length > 0) throw new Refusal('policy-lower', lowered.join(' '))
  const raised = await raise(house, next, 'system:keeper')
  if (raised > 0) house.parts.alarm({ code: 'protection-raised', about: client.name, figures: { count: raised } })
  return json(next)
}

/** Calls on a repository: `/<client>/<repository>/generations…` and `…/attestations`; undefined where it is none. */
export async function onRepository(
  call: ApiCall,
  ref: RepositoryRef,
  rest: readonly string[],
): Promise<Answer | undefined> {
  const { house, client, request } = call
  const [what, snapshot, part] = rest
  const method = request.method ?? ''
  if (what === 'attestations' && rest.length === 1 && method === 'POST') {
    if (client.kind !== 'verify') throw new Refusal('not-yours')
    const note = await bodyText(request, MOST_SMALL_BYTES)
    await house.generations(ref).attest(client, note)
    return text('')
  }
  if (what !== 'generations') return undefined
  if (snapshot === undefined) return method === 'GET' ? json(await generationList(house, ref)) : undefined
  if (!isId(snapshot)) throw new Refusal('bad-request', 'name')
  if (method === 'POST' && part === undefined) {
    if (client.kind !== 'append') throw new Refusal('not-yours')
    return text(await submit(call, ref, snapshot))
  }
  if (method !== 'GET' || (part !== 'manifest' && part !== 'receipt')) return undefined
  const statement = await house.generations(ref).objects.statement(`${snapshot}.${part}`)
  if (statement === undefined) throw new Refusal('not-found')
  return text(statement)
}

/** One manifest of a client in memory at a time. What the Keeper writes of it counts against the quota like any upload. */
function submit({ house, client, request }: ApiCall, ref: RepositoryRef, snapshot: string): Promise<string> {
  return house.inTurnOf(client, async () => {
    const generations = house.generations(ref)
    const manifest = await bodyText(request, MOST_MANIFEST_BYTES)
    const before = await generations.objects.statement(`${snapshot}.receipt`)
    if (before !== undefined) return generations.submit(snapshot, manifest)
    let note = ''
    await house.withRoom(client, manifest.length + RECEIPT_BYTES, async () => {
      note = await generations.submit(snapshot, manifest)
      return manifest.length + note.length
    })
    return note
  })
}

async function generationList(house: House, ref: RepositoryRef): Promise<unknown> {
  const generations = house.generations(ref)
  const attested = await generations.attestations()
  return [...(await generations.receipts()).values()]
    .toSorted((a, b) => a.receivedAt - b.receivedAt)
    .map((receipt) => {
      const found = attested.get(receipt.snapshot)
      return {
        ...receipt,
        repository: repositoryName(ref),
        ...(found ? { attested: said(found.newest) } : {}),
        ...(found?.allData ? { read: said(found.allData) } : {}),
      }
    })
}

const said = ({ at, result, scope }: Attestation) => ({ at, result, scope })

/** C2SP tlog-witness: `old <size>`, proof lines, an empty line, the checkpoint. */
async function checkpointOf(request: IncomingMessage) {
  const body = await bodyText(request, MOST_SMALL_BYTES)
  const split = body.indexOf('\n\n')
  const [first = '', ...proof] = body.slice(0, split).split('\n')
  const oldSize = /^old (0|[1-9]\d{0,14})$/.exec(first)?.[1]
  const hashes = proof.map((line) => Buffer.from(line, 'base64'))
  if (split < 0 || oldSize === undefined || proof.length > 63 || hashes.some((hash) => hash.length !== 32))
    throw new Refusal('bad-request', 'checkpoint')
  return { oldSize: Number(oldSize), proof: hashes, note: body.slice(split + 2) }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw new Refusal('bad-request', 'JSON')
  }
}
