/**
 * What becomes of a record with a problem, and how many there are. The list itself is sealed in the patient index; the two
 * numbers are no patient data and are kept when the index is made, so that the home page knows them without reading keys.
 */
import type { PatientIndex } from '#chart'
import { INTAKE_PROBLEM_SEVERITY } from '#intake'
import { PROBLEM_SEVERITY } from '#ssmix2'
import type { Vault } from '#vault'
import type { ProblemCounts, ProblemGroup } from '#web'

/** Found to be another patient's, or nobody's: shown under neither (表示を止めた記録). */
const WITHHELD = new Set(['patient-differs', 'patient-missing', 'patient-ambiguous'])
const SEVERITY: Readonly<Record<string, 'stop' | 'notice'>> = {
  ...INTAKE_PROBLEM_SEVERITY,
  ...PROBLEM_SEVERITY,
}

/** An unknown code counts as unread: nothing is called shown that may not be. */
export function problemGroup(code: string): ProblemGroup {
  if (WITHHELD.has(code)) return 'withheld'
  return SEVERITY[code] === 'notice' ? 'remark' : 'unread'
}

export function countProblems(problems: Iterable<{ readonly code: string }>): ProblemCounts {
  const counts = { unread: 0, withheld: 0 }
  for (const { code } of problems) {
    const group = problemGroup(code)
    if (group === 'unread' || group === 'withheld') counts[group] += 1
  }
  return counts
}

const settingOf = (sourceId: string) => `problem-counts:${sourceId}`

/** Keeps the counts of a source's newest generation that has an index. */
export async function keepProblemCounts(vault: Vault, sourceId: string, index: PatientIndex): Promise<void> {
  const known = await vault.setting(settingOf(sourceId))
  if (known !== undefined && (JSON.parse(known) as { asOf: number }).asOf >= index.asOf) return
  const counts = countProblems(index.problems())
  await vault.saveSetting(settingOf(sourceId), JSON.stringify({ asOf: index.asOf, ...counts }))
}

/** Over all sources. 0 before the first index: nothing has been looked at. */
export async function knownProblemCounts(vault: Vault): Promise<ProblemCounts> {
  const total = { unread: 0, withheld: 0 }
  for (const { id } of await vault.sources()) {
    const known = await vault.setting(settingOf(id))
    if (known === undefined) continue
    const { unread, withheld } = JSON.parse(known) as ProblemCounts
    total.unread += unread
    total.withheld += withheld
  }
  return total
}
