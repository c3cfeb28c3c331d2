import type { AlarmCode } from './alarms.ts'
import type { Letters } from './message.ts'

/** [what happened, what to do now] */
const alarms: Record<AlarmCode, readonly [string, string]> = {
  'backup-late': ['An expected backup has not arrived', 'Look at the power of the server and at Toride’s first page'],
  'backup-failed': ['A backup failed', 'Read the reason on Toride’s first page and run it again'],
  'backup-incomplete': ['Something could not be read', 'Look at the list of unread records'],
  'generation-refused': [
    'A backup that cannot be taken was refused',
    'If nobody knows why, suspect an intruder and call support',
  ],
  'generation-suspicious': ['An unusual backup arrived', 'If nobody knows why, suspect an intruder and call support'],
  'generation-unattested': [
    'Nobody has verified what arrived',
    'See whether the verifier runs. Older ones are kept meanwhile',
  ],
  'lock-lifted': ['Marks against deletion were taken off', 'Somebody may have tried to delete. Call support'],
  'lock-ends-soon': ['Locks end soon', 'See whether new backups arrive'],
  'verification-failed': ['The contents differ from what was taken', 'Call support. Other places can still be used'],
  'file-rotten': [
    'A file on the Keeper’s disk is damaged',
    'The next copy puts a sound one in its place. If it goes on, have the disk replaced',
  ],
  'verification-overdue': ['Contents were not verified for a while', 'Look at Toride’s first page'],
  'ledger-contradicted': ['The ledger contradicts what it said before', 'It may have been rewritten. Call support'],
  'clock-frozen': [
    'Clocks disagree: no lock ends until this is settled',
    'Backups go on. Check the clock with support',
  ],
  'place-unreachable': ['A place cannot be reached', 'Look at power, cable and network'],
  'place-nearly-full': ['A place is nearly full', 'Plan for more room'],
  'place-full': ['A place is full: no backup is possible', 'Make room today'],
  'medium-wrong': ['Another disk than today’s is in', 'Look at the rota and change it'],
  'medium-missing': ['Today’s disk is not in', 'Look at the rota and put it in'],
  'medium-full': [
    'Today’s disk has no room for the new backup',
    'Register a larger disk and change it. What it holds is safe',
  ],
  'medium-unusable': ['Today’s disk cannot be used', 'Read the reason on screen, then put it in again or change it'],
  'medium-damaged': [
    'What was copied to the disk reads back damaged',
    'Do not use that disk. Call support. Other places can still be used',
  ],
  'place-failed': ['A place takes no copies', 'Read the reason on the page of places'],
  'place-behind': ['Copies at a place are late', 'Read the reason on the page of places and copy now'],
  'place-damaged': [
    'Something at a place is damaged',
    'Look at the page of places. If it is not healed from another one, call support',
  ],
  'place-not-holding': [
    'A place does not hold what it promised to hold',
    'Check its contract and settings with support, and copy to another place as well',
  ],
  'restore-test-failed': [
    'A restore test failed',
    'Look at the backup’s page and call support. Other days may be usable',
  ],
  'printed-many': [
    'More charts than usual were printed at once',
    'See in the journal who printed them and why. If nobody knows, stop that person’s account',
  ],
  'trouble-reported': [
    'Somebody pressed "Not working / something is odd"',
    'Open "Incidents" in Toride, see who saw what and where, and decide whether it is an emergency',
  ],
  'emergency-declared': [
    'An emergency was declared',
    'Open "Incidents" in Toride for the order of the cut and the steps. If it cannot be reached, use the printed first five minutes',
  ],
  'emergency-opened': [
    'An emergency envelope was opened and charts are being read',
    'If nobody knows why, end it at once under "Emergency accounts" and look at who saw what',
  ],
  'emergency-unreviewed': [
    'The use of an emergency envelope has not been reviewed yet',
    'Look under "Emergency accounts" at who saw what, and sign it off. Make a new envelope',
  ],
  'bulk-opening': [
    'Charts of very many patients were opened in a short time',
    'Look in the journal at who opened them. If nobody knows why, stop that account or token',
  ],
  'signs-of-attack': [
    'Files in a backup look as after a ransomware attack',
    'See on screen which files. If nobody knows why, leave the original system alone and call support',
  ],
  'freeze-ends': [
    'Expired backups are soon let go again',
    'If you are still looking, renew it where you look for a backup from before an intrusion',
  ],
  'kit-unchecked': [
    'Nobody has checked that the recovery kit’s sheets are there',
    'Take them out and check them on screen',
  ],
  'station-late': [
    'An emergency PC does not report, or its copies are old',
    'Check its power and network, and look at "Emergency PCs"',
  ],
  'station-untested': [
    'An emergency PC was not tested for more than a month',
    'Open "Monthly test" on it, and print the test page',
  ],
  'station-test-failed': [
    'The test of an emergency PC met charts that it cannot read',
    'Press "Fetch copies now" on its first screen, then run "Monthly test" again; if it stays, call support',
  ],
  'edition-made': [
    'An emergency disc with the charts of everybody was made',
    'See under "Emergency discs" who made it and who holds it. If nobody knows, stop that person’s account',
  ],
  'edition-night-failed': [
    'The emergency disc of the night could not be made or copied',
    'See that its stick is in, and look at "Emergency discs by night". The earlier one is still there',
  ],
  'edition-overdue': [
    'An emergency disc is past its day of return',
    'See the page of emergency discs for who holds it, and have it brought back',
  ],
  'drill-overdue': [
    'The day of a planned drill has passed and it was not begun',
    'Open the drills, and hold it (ten minutes will do) or choose another day',
  ],
  'drill-none': ['No drill was held within a year', 'Open the drills and choose a day. Ten minutes will do'],
  'bcp-review-due': [
    'The continuity plan was approved more than a year ago',
    'Look through "Continuity plan (BCP)" and approve a new version',
  ],
  'bcp-stale': [
    'Vendors, numbers or the like changed since the continuity plan was approved',
    'See on "Continuity plan (BCP)" what changed, and approve a new version',
  ],
  'binder-old': [
    'The binder of the continuity plan was never printed, or more than half a year ago',
    'Print it on "Continuity plan (BCP)" and replace the old sheets',
  ],
  'binder-changed': [
    'The printed binder of the continuity plan differs from what holds today',
    'Print it on "Continuity plan (BCP)" and replace the old sheets',
  ],
  'test-today': [
    'Today is the day of the unannounced three-minute test',
    'Hold it without telling anybody before, and write it down on the page of drills',
  ],
  'rules-unread': [
    'Some of the staff have not read the rules for a month',
    'See who, under Drills, Rules for the staff, and ask them to read it',
  ],
  'contacts-changed': [
    'Whom Toride tells, or how, was changed',
    'If nobody knows why, look at the page of notices and call support',
  ],
  'protection-lowered': [
    'A change that weakens protection is planned',
    'If nobody knows why, cancel it at the Keeper in time',
  ],
  'request-refused': [
    'Refused to delete or change backups',
    'If nobody knows why, take that machine off the network and call support',
  ],
  'expiry-frozen': ['Expired backups are kept as well', 'Find out who froze it, and why'],
  'protection-raised': [
    'The Keeper’s policy was raised from afar',
    'If nobody knows why, call support: backups are held longer, and the disk fills sooner',
  ],
  'machine-enrolled': ['A machine was enrolled', 'If nobody knows it, revoke it at the Keeper'],
  'sign-in-refused': ['Wrong sign-ins go on', 'If nobody knows why, call support'],
  'alarms-lost': [
    'The book of alarms was damaged and begun anew',
    'Earlier alarms may be missing. Look at the screens too',
  ],
  'alarms-not-kept': ['The book of alarms cannot be written', 'Look at the room on the disk. A notice may come twice'],
}

