/** In which order lines are cut (R59, R60): the path to the backups, the lines to the outside, the borders of segments. Pure. */

export const CUT_GROUPS = ['backup', 'outside', 'segment'] as const
export type CutGroup = (typeof CUT_GROUPS)[number]

export interface CutLine {
  readonly group: CutGroup
  readonly name: string
  /** Where the plug or switch is. */
  readonly place: string
  /** What is done there, in the register's words. */
  readonly how: string
  /** What stops by it. */
  readonly stops: string
  /** Who is called before or after. */
  readonly phone: string
}

/** Lines in their order; within a group as the register has them. */
export const cutOrder = (lines: readonly CutLine[]): CutLine[] =>
  CUT_GROUPS.flatMap((group) => lines.filter((line) => line.group === group))
