/**
 * `toride/DEVICE` on a medium says which one it is: a UUID alone can be set by hand or come with a copied partition table, and
 * a cartridge formatted anew may be given the old one.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { systemError } from '#base'

/** What Toride keeps on a medium lies in this folder; everything else there is left alone. */
export const MEDIUM_FOLDER = 'toride'

const markerSchema = z.object({
  format: z.literal('toride-medium-1'),
  set: z.string(),
  number: z.int(),
  uuid: z.string(),
})
export type Marker = z.infer<typeof markerSchema>

/** `unreadable`: a file is there that says nothing. */
export function readMarker(root: string): Marker | 'missing' | 'unreadable' {
  let text: string
  try {
    text = readFileSync(join(root, MEDIUM_FOLDER, 'DEVICE'), 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'unreadable'
  }
  try {
    return markerSchema.parse(JSON.parse(text))
  } catch {
    return 'unreadable'
  }
}

/** Written whole or not at all, in place of an earlier one. */
export function writeMarker(root: string, { set, number, uuid }: Omit<Marker, 'format'>): void {
  const folder = join(root, MEDIUM_FOLDER)
  const temporary = join(folder, `DEVICE-${randomBytes(4).toString('hex')}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const fd = openSync(temporary, 'wx', 0o600)
    writeSync(fd, `${JSON.stringify({ format: 'toride-medium-1', set, number, uuid })}\n`)
    fsyncSync(fd)
    closeSync(fd)
    renameSync(temporary, join(folder, 'DEVICE'))
  } catch (error) {
    throw systemError(error, 'mark a medium')
  }
}
