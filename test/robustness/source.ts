/** A source that lives: units (patients) of small files, changed at random, and what it holds as a plain map. */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Chance } from './seed.ts'

/** Path below the root → SHA-256 of the file. */
export type Contents = ReadonlyMap<string, string>

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** Units are the folders of the first level. */
export const isUnit = (_path: string, depth: number): boolean => depth === 1

export function makeSource(root: string, chance: Chance, units = 12): void {
  for (let unit = 0; unit < units; unit++) {
    for (let i = 0; i < 3; i++) writeFile(root, `${unit}/20260${1 + i}/${i}.hl7`, chance)
  }
}

/** A handful of things that happen to a storage between two backups. */
export function changeSource(root: string, chance: Chance): void {
  for (let i = 1 + chance.below(4); i > 0; i--) {
    const known = [...contentsOf(root).keys()]
    const one = chance.pick(known)
    switch (chance.below(5)) {
      case 0:
        if (known.length > 3) rmSync(join(root, one))
        break
      case 1:
        renameSync(join(root, one), join(root, `${one}-moved${chance.below(1000)}`))
        break
      case 2:
        writeFile(root, `${chance.below(12)}/new/${chance.below(100_000)}.hl7`, chance)
        break
      default:
        writeFile(root, one, chance)
    }
  }
}

/** From nothing to some kilobytes, in most cases like no other file. */
export function writeFile(root: string, path: string, chance: Chance): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  const line = `MSH|^~\\&|${chance.below(100_000)}|漢字\r`
  writeFileSync(join(root, path), line.repeat(chance.below(200)))
}

export function contentsOf(root: string): Contents {
  const found = new Map<string, string>()
  for (const name of (readdirSync(root, { recursive: true }) as string[]).toSorted()) {
    const path = join(root, name)
    if (lstatSync(path).isFile()) found.set(name, sha256(readFileSync(path)))
  }
  return found
}
