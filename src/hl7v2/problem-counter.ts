import type { DecodeProblem, DecodeProblemCode } from './types.ts'

/** Counts the findings of one message: the first place and how often, so that a damaged file costs no memory. */
export class ProblemCounter {
  readonly #found = new Map<DecodeProblemCode, { offset: number; count: number }>()

  add(code: DecodeProblemCode, offset: number, count = 1): void {
    const known = this.#found.get(code)
    if (known) known.count += count
    else this.#found.set(code, { offset, count })
  }

  list(): DecodeProblem[] {
    return [...this.#found].map(([code, where]) => ({ code, ...where })).sort((a, b) => a.offset - b.offset)
  }
}
