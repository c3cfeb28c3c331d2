/** Editions of the sample clinic in a folder, as the tests and the bench need them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { accessOf, buildPatientIndex, type GenerationReader, openPatientIndex } from '#chart'
import { manualClock } from '#base'
import {
  buildEdition,
  type EditionOrder,
  makePassphrase,
  makeSigningKey,
  signerOf,
  type MadeEdition,
  type SourceOrder,
} from '#edition'
import { SAMPLE_MINIMUM_PATIENTS, writeSampleClinic } from '#sample'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { readerPage } from '../../src/web/edition-reader/page.ts'

export const AS_OF = Date.UTC(2026, 10, 20, 17)
export const PASSPHRASE = makePassphrase(Uint8Array.from({ length: 23 }, (_, i) => i * 7))

let clinic: Map<string, Buffer> | undefined

/** Files of the sample clinic, made once per process. */
export function sampleFiles(): Map<string, Buffer> {
  if (clinic) return clinic
  const files = new Map<string, Buffer>()
  writeSampleClinic({
    folder: '/clinic',
    asOf: AS_OF,
    patients: SAMPLE_MINIMUM_PATIENTS,
    months: 14,
    disk: {
      isEmpty: () => files.size === 0,
      read: (path) => files.get(path),
      write: (path, bytes) => void files.set(path, Buffer.from(bytes)),
      rename(from, to) {
        files.set(to, files.get(from)!)
        files.delete(from)
      },
    },
  })
  clinic = files
  return files
}

export const NAMED = { name: '電子カルテ', sharesNumbers: false, isRetired: false } as const

export async function indexOf(reader: GenerationReader) {
  const key = Buffer.alloc(32, 1)
  return openPatientIndex((await buildPatientIndex(reader, key)).sealed, key, reader.generationId)
}

export function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'toride 非常用 #1% '))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An edition in `folder/edition`; what is not said is as a person would leave it, with few rounds of the passphrase. */
export async function makeEdition(
  folder: string,
  files: ReadonlyMap<string, Uint8Array> = sampleFiles(),
  { source, ...more }: Partial<EditionOrder> & { readonly source?: Partial<SourceOrder> | undefined } = {},
): Promise<MadeEdition> {
  const reader = source?.reader ?? memoryGeneration(files, 'a'.repeat(64), AS_OF)
  return buildEdition({
    sources: [{ ...NAMED, reader, index: await indexOf(reader), ...source }],
    kind: 'care',
    access: accessOf({ profession: 'doctor', duties: [] }),
    folder: join(folder, 'edition'),
    page: await readerPage(),
    about: { number: 7, institution: '青葉記念病院（見本）', isSample: true, program: '0.1.0' },
    slots: [{ name: '当直室の封筒', passphrase: PASSPHRASE }],
    signer: signerOf(makeSigningKey()),
    months: 13,
    capacity: undefined,
    documents: 'first',
    isProtected: () => false,
    minimums: [],
    extras: [],
    papers: () => [],
    clock: manualClock(AS_OF + 3_600_000),
    iterations: 1000,
    ...more,
  })
}

/** Files of the first `count` patients of the sample clinic: an edition of some 100 kB. */
export async function fewPatients(count: number): Promise<Map<string, Buffer>> {
  const files = sampleFiles()
  const index = await indexOf(memoryGeneration(files, 'a'.repeat(64), AS_OF))
  const units = Array.from({ length: count }, (_, row) => index.entry(row).units).flat()
  return new Map([...files].filter(([path]) => units.some((unit) => path.startsWith(`${unit}/`))))
}
