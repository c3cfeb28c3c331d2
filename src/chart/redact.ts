/**
 * What a reader may not see is taken out of the object, not hidden by the screen. Neither the presence nor the number of
 * withheld items can be told from what remains: `without` and `presence` depend on the reader's rights alone.
 */
import type { Chart, Findings, Part, Section, Sensitivity } from './model.ts'
import type { LabMatrix } from './model-clinical.ts'
import { MAY_HOLD, PARTS, SENSITIVITIES, withWithheldTopics } from './parts.ts'
import type { AccessRule, ChartAccess } from './ports.ts'

type Sections = { -readonly [P in Part]: Section<unknown> }

/** A copy of the chart with only what `access` opens; rules `with-reason` open when `reasonGiven`. */
export function redactFor(chart: Chart, access: ChartAccess, reasonGiven: boolean): Chart {
  const open = (rule: AccessRule) => rule === 'yes' || (rule === 'with-reason' && reasonGiven)
  const denied = new Set(SENSITIVITIES.filter((s) => !open(access.sensitive[s])))
  const sections: Partial<Sections> = {}
  for (const part of PARTS) {
    const rule = access.parts[part]
    sections[part] = open(rule)
      ? redactSection(part, chart[part], denied)
      : { access: 'withheld', why: rule === 'no' ? 'role' : 'reason-needed' }
  }
  const withheld = PARTS.filter((part) => sections[part]!.access === 'withheld')
  // Paths and texts of files stay only where everything that such a file may hold is shown to this reader; the number of
  // files that are not shown stays true for everybody.
  const tells = (parts: readonly Part[]) =>
    parts.length === 0
      ? withheld.length === 0
      : parts.every((part) => !withheld.includes(part) && MAY_HOLD[part].every((s) => !denied.has(s)))
  return {
    ...chart,
    ...(sections as Partial<Chart>),
    unshown: chart.unshown.map((file) =>
      tells(file.parts) ? file : { state: file.state, code: file.code, parts: [] },
    ),
    notices: chart.notices.filter((notice) => tells(notice.parts)),
    missing: withWithheldTopics(chart.missing, withheld),
  }
}

function redactSection(part: Part, section: Section<unknown>, denied: ReadonlySet<Sensitivity>): Section<unknown> {
  if (section.access === 'withheld') return section
  const without = [...new Set([...section.without, ...MAY_HOLD[part].filter((s) => denied.has(s))])]
  const kept = withoutSensitive(section.value, new Set(without))
  return { ...section, without, value: settle(part, kept, without) }
}

/**
 * Every array of the section loses its items that carry a denied mark, however deep they lie. What loses nothing is handed
 * on as it is: most of a chart carries no mark, and copying it all would cost more than reading it.
 */
function withoutSensitive(value: unknown, denied: ReadonlySet<Sensitivity>): unknown {
  if (denied.size === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const kept = value.filter((item) => !isDenied(item, denied)).map((item) => withoutSensitive(item, denied))
    return kept.length === value.length && kept.every((item, i) => item === value[i]) ? value : kept
  }
  const changed: Record<string, unknown> = {}
  for (const [key, inner] of Object.entries(value)) {
    const kept = withoutSensitive(inner, denied)
    if (kept !== inner) changed[key] = kept
  }
  return Object.keys(changed).length === 0 ? value : { ...value, ...changed }
}

function isDenied(item: unknown, denied: ReadonlySet<Sensitivity>): boolean {
  const marks = (item as { sensitivity?: readonly Sensitivity[] } | null)?.sensitivity
  return marks?.some((mark) => denied.has(mark)) ?? false
}

/** Makes what is left true again: no word of absence over something taken out, no column of dates without a value. */
function settle(part: Part, value: unknown, without: readonly Sensitivity[]): unknown {
  if (part === 'labs') return withoutEmptyColumns(value as LabMatrix)
  if (part !== 'allergies' && part !== 'infections' && part !== 'alerts') return value
  const findings = value as Findings<unknown>
  return findings.items.length === 0 && without.length > 0 ? { ...findings, presence: 'withheld' } : findings
}

function withoutEmptyColumns({ columns, panels, remarks }: LabMatrix): LabMatrix {
  const filled = columns.map((_, c) => panels.some(({ rows }) => rows.some(({ cells }) => cells[c]!.length > 0)))
  return {
    remarks,
    columns: columns.filter((_, c) => filled[c]),
    panels: panels
      .filter(({ rows }) => rows.length > 0)
      .map(({ panel, rows }) => ({
        panel,
        rows: rows.map((row) => ({ ...row, cells: row.cells.filter((_, c) => filled[c]) })),
      })),
  }
}
