/**
 * An edition of many patients: `node_modules/.bin/node --import ./tools/jsx-hook.mjs bench/edition.ts [patients] [folder]`.
 * Prints how long the first build, the build of the next night (1 % changed) and unlocking take, and the memory. Patients are
 * copies of the sample clinic's with some 30 records each, under ids of their own; reading and unpacking a repository is
 * not in it.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessOf, buildPatientIndex, type GenerationReader, openPatientIndex } from '#chart'
import { systemClock } from '#base'
import { buildEdition, makeSigningKey, signerOf } from '#edition'
import { payloadOf, readCover, unlock } from '#edition/format'
import { observe } from '#ssmix2'
import { memoryGeneration } from '../src/chart/testing/memory-generation.ts'
import { readerPage } from '../src/web/edition-reader/page.ts'
import { AS_OF, indexOf, PASSPHRASE, sampleFiles } from '../test/edition/made.ts'

const PATIENTS = Number(process.argv[2] ?? 100_000)
const work = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'toride-bench-edition-'))
const GENERATION = 'b'.repeat(64)

interface Template {
  readonly id: string
  readonly files: readonly (readonly [path: string, text: string])[]
}

/** Patients of the sample with 20 to 45 records. */
async function templates(): Promise<Template[]> {
  const files = [...sampleFiles()]
  const index = await indexOf(memoryGeneration(sampleFiles(), GENERATION, AS_OF))
  const all = Array.from({ length: index.size }, (_, row) => {
    const { patientId, units } = index.entry(row)
    const own = files.filter(([path]) => units.some((unit) => path.startsWith(`${unit}/`)) && path.endsWith('_1'))
    return { id: patientId, files: own.slice(0, 30).map(([path, bytes]) => [path, bytes.toString('latin1')] as const) }
  })
  return all.filter((one) => one.files.length === 30 && one.files.some(([path]) => path.includes('/ADT-00/')))
}

/** @param night raises the signature of every hundredth patient */
function generation(all: readonly Template[], night: number): GenerationReader {
  const of = (n: number) => ({ template: all[n % all.length]!, id: String(n + 1).padStart(all[0]!.id.length, '0') })
  const path = (text: string, from: string, to: string) =>
    text.replaceAll(from, to).replace(/\/\d{3}\/\d{3}\/(?=\d)/, `/${to.slice(0, 3)}/${to.slice(3, 6)}/`)
  const unitOf = (n: number) => {
    const { template, id } = of(n)
    const [first] = template.files[0]!
    return path(first, template.id, id)
      .split('/')
      .slice(0, first.split('/').indexOf(template.id) + 1)
      .join('/')
  }
  const rowOfUnit = (unit: string) => Number(unit.slice(unit.lastIndexOf('/') + 1)) - 1
  const contents = new Map<string, Buffer>()
  return {
    generationId: GENERATION,
    asOf: AS_OF + night * 86_400_000,
    *units() {
      for (let n = 0; n < PATIENTS; n++) {
        const { template, id } = of(n)
        const [from, text] = template.files.find(([name]) => name.includes('/ADT-00/'))!
        const own = path(from, template.id, id)
        yield {
          unitPath: unitOf(n),
          signature: `${n % 100 === 0 ? night : 0}-${n}`.padStart(32, '0'),
          notes: () => [{ path: own, note: observe(own, Buffer.from(text.replaceAll(template.id, id), 'latin1')) }],
        }
      }
    },
    async unit(unit) {
      const { template, id } = of(rowOfUnit(unit))
      return template.files.map(([from, text]) => {
        const own = path(from, template.id, id)
        const bytes = Buffer.from(text.replaceAll(template.id, id), 'latin1')
        contents.set(own, bytes)
        return { path: own, sizeBytes: bytes.length, mtimeMs: AS_OF }
      })
    },
    async readFile(name) {
      const bytes = contents.get(name)!
      contents.delete(name)
      return bytes
    },
  }
}

const seconds = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`
const peak = () => `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most`

async function build(all: readonly Template[], night: number) {
  const reader = generation(all, night)
  const key = Buffer.alloc(32, 1)
  const index = openPatientIndex((await buildPatientIndex(reader, key)).sealed, key, GENERATION)
  const begun = performance.now()
  const before = process.cpuUsage()
  const made = await buildEdition({
    reader,
    index,
    kind: 'care',
    access: accessOf({ profession: 'doctor', duties: [] }),
    folder: join(work, `night-${night}`),
    page: await readerPage(),
    about: { number: night + 1, institution: '青葉記念病院（見本）', isSample: true, program: 'bench' },
    slots: [{ name: '封筒', passphrase: PASSPHRASE }],
    signer: signerOf(makeSigningKey()),
    months: 13,
    capacity: undefined,
    documents: 'first',
    isProtected: () => false,
    extras: [],
    papers: () => [],
    clock: systemClock,
    cache: { folder: join(work, 'cache'), key, tag: 'bench' },
  })
  const { folder, bytes } = made.discs[0]!
  const { user, system } = process.cpuUsage(before)
  const cpu = `${((user + system) / 1e6).toFixed(1)} s of processor`
  console.log(
    `night ${night}: ${made.patients} patients (${made.reused} taken over) in ${seconds(begun)}, ${cpu}, ${(bytes / 1e6).toFixed(0)} MB, ${peak()}`,
  )
  return folder
}

async function open(folder: string): Promise<void> {
  const load = async (name: string) =>
    existsSync(join(folder, name)) ? payloadOf(readFileSync(join(folder, name), 'latin1')) : undefined
  const begun = performance.now()
  const cover = await readCover(load)
  if ('problem' in cover) throw new Error(cover.problem)
  const result = await unlock(cover, PASSPHRASE, load)
  if ('problem' in result) throw new Error(result.problem)
  console.log(`unlocked in ${seconds(begun)}`)
  const times: number[] = []
  for (let row = 0; row < result.edition.index.size; row += Math.ceil(result.edition.index.size / 200)) {
    const start = performance.now()
    await result.edition.chart(row)
    times.push(performance.now() - start)
  }
  const sorted = times.toSorted((a, b) => a - b)
  console.log(`chart: median ${sorted[sorted.length >> 1]!.toFixed(0)} ms, worst ${sorted.at(-1)!.toFixed(0)} ms`)
}

try {
  const all = await templates()
  const folder = await build(all, 0)
  await open(folder)
  if (process.argv[4] !== 'keep') rmSync(folder, { recursive: true })
  await build(all, 1)
} finally {
  if (process.argv[4] !== 'keep') rmSync(work, { recursive: true, force: true })
  else console.log(work)
}
