export const reading = {
  reading: {
    here: 'Show here',
    hide: 'Close',
    picture: (title: string) => `${title} (picture; for reference, not for diagnosis)`,
    pdf: (title: string) => `${title} (PDF)`,
    pdfNote: 'If nothing shows, press “Open”.',
    embedded: (type: string) =>
      `The content of this document is a file of another kind (${type}). Save it with “Open”.`,
    noText: '(no text recorded)',
    cut: 'Long: only the first part is shown. All of it with “Open”.',
    other: (type: string) =>
      `This kind of file (${type}) cannot be shown here. Save it with “Open” and use a program for it.`,
    history: 'Other days of this chart',
    historyLead:
      'Choose a day to open this chart out of the backup of that day, or to see what is different from the day you were looking at: for earlier records, and for what is no longer in the newest.',
    openThat: 'Open that day',
    compareWith: 'What changed',
    looking: 'The day you are looking at',
    notThere: 'The backup of that day holds no records of this patient.',
    compare: 'Changes',
    compareTitle: (before: string, after: string) => `What changed between ${before} and ${after}`,
    compareLead: 'The records of two backups compared. What is gone was deleted, corrected or has become unreadable.',
    how: { added: 'new', changed: 'changed', gone: 'gone' },
    change: 'Change',
    was: 'Before',
    now: 'After',
    nothing: 'No change',
    same: (count: string) => `${count} the same`,
    compareGaps: (count: string) =>
      `${count} records of one of the days cannot be read: what is “gone” may only be unreadable.`,
    notCompared: 'What your role does not show is not compared.',
    searchOlder: 'Search older backups too',
    searchedTo: (when: string) => `Searched back to the backup of ${when}: not found.`,
    searchedAll: 'Not found in any backup that is kept.',
    goOn: 'Go on to older days',
    ofOlderDay: 'This is not the newest backup: later care, and where somebody is now, is not here.',
  },
}
