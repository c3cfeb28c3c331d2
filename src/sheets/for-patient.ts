/**
 * The chart as it may stand on paper that reaches patients, families or shelters (USERS.md, clinical safety): nothing
 * that the patient may not have been told. Where the source cannot carry the mark (告知の有無は不明), a diagnosis is left
 * out too: a sheet cannot be taken back. Pure; the input is not changed.
 */
import type { Chart, Item, LabRow, RpGroup, Section } from '#chart'

const isOpenToPatient = (item: { sensitivity?: Item['sensitivity'] }) => (item.sensitivity ?? []).length === 0

/** Nothing is said of what is left out: a sentence about it would tell that there is a kind of thing to be told. */
function mapShown<T>(section: Section<T>, change: (value: T) => T): Section<T> {
  return section.access === 'shown' ? { ...section, value: change(section.value), without: [] } : section
}
const openItems = <T extends Item>(section: Section<readonly T[]>) =>
  mapShown(section, (items) => items.filter(isOpenToPatient))
const openGroups = (groups: readonly RpGroup[]) =>
  groups
    .map((group) => ({ ...group, drugs: group.drugs.filter(isOpenToPatient) }))
    .filter((group) => group.drugs.length > 0)

const withheld = { access: 'withheld', why: 'role' } as const

export function forPatient(chart: Chart): Chart {
  const openRows = (rows: readonly LabRow[]) => rows.filter(isOpenToPatient)
  return {
    ...chart,
    // Who else could be meant is about other patients.
    similar: { patients: [], total: 0 },
    unshown: [],
    missing: chart.missing.filter(({ why }) => why !== 'withheld'),
    problems: mapShown(chart.problems, (problems) =>
      problems.filter((problem) => problem.told === 'told' && isOpenToPatient(problem)),
    ),
    infections: mapShown(chart.infections, (findings) => ({
      ...findings,
      items: findings.items.filter(isOpenToPatient),
    })),
    prescriptions: mapShown(openItems(chart.prescriptions), (orders) =>
      orders
        .map((order) => ({ ...order, groups: openGroups(order.groups) }))
        .filter((order) => order.groups.length > 0),
    ),
    injections: mapShown(openItems(chart.injections), (orders) =>
      orders
        .map((order) => ({ ...order, groups: order.groups.filter(isOpenToPatient) }))
        .filter((order) => order.groups.length > 0),
    ),
    labs: mapShown(chart.labs, (matrix) => ({
      ...matrix,
      panels: matrix.panels
        .filter((panel) => panel.panel !== 'infection-serology' && panel.panel !== 'tumour-markers')
        .map((panel) => ({ ...panel, rows: openRows(panel.rows) })),
    })),
    administrations: withheld,
    alerts: withheld,
    microbiology: withheld,
    notes: withheld,
    documents: withheld,
    examinations: withheld,
  }
}
