/** Devices, the records of their settings, and spares, bound to one institution. Contents open with a person's key alone. */
import { randomBytes } from 'node:crypto'
import { AppError, institutionDate, inTurns } from '#base'
import { recordState, spareState } from '#governance'
import type { DeviceService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { demand, readingOf } from './viewers.ts'

const RECORDS_KEY = 'device-records'
const KEY_BYTES = 32

export function deviceService({ devices, systems, ledger, clock }: Institution): DeviceService {
  const note = (viewer: Viewer, id: string, ...changes: string[]) =>
    ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `device:${id}`,
      data: { area: 'devices', changes },
    })
  /** One after the other: two clicks at once keep one. */
  const inTurn = inTurns()
  return {
    async list() {
      const now = clock.now()
      return {
        devices: (await devices.list()).map((device) => ({ ...device, state: recordState(device, now) })),
        spares: (await devices.spares()).map((spare) => ({ ...spare, state: spareState(spare, now) })),
        systems: (await systems.list()).map(({ id, name }) => ({ id, name })),
      }
    },
    add: (viewer, input) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        if ((await devices.list()).some(({ name }) => name === input.name))
          return { kind: 'refused', field: 'name', code: 'name-taken' }
        const id = await devices.add(input)
        await note(viewer, id, 'added')
        return { kind: 'ok', id }
      }),
    async change(viewer, id, input) {
      demand(viewer, 'manage-backup')
      if ((await devices.list()).some((one) => one.name === input.name && one.id !== id))
        return { kind: 'refused', field: 'name', code: 'name-taken' }
      await devices.change(id, input)
      await note(viewer, id, 'changed')
      return { kind: 'ok' }
    },
    async remove(viewer, id) {
      demand(viewer, 'manage-backup')
      if (await devices.remove(id)) await note(viewer, id, 'removed')
    },
    addRecord: (viewer, id, content) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        const device = await devices.get(id)
        if (!device) return undefined
        const isNew = await devices.addRecord(device, content, keyOf(viewer))
        if (isNew) await note(viewer, id, 'record-added')
        return isNew
      }),
    async record(viewer, id, recordId) {
      demand(viewer, 'manage-backup')
      const device = await devices.get(id)
      const version = device?.versions.find((one) => one.id === recordId)
      if (!device || !version) return undefined
      const content = (await devices.record(device, recordId, keyOf(viewer)))!
      // Written down before it is shown: passwords stand in it.
      await note(viewer, id, 'record-seen')
      return { device, at: version.at, ...content }
    },
    addSpare: (viewer, input) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        const same = (await devices.spares()).some(
          ({ what, location }) => what === input.what && location === input.location,
        )
        if (!same) await note(viewer, await devices.addSpare(input), 'spare-added')
      }),
    async checkSpare(viewer, id) {
      demand(viewer, 'manage-backup')
      if (await devices.checkSpare(id, institutionDate(clock.now()))) await note(viewer, id, 'spare-checked')
    },
    async removeSpare(viewer, id) {
      demand(viewer, 'manage-backup')
      if (await devices.removeSpare(id)) await note(viewer, id, 'spare-removed')
    },
  }
}

/** Made when it is first needed, by a person who holds the ring. */
function keyOf(viewer: Viewer): Buffer {
  const reading = readingOf(viewer)
  if (!reading) throw new AppError('VAULT_KEY_MISSING')
  if (!reading.key(RECORDS_KEY)) reading.add(RECORDS_KEY, randomBytes(KEY_BYTES))
  return Buffer.from(reading.key(RECORDS_KEY)!)
}
