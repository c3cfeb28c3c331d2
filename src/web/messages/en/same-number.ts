import type { sameNumber as ja } from '../ja/same-number.ts'
import type { Widen } from '../widen.ts'

export const sameNumber: Widen<typeof ja> = {
  sameNumber: {
    title: 'Other sources hold records of the same number too',
    lead: 'Only the number is the same; nothing was merged. Open each by itself and confirm who it is.',
    asOf: (when) => `as of ${when}`,
    counts: (records, documents) => `records: ${records}, documents: ${documents}`,
    differs: 'Name or birth date differs. Confirm that it is the same person',
    unknown: 'Name and birth date cannot both be compared. Confirm that it is the same person',
    agrees: 'Name and birth date are the same',
    writtenOtherwise: 'The number is written otherwise (leading zeros or marks)',
    failed: (sources) => `Sources that could not be asked: ${sources}. They may hold records.`,
    sourceHead: 'Source',
    comma: ', ',
    onPaper: (sources) => `Other sources hold records of this number too (not on this sheet): ${sources}`,
    onPaperFailed: (sources) => `Sources that could not be asked for this number: ${sources}`,
    setting: {
      title: 'Patient numbers',
      label: 'Relation to other sources',
      choose: 'Patient numbers are shared across the clinic',
      hint: 'Choose this where a number of this source stands for the same person in every other source that is marked so. Charts and searches then show the records of the same number in the other sources side by side. Records are not merged. Leading zeros and marks in numbers are passed over, as a search does.',
    },
  },
}
