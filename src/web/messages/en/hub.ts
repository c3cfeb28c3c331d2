import type { Messages } from '../ja.ts'

export const hub = {
  hub: {
    title: 'Preparations and settings',
    links: {
      '/overview': ['How backups are kept', 'How many days of each; whether the rules of the guideline are met.'],
      '/settings/calendar': [
        'Business days',
        'Closed weekdays, holidays, own closed days: they decide whether a backup is late.',
      ],
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
      '/devices': ['Settings of devices', 'Copies of the settings of routers and the like; spare machines.'],
      '/erasures': ['Erasure register', 'What was promised to be erased: hidden now, gone after its last lock.'],
      '/notices': ['Notices', 'Who is told by mail when something happens.'],
      '/protected': ['Protected patients', 'Whose chart opens with a reason only.'],
    },
  },
} satisfies Pick<Messages, 'hub'>
