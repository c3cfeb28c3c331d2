/** Where a rule stands, and how well that is known. Editions change: nothing may be tied to one (regulation report, 0). */
export const EDITIONS = [
  'mhlw-5.2',
  'mhlw-6.0',
  'mhlw-7.0',
  'checklist-r7',
  'checklist-r8',
  'law',
  'good-practice',
] as const
export type Edition = (typeof EDITIONS)[number]

/**
 * `read`: in the text itself. `quoted`: in a text that quotes or derives from it. `memory`: by memory. `unread`: supposed
 * from another edition. All but `read` are shown as 未確認.
 */
export type Certainty = 'read' | 'quoted' | 'memory' | 'unread'

export interface Reference {
  readonly edition: Edition
  /** Volume, chapter or question, as the edition numbers it. */
  readonly clause: string
  readonly certainty: Certainty
}

/** Short words of our own, never the ministry's sentences. */
export interface Words {
  readonly ja: string
  readonly en: string
}

/** Whether a person has still to hold our words against the text. */
export function isUnverified(references: readonly Reference[]): boolean {
  return !references.some((reference) => reference.certainty === 'read')
}
