/**
 * A week of paper compared with what the system holds afterwards: `npm run bench -- --reconciliation`, to
 * bench/RECONCILIATION.md.
 */
import { matchAll, OUTCOMES } from '#reconciliation'
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
export function benchReconciliation({ sheets, records, rounds, work, tell }: ReconciliationPlan): string {
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
  return `# Sheets against records

${sheets.toLocaleString('en')} sheets against ${ehr.length.toLocaleString('en')} records in memory, one thread, ${rounds} rounds.
Reading the charts out of a generation is not in it (17 ms a patient, docs/design/chart-model.md).

Median ${middle.toFixed(2)} s (all: ${seconds.map((one) => one.toFixed(2)).join(', ')}); the aim is ${TARGET_SECONDS} s: ${middle < TARGET_SECONDS ? 'met' : '**not met**'}.

| outcome | planted | found |
|---|---:|---:|
${found}

${machine()
  .map((line) => `- ${line}`)
  .join('\n')}
`
}
