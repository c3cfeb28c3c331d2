/**
 * What the administrator may do, at the Keeper's own host alone: the commands come through a socket in the Keeper's folder
 * that only its owner opens, and each that changes something needs a one-time password (SECURITY.md 3, 5, 7).
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { verifierKeyText } from '#tlog'
import { type Client, CLIENT_KINDS } from '../clients.ts'
import type { House } from '../house.ts'
import { isName, repositoryName } from '../layout.ts'
import { changePolicy, pendingPolicy, withdrawPolicy } from '../pending.ts'

const HOUR_MS = 3_600_000
const name = z.string().refine(isName)
const code = z.string().max(20)

export const commandSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('status') }),
  z.strictObject({
    do: z.literal('invite'),
    code,
    name,
    kind: z.enum(CLIENT_KINDS),
    of: name.optional(),
    plain: z.boolean(),
    quotaBytes: z.int().positive(),
    expectHours: z.int().positive().optional(),
  }),
  z.strictObject({ do: z.literal('revoke'), code, name }),
  z.strictObject({ do: z.literal('allow-key'), code, name }),
  z.strictObject({ do: z.literal('follow-log'), code, name }),
  z.strictObject({ do: z.literal('policy'), code, fields: z.record(z.string(), z.number()) }),
  z.strictObject({ do: z.literal('keep-policy'), code }),
  z.strictObject({ do: z.literal('unfreeze'), code }),
  z.strictObject({ do: z.literal('correct-clock'), code, secondCode: code }),
])
export type Command = z.infer<typeof commandSchema>

export type Outcome =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly why: 'code' | 'second-person' | 'unknown-client' | 'not-possible' }

export async function runCommand(house: House, command: Command): Promise<Outcome> {
  if (command.do === 'status') return done(await status(house))
  if (command.do === 'correct-clock') return correctClock(house, command.code, command.secondCode)
  if ((await house.parts.locker.whoseCode(command.code)) === undefined) return { ok: false, why: 'code' }
  switch (command.do) {
    case 'invite':
      return invite(house, command)
    case 'revoke':
      return change(house, command.name, 'revoked', (client) => ({ ...client, enabled: false }))
    case 'allow-key': {
      const keysOpenUntil = (await house.now()) + HOUR_MS
      return change(house, command.name, 'key-allowed', (client) => ({ ...client, keysOpenUntil }))
    }
    case 'follow-log':
      return followLog(house, command.name)
    case 'policy':
      return done({ waiting: await changePolicy(house, command.fields) })
    case 'keep-policy':
      return done({ withdrawn: await withdrawPolicy(house) })
    case 'unfreeze':
      return unfreeze(house)
  }
}

const done = (value: Readonly<Record<string, unknown>>): Outcome => ({ ok: true, value })

export type KeeperStatus = Awaited<ReturnType<typeof status>>

async function status(house: House) {
  const { locker, signer, root } = house.parts
  const time = await locker.time()
  const clients = await Promise.all(
    house.clients.list().map(async ({ name: client, kind, enabled, of, plain }) => ({
      client,
      kind,
      enabled,
      of,
      plain,
      repositories: await Promise.all(
        house.repositories(client).map(async (ref) => {
          const receipts = [...(await house.generations(ref).receipts()).values()]
          return {
            name: repositoryName(ref),
            generations: receipts.length,
            /** Of a client without manifests nothing else tells. */
            snapshots: await house.generations(ref).objects.count('snapshots'),
            newest: receipts.reduce((at, receipt) => Math.max(at, receipt.receivedAt), 0),
            lockedUntil: receipts.reduce((at, receipt) => Math.max(at, receipt.lockedUntil), 0),
          }
        }),
      ),
    })),
  )
  return {
    name: signer.name,
    keeperKey: verifierKeyText(signer),
    time,
    clients,
    policy: house.policy,
    waiting: pendingPolicy(root),
    frozenUntil: house.freezeUntil,
  }
}

async function invite(house: House, command: Extract<Command, { do: 'invite' }>): Promise<Outcome> {
  const { do: _do, code: _code, ...invitation } = command
  const reads = command.kind === 'read' || command.kind === 'verify'
  if (reads !== (command.of !== undefined)) return { ok: false, why: 'not-possible' }
  const until = (await house.now()) + 24 * HOUR_MS
  return done({ invitation: house.clients.invite({ ...invitation, until }), until })
}

async function change(house: House, client: string, what: string, next: (client: Client) => Client): Promise<Outcome> {
  const known = house.clients.get(client)
  if (!known) return { ok: false, why: 'unknown-client' }
  house.clients.save(next(known))
  await house.tellClient(client, what)
  return done({ client })
}

/** A restored machine's ledger (`toride recover`) ends earlier than what was signed here; its key stays the pinned one. */
async function followLog(house: House, client: string): Promise<Outcome> {
  if (!house.clients.get(client)) return { ok: false, why: 'unknown-client' }
  // Noted first: what was signed before is never passed over in silence.
  await house.tellClient(client, 'log-followed-after-restore')
  return house.witness.followRestored(client) ? done({ client }) : { ok: false, why: 'not-possible' }
}

async function unfreeze(house: House): Promise<Outcome> {
  rmSync(join(house.parts.root, 'freeze.json'), { force: true })
  await house.tellClient('console', 'unfrozen')
  return done({})
}

/** Two people, each with a phone of their own: what was frozen against a thief is not opened by one. */
async function correctClock(house: House, code1: string, code2: string): Promise<Outcome> {
  if (!(await house.parts.locker.correctClock(code1, code2))) return { ok: false, why: 'second-person' }
  await house.parts.ledger.append({
    type: 'keeper.clock',
    actor: 'person:console',
    data: { kind: 'corrected', byMs: 0 },
  })
  return done({})
}
