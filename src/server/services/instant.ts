/** Disks that are started out of a generation, as the web shows them. */
import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { isAbsolute, join, sep } from 'node:path'
import { AppError } from '#base'
import { detailSealer, newEntry } from '#journal'
import { type Generation, type InstantStarted, type InstantView, pskFile } from '#vault'
import type { InsidePlace, InstantBegun, InstantService, InstantSessionView, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { readingKey } from '../keys.ts'
import { suspicionOf } from './signs.ts'
import { demand, readingOf } from './viewers.ts'

/** Sources that may hold disk images: never charts, where the roles decide part by part. */
const KINDS = new Set(['folder', 'csv'])
/** One name, no way out of its folder. */
const FILE_NAME = /^[^/\\\p{Cc}.][^/\\\p{Cc}]{0,99}$/u

export function instantService({ vault, access, folder, ledger }: Institution): InstantService {
  const actorOf = (viewer: Viewer) => `person:${viewer.personId}` as const

  async function generationOf(id: string): Promise<{ generation: Generation; name: string } | undefined> {
    const generation = await vault.generations.get(id)
    const source = generation && (await vault.source(generation.sourceId))
    if (!generation || !source || !KINDS.has(source.kind)) return undefined
    return { generation, name: source.name }
  }

  async function viewOf(view: InstantView): Promise<InstantSessionView> {
    const { beganBy, beganAt, ended, ...rest } = view
    const people = await access.people.list()
    return {
      ...rest,
      sourceName: (await vault.source(view.sourceId))?.name ?? view.sourceId,
      takenAtMs: (await vault.generations.get(view.generationId))?.startedAt ?? beganAt,
      beganAtMs: beganAt,
      beganBy: people.find(({ id }) => `person:${id}` === beganBy)?.displayName ?? '',
      ended: ended && { atMs: ended.at, how: ended.how },
      clients: view.clients,
    }
  }

  /** @throws DISK_TARGET_INVALID */
  function pathOf(target: { folder: string; name: string; form: string }): string {
    const refused = (): AppError => new AppError('DISK_TARGET_INVALID')
    if (!isAbsolute(target.folder) || !FILE_NAME.test(target.name)) throw refused()
    let real: string
    try {
      real = realpathSync(target.folder)
      if (!statSync(real).isDirectory()) throw refused()
      accessSync(real, constants.W_OK)
    } catch {
      throw refused()
    }
    const own = realpathSync(folder.path)
    const isOwn = real === own || real.startsWith(own + sep)
    if (isOwn && !real.startsWith(join(own, 'sample') + sep)) throw refused()
    return join(real, `${target.name}.${target.form}`)
  }

  /** Names of files are patient data: sealed, where this person holds the keys that open it again. */
  async function journal(viewer: Viewer, place: InsidePlace, looked: Looked): Promise<void> {
    const { generation } = (await generationOf(place.generationId))!
    const subject = `generation:${generation.id}` as const
    const reading = readingOf(viewer)
    const sealed = reading && detailSealer(readingKey(reading, 'patientSubject'))
    await ledger.append(
      newEntry('instant.looked', {
        actor: actorOf(viewer),
        subject,
        data: { repository: generation.repository, snapshot: generation.id, files: looked.files, bytes: looked.bytes },
        ...(sealed ? { sealed: sealed.seal(JSON.stringify({ name: looked.trail.join('/') }), subject) } : {}),
      }),
    )
  }

  /** The image, where it is one that this viewer may look into. */
  async function imageOf(viewer: Viewer, { generationId, image }: InsidePlace) {
    demand(viewer, 'restore')
    const found = await generationOf(generationId)
    if (!found) return undefined
    const { images } = await vault.instants.images(generationId)
    const one = images.find(({ at }) => at.join() === image.join())
    return one && { name: one.name, takenAtMs: found.generation.startedAt, disk: { generationId, at: one.at } }
  }

  return {
    async images(viewer, generationId) {
      demand(viewer, 'restore')
      const found = await generationOf(generationId)
      if (!found) return undefined
      const running = (await vault.instants.list()).filter((one) => !one.ended && one.generationId === generationId)
      return {
        generationId,
        sourceName: found.name,
        takenAtMs: found.generation.startedAt,
        suspected: await suspicionOf({ vault }, found.generation),
        ...(await vault.instants.images(generationId)),
        addresses: addressesHere(),
        running: new Map(running.flatMap(({ path, id }) => (path === undefined ? [] : [[path, id] as const]))),
      }
    },
    addresses: addressesHere,
    async sessions(viewer) {
      demand(viewer, 'restore')
      return Promise.all((await vault.instants.list()).map(viewOf))
    },
    async session(viewer, id) {
      demand(viewer, 'restore')
      const view = await vault.instants.get(id)
      return view && viewOf(view)
    },
    async start(viewer, generationId, { at, reason, canWrite, listen }) {
      demand(viewer, 'restore')
      if (!(await generationOf(generationId))) throw new AppError('VAULT_GENERATION_UNKNOWN')
      const actor = actorOf(viewer)
      const more = listen ? { listen } : {}
      return begun(await vault.instants.start({ generationId, at, reason, actor, canWrite, ...more }))
    },
    async goOn(viewer, id, { reason, listen }) {
      demand(viewer, 'restore')
      return begun(await vault.instants.goOn(id, { reason, actor: actorOf(viewer), ...(listen ? { listen } : {}) }))
    },
    async stop(viewer, id) {
      demand(viewer, 'restore')
      await vault.instants.stop(id, actorOf(viewer))
    },
    async throwAway(viewer, id) {
      demand(viewer, 'restore')
      await vault.instants.throwAway(id, actorOf(viewer))
    },
    async inside(viewer, place) {
      const image = await imageOf(viewer, place)
      if (!image) return undefined
      const { insides } = vault.instants
      const parts = await insides.parts(image.disk)
      const about = { ...place, imageName: image.name, takenAtMs: image.takenAtMs, parts }
      if (place.part === undefined) return { ...about, trail: [], entries: [] }
      const listed = await insides.list(image.disk, place.part, place.at)
      if (!listed) return undefined
      await journal(viewer, place, { trail: [image.name, ...listed.trail], files: 0, bytes: 0 })
      return { ...about, ...listed }
    },
    async insideFile(viewer, place) {
      const image = await imageOf(viewer, place)
      const file = image && place.part && (await vault.instants.insides.read(image.disk, place.part, place.at))
      if (!image || !file) return undefined
      const { trail, bytes } = file
      await journal(viewer, place, { trail: [image.name, ...trail], files: 1, bytes: bytes.byteLength })
      return { name: trail.at(-1)!, bytes }
    },
    async folders(viewer) {
      demand(viewer, 'restore')
      const sources = (await vault.sources()).filter(
        ({ kind, stopped, replaced }) => KINDS.has(kind) && !stopped && !replaced,
      )
      return sources.flatMap(({ paths }) => paths)
    },
    async writeOut(viewer, id, target) {
      demand(viewer, 'restore')
      const view = await vault.instants.get(id)
      if (!view) throw new AppError('DISK_SESSION_UNKNOWN')
      const name = (await vault.source(view.sourceId))?.name ?? view.sourceId
      const to = pathOf(target)
      // The job's page says where the disk went.
      const subject = `${name} → ${to}`
      return vault.instants.writeOut(id, { to, form: target.form, actor: actorOf(viewer), subject })
    },
  }
}

interface Looked {
  readonly trail: readonly string[]
  readonly files: number
  readonly bytes: number
}

function begun({ id, key }: InstantStarted): InstantBegun {
  return { id, keyLine: key && pskFile(key).trim() }
}

/** Of this computer's cards; not the ones that only it can reach, nor those that need the name of a card. */
function addressesHere(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((card) => card ?? [])
  return all.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address)
}
