/** Who does what in a drill: four are in each, the others where its story needs them. */
const DRILL_ROLES = ['lead', 'decider', 'scribe', 'ward', 'desk', 'systems', 'phone', 'observer'] as const
type DrillRole = (typeof DRILL_ROLES)[number]
const ALWAYS: ReadonlySet<DrillRole> = new Set(['lead', 'decider', 'scribe', 'observer'])

interface Scenario {
  readonly id: string
  readonly for: readonly ('clinic' | 'hospital')[]
  /** Where something like it happened. */
  readonly from: string
  readonly roles: readonly DrillRole[]
}

/**
 * Drills as data: how many injects and objectives each has, who it is for. Their words stand in `web/messages`. D1–D14 of
 * the reference (regulation.md 6.2), each drawn from what happened somewhere.
 */
export const SCENARIOS = [
  { id: 'd1', for: ['clinic', 'hospital'], from: 'handa', roles: ['ward', 'desk', 'systems'] },
  { id: 'd2', for: ['hospital'], from: 'osaka', roles: ['systems', 'phone'] },
  { id: 'd3', for: ['hospital'], from: 'osaka', roles: ['systems', 'phone'] },
  { id: 'd4', for: ['clinic', 'hospital'], from: 'okayama', roles: ['systems', 'phone'] },
  { id: 'd5', for: ['hospital'], from: 'okayama', roles: ['systems', 'ward'] },
  { id: 'd6', for: ['clinic', 'hospital'], from: 'uda', roles: ['systems'] },
  { id: 'd7', for: ['hospital'], from: 'higashiosaka', roles: ['ward', 'systems'] },
  { id: 'd8', for: ['clinic', 'hospital'], from: 'naruto', roles: ['systems'] },
  { id: 'd9', for: ['clinic'], from: 'utsunomiya', roles: ['ward', 'desk', 'phone'] },
  { id: 'd10', for: ['hospital'], from: 'musashikosugi', roles: ['ward', 'systems', 'phone'] },
  { id: 'd11', for: ['clinic', 'hospital'], from: 'musashikosugi', roles: ['phone'] },
  { id: 'd12', for: ['clinic', 'hospital'], from: 'tama', roles: ['ward', 'systems', 'phone'] },
  { id: 'd13', for: ['clinic', 'hospital'], from: 'cloud', roles: ['ward', 'desk', 'phone'] },
  { id: 'd14', for: ['clinic', 'hospital'], from: 'cloud', roles: ['systems', 'phone'] },
] as const satisfies readonly Scenario[]
export type ScenarioId = (typeof SCENARIOS)[number]['id']
export const scenarioId = (text: string): ScenarioId | undefined => SCENARIOS.find(({ id }) => id === text)?.id

/** In the order in which they are handed out. */
export function rolesOf(scenario: ScenarioId): DrillRole[] {
  const own: readonly DrillRole[] = SCENARIOS.find(({ id }) => id === scenario)!.roles
  return DRILL_ROLES.filter((role) => ALWAYS.has(role) || own.includes(role))
}

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
