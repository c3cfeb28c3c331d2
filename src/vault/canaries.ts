/**
 * Planted files (canaries, 見張りのファイル): nobody needs them, so whoever changes or deletes one works through all files
 * there are. Off unless a person switches them on for a folder; what they hold says what they are.
 */
import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf, systemError } from '#base'

/** The first and the last of a folder by name, in formats that attackers choose: lists of names are worked through from either end. */
const NAMES = ['!砦の見張り（消さないでください）.csv', '～砦の見張り（消さないでください）.txt'] as const

const TEXT = [
  '"このファイルは、バックアップの「砦」が見張りのために置いたものです。","This file was planted by the backup program Toride."',
  '"消したり、書きかえたりしないでください。","Please do not change or delete it."',
  '"変わると、暗号化ウイルスの疑いとして、管理する人に知らせが届きます。","A change is reported as a sign of ransomware."',
]
/** Larger than what attackers skip. */
const CONTENT = `\uFEFF${Array.from({ length: 40 }, (_, n) => TEXT.map((line) => `${n + 1},${line}`).join('\r\n')).join('\r\n')}\r\n`

/**
 * Makes what is missing of a folder's planted files; one of another's making under such a name is left alone and not counted.
 * @returns paths of all that stand there. All or none: after a failure nothing new is left.
 * @throws STORAGE_DENIED, STORAGE_READ_ONLY, STORAGE_FULL and others where a file cannot be made
 */
export function plantCanaries(folders: readonly string[]): string[] {
  const made: string[] = []
  const planted: string[] = []
  try {
    for (const path of folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))) {
      if (make(path)) made.push(path)
      if (isOurs(path)) planted.push(path)
    }
    return planted
  } catch (error) {
    for (const path of made) rmSync(path, { force: true })
    throw systemError(error, 'plant a file')
  }
}

/** Those that stand unchanged. */
export const standingCanaries = (paths: readonly string[]): string[] => paths.filter(isOurs)

/** Takes away what is still as it was planted; a changed one is evidence and stays. */
export function removeCanaries(paths: readonly string[]): void {
  for (const path of standingCanaries(paths)) rmSync(path, { force: true })
}

/** False where the name is taken. */
function make(path: string): boolean {
  try {
    // Exclusive: neither a file nor a link under this name is followed or written over.
    writeFileSync(path, CONTENT, { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function isOurs(path: string): boolean {
  try {
    const stat = lstatSync(path)
    return stat.isFile() && stat.size === Buffer.byteLength(CONTENT) && readFileSync(path, 'utf8') === CONTENT
  } catch {
    return false
  }
}
