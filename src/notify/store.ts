/** Where the book of alarms is kept. */
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemError } from '#base'

/** One text, replaced whole. */
export interface AlarmStore {
  load(): Promise<string | undefined>
  /** Durable when it resolves; a kill leaves the old text or the new one. */
  save(text: string): Promise<void>
  /** Keeps a text that cannot be read for people to look at. */
  setAside(): Promise<void>
}

/** One file in a folder that exists. Errors come as AppError, without the path. */
export function fileStore(path: string): AlarmStore {
  return {
    async load() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw systemError(error, 'read the book of alarms')
      }
    },
    async save(text) {
      try {
        await writeDurably(`${path}.new`, text)
        await rename(`${path}.new`, path)
        await syncFolder(dirname(path))
      } catch (error) {
        throw systemError(error, 'write the book of alarms')
      }
    },
    async setAside() {
      await rename(path, `${path}.damaged`).catch((error: unknown) => {
        throw systemError(error, 'set the book of alarms aside')
      })
    },
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folder; its file systems order a rename by themselves.
  const folder = await open(path, 'r').catch(() => undefined)
  try {
    await folder?.sync()
  } finally {
    await folder?.close()
  }
}
