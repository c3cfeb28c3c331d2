import type { Messages } from '../ja.ts'

export const monday: Pick<Messages, 'monday'> = {
  monday: {
    title: 'The Monday sheet (for the director)',
    lead: 'How things stand in five lines, with at most one request. Print it and hand it over. Monday’s letter says the same.',
    pdf: 'Print (PDF)',
    asOf: (day) => `As of ${day}.`,
    sample: {
      title: 'Sample data: nothing is counted',
      next: 'Once your own data is in, the week stands here in five lines.',
    },
    silence: 'If Monday’s letter does not come, something has stopped. No patient data here.',
  },
}
