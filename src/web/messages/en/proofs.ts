import type { Messages } from '../ja.ts'

export const proofs: Pick<Messages, 'proofs'> = {
  proofs: {
    title: 'Proofs for fees',
    lead: 'What Toride can show for each thing that the fee for keeping records (診療録管理体制加算) and others ask for. Whether to apply is not for Toride to say.',
    unverified:
      'The detailed inpatient criteria of the revision of 2026 (電子的診療情報連携体制整備加算 and others) are not verified. The items here are those of 診療録管理体制加算1 of 2024. See the newest papers of the regional bureau before you apply.',
    sources:
      'From 200 beds a dedicated safety officer is asked for. Whether a clinic’s fees ask for these proofs is not verified.',
    head: { what: 'Asked for', state: 'In Toride', shows: 'To show' },
    there: '✓ yes',
    partly: '▲ not enough yet',
    missing: '× no',
    outside: 'for people to check',
    none: 'none yet',
    what: {
      officer: 'A dedicated safety officer (from 200 beds)',
      copies: 'Backups in several ways',
      detached: 'A part detached from the network',
      plan: 'A plan for continuity (BCP)',
      drill: 'A drill at least once a year',
      improvements: 'Improvement after the drill',
      rules: 'Rules for the staff, and who read them',
      training: 'Training of staff at least once a year',
    },
    officer: 'Toride does not know whether they do nothing else. The roles stand in the registers',
    copies: (copies, locked) => `Places with a copy ${copies}, of them under a lock ${locked}`,
    media: 'Exchanged disks are registered',
    lockedOnly: 'Copies under a lock exist. Check whether they count as detached',
    noDetached: 'Neither exchanged disks nor locked copies',
    plan: (version, day) => `Version ${version} (approved ${day})`,
    drill: (day, people) => `${day}, ${people} people`,
    improvements: (all, open) => `${all}, open ${open}`,
    rules: (version, people, staff) => `Version ${version}: read by ${people} of ${staff}`,
    training: (staff, done, lessons) => `Had all ${lessons} lessons within a year: ${done} of ${staff} people.`,
    behind: (name, had, lessons) => `${name} (${had} of ${lessons})`,
    stillMissing: (names, more) => ` Still missing: ${names.join(', ')}${more ? ` and ${more} more` : ''}`,
  },
}
