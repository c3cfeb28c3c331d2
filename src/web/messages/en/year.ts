import type { yearPage as source } from '../ja/year.ts'
import type { Widen } from '../widen.ts'

/** The year in figures. */
export const yearPage: Widen<typeof source> = {
  yearPage: {
    title: (year) => `${year} for the committee`,
    lead: 'Incidents, proofs of restoring, drills and improvements of one year, counted now from the records.',
    incidents: (n) => `Incidents (${n})`,
    none: 'None in this year.',
    proofs: 'Proofs of restoring, drills',
    rehearsals: 'Restore rehearsals',
    restores: 'Restores',
    drills: 'Drills',
    drillsHeld: (held, people, tests, good) =>
      `${held} drills, ${people} attendances. ${tests} three-minute tests, ${good} of them found in time.`,
    held: {
      day: 'Held on',
      took: 'Took',
      people: 'People',
      reached: 'Objectives reached',
      objectives: 'Objectives',
      items: 'Items to mend',
      open: 'Still open',
    },
    heldItems: (all, open) => `${all} (${open} open)`,
    drillPeople: 'Attendances of drills',
    drillTests: 'Three-minute tests',
    head: {
      opened: 'Began',
      kind: 'What',
      state: 'State',
      lasted: 'Until its end',
      sent: 'Reports and notices sent',
      what: 'What',
      count: 'Times',
      good: 'Went well',
      middle: 'Took (median)',
    },
    minutes: ' (min)',
    improvements: (added, open, overdue) => `${added} added, ${open} of them open, ${overdue} overdue.`,
  },
}
