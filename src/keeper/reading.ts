/**
 * The Keeper reads what it holds, a little every hour: a disk that rots must be found while another place still has sound
 * bytes. It has no key, and needs none: a file's name is the hash of its bytes.
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { FileRef } from '#base'
import { objectKey, parseManifest } from '#attest'
import { readJson, writeJson } from './files.ts'
import type { Generations } from './generations.ts'
import type { House } from './house.ts'
import { repositoryFolder } from './layout.ts'

/** Two hours a day: some 700 GB of an ordinary disk. */
export const READ_EACH_HOUR_MS = 300_000
/** All of it is begun anew this often; what takes longer goes on without a pause. */
const ROUND_MS = 7 * 86_400_000
/** Where it is, written down this often. */
const KEEP_EVERY_MS = 10_000

const whereSchema = z.strictObject({ begun: z.int(), after: z.string().optional(), done: z.boolean() })
type Where = z.infer<typeof whereSchema>

/** @param budgetMs of reading, over all repositories */
export async function readSome(house: House, budgetMs: number, signal?: AbortSignal): Promise<void> {
  const end = performance.now() + budgetMs
  const isOver = (): boolean => signal?.aborted === true || performance.now() >= end
  for (const client of house.clients.list().filter(({ kind }) => kind === 'append'))
    for (const ref of house.repositories(client.name)) {
      const generations = house.generations(ref)
      await readSuspected(generations, isOver)
      const file = join(repositoryFolder(house.parts.root, ref), 'reading.json')
      // The wall clock: trusted time may stand still, and a disk rots all the same.
      await readOn(generations, file, (await house.parts.locker.time()).wall, isOver)
    }
}

/** What a verifier found damaged comes first: which of its files it is he cannot say to a Keeper without keys. */
async function readSuspected(generations: Generations, isOver: () => boolean): Promise<void> {
  for (const snapshot of generations.suspected) {
    const text = await generations.objects.statement(`${snapshot}.manifest`)
    for (const object of text === undefined ? [] : parseManifest(text)) {
      if (isOver()) return
      await generations.look(object)
    }
    generations.suspected.delete(snapshot)
  }
}

async function readOn(generations: Generations, file: string, now: number, isOver: () => boolean): Promise<void> {
  let where: Where | undefined = readJson(file, (v) => whereSchema.parse(v))
  if (where?.done && Math.abs(now - where.begun) < ROUND_MS) return
  if (!where || where.done) where = { begun: now, done: false }
  let keptAt = performance.now()
  for (const ref of await filesAfter(generations, where.after ?? '')) {
    if (isOver()) return writeJson(file, where)
    await generations.look(ref)
    where = { ...where, after: objectKey(ref) }
    if (performance.now() < keptAt + KEEP_EVERY_MS) continue
    writeJson(file, where)
    keptAt = performance.now()
  }
  writeJson(file, { begun: where.begun, done: true } satisfies Where)
}

async function filesAfter({ objects }: Generations, after: string): Promise<FileRef[]> {
  const files: FileRef[] = []
  for (const kind of ['data', 'index', 'keys', 'snapshots'] as const)
    for (const { name } of await objects.list(kind)) if (`${kind}/${name}` > after) files.push({ kind, name })
  return files.toSorted((a, b) => (objectKey(a) < objectKey(b) ? -1 : 1))
}
