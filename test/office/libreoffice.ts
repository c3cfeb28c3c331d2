/** LibreOffice as the judge of files that we write: opens them without a screen and prints them as PDF. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const folders: string[] = []
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride-office-'))
  folders.push(folder)
  return folder
}

export const WITHOUT_LIBREOFFICE = ['/usr/bin/soffice', '/usr/bin/pdftotext'].every((program) => existsSync(program))
  ? false
  : 'no soffice or pdftotext (Debian packages libreoffice-writer-nogui, libreoffice-calc-nogui, poppler-utils)'

/**
 * All files in one start of the program, which is what takes the time.
 * @param files name with its ending (`a.docx`) to bytes @returns the words of each as they are read on paper, by page.
 */
export async function openedByLibreOffice(
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Readonly<Record<string, { readonly pages: readonly string[]; readonly pdf: string }>>> {
  const folder = scratchFolder()
  const out = join(folder, 'out')
  mkdirSync(out)
  const names = Object.keys(files)
  for (const name of names) writeFileSync(join(folder, name), files[name]!)
  const paths = names.map((name) => join(folder, name))
  // A profile of its own: another running one would answer, or refuse.
  const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`
  await run('/usr/bin/soffice', [profile, '--headless', '--convert-to', 'pdf', '--outdir', out, ...paths], {
    timeout: 120_000,
  })
  const opened: Record<string, { pages: string[]; pdf: string }> = {}
  for (const name of names) {
    // Two files of one name and different kinds would print over each other: names are the caller's.
    const pdf = join(out, `${basename(name).replace(/\.\w+$/, '')}.pdf`)
    const { stdout } = await run('/usr/bin/pdftotext', ['-layout', pdf, '-'], { maxBuffer: 1e8 })
    opened[name] = { pages: stdout.split('\f').slice(0, -1), pdf }
  }
  return opened
}

/** A part of an office file, as it lies in the zip. */
export async function partOf(file: Uint8Array, part: string): Promise<string> {
  const path = join(scratchFolder(), 'file.zip')
  writeFileSync(path, file)
  const program = 'import sys,zipfile;sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))'
  const { stdout } = await run('/usr/bin/python3', ['-c', program, path, part], { maxBuffer: 1e8 })
  return stdout
}
