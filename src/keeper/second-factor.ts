/** The administrators of a Keeper: at its own console, each with a one-time password (RFC 6238) on a phone or a paper. */
import { Secret, TOTP } from 'otpauth'
import { join } from 'node:path'
import { z } from 'zod'
import type { EpochMs } from '#base'
import { readJson, writeJson } from './files.ts'
import { INSIDE } from './layout.ts'

const administratorSchema = z.strictObject({ name: z.string().min(1).max(60), secret: z.string(), lastStep: z.int() })
type Administrator = z.infer<typeof administratorSchema>
const STEP_S = 30
/** Steps that a phone's clock may be off. */
const WINDOW = 1

const file = (root: string): string => join(root, INSIDE.locker, 'administrators.json')
const load = (root: string): Administrator[] => readJson(file(root), (v) => z.array(administratorSchema).parse(v)) ?? []

export const administrators = (root: string): string[] => load(root).map(({ name }) => name)

/** @returns the secret as base 32 and as the otpauth address that phones read; shown once */
export function addAdministrator(root: string, name: string): { secret: string; uri: string } {
  const secret = new Secret({ size: 20 })
  const others = load(root).filter((one) => one.name !== name)
  writeJson(file(root), [...others, { name, secret: secret.base32, lastStep: 0 }] satisfies Administrator[])
  return { secret: secret.base32, uri: totp(name, secret.base32).toString() }
}

const MOST_WRONG = 20
const WRONG_WINDOW_MS = 600_000

/**
 * One-time passwords of six digits, asked for by a process that may be taken: after a few wrong ones none counts for a
 * while. Trying all would take it minutes otherwise.
 */
export class Guesses {
  readonly #root: string
  #wrong: number[] = []

  constructor(root: string) {
    this.#root = root
  }

  /** Whose one-time password it is; each works once. By the machine's wall clock: a phone knows no other. */
  whoseCode(code: string, wall: EpochMs): string | undefined {
    const now = performance.now()
    this.#wrong = this.#wrong.filter((at) => now - at < WRONG_WINDOW_MS)
    if (this.#wrong.length >= MOST_WRONG) return undefined
    const name = whoseCode(this.#root, code, wall)
    if (name === undefined) this.#wrong.push(now)
    return name
  }
}

function whoseCode(root: string, code: string, wall: EpochMs): string | undefined {
  const all = load(root)
  for (const one of all) {
    const delta = totp(one.name, one.secret).validate({
      token: code.replaceAll(/\s/g, ''),
      timestamp: wall,
      window: WINDOW,
    })
    const step = Math.floor(wall / 1000 / STEP_S) + (delta ?? 0)
    if (delta === null || step <= one.lastStep) continue
    writeJson(
      file(root),
      all.map((other) => (other === one ? { ...one, lastStep: step } : other)),
    )
    return one.name
  }
  return undefined
}

const totp = (name: string, secret: string): TOTP =>
  new TOTP({ issuer: 'Toride Keeper', label: name, secret: Secret.fromBase32(secret), period: STEP_S, digits: 6 })
