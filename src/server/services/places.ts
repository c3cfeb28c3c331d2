/** Places, as the web shows them: this computer and others. */
import { type AppError, inTurns, isAppError } from '#base'
import { threeTwoOne } from '#retention'
import type { PlaceInput, PlaceView } from '#vault'
import type { AddedPlace, BackupService, Place, PlaceForm, PlaceNotes, SourceRule, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand } from './viewers.ts'

type PlaceService = Pick<
  BackupService,
  'places' | 'hasPlace' | 'placeRules' | 'addPlace' | 'removePlace' | 'copyNow' | 'readPlace' | 'savePlaceNotes'
>

export function placeService(institution: Institution): PlaceService {
  const { vault } = institution
  const note = (viewer: Viewer, id: string, ...changes: ('added' | 'removed' | 'described' | 'slowed')[]) =>
    institution.ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `place:${id}`,
      data: { area: 'places', changes },
    })

  async function add(viewer: Viewer, form: PlaceForm): Promise<AddedPlace> {
    const same = (await vault.otherPlaces.list()).find(({ name }) => name === form.name)
    // The second click of the same form: its one-time code is used up, and the place is there.
    if (same && isSame(same, form)) return { kind: 'ok' }
    if (same) return { kind: 'refused', field: 'name', code: 'name-taken' }
    try {
      const about = { name: form.name, offsite: form.offsite }
      if (form.kind !== 's3') {
        const { id } = await vault.placeCare.enrol(inputOf(form), about)
        await note(viewer, id, 'added')
        return { kind: 'ok' }
      }
      // A bucket is tried for half a minute first; it is written down when it is there.
      const { jobId, done } = vault.placeCare.startEnrolment(inputOf(form), about)
      done.then(({ id }) => note(viewer, id, 'added')).catch(() => undefined)
      return { kind: 'started', jobId }
    } catch (error) {
      if (!isAppError(error)) throw error
      if (error.code === 'VAULT_RUN_IN_PROGRESS') return { kind: 'started', jobId: String(error.context['jobId']) }
      return { kind: 'refused', field: fieldOf(error, form), code: error.code }
    }
  }

  const inTurn = inTurns()
  return {
    async places() {
      const running = vault.jobs.list().filter((job) => job.state === 'running')
      return (await vault.places()).map((view): Place => {
        const job = running.find(({ subject }) => subject.endsWith(` → ${view.name}`))
        return withoutUndefined({ ...placeOf(view), running: job?.id })
      })
    },
    hasPlace: async (id) => (await vault.placeNotes(id)) !== undefined,
    async placeRules() {
      const now = institution.clock.now()
      const sources = (await vault.sources()).filter(({ replaced }) => !replaced)
      return Promise.all(
        sources.map(async (source): Promise<SourceRule> => {
          const rule = threeTwoOne(await vault.policies.places(source), now)
          return { sourceId: source.id, name: source.name, ...rule }
        }),
      )
    },
    async addPlace(viewer, form) {
      demand(viewer, 'manage-backup')
      return inTurn(() => add(viewer, form))
    },
    async removePlace(viewer, placeId) {
      demand(viewer, 'manage-backup')
      // The second click changes nothing and writes nothing down.
      if (await vault.otherPlaces.remove(placeId)) await note(viewer, placeId, 'removed')
    },
    async savePlaceNotes(viewer, placeId, notes) {
      demand(viewer, 'manage-backup')
      const before = await vault.placeNotes(placeId)
      if (!before || same(before, notes)) return
      await vault.savePlaceNotes(placeId, notes)
      const isSlowed = notes.slow !== null && JSON.stringify(notes.slow) !== JSON.stringify(before.slow)
      await note(viewer, placeId, 'described', ...(isSlowed ? (['slowed'] as const) : []))
    },
    copyNow(viewer, placeId) {
      demand(viewer, 'manage-backup')
      return orGoing(() => vault.placeCare.copyNow(placeId))
    },
    readPlace(viewer, placeId) {
      demand(viewer, 'manage-backup')
      return orGoing(() => vault.placeCare.readNow(placeId))
    },
  }
}

const same = (a: PlaceNotes, b: PlaceNotes): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A second click leads to the work that is going. */
async function orGoing<T>(start: () => Promise<T>): Promise<T | { jobId: string }> {
  try {
    return await start()
  } catch (error) {
    if (isAppError(error, 'VAULT_RUN_IN_PROGRESS')) return { jobId: String(error.context['jobId']) }
    throw error
  }
}

/** A place as people see it. */
export function placeOf({ sources, uses, failure, ...view }: PlaceView): Place {
  const most = (times: readonly (number | undefined)[]): number | undefined => {
    const known = times.filter((time) => time !== undefined)
    return known.length === 0 ? undefined : Math.max(...known)
  }
  // Toride's own state is no record of the clinic's.
  const records = sources.filter(({ sourceId }) => sourceId !== 'own-state')
  const longest = records.toSorted((a, b) => (b.lockedUntil ?? 0) - (a.lockedUntil ?? 0))[0]
  return withoutUndefined({
    ...view,
    generations: records.reduce((sum, source) => sum + source.generations, 0),
    fullAtMs: view.fullAt,
    newestAtMs: most(records.map(({ newestAt }) => newestAt)),
    checkedAtMs: most(records.map(({ provedAt }) => provedAt)),
    lockedUntilMs: longest?.lockedUntil,
    lockStrength: longest?.strength,
    failure: failure && { code: failure.code, atMs: failure.at },
    uses: uses.map(({ day, usedBytes, freeBytes }) => withoutUndefined({ day, usedBytes, freeBytes })),
    sources: sources.map((source) =>
      withoutUndefined({
        sourceId: source.sourceId,
        name: source.name,
        generations: source.generations,
        oldestAtMs: source.oldestAt,
        newestAtMs: source.newestAt,
        lockedUntilMs: source.lockedUntil,
        lockStrength: source.strength,
        newestProvedAtMs: source.newestProvedAt,
        provedAtMs: source.provedAt,
        proved: source.proved,
      }),
    ),
  })
}

/** The form's texts as the vault's input; which field is which is the form's own list. */
const inputOf = ({ kind, values }: PlaceForm): PlaceInput => ({ kind, ...values }) as unknown as PlaceInput

function isSame(place: Awaited<ReturnType<Institution['vault']['otherPlaces']['list']>>[number], form: PlaceForm) {
  if (place.kind !== form.kind) return false
  if (place.kind === 'keeper') return place.config.pin === form.values['pin']?.replaceAll(/[\s:]/g, '').toLowerCase()
  if (place.kind === 's3') return place.config.bucket === form.values['bucket']?.trim()
  if (place.kind === 'folder') return place.config.folder === form.values['folder']
  return place.config.url.replace(/\/$/, '') === form.values['url']?.trim().replace(/\/$/, '')
}

/** Where the form says what went wrong. */
function fieldOf({ code, context }: AppError, { kind }: PlaceForm): string {
  const named = context['field']
  if (typeof named === 'string') return named
  if (kind === 'keeper') {
    if (code === 'VAULT_PLACE_CODE_WRONG') return 'code'
    return code === 'STORAGE_CERTIFICATE_WRONG' ? 'pin' : 'address'
  }
  if (code === 'STORAGE_DENIED' || code === 'STORAGE_CREDENTIALS_WRONG') return kind === 's3' ? 'accessKeyId' : 'user'
  if (code === 'STORAGE_CERTIFICATE_WRONG' && kind === 'rest') return 'pin'
  return kind === 's3' ? 'endpoint' : kind === 'rest' ? 'url' : 'folder'
}
