/** Several sources on one emergency disc. */
import type { Messages } from '../index.ts'

export const editionSources: Pick<Messages, 'editionSources'> = {
  editionSources: {
    lead: 'As many as you like go onto one disc. It always says which source a record is from, and merges nothing.',
    none: 'Choose at least one.',
    retired: ' (retired system)',
    suspected: ' (suspected attack)',
    leaveOut: 'leave out',
    head: 'Source',
    source: (name, when) => `${name} (as of ${when})`,
    ofList: (title, source) => `${title} (${source})`,
    elsewhereOpen: (source) => `Open the record of ${source}`,
    period: (source, period) => `${source}: ${period}`,
    oldest:
      'The sources are of different times. Above stands the oldest of those in use; an opened chart shows the time of its own source.',
  },
}
