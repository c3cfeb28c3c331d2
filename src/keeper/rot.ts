/** Stored files that no longer hold what their name says: found by reading, and known until sound bytes stand in their place. */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { codeOf, type FileKind, type FileRef } from '#base'
import { objectKey } from '#attest'
import { readJson, writeJson } from './files.ts'
import { AS_IT_LIES } from './held-file.ts'

const keysSchema = z.array(z.string())

export class RotBook {
  readonly #file: string
  #known: Set<string> | undefined

  /** @param folder of the repository */
  constructor(folder: string) {
    this.#file = join(folder, 'rot.json')
  }

  /** `kind/name` of each. */
  get keys(): ReadonlySet<string> {
    return this.#load()
  }

  get files(): FileRef[] {
    return [...this.#load()].map((key) => {
      const [kind, name] = key.split('/')
      return { kind: kind as FileKind, name: name! }
    })
  }

  has(file: FileRef): boolean {
    return this.#load().has(objectKey(file))
  }

  /** @returns whether that is news */
  mark(file: FileRef, isRotten: boolean): boolean {
    const known = this.#load()
    const key = objectKey(file)
    if (known.has(key) === isRotten) return false
    if (isRotten) known.add(key)
    else known.delete(key)
    writeJson(this.#file, [...known])
    return true
  }

  #load(): Set<string> {
    return (this.#known ??= new Set(readJson(this.#file, (v) => keysSchema.parse(v))))
  }
}

const CHUNK_BYTES = 1 << 20

/** Reads a file to its end, in pieces; a link is not followed. @returns its SHA-256 @throws the system's error */
export async function hashOfFile(path: string, also?: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const file = await open(path, AS_IT_LIES)
  try {
    if (!(await file.stat()).isFile()) throw new TypeError('not a file')
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(chunk.subarray(0, bytesRead))
      if (also) await writeAll(also, chunk.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

/** A write may take less than it was given. */
export async function writeAll(to: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await to.write(bytes, done)).bytesWritten
}

/** What lies there: bytes of that name, others (or such as the disk no longer gives), or nothing. */
export async function lookAtFile(path: string, name: string): Promise<'sound' | 'rotten' | 'gone'> {
  try {
    return (await hashOfFile(path)) === name ? 'sound' : 'rotten'
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'gone'
    if (codeOf(error) === 'EIO') return 'rotten'
    throw error
  }
}
