/** Contacts, the continuity binder: papers that go onto every emergency disc. */
import type { Messages } from '../index.ts'

export const editionPapers: Pick<Messages, 'editionPapers'> = {
  editionPapers: {
    title: 'Papers for the discs',
    link: 'Papers on them (contacts, continuity plan)',
    lead: 'PDFs of emergency contacts and of what to do in an outage go onto every emergency disc that is made from now on, reception ones too, and open there in place. An emergency PC shows them too, the first 2 MB together. Put no patient’s records here.',
    none: 'None yet',
    noneNext: 'Choose a PDF under “Add a paper”. Start with the page of emergency contacts.',
    listTitle: 'Papers',
    size: 'Size',
    added: 'Added',
    remove: 'Take off',
    removeQuestion: (title) => `Take “${title}” off? It stays on discs that were made.`,
    addTitle: 'Add a paper',
    name: 'Name',
    nameHint: 'Shown on the disc and its label. E.g. Emergency contacts',
    file: 'PDF file',
    fileHint: 'PDF only. 20 at most, 60 MB together.',
    add: 'Add',
    refused: 'It is no PDF, or too much (20 at most, 60 MB together). Make a PDF of it, or take an old one off.',
    saved: 'Changed. It goes onto the next disc that is made.',
    missing: 'The file is not there. Take it off and add it again.',
    onLabel: (titles) => `Papers: ${titles}`,
    head: 'Papers on it',
    nothing: 'none',
  },
}
