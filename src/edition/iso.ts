/** One file that Windows, macOS and Linux burn or mount as it is: ISO 9660 with Joliet and Rock Ridge, made by xorriso. */
import { execFile } from 'node:child_process'
import { renameSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { isAppError } from '#base'
import { findTool } from '#commands'

const run = promisify(execFile)

/**
 * Writes `<folder>.iso` beside a disc's folder. False where xorriso is not there or does not finish: the folder is then what
 * is burnt.
 */
export async function writeIso(folder: string, volume: string): Promise<boolean> {
  const part = `${folder}.iso.part`
  try {
    const tool = findTool(undefined, 'xorriso')
    const names = ['-iso-level', '3', '-J', '-joliet-long', '-R', '-V', volume]
    await run(tool, ['-as', 'mkisofs', ...names, '-o', part, folder], { maxBuffer: 1 << 24 })
    renameSync(part, `${folder}.iso`)
    return true
  } catch (error) {
    rmSync(part, { force: true })
    if (isAppError(error, 'COMMANDS_TOOL_MISSING') || isFailedRun(error)) return false
    throw error
  }
}

const isFailedRun = (error: unknown): boolean => error instanceof Error && 'code' in error
