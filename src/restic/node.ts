import { AppError, type EpochNs } from '#base'
import { goJsonBytes, goJsonString, goQuote, goUnquote, isUtf8 } from './go-quote.ts'
import { formatTime, parseTime } from './go-time.ts'

/** Kinds of node that restic knows; `''` is what old versions wrote for a type they could not tell. */
export type NodeType = 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular' | ''

export interface ExtendedAttribute {
  readonly name: Buffer
  readonly value: Buffer
}

/**
 * One entry of a folder (restic internal/data/node.go). Names and link targets are bytes. Ids are 64 lower-case hex digits.
 * `mode` is Go's fs.FileMode (see {@link fileMode}), not the kernel's st_mode.
 */
export interface Node {
  readonly name: Buffer
  readonly type: NodeType
  readonly mode: number
  readonly mtimeNs: EpochNs
  readonly atimeNs: EpochNs
  readonly ctimeNs: EpochNs
  readonly uid: number
  readonly gid: number
  readonly user?: string
  readonly group?: string
  readonly inode?: bigint
  /** st_dev; restic since 0.17 writes it only where `links` > 1. */
  readonly deviceId?: bigint
  readonly sizeBytes?: number
  readonly links?: number
  readonly linkTarget?: Buffer
  readonly extendedAttributes?: readonly ExtendedAttribute[]
  /** Windows attributes: kept as they came. */
  readonly genericAttributes?: Readonly<Record<string, unknown>>
  /** st_rdev of dev and chardev. */
  readonly device?: bigint
  /** Data blobs of a file in order; [] for an empty file, null for everything else. */
  readonly content: readonly string[] | null
  /** Tree blob of a folder. */
  readonly subtree?: string
  readonly error?: string
}

/** Bits of Go's fs.FileMode above the nine permission bits. */
export const GO_MODE = {
  dir: 2 ** 31,
  symlink: 2 ** 27,
  device: 2 ** 26,
  fifo: 2 ** 25,
  socket: 2 ** 24,
  setuid: 2 ** 23,
  setgid: 2 ** 22,
  charDevice: 2 ** 21,
  sticky: 2 ** 20,
  irregular: 2 ** 19,
} as const

const S_IFMT = 0o170000
const KINDS: Readonly<Record<number, { type: NodeType; bits: number }>> = {
  0o100000: { type: 'file', bits: 0 },
  0o040000: { type: 'dir', bits: GO_MODE.dir },
  0o120000: { type: 'symlink', bits: GO_MODE.symlink },
  0o060000: { type: 'dev', bits: GO_MODE.device },
  0o020000: { type: 'chardev', bits: GO_MODE.device + GO_MODE.charDevice },
  0o010000: { type: 'fifo', bits: GO_MODE.fifo },
  0o140000: { type: 'socket', bits: GO_MODE.socket },
}
const IRREGULAR = { type: 'irregular', bits: GO_MODE.irregular } as const

/** Node type of a kernel st_mode. */
export function nodeType(stMode: number): NodeType {
  return (KINDS[stMode & S_IFMT] ?? IRREGULAR).type
}

/** Go's fs.FileMode of a kernel st_mode. Sums, not ors: bit 31 would turn JavaScript's 32-bit result negative. */
export function fileMode(stMode: number): number {
  return (
    (stMode & 0o777) +
    (KINDS[stMode & S_IFMT] ?? IRREGULAR).bits +
    (stMode & 0o4000 ? GO_MODE.setuid : 0) +
    (stMode & 0o2000 ? GO_MODE.setgid : 0) +
    (stMode & 0o1000 ? GO_MODE.sticky : 0)
  )
}

/** The permission bits for chmod (0o7777) of a Go fs.FileMode. */
export function permissions(mode: number): number {
  return (
    (mode & 0o777) |
    (mode & GO_MODE.setuid ? 0o4000 : 0) |
    (mode & GO_MODE.setgid ? 0o2000 : 0) |
    (mode & GO_MODE.sticky ? 0o1000 : 0)
  )
}

/** The exact JSON that restic writes for a node: field order, omitted empties, Go escapes. */
export function encodeNode(node: Node): string {
  let json = `{"name":${goJsonString(goQuote(node.name))},"type":"${node.type}"`
  if (node.mode !== 0) json += `,"mode":${node.mode}`
  const mtime = formatTime(node.mtimeNs)
  const atime = node.atimeNs === node.mtimeNs ? mtime : formatTime(node.atimeNs)
  const ctime = node.ctimeNs === node.mtimeNs ? mtime : formatTime(node.ctimeNs)
  json += `,"mtime":"${mtime}","atime":"${atime}","ctime":"${ctime}","uid":${node.uid},"gid":${node.gid}`
  if (node.user) json += `,"user":${goJsonString(node.user)}`
  if (node.group) json += `,"group":${goJsonString(node.group)}`
  if (node.inode) json += `,"inode":${node.inode}`
  if (node.deviceId) json += `,"device_id":${node.deviceId}`
  if (node.sizeBytes) json += `,"size":${node.sizeBytes}`
  if (node.links) json += `,"links":${node.links}`
  if (node.linkTarget?.length) json += encodeLinkTarget(node.linkTarget)
  if (node.extendedAttributes?.length) json += encodeAttributes(node.extendedAttributes)
  if (node.genericAttributes) json += `,"generic_attributes":${encodeGeneric(node.genericAttributes)}`
  if (node.device) json += `,"device":${node.device}`
  json += `,"content":${encodeContent(node.content)}`
  if (node.subtree !== undefined) json += `,"subtree":"${node.subtree}"`
  if (node.error) json += `,"error":${goJsonString(node.error)}`
  return `${json}}`
}

function encodeContent(content: readonly string[] | null): string {
  if (content === null) return 'null'
  return content.length === 0 ? '[]' : `["${content.join('","')}"]`
}

