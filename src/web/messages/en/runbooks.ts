import type { runbooks as source } from '../ja/runbooks.ts'
import type { Widen } from '../widen.ts'

/** The words of the steps: [what, how]. */
export const runbooks: Widen<typeof source> = {
  runbook: {
    who: {
      finder: 'who noticed',
      decider: 'decider',
      it: 'who does IT',
      lead: 'lead',
      scribe: 'scribe',
      liaison: 'liaison',
      ward: 'wards and clinics',
      desk: 'reception',
      management: 'management',
    },
    step: {
      'hands-off': ['Hands off', 'Do not switch off or restart. No USB sticks.'],
      'note-screen': ['Keep screen and time', 'Write it down or photograph it: what, where, since when.'],
      'tell-decider': ['Tell the decider', 'By phone; if nobody answers, the deputy.'],
      decide: [
        'Decide whether it is an emergency',
        'One criterion is enough. In doubt declare it; it can be taken back.',
      ],
      'name-roles': ['Name lead, scribe, liaison', 'One person may do two. Name deputies.'],
      'cut-backup': ['Cut the lines to the backups', 'First. Use the cut list and write the time.'],
      'cut-outside': [
        'Cut the lines to the outside',
        'Second: internet, remote maintenance, regional network. Phones go another way.',
      ],
      'cut-segments': [
        'Cut between departments',
        'Third, to stop it spreading. Ask first where devices keep people alive.',
      ],
      freeze: ['Stop the expiry of backups', 'Declaring the emergency does it.'],
      'look-for-signs': ['Look for signs of an attack', 'Since when decides which day to go back to.'],
      'find-cause': ['Look for the cause', 'Power, breakers, cables, devices, work and updates of the day.'],
      ups: ['See how long the UPS lasts', 'Write it down, and shut down in order before it ends.'],
      'people-safe': ['See that people are safe', 'Injured, fire, water. 119 first.'],
      'medical-devices': ['Look at medical devices', 'Ventilators, pumps, monitors, nurse call: with your eyes.'],
      'station-out': ['Bring emergency PC and disc', 'See until when their records reach, and tell the wards.'],
      'paper-out': ['Change to paper', 'Hand out the boxes and begin with temporary numbers.'],
      'ward-round': [
        'Check patient by patient',
        'Drips, injections, transfusions, surgery, dialysis, allergies. Write verbal orders down and read them back.',
      ],
      'care-policy': [
        'Decide how far care goes on',
        'Emergencies, surgery, dialysis, new patients. Tell neighbours what you refuse.',
      ],
      'call-vendor': ['Call the vendor', 'What, since when. They connect only after permission.'],
      'vendor-facts': ['Ask the vendor', 'Since when, why, until when, is our data safe. Write name and time.'],
      'close-vendor-line': ['Close the line to the vendor', 'If the vendor is the victim, close it from here.'],
      'other-line': ['Try another line', 'Mobile network. Never connect terminals of the house straight to it.'],
      'lost-what': [
        'What exactly is lost',
        'Number, contents, encryption, where it was last. For discs see the register.',
      ],
      'lost-search': ['Search and report', 'Transport, police.'],
      'lost-lock': ['Make it useless', 'Close accounts, wipe what can be wiped.'],
      'leak-stop': ['Close the leak', 'Take it offline, close accounts. Delete no logs.'],
      'leak-whose': ['Whose and what data', 'Begin with version 1; write the next when it changes.'],
      'keep-evidence': [
        'Preserve evidence',
        'Network logs first. Into the evidence register, before anything is overwritten.',
      ],
      insurer: ['Call the cyber insurance', 'They may name an investigator; ordering one first may not be paid.'],
      'report-outside': ['Report outside', 'By the table of due dates, the earliest first.'],
      'tell-house': ['Tell the house', 'What is known, what not to do, when the next word comes.'],
      'tell-public': ['Decide what to tell outside', 'Early, only what is known, in several steps.'],
      'order-recovery': ['Order the recovery', 'Its order may differ from what matters most for care.'],
      'clean-backup': ['Choose the clean backup', 'Try it in another place first.'],
      terminals: ['Set up terminals anew', 'One by one, in their order.'],
      gates: ['Pass the checks of the way back', 'Evidence, scan, restore apart.'],
      'enter-paper': ['Enter the paper', 'Medication first. Compare every sheet.'],
      'declare-return': ['Declare the return', 'The engineer checks, the director declares.'],
      'reports-final': ['Send the last reports', 'Final report, public notice, persons concerned.'],
      review: ['Write the review', 'Course, what went well, what to improve.'],
      prevent: ['Decide how to prevent it', 'Who, until when: as improvements.'],
      'vendor-orders': ['Instruct vendors and check', 'Put what is checked when into contracts.'],
    },
  },
}
