/**
 * An edition of many patients, built, rebuilt the next night (of 1 % the records changed) and opened in a browser:
 * `npm run bench -- --edition`, or `node_modules/.bin/node --import ./tools/jsx-hook.mjs bench/edition.ts [patients]`.
 * Patients are copies of the sample clinic's with 30 records each, under ids of their own, made while the build asks for
 * them (their making is within the figures); reading and unpacking a repository is not.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessOf, buildPatientIndex, type GenerationReader, openPatientIndex, type PatientIndex } from '#chart'
import { systemClock } from '#base'
import { buildEdition, makeSigningKey, signerOf } from '#edition'
import { observe } from '#ssmix2'
import { memoryGeneration } from '../src/chart/testing/memory-generation.ts'
import { readerPage } from '../src/web/edition-reader/page.ts'
import { atDesk, openCover, unlockWith } from '../test/edition/chromium.ts'
import { AS_OF, indexOf, PASSPHRASE, sampleFiles } from '../test/edition/made.ts'
import { WITHOUT_CHROMIUM } from '../test/web/harness.ts'
import { describeMachine } from './machine.ts'
import { median } from './measure.ts'

/** Seconds, except where the name says otherwise. */
const TARGETS = { first: 600, next: 0.1, memoryMb: 1024, unlock: 3, chartMs: 200 } as const
const GENERATION = 'b'.repeat(64)

export interface EditionPlan {
  readonly patients: number
  readonly work: string
  readonly tell: (line: string) => void
}

interface Template {
  readonly id: string
  readonly files: readonly (readonly [path: string, text: string])[]
}

