/** Steps of a rehearsal in words, for the screen and the report alike. */
import type { Declared, Figure, StepResult } from '#rehearsal'
import type { Format } from './format.ts'
import type { Messages } from './messages/index.ts'

export interface Tongue {
  readonly t: Pick<Messages, 'rehearsal'>
  readonly f: Format
}

/** 1,204ファイル、12 MB … What is zero and says nothing is left out. */
export function figureWords({ t, f }: Tongue, { figures }: Pick<StepResult, 'figures'>): string {
  const words = Object.entries(figures)
    .filter(([name, value]) => value > 0 || SAID_AT_ZERO.has(name))
    .filter(([name, value]) => name !== 'sharePercent' || value < 100)
    .map(([name, value]) => t.rehearsal.figure[name as Figure](amount(f, name, value)))
  return words.join(f.language === 'ja' ? '、' : ', ')
}

const SAID_AT_ZERO: ReadonlySet<string> = new Set(['found', 'differences'])

function amount(f: Format, name: string, value: number): string {
  if (name === 'bytes') return f.size(value)
  return name.endsWith('Ms') ? f.duration(value) : f.count(value)
}

/** What a step that passed did: no more than that. A folder has no charts, and without aims nothing is compared. */
export function passedWords({ t }: Tongue, step: StepResult, declared: Declared): string {
  const { stepSays } = t.rehearsal
  if (step.step === 'records' && !step.figures.charts) return stepSays.recordsOnly
  if (step.step === 'times' && Object.values(declared).every((aim) => aim === undefined)) return stepSays.timesOnly
  return stepSays[step.step]
}

/** What the step found, of its measured times. */
export const figureOf = (steps: readonly StepResult[], figure: Figure): number | undefined =>
  steps.map(({ figures }) => figures[figure]).find((value) => value !== undefined)
