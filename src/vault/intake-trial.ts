/** A first look at files that would be read as charts, straight from the source: a person waits, so only the first of them. */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { AppError } from '#base'
import { INTAKE_FORMATS, type IntakeKind } from '#intake'

export interface IntakeTrial {
  readonly patients: number
  /** Records by the FHIR type that they become. */
  readonly records: Readonly<Record<string, number>>
  /** By code. Names of files may be patient data and are not told. */
  readonly problems: Readonly<Record<string, number>>
}

const MOST_FILES = 300
const MOST_BYTES = 100 * 1024 * 1024

/** @throws VAULT_SOURCE_UNREADABLE */
export async function tryIntakeFiles(
  paths: readonly string[],
  kind: IntakeKind,
  settings: unknown,
): Promise<IntakeTrial> {
  const format = INTAKE_FORMATS[kind]
  const names = new Set<string>()
  const records: Record<string, number> = {}
  const problems: Record<string, number> = {}
  let [files, bytes, nameless] = [0, 0, 0]
  for (const root of paths)
    for await (const { path, local } of filesIn(root)) {
      if (++files > MOST_FILES || bytes > MOST_BYTES) break
      const { size } = await stat(path)
      const begun = format.survey({ path: local, sizeBytes: size }, settings)
      if ('take' in begun) {
        for await (const piece of createReadStream(path, { end: MOST_BYTES }) as AsyncIterable<Buffer>)
          begun.take(piece)
        bytes += size
      }
      const survey = 'take' in begun ? begun.end() : begun
      for (const { code } of survey.problems) problems[code] = (problems[code] ?? 0) + 1
      for (const { identity, counts } of survey.patients) {
        if (identity) names.add(`${identity.institution ?? ''}|${identity.patientId}`)
        else nameless++
        for (const [type, count] of Object.entries(counts)) {
          const name = type.split(':')[0]!
          records[name] = (records[name] ?? 0) + count
        }
      }
    }
  // Files that only refer to patients tell how many only where nothing names them.
  return { patients: names.size || nameless, records, problems }
}

async function* filesIn(root: string): AsyncIterableIterator<{ path: string; local: string }> {
  try {
    if ((await stat(root)).isFile()) {
      yield { path: root, local: basename(root) }
      return
    }
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isFile()) yield { path, local: relative(root, path) }
    }
  } catch (cause) {
    throw new AppError('VAULT_SOURCE_UNREADABLE', { cause })
  }
}
