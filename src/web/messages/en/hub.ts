import type { Messages } from '../ja.ts'

export const hub = {
  hub: {
    title: 'Preparations and settings',
    preparationsLead: 'What an emergency needs, and its practice. Open to everybody.',
    links: {
      '/rehearsals': [
        'Rehearsals',
        'Backups really restored in a place apart, examined and timed; with their reports.',
      ],
      '/overview': ['How backups are kept', 'How many days of each; whether the rules of the guideline are met.'],
      '/settings/calendar': [
        'Business days',
        'Closed weekdays, holidays, own closed days: they decide whether a backup is late.',
      ],
      '/incidents': ['Incidents', 'What happened, what to do, what is due, evidence; afterwards the review.'],
      '/incidents/year/now': ['The year', 'One page for the committee: incidents, proofs of restoring, improvements.'],
      '/slips': ['Forms and labels', 'Paper to write on while the EHR is down, with numbers or blank.'],
      '/improvements': ['Improvements', 'What incidents and exercises showed: who, until when.'],
      '/way-back': [
        'The way back',
        'What to make sure of before the old place is written to: evidence, scan, restore apart.',
      ],
      '/terminals': ['Terminals', 'Turn and progress of terminals that are set up anew; a work list to print.'],
      '/places': ['Places', 'Add a Keeper, a cloud or another disk; print the register of places.'],
      '/media': ['Rotating disks', 'Whose turn it is, labels, where each disk is.'],
      '/stations': ['Emergency PCs', 'Computers that show charts when everything else is down.'],
      '/recovery-kit': ['Recovery kit', 'The paper in the safe with which everything comes back without this server.'],
      '/editions': ['Emergency discs', 'DVDs and sticks that show charts without the server, and who holds them.'],
      '/emergency-accounts': [
        'Emergency accounts',
        'A code in an envelope opens charts when nobody’s account does. The review afterwards.',
      ],
      '/read-tokens': ['Reading from outside', 'Tokens with which other programs read charts as FHIR.'],
      '/coverage-map': ['Gaps', 'Which system is backed up by whom; acceptance records.'],
      '/machines': ['Other computers', 'Computers that this server does not see.'],
      '/papers': [
        'Papers made ready',
        'Sheets left, the notice for the door, the fax to pharmacies, manuals of departments. Printed beforehand.',
      ],
      '/paper-entry': [
        'Back-entry (compare with paper)',
        'Register sheets of the outage, compare them with the EHR; how many are left.',
      ],
      '/monday': ['The Monday sheet', 'Five lines for the director, with at most one request.'],
      '/drills/proofs': ['Proofs for fees', 'What Toride can show for each thing that fees ask for.'],
      '/drills/rules': ['Rules for the staff', 'Short rules that everybody keeps, and who has read them.'],
      '/drills': ['Drills', 'Practice for an outage: plan, clock, report, three-minute test, lessons.'],
      '/bcp': ['Continuity plan (BCP)', 'Answer questions, get the plan; approve, print, look through it.'],
      '/registers': [
        'Registers for an emergency',
        'Who decides, vendors, contacts, lines, supplies. Cut list and contact sheet to print.',
      ],
      '/devices': ['Settings of devices', 'Copies of the settings of routers and the like; spare machines.'],
      '/instant': [
        'Instant starts',
        'Virtual machines that run straight out of a backup: stop, go on, make a new disk.',
      ],
      '/erasures': ['Erasure register', 'What was promised to be erased: hidden now, gone after its last lock.'],
      '/notices': ['Notices', 'Who is told by mail when something happens.'],
      '/protected': ['Protected patients', 'Whose chart opens with a reason only.'],
    },
  },
} satisfies Pick<Messages, 'hub'>