function encodeLinkTarget(target: Buffer): string {
  const raw = isUtf8(target) ? '' : `,"linktarget_raw":"${target.toString('base64')}"`
  return `,"linktarget":${goJsonBytes(target)}${raw}`
}

function encodeAttributes(attributes: readonly ExtendedAttribute[]): string {
  const items = attributes.map((a) => `{"name":${goJsonBytes(a.name)},"value":"${a.value.toString('base64')}"}`)
  return `,"extended_attributes":[${items.join(',')}]`
}

/** Values came out of JSON.parse and go back compact, in their order; strings inside take Go's HTML escapes. */
function encodeGeneric(attributes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(attributes).replace(/[<>&\u2028\u2029]/g, (c) => {
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

const TYPES: ReadonlySet<string> = new Set([
  'file',
  'dir',
  'symlink',
  'dev',
  'chardev',
  'fifo',
  'socket',
  'irregular',
  '',
])
const ID = /^[0-9a-f]{64}$/

/**
 * A node from its parsed JSON. Large integers come as strings (see tree.ts). Tolerates what restic tolerates (unknown
 * fields, missing omit-empty fields) and refuses what would have to be guessed.
 * @throws RESTIC_DAMAGED naming the field; the node's name stands in `subject`.
 */
export function decodeNode(json: unknown): Node {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw damaged('node', undefined)
  const raw = json as Record<string, unknown>
  const name = typeof raw['name'] === 'string' ? goUnquote(raw['name']) : undefined
  if (name === undefined) throw damaged('name', raw['name'])
  const type = raw['type'] ?? ''
  if (typeof type !== 'string' || !TYPES.has(type)) throw damaged('type', raw['name'])
  const node: { -readonly [K in keyof Node]: Node[K] } = {
    name,
    type: type as NodeType,
    mode: count(raw, 'mode') ?? 0,
    mtimeNs: time(raw, 'mtime'),
    atimeNs: time(raw, 'atime'),
    ctimeNs: time(raw, 'ctime'),
    uid: count(raw, 'uid') ?? 0,
    gid: count(raw, 'gid') ?? 0,
    content: content(raw),
  }
  optional(node, 'user', text(raw, 'user'))
  optional(node, 'group', text(raw, 'group'))
  optional(node, 'inode', big(raw, 'inode'))
  optional(node, 'deviceId', big(raw, 'device_id'))
  optional(node, 'sizeBytes', count(raw, 'size'))
  optional(node, 'links', count(raw, 'links'))
  optional(node, 'linkTarget', linkTarget(raw))
  if (raw['extended_attributes']) node.extendedAttributes = attributes(raw)
  if (typeof raw['generic_attributes'] === 'object' && raw['generic_attributes'] !== null) {
    node.genericAttributes = raw['generic_attributes'] as Record<string, unknown>
  }
  optional(node, 'device', big(raw, 'device'))
  optional(node, 'subtree', id(raw, 'subtree'))
  optional(node, 'error', text(raw, 'error'))
  return node
}

/** Absent stays absent: an own key with undefined would cost memory in folders of 200,000 nodes. */
function optional<K extends keyof Node>(node: { -readonly [P in keyof Node]: Node[P] }, key: K, value: Node[K]): void {
  if (value !== undefined) node[key] = value
}

function damaged(field: string, name: unknown): AppError {
  return new AppError('RESTIC_DAMAGED', {
    detail: `tree node: field ${field} is not what the format allows`,
    ...(typeof name === 'string' ? { subject: name } : {}),
  })
}

function text(raw: Record<string, unknown>, field: string): string | undefined {
  const value = raw[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw damaged(field, raw['name'])
  return value
}

function count(raw: Record<string, unknown>, field: string): number | undefined {
  const value = raw[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw damaged(field, raw['name'])
  return value
}

function big(raw: Record<string, unknown>, field: string): bigint | undefined {
  const value = raw[field]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' && /^\d{16,20}$/.test(value)) return BigInt(value)
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw damaged(field, raw['name'])
  return BigInt(value)
}

function time(raw: Record<string, unknown>, field: string): EpochNs {
  const value = raw[field]
  if (value === undefined || value === null) return 0n
  const parsed = typeof value === 'string' ? parseTime(value) : undefined
  if (parsed === undefined) throw damaged(field, raw['name'])
  return parsed
}

function id(raw: Record<string, unknown>, field: string): string | undefined {
  const value = raw[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || !ID.test(value)) throw damaged(field, raw['name'])
  return value
}

function content(raw: Record<string, unknown>): string[] | null {
  const value = raw['content']
  if (value === undefined || value === null) return null
  if (!Array.isArray(value) || !value.every((v) => typeof v === 'string' && ID.test(v))) {
    throw damaged('content', raw['name'])
  }
  return value as string[]
}

function linkTarget(raw: Record<string, unknown>): Buffer | undefined {
  const bytes = text(raw, 'linktarget_raw')
  if (bytes !== undefined) return Buffer.from(bytes, 'base64')
  const target = text(raw, 'linktarget')
  return target === undefined ? undefined : Buffer.from(target, 'utf8')
}

function attributes(raw: Record<string, unknown>): ExtendedAttribute[] {
  const list = raw['extended_attributes']
  if (!Array.isArray(list)) throw damaged('extended_attributes', raw['name'])
  return list.map((item: unknown) => {
    const { name, value } = (item ?? {}) as { name?: unknown; value?: unknown }
    if (typeof name !== 'string' || !(typeof value === 'string' || value === null || value === undefined)) {
      throw damaged('extended_attributes', raw['name'])
    }
    return { name: Buffer.from(name, 'utf8'), value: Buffer.from(value ?? '', 'base64') }
  })
}
