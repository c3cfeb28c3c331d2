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
  },
}
