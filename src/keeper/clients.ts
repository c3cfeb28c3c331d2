/**
 * Who may speak with the Keeper. A client is made at the Keeper's console, by a one-time code that the other machine hands
 * in once; its keys and the name of its ledger are pinned then. Several powers, each its own credential (SECURITY.md 10).
 */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { EpochMs } from '#base'
import { parseVerifierKey } from '#tlog'
import { readJson, writeJson } from './files.ts'
import { INSIDE, isName } from './layout.ts'
import { Refusal } from './refusal.ts'

/**
 * append: uploads its own repositories, reads little. read: reads another's whole repositories (station, restore).
 * verify: reads and attests. witness: hands in checkpoints of its ledger only.
 */
export const CLIENT_KINDS = ['append', 'read', 'verify', 'witness'] as const
export type ClientKind = (typeof CLIENT_KINDS)[number]

const name = z.string().refine(isName)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const moment = z.int().nonnegative()

/** What the console says of a client when it invites it; the client keeps it. */
const invited = {
  name,
  kind: z.enum(CLIENT_KINDS),
  /** Whose repositories a reader or verifier reads. */
  of: name.optional(),
  quotaBytes: z.int().positive(),
  /** Sends no manifests (stock restic): everything is held from its arrival. */
  plain: z.boolean().default(false),
  /** A generation is expected at least this often; absent: nothing is. */
  expectHours: z.int().positive().optional(),
}

const invitationSchema = z.strictObject({ ...invited, until: moment })
export type Invitation = z.infer<typeof invitationSchema>

const clientSchema = z.strictObject({
  ...invited,
  tokenSha256: sha256,
  enrolledAt: moment,
  /** Verifier key of its ledger, whose name is the log's origin. */
  ledgerKey: z.string().optional(),
  /** Verifier key of its attestations. */
  attestKey: z.string().optional(),
  /** Until this moment one more key file may be added, by the console's leave. */
  keysOpenUntil: moment.optional(),
  enabled: z.boolean().default(true),
})
export type Client = z.infer<typeof clientSchema>

const hashText = (text: string): string => createHash('sha256').update(text).digest('hex')
/** Crockford's base 32 without the letters that are taken for others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = 20

export interface EnrolmentRequest {
  readonly code: string
  readonly ledgerKey?: string | undefined
  readonly attestKey?: string | undefined
}

export class Clients {
  readonly #folder: string
  readonly #invitations: string

  constructor(root: string) {
    this.#folder = join(root, INSIDE.clients)
    this.#invitations = join(root, INSIDE.enrolments)
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    mkdirSync(this.#invitations, { recursive: true, mode: 0o700 })
  }

  list(): Client[] {
    return readdirSync(this.#folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => this.get(file.slice(0, -'.json'.length))!)
  }

  get(client: string): Client | undefined {
    return isName(client) ? readJson(join(this.#folder, `${client}.json`), (v) => clientSchema.parse(v)) : undefined
  }

  save(client: Client): void {
    writeJson(join(this.#folder, `${client.name}.json`), clientSchema.parse(client))
  }

  /** A one-time code, in groups of five. Console only. */
  invite(invitation: Invitation): string {
    const code = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
    writeJson(this.#invitationFile(code), invitationSchema.parse(invitation))
    return code.replace(/(.{5})(?=.)/g, '$1-')
  }

  /**
   * Takes a one-time code in. The same name may be invited again (a lost token); its pinned ledger stays what it was: a new
   * log under an old name needs the console, which removes the client's file.
   * @returns the client, and its token, which is not kept anywhere
   * @throws Refusal enrolment-code, bad-request, log-signature
   */
  enrol(request: EnrolmentRequest, now: EpochMs): { client: Client; token: string } {
    const file = this.#invitationFile(normalCode(request.code))
    const invitation = readJson(file, (v) => invitationSchema.parse(v))
    if (!invitation || invitation.until < now) throw new Refusal('enrolment-code')
    const before = this.get(invitation.name)
    const ledgerKey = pinned(before?.ledgerKey, request.ledgerKey)
    const attestKey = pinned(before?.attestKey, request.attestKey)
    if (invitation.kind === 'verify' && attestKey === undefined) throw new Refusal('bad-request', 'attestKey')
    const token = randomBytes(32).toString('base64url')
    const { until: _until, ...rest } = invitation
    const client: Client = {
      ...rest,
      tokenSha256: hashText(token),
      enrolledAt: now,
      enabled: true,
      ...(ledgerKey === undefined ? {} : { ledgerKey }),
      ...(attestKey === undefined ? {} : { attestKey }),
    }
    // The code goes first: a kill in between costs another code, never a second client by the same one.
    rmSync(file)
    this.save(client)
    return { client, token }
  }

  /** The client of a name and token, or undefined. */
  authenticate(client: string, token: string): Client | undefined {
    const known = this.get(client)
    const given = Buffer.from(hashText(token))
    const same = timingSafeEqual(given, Buffer.from(known?.tokenSha256 ?? hashText('nobody')))
    return known && known.enabled && same ? known : undefined
  }

  #invitationFile(code: string): string {
    return join(this.#invitations, `${hashText(`toride enrolment\n${code.replaceAll('-', '')}`)}.json`)
  }
}

/** As people type it. */
const normalCode = (typed: string): string =>
  typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')

function pinned(before: string | undefined, given: string | undefined): string | undefined {
  if (given !== undefined) {
    try {
      parseVerifierKey(given)
    } catch {
      throw new Refusal('bad-request', 'verifier key')
    }
  }
  if (before !== undefined && given !== undefined && before !== given) throw new Refusal('log-signature', 'another key')
  return before ?? given
}
