/** A real institution in a folder of its own, for the suites of the whole product; nothing of it stays behind. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '#base'
import { isImmutable, setImmutable } from '#posix'
import { type Institution, openInstitution } from '#server'
import { runCli } from '../../src/cli/index.ts'

export interface House {
  readonly folder: string
  /** A folder beside, to be a source. */
  readonly source: string
  open(clock?: Clock, commandsFile?: string): Promise<Institution>
  /** Ends what is open, as a stop does. */
  close(): Promise<void>
}

export function house(t: TestContext, kind: 'sample' | 'own' = 'own'): House {
  const root = mkdtempSync(join(tmpdir(), 'toride-house-'))
  const folder = join(root, 'data')
  const source = join(root, 'source')
  mkdirSync(source)
  for (const n of [1, 2, 3]) writeFileSync(join(source, `file-${n}.txt`), `content ${n} `.repeat(2000))
  let opened: Institution | undefined
  const close = async (): Promise<void> => {
    const closing = opened
    opened = undefined
    await closing?.close()
  }
  t.after(async () => {
    await close()
    removeHeld(root)
  })
  return {
    folder,
    source,
    close,
    async open(clock = systemClock, commandsFile?: string) {
      await close()
      const fresh = { kind, institution: '試験の医院', createdAt: clock.now() }
      opened = await openInstitution({ dataFolder: folder, fresh, clock, version: '0.0.1', commandsFile })
      return opened
    },
  }
}

/** Files of the vault keep the immutable attribute: lifted first. */
export function removeHeld(root: string): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && isImmutable(path)) setImmutable(path, false)
  }
  rmSync(root, { recursive: true, force: true })
}

/** Removes a file of the vault as an attacker with root does: attribute first. */
export function attack(path: string): void {
  setImmutable(path, false)
  rmSync(path)
}

/** Adds the folder as a source and takes `count` generations. */
export async function take(institution: Institution, house: House, count: number): Promise<string[]> {
  const { vault } = institution
  const known = (await vault.sources()).find((source) => source.kind === 'folder')
  const source = known ?? (await vault.addSource({ kind: 'folder', name: '書類', paths: [house.source] }))
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    writeFileSync(join(house.source, `added-${ids.length}-${i}.txt`), `run ${i} `.repeat(3000))
    ids.push((await (await vault.runs.run(source.id)).done).id)
  }
  return ids
}

/** Runs a verb of the command line. */
export async function toride(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  const said = { out: '', error: '' }
  const code = await runCli(argv, {
    stdout: { write: (text) => (said.out += String(text)) },
    stderr: { write: (text) => (said.error += String(text)) },
    env: { LANG: 'ja_JP.UTF-8', HOME: '/nonexistent' },
    signal: new AbortController().signal,
  })
  return { code, ...said }
}

/** A clock that stands at another time; measuring goes on as ever. */
export function clockAt(ms: number): Clock {
  return { now: () => ms, monotonic: () => systemClock.monotonic() }
}
