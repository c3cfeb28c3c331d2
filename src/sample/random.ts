/** Own seeded random numbers: the same seed must give the same bytes on every machine and Node version. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer, both ends included. */
  int(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** Normal distribution by the sum of twelve uniforms: bounded to six deviations, no logarithms that may differ. */
  normal(mean: number, deviation: number): number
}

/** FNV-1a over UTF-16 units: 32 bits that spread labels such as `clinic/patient/17`. */
export function hash(text: string, start = 0x811c9dc5): number {
  let h = start
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}

/** A stream of its own for each label (sfc32, a small fast counting generator of PractRand's author, public domain). */
export function randomFor(label: string): Random {
  let a = hash(label, 0x811c9dc5)
  let b = hash(label, 0x9e3779b9)
  let c = hash(label, 0x85ebca6b)
  let counter = 1
  const bits = (): number => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) bits()
  const next = (): number => bits() / 0x1_0000_0000
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const normal = (mean: number, deviation: number): number => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += next()
    return mean + sum * deviation
  }
  return { next, int, normal, chance: (p) => next() < p, pick: (from) => from[int(0, from.length - 1)]! }
}
