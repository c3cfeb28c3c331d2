/** Devices, the records of their settings in versions (R17), and the register of spare hardware (R19). */
import { createHash, randomBytes } from 'node:crypto'
import { AppError, type Clock, type EpochMs } from '#base'
import type { Kysely } from '#db'
import { seal, unseal } from '#vault'
import type { DeviceRow, GovernanceTables, SpareRow } from './tables.ts'

export const DEVICE_KINDS = [
  'router',
  'switch',
  'wifi',
  'firewall',
  'nas',
  'ups',
  'server',
  'modality',
  'other',
] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

/** After so many months a record is asked for anew. */
export const STALE_MONTHS = [3, 6, 12] as const

/** A screenshot, a PDF, a config export. */
export const MOST_RECORD_BYTES = 2 << 20
/** A device that is written down each week for years stays under this; beyond it something else is going on. */
const MOST_VERSIONS = 500

export interface DeviceInput {
  readonly kind: DeviceKind
  readonly name: string
  readonly model: string
  /** Where it stands. */
  readonly location: string
  readonly systemId: string | undefined
  readonly staleMonths: number
}

export interface Device extends DeviceInput {
  readonly id: string
  /** Newest first. What stands in them opens with the key alone. */
  readonly versions: readonly { readonly id: string; readonly at: EpochMs; readonly sizeBytes: number }[]
}

export interface RecordContent {
  /** As it was uploaded, or as the screen named a pasted text. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface SpareInput {
  readonly what: string
  /** What it can stand in for. */
  readonly standsFor: string
  readonly location: string
}

export interface Spare extends SpareInput {
  readonly id: string
  /** `YYYY-MM-DD`, when somebody last saw that it is there and starts. */
  readonly checkedOn: string | undefined
}

export class Devices {
  readonly #tables: Kysely<GovernanceTables>
  readonly #clock: Clock

  constructor(tables: Kysely<GovernanceTables>, clock: Clock) {
    this.#tables = tables
    this.#clock = clock
  }

  async list(): Promise<Device[]> {
    const devices = await this.#tables
      .selectFrom('device')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .execute()
    const records = await this.#tables
      .selectFrom('device_record')
      .select(['id', 'device_id', 'at', 'size'])
      .orderBy('at', 'desc')
      .orderBy('id')
      .execute()
    return devices.map((row) => ({
      ...toInput(row),
      id: row.id,
      versions: records
        .filter(({ device_id }) => device_id === row.id)
        .map(({ id, at, size }) => ({ id, at, sizeBytes: size })),
    }))
  }

  async get(id: string): Promise<Device | undefined> {
    return (await this.list()).find((device) => device.id === id)
  }

  async add(input: DeviceInput): Promise<string> {
    const id = randomBytes(6).toString('hex')
    const row = { ...toRow(input), id, created_at: this.#clock.now(), removed_at: null }
    await this.#tables.insertInto('device').values(row).execute()
    return id
  }

  async change(id: string, input: DeviceInput): Promise<void> {
    await this.#tables.updateTable('device').set(toRow(input)).where('id', '=', id).execute()
  }

  /** Off the list; its records stay in the table, sealed. False where it was so already. */
  async remove(id: string): Promise<boolean> {
    return this.#remove('device', id)
  }

  /**
   * Keeps one more version, sealed with `key`. False where it is what the newest says already (a second click).
   * @throws VAULT_FILE_TOO_LARGE
   */
  async addRecord(device: Device, content: RecordContent, key: Buffer): Promise<boolean> {
    if (content.bytes.length > MOST_RECORD_BYTES || device.versions.length >= MOST_VERSIONS)
      throw new AppError('VAULT_FILE_TOO_LARGE')
    const newest = device.versions[0] && (await this.record(device, device.versions[0].id, key))
    if (newest && Buffer.compare(newest.bytes, content.bytes) === 0) return false
    const at = Math.max(this.#clock.now(), (device.versions[0]?.at ?? 0) + 1)
    const id = createHash('sha256')
      .update(`${device.id} ${at} ${randomBytes(8).toString('hex')}`)
      .digest('hex')
      .slice(0, 16)
    const head = Buffer.from(`${JSON.stringify({ name: content.name })}\n`)
    const sealed = seal(key, Buffer.concat([head, content.bytes]), Buffer.from(`${device.id} ${id}`))
    await this.#tables
      .insertInto('device_record')
      .values({ id, device_id: device.id, at, size: content.bytes.length, sealed })
      .execute()
    return true
  }

  /** Undefined for an unknown one. @throws VAULT_SEAL_BROKEN where it was changed or the key is another */
  async record(device: Pick<Device, 'id'>, id: string, key: Buffer): Promise<RecordContent | undefined> {
    const row = await this.#tables
      .selectFrom('device_record')
      .select('sealed')
      .where('device_id', '=', device.id)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) return undefined
    const opened = unseal(key, row.sealed, Buffer.from(`${device.id} ${id}`))
    const end = opened.indexOf('\n')
    const { name } = JSON.parse(opened.subarray(0, end).toString()) as { name: string }
    return { name, bytes: opened.subarray(end + 1) }
  }

  async spares(): Promise<Spare[]> {
    const rows = await this.#tables
      .selectFrom('spare')
      .selectAll()
      .where('removed_at', 'is', null)
      .orderBy('created_at')
      .execute()
    return rows.map(toSpare)
  }

  async addSpare({ what, standsFor, location }: SpareInput): Promise<string> {
    const id = randomBytes(6).toString('hex')
    const row: SpareRow = {
      id,
      what,
      stands_for: standsFor,
      location,
      checked_on: null,
      created_at: this.#clock.now(),
      removed_at: null,
    }
    await this.#tables.insertInto('spare').values(row).execute()
    return id
  }

  /** False where it says so already. */
  async checkSpare(id: string, on: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#tables
      .updateTable('spare')
      .set({ checked_on: on })
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .where((or) => or.or([or('checked_on', 'is', null), or('checked_on', '!=', on)]))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  async removeSpare(id: string): Promise<boolean> {
    return this.#remove('spare', id)
  }

  async #remove(table: 'device' | 'spare', id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#tables
      .updateTable(table)
      .set({ removed_at: this.#clock.now() })
      .where('id', '=', id)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
}

const toRow = ({ kind, name, model, location, systemId, staleMonths }: DeviceInput) => ({
  kind,
  name,
  model,
  location,
  system_id: systemId ?? null,
  stale_months: staleMonths,
})

const toInput = ({ kind, name, model, location, system_id, stale_months }: DeviceRow): DeviceInput => ({
  kind: DEVICE_KINDS.find((known) => known === kind) ?? 'other',
  name,
  model,
  location,
  systemId: system_id ?? undefined,
  staleMonths: stale_months,
})

const toSpare = ({ id, what, stands_for, location, checked_on }: SpareRow): Spare => ({
  id,
  what,
  standsFor: stands_for,
  location,
  checkedOn: checked_on ?? undefined,
})
