/**
 * The immutable attribute belongs to a file, not to a name: whoever may write into the folders can give a file that will be
 * held a second name, and have the attribute lifted by that. So it is set and lifted through one descriptor, never by a path
 * twice, and only where the file has no other name. While the attribute is set the system lets nobody give it another,
 * rename or remove the one it has (link(2), EPERM): what is looked at then stays so until the attribute is lifted.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs'
import { Refusal } from './refusal.ts'

/** The immutable attribute, as `posix` offers it, of an opened file. */
export interface HeldAttribute {
  set(file: number, on: boolean): 'done' | 'denied' | 'unsupported'
  isSet(file: number): boolean
}

/** No link is followed; opening a pipe waits for nobody. */
export const AS_IT_LIES = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** @throws Refusal second-name where it is no file, or one of several names; the system's error where nothing is there */
export function demandOneName(path: string): void {
  const found = lstatSync(path)
  if (!found.isFile() || found.nlink !== 1) throw new Refusal('second-name')
}

/** @throws Refusal second-name, and the attribute is as it was */
export function holdFile(attribute: HeldAttribute, path: string): 'done' | 'denied' | 'unsupported' {
  return withFile(path, (file) => {
    const wasSet = attribute.isSet(file)
    const result = attribute.set(file, true)
    if (isOnlyName(file, path)) return result
    if (!wasSet) attribute.set(file, false)
    throw new Refusal('second-name')
  })
}

/** Lifts the attribute where it is set. @returns what there was; `kept`: it is set still, for the file has another name */
export function freeFile(attribute: HeldAttribute, path: string): 'was-free' | 'freed' | 'kept' {
  return withFile(path, (file) => {
    if (!attribute.isSet(file)) return 'was-free'
    return isOnlyName(file, path) && attribute.set(file, false) === 'done' ? 'freed' : 'kept'
  })
}

export const isHeld = (attribute: HeldAttribute, path: string): boolean =>
  withFile(path, (file) => attribute.isSet(file))

function isOnlyName(file: number, path: string): boolean {
  const opened = fstatSync(file, { bigint: true })
  const named = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return opened.isFile() && opened.nlink === 1n && named?.dev === opened.dev && named.ino === opened.ino
}

function withFile<T>(path: string, work: (file: number) => T): T {
  const file = openSync(path, AS_IT_LIES)
  try {
    return work(file)
  } finally {
    closeSync(file)
  }
}
