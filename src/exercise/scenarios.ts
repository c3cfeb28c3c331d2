/**
 * Drills as data: how many injects and objectives each has, who it is for. Their words stand in `web/messages`. D1–D14 of
 * the reference (regulation.md 6.2), each drawn from what happened somewhere.
 */
export const SCENARIOS = [
  { id: 'd1', for: ['clinic', 'hospital'], from: 'handa' },
  { id: 'd2', for: ['hospital'], from: 'osaka' },
  { id: 'd3', for: ['hospital'], from: 'osaka' },
  { id: 'd4', for: ['clinic', 'hospital'], from: 'okayama' },
  { id: 'd5', for: ['hospital'], from: 'okayama' },
  { id: 'd6', for: ['clinic', 'hospital'], from: 'uda' },
  { id: 'd7', for: ['hospital'], from: 'higashiosaka' },
  { id: 'd8', for: ['clinic', 'hospital'], from: 'naruto' },
  { id: 'd9', for: ['clinic'], from: 'utsunomiya' },
  { id: 'd10', for: ['hospital'], from: 'musashikosugi' },
  { id: 'd11', for: ['clinic', 'hospital'], from: 'musashikosugi' },
  { id: 'd12', for: ['clinic', 'hospital'], from: 'tama' },
  { id: 'd13', for: ['clinic', 'hospital'], from: 'cloud' },
  { id: 'd14', for: ['clinic', 'hospital'], from: 'cloud' },
] as const
export type ScenarioId = (typeof SCENARIOS)[number]['id']
export const scenarioId = (text: string): ScenarioId | undefined => SCENARIOS.find(({ id }) => id === text)?.id

/** Minutes. */
export const LENGTHS = [10, 30, 60, 90] as const
export type Length = (typeof LENGTHS)[number]

/** What is timed in a drill, by two presses with a name. */
export const TIMED_PARTS = ['station', 'edition', 'call-tree', 'rehearsal'] as const
export type TimedPart = (typeof TIMED_PARTS)[number]

/**
 * Which injects a length has, and at which minute each comes: a short drill has the first ones, spread over its time with
 * room at the end to talk.
 * @param count how many the scenario has
 */
export function timetable(count: number, minutes: Length): { readonly inject: number; readonly atMs: number }[] {
  const used = Math.max(1, Math.ceil((count * LENGTHS.indexOf(minutes) + count) / LENGTHS.length))
  const share = 0.8
  return Array.from({ length: used }, (_, i) => ({
    inject: i,
    atMs: Math.round(((minutes * share * i) / used) * 60_000),
  }))
}
