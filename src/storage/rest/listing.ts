/** The list that a server gives of a folder, read element by element: one that lies is dropped at its first untrue word. */
import { setImmediate as turn } from 'node:timers/promises'
import type { ListedFile } from '#base'
import { brokenAnswer } from './failures.ts'

/** 700,000 packs at 90 bytes, 11 TB: more than an institution keeps in one repository. */
export const MAX_LIST_BYTES = 64 * 1024 * 1024
/** What is no name of ours is shorter; more elements than this are no repository's. */
const MAX_ENTRIES = 2_000_000
const MAX_ENTRY_CHARS = 4096
/** So many and then whoever else waits in this process: some milliseconds. */
const AT_ONCE = 5000
/** A string, or an object of plain values, and what comes behind it. No part of it can match in two ways. */
const ELEMENT = /^\s*(\{(?:[^{}[\]"]|"(?:[^"\\]|\\.)*")*\}|"(?:[^"\\]|\\.)*")\s*([,\]])/

/**
 * @param take makes a file or a name of each element; it throws on what is none and gives undefined for what is not ours
 * @throws STORAGE_UNREACHABLE (temporary) where the text is no such list
 */
export async function readListing<T>(
  body: Buffer,
  doing: string,
  take: (element: unknown) => T | undefined,
): Promise<T[]> {
  const text = body.toString('utf8')
  const found: T[] = []
  // An empty list is null for some servers: so does Go write a slice that was never made.
  if (/^\s{0,64}(?:null|\[\s{0,64}\])\s{0,64}$/.test(text)) return found
  let at = text.indexOf('[') + 1
  if (at === 0 || text.slice(0, Math.min(at - 1, MAX_ENTRY_CHARS)).trim() !== '') throw brokenAnswer(doing, 'no list')
  for (let count = 1; ; count++) {
    const match = ELEMENT.exec(text.slice(at, at + MAX_ENTRY_CHARS))
    if (!match || count > MAX_ENTRIES) throw brokenAnswer(doing, match ? 'a list without an end' : 'no list of files')
    const taken = take(parsed(match[1]!, doing))
    if (taken !== undefined) found.push(taken)
    at += match[0].length
    if (match[2] === ']') break
    if (count % AT_ONCE === 0) await turn()
  }
  if (text.slice(at, at + MAX_ENTRY_CHARS).trim() !== '') throw brokenAnswer(doing, 'more than a list')
  return found
}

function parsed(text: string, doing: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw brokenAnswer(doing, 'no JSON')
  }
}

/** Version 2 lists names with sizes. */
export function listedFile(entry: unknown, doing: string): ListedFile {
  const { name, size } = entry as { name?: unknown; size?: unknown }
  if (typeof name !== 'string' || typeof size !== 'number' || !isSize(size))
    throw brokenAnswer(doing, 'no list of files')
  return { name, sizeBytes: size }
}

export const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