interface Night {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  /** Of the process with its threads, since it began. */
  readonly peakMb: number
  readonly bytes: number
  readonly reused: number
  readonly folder: string
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
function generation(all: readonly Template[], patients: number, night: number): GenerationReader {
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
      for (let n = 0; n < patients; n++) {
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

async function build(
  plan: EditionPlan,
  all: readonly Template[],
  night: number,
): Promise<Night & { index: PatientIndex }> {
  const reader = generation(all, plan.patients, night)
  const key = Buffer.alloc(32, 1)
  const index = openPatientIndex((await buildPatientIndex(reader, key)).sealed, key, GENERATION)
  const cache = { folder: join(plan.work, 'cache'), key, tag: 'bench' }
  const begun = performance.now()
  const before = process.cpuUsage()
  const made = await buildEdition({
    sources: [{ name: '電子カルテ', reader, index, sharesNumbers: false, isRetired: false, cache }],
    kind: 'care',
    access: accessOf({ profession: 'doctor', duties: [] }),
    folder: join(plan.work, `night-${night}`),
    page: await readerPage(),
    about: { number: night + 1, institution: '青葉記念病院（見本）', isSample: true, program: 'bench' },
    slots: [{ name: '封筒', passphrase: PASSPHRASE }],
    signer: signerOf(makeSigningKey()),
    months: 13,
    capacity: undefined,
    documents: 'first',
    isProtected: () => false,
    minimums: [],
    extras: [],
    papers: () => [],
    clock: systemClock,
  })
  const { user, system } = process.cpuUsage(before)
  const { folder, bytes } = made.discs[0]!
  const result = {
    wallSeconds: (performance.now() - begun) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1024,
    bytes,
    reused: made.reused,
    folder,
    index,
  }
  plan.tell(`edition · night ${night}: ${inShort(result)}, ${result.reused} taken over`)
  return result
}

const inShort = ({ wallSeconds, cpuSeconds, peakMb }: Night): string =>
  `${wallSeconds.toFixed(0)} s, CPU ${cpuSeconds.toFixed(0)} s, ${peakMb.toFixed(0)} MB at most`

interface Opened {
  readonly unlockSeconds: number
  readonly chartMs: readonly number[]
}

interface Timed {
  openings: number[]
}

/** In the page, as the person waits: from the click to the first picture of the chart. Playwright's own looks take longer. */
function timeOpenings(): void {
  const timed = globalThis as unknown as Timed
  timed.openings = []
  document.addEventListener(
    'submit',
    (event) => {
      const watch = new MutationObserver(() => {
        if (!document.querySelector('.chart-header')) return
        watch.disconnect()
        requestAnimationFrame(() => setTimeout(() => timed.openings.push(performance.now() - event.timeStamp)))
      })
      watch.observe(document.body, { childList: true, subtree: true })
    },
    true,
  )
}

/** As a nurse would: passphrase, then thirty patients over the whole disc, each by number and birth date. */
async function openInBrowser({ folder, index }: { folder: string; index: PatientIndex }): Promise<Opened> {
  const desk = await atDesk()
  try {
    const { page } = desk
    await openCover(page, folder)
    const begun = performance.now()
    await unlockWith(page)
    const unlockSeconds = (performance.now() - begun) / 1000
    await page.evaluate(timeOpenings)
    for (let row = 0; row < index.size; row += Math.ceil(index.size / 30)) {
      const { patientId, birthDate } = index.entry(row)
      if (!(await page.$('#field-query'))) await page.click('[data-go=search]')
      await page.fill('#field-query', patientId)
      await page.click('[data-patient]')
      if (await page.$('#field-birth')) await page.fill('#field-birth', birthDate)
      await page.click('[data-form=identify] button[type=submit]')
      await page.waitForSelector('.chart-header')
    }
    return { unlockSeconds, chartMs: await page.evaluate(() => (globalThis as unknown as Timed).openings) }
  } finally {
    await desk.close()
  }
}

/** @returns a page of what was measured */
export async function benchEdition(plan: EditionPlan): Promise<string> {
  const machine = describeMachine([`Node ${process.version}`], plan.work)
  const all = await templates()
  const first = await build(plan, all, 0)
  const opened = WITHOUT_CHROMIUM ? undefined : await openInBrowser(first)
  if (opened) plan.tell(`edition · opened in ${opened.unlockSeconds.toFixed(2)} s`)
  rmSync(first.folder, { recursive: true, force: true })
  const next = await build(plan, all, 1)
  return page(plan, { first, next, opened }, machine())
}

function page(
  { patients }: EditionPlan,
  { first, next, opened }: { first: Night; next: Night; opened: Opened | undefined },
  machine: readonly string[],
): string {
  const row = (what: string, value: number | undefined, target: number, digits: number): string =>
    `| ${what} | ${value?.toFixed(digits) ?? '–'} | ${target} | ${value === undefined ? 'not measured: no Chromium here' : value <= target ? 'yes' : '**no**'} |`
  const charts = opened?.chartMs.toSorted((a, b) => a - b)
  const night = (name: string, one: Night): string =>
    `| ${name} | ${one.wallSeconds.toFixed(1)} | ${one.cpuSeconds.toFixed(1)} | ${((one.cpuSeconds * 1000) / patients).toFixed(2)} | ${one.reused.toLocaleString('en')} | ${(one.bytes / 1e6).toFixed(0)} |`
  return `# Editions
${patients.toLocaleString('en')} patients × 30 records, files in memory. \`npm run bench -- --edition\`
${machine.map((line) => `- ${line}`).join('\n')}

| what | measured | target | reached |
|---|---|---|---|
${row('first build, seconds of wall time', first.wallSeconds, TARGETS.first, 0)}
${row('next night (1 % changed) / first build, processor', next.cpuSeconds / first.cpuSeconds, TARGETS.next, 3)}
${row('next night / first build, wall time', next.wallSeconds / first.wallSeconds, TARGETS.next, 3)}
${row('memory of the first build at most, MB', first.peakMb, TARGETS.memoryMb, 0)}
${row('memory of both in one process at most, MB', next.peakMb, TARGETS.memoryMb, 0)}
${row('Chromium, file://: passphrase to search, seconds', opened?.unlockSeconds, TARGETS.unlock, 2)}
${row('Chromium, file://: chart, median of 30, ms', charts && median(charts), TARGETS.chartMs, 0)}
${row('Chromium, file://: chart, slowest of 30, ms', charts?.at(-1), TARGETS.chartMs, 0)}

| build | wall s | CPU s | CPU ms a patient | charts taken over | MB on the medium |
|---|---|---|---|---|---|
${night('first', first)}
${night('next night', next)}
`
}

if (import.meta.main) {
  const work = mkdtempSync(join(tmpdir(), 'toride-bench-edition-'))
  try {
    console.log(await benchEdition({ patients: Number(process.argv[2] ?? 100_000), work, tell: console.error }))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
