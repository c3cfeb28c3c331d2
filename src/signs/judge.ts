/**
 * From figures to signs. Every threshold is here; they were set on a simulated year of normal work and 250 seeded attacks
 * (test/signs/year.test.ts), and docs/design/signs.md says what each costs.
 */
import type { Figures } from './figures.ts'
import { isKnownEnding } from './names.ts'

export type SignKind = 'canary' | 'turned' | 'wrong' | 'replaced' | 'endings' | 'notes' | 'lost'

export interface Sign {
  readonly kind: SignKind
  /** Files that it rests on. */
  readonly files: number
}

/** Files that turned: one may be a worn disk, a handful in one night is none. */
const TURNED = 5
const WRONG = 10
/** Of the new and changed files that can be judged. */
const WRONG_SHARE = 0.2
/** Random files under new names, and at least half as many gone. */
const REPLACED = 20
/** Of all files; logs and settings get endings too. */
const ENDINGS = 20
const ENDINGS_SHARE = 0.02
const KNOWN_ENDINGS = 5
const NOTES = 3
const LOST = 20
/** Of all files: with a history that knows better, and without one. */
const LOST_SHARE = 0.05
const LOST_SHARE_UNKNOWN = 0.2
/** So many times what the source's own history has seen. */
const BEYOND = 3
/** Runs from which on a history says something. */
const HISTORY = 14

/**
 * @param history figures of this source's earlier runs that were no attack, newest first, some 90 of them
 * @returns [] where nothing is suspect
 */
export function judge(now: Figures, history: readonly Figures[]): Sign[] {
  const most = (of: (figures: Figures) => number): number => Math.max(0, ...history.map(of))
  const signs: Sign[] = []
  const sign = (kind: SignKind, files: number, isOne: boolean): void => {
    if (isOne) signs.push({ kind, files })
  }
  sign('canary', now.canaries, now.canaries > 0)
  const isLarge = (now.turnedLarge ?? 0) > BEYOND * most((f) => f.turnedLarge ?? 0)
  const isMany = now.turned >= Math.max(TURNED, BEYOND * most((f) => f.turned))
  sign('turned', now.turned, isMany || isLarge)
  const isWrong = now.wrong >= Math.max(WRONG, BEYOND * most((f) => f.wrong)) && now.wrong > WRONG_SHARE * now.judged
  sign('wrong', now.wrong, isWrong)
  const isReplaced = now.dense >= Math.max(REPLACED, BEYOND * most((f) => f.dense)) && 2 * now.gone >= now.dense
  sign('replaced', now.dense, isReplaced)
  const enough = isKnownEnding(now.ending) ? KNOWN_ENDINGS : Math.max(ENDINGS, ENDINGS_SHARE * now.filesBefore)
  sign('endings', now.endings, now.endings >= Math.max(enough, BEYOND * most((f) => f.endings)))
  sign('notes', now.notes, now.notes >= NOTES || (now.notes > 0 && signs.length > 0))
  sign('lost', lost(now), isLoss(now, most(lost), history.length))
  return signs
}

/** Files gone with nothing in their place. */
function lost({ filesBefore, filesAfter }: Figures): number {
  return Math.max(0, filesBefore - filesAfter)
}

function isLoss(now: Figures, mostBefore: number, runs: number): boolean {
  const share = runs < HISTORY ? LOST_SHARE_UNKNOWN : LOST_SHARE
  return lost(now) >= Math.max(LOST, BEYOND * mostBefore) && lost(now) > share * now.filesBefore
}
