import type { Messages } from '../ja.ts'

export const training: Pick<Messages, 'training'> = {
  training: {
    title: 'Training of staff',
    lead: 'Everybody has all five short lessons once a year. Answered on the screen or had in a group and signed: both count.',
    who: 'Who',
    notYet: 'not yet',
    signature: 'Signature (when collected on paper)',
    addTitle: 'Write down training of a group',
    addLead:
      'Print this page, collect signatures, and copy them here. People without an account count too; add those who are missing to the register of people. Keep the signed sheet.',
    day: 'Held on',
    lessons: 'Lessons',
    people: 'Who signed',
    peopleHint: 'Tick everybody who was there.',
    add: 'Write it down',
    saved: 'Written down.',
    removed: 'The record was taken back.',
    groups: 'Training of groups',
    removeHead: 'Take back',
    remove: 'Take back',
    removeQuestion: 'Take this record back?',
    removeNote: 'Only where it was written down wrongly. That it was taken back stays in the journal.',
    choose: 'Choose at least one.',
  },
}
