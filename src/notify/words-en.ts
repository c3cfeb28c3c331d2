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
    silence: 'This comes every Monday. If it does not, something has stopped: look at Toride.',
  },
}
