/**
 * Index, search and charts at 100,000 patients: `node_modules/.bin/node --import ./tools/jsx-hook.mjs bench/chart.ts [patients]`.
 * Prints medians and p95; targets: index open well under 2 s and 150 MB, search p95 under 20 ms, a chart of 60 files p95
 * under 50 ms.
 */
import { buildPatientIndex, openChart, openPatientIndex, PARTS, SENSITIVITIES, searchPatients } from '#chart'
import type { ChartAccess, GenerationReader, PatientIndex } from '#chart'
import { memoryGeneration } from '../src/chart/testing/memory-generation.ts'
import { message, pathOf, type Person } from '../src/chart/testing/messages.ts'
import { SAMPLE_MINIMUM_PATIENTS, writeSampleClinic } from '#sample'
import { observe } from '#ssmix2'

const PATIENTS = Number(process.argv[2] ?? 100_000)
const KEY = Buffer.alloc(32, 1)
const FAMILY = [
  '佐藤^サトウ',
  '鈴木^スズキ',
  '髙橋^タカハシ',
  '田中^タナカ',
  '渡邉^ワタナベ',
  '山﨑^ヤマザキ',
  '中村^ナカムラ',
  '小林^コバヤシ',
  '加藤^カトウ',
  '𠮷田^ヨシダ',
]
const SYLLABLES = [
  'アキ',
  'カズ',
  'サト',
  'タカ',
  'ナオ',
  'ハル',
  'マサ',
  'ユキ',
  'ヨシ',
  'リョウ',
  'ヒロ',
  'トモ',
  'コ',
  'ミ',
  'オ',
  'ト',
]
const KANJI = ['明', '和', '里', '隆', '直', '春', '正', '雪', '義', '涼', '広', '智', '子', '美', '夫', '斗']

function person(n: number): Person {
  const [family = '', familyKana = ''] = FAMILY[n % FAMILY.length]!.split('^')
  const picks = [n * 7, n * 13 + 3, Math.floor(n / 16)].map((k) => k % SYLLABLES.length)
  const born = 1920 + (n % 100)
  return {
    id: String(n * 3 + 1).padStart(10, '0'),
    kanji: `${family}^${picks.map((p) => KANJI[p]).join('')}`,
    kana: `${familyKana}^${picks.map((p) => SYLLABLES[p]).join('')}`,
    birthDate: `${born}${String((n % 12) + 1).padStart(2, '0')}${String((n % 28) + 1).padStart(2, '0')}`,
    sex: n % 2 ? 'M' : 'F',
  }
}

/** Notes as the observer makes them: an ADT-00 and twelve other records per patient, whose notes are alike. */
function largeGeneration(): GenerationReader {
  const kinds = ['OMP-01', 'OML-11', 'OML-01', 'ADT-12', 'PPR-01', 'ADT-61']
  const plain = observe(pathOf('OMP-01', '0000000001'), message('OMP-01', person(0)))
  return {
    generationId: 'large',
    asOf: 0,
    *units() {
      for (let n = 0; n < PATIENTS; n++) {
        const who = person(n)
        const own = pathOf('ADT-00', who.id)
        yield {
          unitPath: own.split('/').slice(0, 3).join('/'),
          signature: n.toString(16).padStart(32, '0'),
          notes: () => [
            { path: own, note: observe(own, message('ADT-00', who)) },
            ...Array.from({ length: 12 }, (_, i) => ({
              path: pathOf(kinds[i % kinds.length]!, who.id, {
                date: `202610${String(i + 10)}`,
                order: String(i).padStart(15, '0'),
              }),
              note: plain,
            })),
          ],
        }
      }
    },
    unit: () => Promise.resolve([]),
    readFile: () => Promise.reject(new Error('not here')),
  }
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(2)
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms (${sorted.length} runs)`
}

function timed<T>(label: string, work: () => T): T {
  const start = performance.now()
  const result = work()
  console.log(`${label}: ${(performance.now() - start).toFixed(0)} ms`)
  return result
}

function memory(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss / 2 ** 20
}

const QUERIES = [
  'サトウ',
  'さとう',
  'ｱ',
  'タカハシ',
  '髙橋',
  '高橋',
  '山崎',
  '佐藤 明',
  '佐藤　あきかずさと',
  '0000012345',
  '12345',
  '1',
  '19470409',
  'S22.4.9',
  '昭和22年',
  '田中 女',
  '吉田 1950',
  '存在しない',
  'ユキ',
  '渡辺 男 1944',
]

async function measureIndex(): Promise<void> {
  const start = performance.now()
  const first = await buildPatientIndex(largeGeneration(), KEY)
  console.log(
    `index of ${PATIENTS} patients: built in ${(performance.now() - start).toFixed(0)} ms, ${(first.sealed.length / 2 ** 20).toFixed(1)} MB sealed`,
  )
  const before = memory()
  const index = timed('opened', () => openPatientIndex(first.sealed, KEY, 'large'))
  console.log(`memory: +${(memory() - before).toFixed(0)} MB (of ${memory().toFixed(0)})`)
  const again = performance.now()
  const second = await buildPatientIndex(largeGeneration(), KEY, index)
  console.log(`next generation, ${second.unitsReused} units unchanged: ${(performance.now() - again).toFixed(0)} ms`)
  measureSearch(index)
}

function measureSearch(index: PatientIndex): void {
  const all: number[] = []
  for (let round = 0; round < 30; round++)
    for (const query of QUERIES) {
      const start = performance.now()
      searchPatients(index, query, 50)
      if (round > 2) all.push(performance.now() - start)
    }
  console.log(`search: ${percentiles(all)}`)
  const similar: number[] = []
  for (let row = 0; row < index.size; row += Math.ceil(index.size / 200)) {
    const start = performance.now()
    index.similarTo(row)
    similar.push(performance.now() - start)
  }
  console.log(`similarTo: ${percentiles(similar)}`)
}

async function measureCharts(): Promise<void> {
  const files = new Map<string, Buffer>()
  writeSampleClinic({
    folder: '/bench',
    asOf: Date.UTC(2026, 10, 21),
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
  const reader = memoryGeneration(files, 'g', 0)
  const index = openPatientIndex((await buildPatientIndex(reader, KEY)).sealed, KEY, 'g')
  const access: ChartAccess = {
    parts: Object.fromEntries(PARTS.map((part) => [part, 'yes'])) as ChartAccess['parts'],
    sensitive: Object.fromEntries(SENSITIVITIES.map((s) => [s, 'yes'])) as ChartAccess['sensitive'],
    reasonAlways: false,
  }
  const times: number[] = []
  const sizes: number[] = []
  for (let round = 0; round < 20; round++)
    for (let row = 0; row < index.size; row++) {
      const { patientKey, patientId, kanji, birthDate, counts } = index.entry(row)
      const size = counts.current + counts.superseded + counts.deleted
      if (size < 40 || size > 80) continue
      const start = performance.now()
      await openChart(
        { reader, index, journal: () => undefined },
        { patientKey, access, identifiers: [patientId, kanji, birthDate] },
      )
      if (round > 2) times.push(performance.now() - start)
      sizes.push(size)
    }
  const mean = sizes.reduce((a, b) => a + b, 0) / sizes.length
  console.log(
    `chart of ${mean.toFixed(0)} files on average (files in memory, unpacking not counted): ${percentiles(times)}`,
  )
}

await measureIndex()
await measureCharts()
