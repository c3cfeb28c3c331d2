/**
 * A week of paper compared with what the system holds afterwards: `npm run bench -- --reconciliation`, to
 * bench/RECONCILIATION.md.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openCasebook } from '#casebook'
import { burnDown, matchAll, OUTCOMES, restsOf, SHEETS_BOOK, sheetsOf } from '#reconciliation'
import { emergency } from '../test/reconciliation/emergency.ts'
import { describeMachine } from './machine.ts'
import { median } from './measure.ts'

const TARGET_SECONDS = 60

export interface ReconciliationPlan {
  readonly sheets: number
  readonly records: number
  readonly rounds: number
  readonly work: string
  readonly tell: (line: string) => void
}

/** @returns a page of what was measured */
export async function benchReconciliation({
  sheets,
  records,
  rounds,
  work,
  tell,
}: ReconciliationPlan): Promise<string> {
  const machine = describeMachine([`Node ${process.version}`], work)
  const { paper, ehr, period, planted } = emergency(sheets, records)
  const seconds: number[] = []
  let found = ''
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    const matches = matchAll(paper, ehr, period)
    seconds.push((performance.now() - started) / 1000)
    found = OUTCOMES.map(
      (name) => `| ${name} | ${planted[name]} | ${matches.filter(({ outcome }) => outcome === name).length} |`,
    ).join('\n')
    tell(`round ${round + 1}: ${seconds.at(-1)?.toFixed(2)} s`)
  }
  const middle = median(seconds)
  const opened = await benchList(work, sheets)
  tell(`list of ${sheets}: first ${opened.first.toFixed(2)} s, again ${opened.again.toFixed(2)} s`)
  return `# Sheets against records

${sheets.toLocaleString('en')} sheets against ${ehr.length.toLocaleString('en')} records in memory, one thread, ${rounds} rounds.
Reading the charts out of a generation is not in it (17 ms a patient, docs/design/chart-model.md).

Median ${middle.toFixed(2)} s (all: ${seconds.map((one) => one.toFixed(2)).join(', ')}); the aim is ${TARGET_SECONDS} s: ${middle < TARGET_SECONDS ? 'met' : '**not met**'}.

| outcome | planted | found |
|---|---:|---:|
${found}

## Opening the list

${opened.entries.toLocaleString('en')} entries of ${sheets.toLocaleString('en')} sheets, all settled: read from the disk, opened with the key and folded, as the page does.
First ${opened.first.toFixed(2)} s (once after a start), then ${opened.again.toFixed(2)} s (the aim is 1 s: ${opened.again < 1 ? 'met' : '**not met**'}).

${machine()
  .map((line) => `- ${line}`)
  .join('\n')}
`
}

/** What the page of sheets does before it is drawn: the first time after a start, and from then on. */
async function benchList(work: string, sheets: number) {
  const folder = mkdtempSync(join(work, 'sheets-'))
  try {
    const key = randomBytes(32)
    const options = { folder, device: 'server', clock: { now: () => Date.now(), monotonic: () => performance.now() } }
    const book = openCasebook(options)
    book.admit(key)
    let entries = 0
    const write = (kind: string, codes: Record<string, string>, detail: object, id: string) => {
      entries++
      return book.append(SHEETS_BOOK, { kind, codes, detail, who: { id, name: '見本', profession: 'clerk' } })
    }
    const item = {
      kind: 'prescription',
      day: '2026-11-20',
      what: 'アムロジピン錠5mg',
      code: '',
      fields: { perDay: '1錠' },
    }
    for (let n = 0; n < sheets; n++) {
      const codes = { number: `K-${n}`, form: 'prescription', day: '2026-11-20' }
      const { id: sheet } = await write('sheet.registered', codes, { patient: '見本 はる子', author: '見本 医師' }, 'a')
      const { id: of } = await write('sheet.entered', { sheet, after: '' }, { items: [item] }, 'a')
      await write('sheet.verified', { sheet, of }, { reason: '' }, 'b')
      for (const who of ['a', 'b'])
        await write('sheet.joined', { sheet }, { patientId: '1', patientKey: `k${n}`, name: '見本', reason: '' }, who)
      await write('sheet.settled', { sheet, how: 'same' }, { note: '' }, 'b')
    }
    const again = openCasebook(options)
    const seconds: number[] = []
    for (let round = 0; round < 3; round++) {
      const started = performance.now()
      const all = await again.entries(SHEETS_BOOK, key)
      burnDown(sheetsOf(all), Date.now())
      restsOf(all)
      seconds.push((performance.now() - started) / 1000)
    }
    return { entries, first: seconds[0]!, again: Math.min(...seconds.slice(1)) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
