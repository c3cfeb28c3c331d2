/**
 * The recovery kit (復旧キット, SECURITY.md 12): 128 random bits that exist on paper only. What they open is derived from them:
 * the password of the repository that holds Toride's own state, and the seal of the reading ring. The kit is one sheet, or
 * any two of three (Shamir's sharing over GF(256)); the secret is the share at x = 0, so all four sheets have one form:
 *
 *     version(4 bits) part(4 bits)  kit(2)  x(1)  y(16)
 */
import { hkdfSync, randomBytes, randomInt } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { AppError } from '#base'
import { type PrintedWord, printed, readWords, type ReadWords, SHEET_WORDS, toWords } from './words.ts'

const VERSION = 1
const SECRET_BYTES = 16
/** 0: the kit itself; 1 to 3: the shares. */
export const PARTS = [0, 1, 2, 3] as const
export type SheetPart = (typeof PARTS)[number]
const SHARES = 3
const NEEDED = 2

/** Four hex digits: tells the sheets of one kit from another's. No secret. */
export type KitId = string

export interface Kit {
  readonly id: KitId
  readonly secret: Uint8Array
}

export interface Sheet {
  readonly kit: KitId
  readonly part: SheetPart
  readonly x: number
  readonly y: Uint8Array
}

/** What a kit opens. */
export interface KitKeys {
  /** Of the repository of Toride's own state. The host keeps it too; it tells nothing of the kit. */
  readonly repositoryPassword: string
  /** Seals the reading ring. */
  readonly ringKey: Uint8Array
}

/** @param isTaken kits that this institution has or had */
export function newKit(isTaken: (id: KitId) => boolean): Kit {
  let id: KitId
  do id = randomInt(0x10000).toString(16).padStart(4, '0')
  while (isTaken(id))
  return { id, secret: randomBytes(SECRET_BYTES) }
}

/** The kit's own sheet and the three shares, new ones each time. */
export async function sheetsOf({ id, secret }: Kit): Promise<readonly Sheet[]> {
  const shares = await split(new Uint8Array(secret), SHARES, NEEDED)
  const sheet = (part: SheetPart, x: number, y: Uint8Array): Sheet => ({ kit: id, part, x, y })
  return [
    sheet(0, 0, secret),
    ...shares.map((share, i) => sheet((i + 1) as SheetPart, share[SECRET_BYTES]!, share.slice(0, SECRET_BYTES))),
  ]
}

export function sheetWords({ kit, part, x, y }: Sheet): readonly PrintedWord[] {
  const content = Buffer.concat([Buffer.of((VERSION << 4) | part), Buffer.from(kit, 'hex'), Buffer.of(x), y])
  return toWords(content).map(printed)
}

export type ReadSheet = { readonly kind: 'sheet'; readonly sheet: Sheet; readonly corrected: Corrected } | Unreadable
type Corrected = Extract<ReadWords, { kind: 'read' }>['corrected']
type Unreadable = Extract<ReadWords, { kind: 'unreadable' }>

/** A sheet as somebody typed or scanned it. What is wrong with it is named by place. */
export function readSheet(typed: string): ReadSheet {
  const read = readWords(typed, (content) => sheetIn(content) !== undefined)
  if (read.kind === 'unreadable') return read
  const sheet = sheetIn(read.content)
  if (!sheet) return { kind: 'unreadable', count: SHEET_WORDS, unknown: [] }
  return { kind: 'sheet', sheet, corrected: read.corrected }
}

function sheetIn(content: Buffer): Sheet | undefined {
  const [head = 0, , , x = 0] = content
  const part = PARTS.find((known) => known === (head & 0x0f))
  if (head >> 4 !== VERSION || part === undefined || (part === 0) !== (x === 0)) return undefined
  return { kit: content.toString('hex', 1, 3), part, x, y: content.subarray(4) }
}

/**
 * The kit out of its own sheet or of two shares.
 * @throws ACCESS_KIT_INCOMPLETE for one share alone, ACCESS_KIT_MIXED for sheets of different kits or one share twice
 */
export async function kitOf(sheets: readonly Sheet[]): Promise<Kit> {
  const id = sheets[0]?.kit
  if (id === undefined) throw new AppError('ACCESS_KIT_INCOMPLETE')
  if (sheets.some((sheet) => sheet.kit !== id)) throw new AppError('ACCESS_KIT_MIXED')
  const whole = sheets.find((sheet) => sheet.part === 0)
  if (whole) return { id, secret: whole.y }
  const shares = new Map(sheets.map(({ x, y }) => [x, new Uint8Array([...y, x])]))
  if (shares.size < NEEDED) throw new AppError(sheets.length < NEEDED ? 'ACCESS_KIT_INCOMPLETE' : 'ACCESS_KIT_MIXED')
  return { id, secret: await combine([...shares.values()]) }
}

export function kitKeys({ id, secret }: Kit): KitKeys {
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, Buffer.from(id, 'hex'), `toride kit ${use} v1`, 32))
  return { repositoryPassword: derive('repository').toString('base64'), ringKey: derive('ring') }
}
