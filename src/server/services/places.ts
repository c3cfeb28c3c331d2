/** Places besides this computer, as the web shows them. */
import { type AppError, isAppError } from '#base'
import type { Generation, PlaceFacts } from '#vault'
import type { BackupService, KeeperInput, Place, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand } from './viewers.ts'

type PlaceService = Pick<BackupService, 'places' | 'addKeeper' | 'removePlace' | 'copyNow'>

export function placeService(institution: Institution): PlaceService {
  const { vault } = institution
  const note = (viewer: Viewer, id: string, change: 'added' | 'removed') =>
    institution.ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `place:${id}`,
      data: { area: 'places', changes: [change] },
    })
  async function addKeeper(viewer: Viewer, input: KeeperInput): ReturnType<PlaceService['addKeeper']> {
    const same = (await vault.otherPlaces.list()).find(({ name }) => name === input.name)
    // The second click of the same form: its one-time code is used up, and the place is there.
    if (same?.config.pin === input.pin.replaceAll(/[\s:]/g, '').toLowerCase()) return { kind: 'ok' }
    if (same) return { kind: 'refused', field: 'name', code: 'name-taken' }
    try {
      const { id } = await vault.otherPlaces.addKeeper(input)
      await note(viewer, id, 'added')
      return { kind: 'ok' }
    } catch (error) {
      if (!isAppError(error)) throw error
      return { kind: 'refused', field: fieldOf(error), code: error.code }
    }
  }
  let turn: Promise<unknown> = Promise.resolve()
  return {
    async places() {
      const [, ...others] = await vault.places()
      const copies = vault.jobs.list().filter((job) => job.kind === 'copy' && job.state === 'running')
      return others.map((place): Place => {
        const job = copies.find(({ subject }) => subject.endsWith(` → ${place.name}`))
        return withoutUndefined({ ...placeOf(place, []), running: job?.id })
      })
    },
    async addKeeper(viewer, input) {
      demand(viewer, 'manage-backup')
      const adding = turn.then(() => addKeeper(viewer, input))
      turn = adding.catch(() => undefined)
      return adding
    },
    async removePlace(viewer, placeId) {
      demand(viewer, 'manage-backup')
      // The second click changes nothing and writes nothing down.
      if (await vault.otherPlaces.remove(placeId)) await note(viewer, placeId, 'removed')
    },
    async copyNow(viewer, placeId) {
      demand(viewer, 'manage-backup')
      try {
        return await vault.copyNow(placeId)
      } catch (error) {
        // A second click leads to the work that is going.
        if (isAppError(error, 'VAULT_RUN_IN_PROGRESS')) return { jobId: String(error.context['jobId']) }
        throw error
      }
    },
  }
}

/** A place as people see it; `all`: the generations here. */
export function placeOf({ copies, ...place }: PlaceFacts, all: readonly Generation[]): Place {
  if (copies)
    return withoutUndefined({
      ...place,
      generations: copies.count,
      newestAtMs: copies.newestAt,
      lockedUntilMs: copies.lockedUntil,
      lockStrength: copies.lockedUntil === undefined ? undefined : 'keeper',
      failure: copies.failure && { code: copies.failure.code, atMs: copies.failure.at },
    })
  const checks = all.flatMap(({ proofs }) => proofs.filter((proof) => proof.kind !== 'chart' && proof.passed))
  const longest = all.toSorted((a, b) => (b.lockedUntil ?? 0) - (a.lockedUntil ?? 0))[0]
  return withoutUndefined({
    ...place,
    generations: all.length,
    checkedAtMs: checks.length === 0 ? undefined : Math.max(...checks.map((proof) => proof.at)),
    lockedUntilMs: longest?.lockedUntil,
    lockStrength: longest?.lockStrength,
  })
}

/** Where the form says what went wrong. */
function fieldOf({ code, context }: AppError): keyof KeeperInput {
  if (code === 'VAULT_PLACE_CODE_WRONG') return 'code'
  if (code === 'STORAGE_CERTIFICATE_WRONG' || context['field'] === 'pin') return 'pin'
  return 'address'
}