const LIGHTS = {
  taken: 'Backed up',
  locked: 'Cannot be deleted',
  proven: 'Restore tested',
  readable: 'Readable in an outage',
  drilled: 'Drilled',
} as const
const STATES = { good: '✓ yes', soon: '▲ soon', bad: '× no' } as const

export const lettersEn: Letters = {
  alarms,
  subject: (worst, more) => (more > 0 ? `${worst} (and ${more} more)` : worst),
  cleared: (what) => `Cleared: ${what}`,
  repeated: 'Still so.',
  about: (id) => `About: ${id}`,
  figures: {
    count: (n) => `number ${n}`,
    days: (n) => `${n} d`,
    hours: (n) => `${n} h`,
    percent: (n) => `${n}% used`,
    sinceMs: (time) => `since ${time}`,
    untilMs: (time) => `until ${time}`,
  },
  severity: { urgent: 'Urgent', warning: 'Please check', information: 'Notice' },
  next: (what) => `Now: ${what}`,
  time: (t) => `${t.year}-${t.month}-${t.day} ${t.hour}:${String(t.minute).padStart(2, '0')}`,
  asOf: (time) => `As of ${time}.`,
  foot: 'Sent by Toride. Holds no patient data.',
  test: ['This is a test of notices', 'If you read this, nothing is to be done'],
  digest: {
    well: 'All is well this week',
    unwell: (n) => `${n} alarms are open this week`,
    unreached: (n) => `${n} recipients were not reached`,
    nothing: 'No backup was taken this week',
    lines: (f) => [
      `Backups taken: ${f.generations}`,
      `Sources watched: ${f.sources}`,
      `Open alarms: ${f.openAlarms}`,
      `Recipients not reached: ${f.troubled}`,
    ],
    light: (name, state) => `${LIGHTS[name]}: ${STATES[state]}`,
    lightsOut: (n) => `${n} of the five lights are not lit`,
    ask: {
      taken: 'see on the first page what was not taken',
      locked: 'see on the first page when the locks end',
      proven: 'hold a restore rehearsal once',
      readable: 'see on the first page about the emergency PC and the recovery kit',
      drilled: 'choose a day for a drill of ten minutes',
    },
    request: (what) => `One request: ${what}`,
    noRequest: 'Nothing is asked of you.',
    silence: 'This comes every Monday. If it does not, something has stopped: look at Toride.',
  },
  checkpoint: {
    title: 'A checkpoint of the ledger',
    lines: ({ size, code, key }) => [
      'Keep this mail. Better still, print it and keep the sheet away from the machine.',
      'With it anybody can see later whether the ledger was rewritten.',
      `Size: ${size}`,
      `Code: ${code}`,
      `Verifier key: ${key}`,
      'To check: save the attached checkpoint.txt on the server and run bin/toride ledger verify --checkpoint checkpoint.txt',
      'Without Toride: python3 verify-ledger.py LEDGER-FOLDER --key VERIFIER-KEY --earlier checkpoint.txt',
    ],
  },
}
