import type { signs as ja } from '../ja/signs.ts'
import type { Widen } from '../widen.ts'

export const signs: Widen<typeof ja> = {
  signs: {
    title: 'Signs of an attack',
    lead: 'At each backup Toride looks whether files have suddenly become unreadable.',
    open: 'See what to do now',
    none: 'Nothing is suspect.',
    noneNext: 'If something is found it stands here, and the alarm rings.',
    found: (source: string, at: string) => `The backup of “${source}” of ${at} looks as after a ransomware attack.`,
    nowTitle: 'What to do now',
    now: [
      'Leave the original system switched on, and pull its network cable.',
      'Look at the files below: does anybody know why?',
      'If nobody does, call your support.',
    ],
    safe: 'Earlier backups are not deleted; those that are over stay for another 30 days.',
    whyTitle: 'What happened',
    kind: {
      canary: (n: string) => `${n} planted files were changed. Nobody touches them in normal work.`,
      turned: (n: string) => `${n} files that could be read before have content as if encrypted.`,
      wrong: (n: string) => `The content of ${n} new files is not what their names say, and looks encrypted.`,
      replaced: (n: string) => `Files went, and ${n} that look encrypted came in their place.`,
      endings: (n: string) => `The same letters were added behind the names of ${n} files.`,
      notes: (n: string) => `${n} files have names as ransom notes have them.`,
      lost: (n: string) => `More files than usual (${n}) went with nothing in their place.`,
    },
    filesTitle: 'Files to look at',
    filesNote: 'The first 50 of each kind of sign at most.',
    filesHidden: 'Names of files are shown to those who may see where records lie.',
    clean: (at: string) => `The backup before it without signs: ${at}`,
    openClean: 'See that backup',
    noClean: 'No earlier backup without signs was found.',
    search: 'Find a backup from before',
    clearTitle: 'If it was no attack',
    clearNote: 'Your name and the reason are recorded for good. What is kept longer stays to its end.',
    reasonHead: 'Reason',
    choose: 'Please choose',
    reason: {
      'mass-correction': 'Many records were corrected',
      export: 'An export was made again',
      migration: 'A move or replacement',
      software: 'An update of software',
      'clean-up': 'Old files were sorted out',
      drill: 'A drill',
      other: 'Something else (checked by telephone)',
    },
    clear: 'Record that it was no attack',
    doubtful: 'This backup shows signs of an attack.',
    doubtfulNext: 'What it holds may be destroyed. See what happened before you restore or start it.',
    cleared: 'It is recorded that this was no attack.',
    reading:
      'This backup shows signs of an attack: what it holds may have been changed. Check it against what the patient says and carries.',
    insteadOf: (at: string) =>
      `The newer backup of ${at} shows signs of an attack. The one before it, without any, is open in its place.`,
    canaries: {
      title: 'Planted files',
      label: 'To notice an attack early',
      choose: 'Plant files in this folder',
      hint: 'Two small files that nobody uses. When one is changed or deleted, the next backup reports it as a sign of an attack. Toride takes them away when you switch this off.',
      gone: (n: string) => `${n} of the planted files were changed or are gone. The next backup will report it.`,
      unplanted:
        'The planted files could not be put back, so this folder is not watched any more. Your record stands all the same.',
      unplantedNext:
        'Make the folder writable, then choose "Plant files in this folder" again under "What is backed up".',
    },
    ask: 'If you know that it was no attack, tell whoever manages the backups.',
  },
}
