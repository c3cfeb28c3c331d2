/** Rotating disks, as the web shows them. */
import { type AppError, isAppError } from '#base'
import { mayMount, type Volume } from '#posix'
import { folderOnMedium, type Medium } from '#vault'
import type { MediaCandidate, MediaService, MediaView, MediumContents, MediumEvent } from '#web'
import type { Institution } from '../institution.ts'
import { demand } from './viewers.ts'

export function mediaService(institution: Institution): MediaService {
  const { media } = institution.vault
  return {
    view: () => mediaView(institution),
    plan: (days) => media.plan(days),
    history: (number) => history(institution, number),
    async saveSettings(viewer, settings) {
      demand(viewer, 'manage-backup')
      await media.saveSettings(settings, `person:${viewer.personId}`)
    },
    async candidates(viewer) {
      demand(viewer, 'manage-backup')
      const known = (await media.state())?.kept.set.media ?? []
      return (await media.candidates()).map((volume) => candidate(volume, known))
    },
    async look(viewer, uuid) {
      demand(viewer, 'manage-backup')
      const known = (await media.state())?.kept.set.media ?? []
      const found = await media.lookInto(uuid)
      return found && { ...candidate(found.volume, known), ...found.contents }
    },
    async register(viewer, input) {
      demand(viewer, 'manage-backup')
      try {
        await media.register({ ...input, label: '' }, `person:${viewer.personId}`)
        return { kind: 'ok' }
      } catch (error) {
        if (!isExpected(error)) throw error
        return { kind: 'refused', code: error.code }
      }
    },
    async move(viewer, move) {
      demand(viewer, 'carry-media')
      if (move.to === 'lost' || move.to === 'retired') demand(viewer, 'manage-backup')
      await media.move(move, `person:${viewer.personId}`)
    },
    async copy(viewer) {
      demand(viewer, 'manage-backup')
      try {
        const started = await media.copyNow()
        return 'jobId' in started ? { jobId: started.jobId } : undefined
      } catch (error) {
        // A second click leads to the work that is going.
        if (isAppError(error, 'VAULT_RUN_IN_PROGRESS')) return { jobId: String(error.context['jobId']) }
        throw error
      }
    },
    async eject(viewer, number) {
      demand(viewer, 'carry-media')
      return media.eject(number)
    },
    async contents(viewer, number) {
      demand(viewer, 'manage-backup')
      return contents(institution, number)
    },
  }
}

/** What the form can say; a bug is none of it. */
function isExpected(error: unknown): error is AppError {
  return isAppError(error) && error.kind !== 'bug'
}

export async function mediaView({ vault, access }: Institution): Promise<MediaView | undefined> {
  const state = await vault.media.state()
  if (!state) return undefined
  const people = await access.people.list()
  const names = new Map(people.map((person) => [String(person.id), person.displayName]))
  const [today] = await vault.media.plan(1)
  const carriers = people.filter((person) => !person.disabled && person.profession !== 'vendor')
  return {
    ...state,
    names,
    people: carriers.map((person) => ({ id: person.id, name: person.displayName })),
    carrierToday: names.get(today?.person ?? ''),
    canOpen: mayMount(),
  }
}

function candidate(volume: Volume, known: readonly Medium[]): MediaCandidate {
  const { uuid, label, fileSystem, sizeBytes, isRemovable, isCartridge, transport } = volume
  return {
    uuid,
    label,
    fileSystem,
    sizeBytes,
    isRemovable,
    kind: fileSystem === 'ltfs' ? 'ltfs' : isCartridge && transport !== 'usb' ? 'rdx' : 'usb-ssd',
    knownAs: known.find((medium) => medium.uuid.toLowerCase() === uuid?.toLowerCase())?.number,
  }
}

async function history({ vault, access }: Institution, number: number): Promise<MediumEvent[]> {
  const names = new Map((await access.people.list()).map((person) => [String(person.id), person.displayName]))
  const moves = (await vault.media.moves()).filter((move) => move.number === number)
  const copies = (await vault.media.copies()).filter((copy) => copy.number === number)
  const events: MediumEvent[] = [
    ...moves.map(({ at, to, person }) => ({ kind: 'moved' as const, atMs: at, to, who: names.get(person) ?? '' })),
    ...copies.map(({ at, verifiedAt, damaged }) => ({
      kind: 'copied' as const,
      atMs: at,
      readBackMs: verifiedAt,
      damaged,
    })),
  ]
  return events.toSorted((a, b) => b.atMs - a.atMs)
}

async function contents({ vault }: Institution, number: number): Promise<MediumContents> {
  const sources = new Map((await vault.sources()).map((source) => [folderOnMedium(source), source]))
  const known: MediumContents['known'][number][] = []
  let others = 0
  for (const { name, snapshots } of await vault.media.holds(number)) {
    const source = sources.get(name)
    const own = source ? await vault.generations.list({ sourceId: source.id }) : []
    const there = own.filter(({ id }) => snapshots.includes(id))
    known.push(...there.map(({ id, startedAt }) => ({ id, sourceName: source!.name, takenAtMs: startedAt })))
    others += snapshots.length - there.length
  }
  return { known: known.toSorted((a, b) => b.takenAtMs - a.takenAtMs), others }
}
