import type { Messages } from '../ja.ts'

export const drillAnswers: Pick<Messages, 'drillRoles' | 'drillAnswers'> = {
  drillRoles: {
    lead: ['Leads', 'Watches the clock and brings the sheets in turn. Gives no answers.'],
    decider: ['Decides', 'Decides whether it is an emergency and what to unplug, and says so aloud.'],
    scribe: ['Writes', 'Writes what happened, what was decided, and when.'],
    ward: ['At the patient', 'Sees to the safety of patients, records on paper.'],
    desk: ['Reception and billing', 'Guides patients; reception and billing on paper.'],
    systems: ['Machines and lines', 'Unplugs lines, calls vendors. Switches no power off.'],
    phone: ['Telephone', 'Takes calls from outside. Says only what was decided.'],
    observer: ['Observes', 'Ticks off the objectives. Does not join in.'],
  },
  drillAnswers: {
    d1: [
      'On the emergency PC check name and birth date, then read the medicines. Otherwise ask the medicine book and the pharmacy.',
      'Two people read the allergies. "Not checked" is not "none".',
      'Call back to be sure who it is, and write it down before you answer.',
      'Read the results and say up to when they are. Promise the others a call.',
    ],
    d2: [
      '"Nothing has happened yet" is no reason to wait. Unplug that company’s line by the sheet.',
      'Call the deputy; look for it by the place in the register and the mark on the cable. Else cut at the box before it.',
      'Tell the number of meals by paper and telephone. That may come after the cut.',
      'Unplug the lines of other companies too, unused ones first. Write when and who.',
    ],
    d3: [
      'By the table of priorities: where lives depend on it, reception, billing. Not by who is loudest.',
      'Give order and reason in the same words to all. Only the person in charge changes it, in writing.',
      'Stop connecting, see how many it reached, mend the procedure, then go on.',
      'Look at the list of spares, take them from departments further down, ask whom you can borrow from.',
    ],
    d4: [
      'Taken is not restorable. Ask for dated proof of a restore, by a day.',
      'Say in the house how far back it goes, and how paper and pharmacy records fill the gap.',
      'Answer with measured times. Without them say that it is not known yet, and when you will know.',
      'Agree in writing what they can do now; put the contract on the list of improvements.',
    ],
    d5: [
      'Choose one from before the earliest known day. Where none is known, suspect widely.',
      'Say in numbers what is lost and who collects it from paper, pharmacies and laboratories; then choose.',
      'What is marked goes over no production. Examine the one before it, apart.',
      'Only read yesterday’s, on screen or paper. Write nothing back.',
    ],
    d6: [
      'Blame nobody. Decide which disk goes in next, and who stands in.',
      'Write since when it is gone, mark it lost in the register, tell the person in charge.',
      'Do not take them for two things. Press "Not working / odd" and tell the decider.',
      'Have them wait until evidence is kept. Why it cannot be is written by the person in charge.',
    ],
    d7: [
      'Read reports first, and what the modality still holds. Ask other hospitals and discs for the earlier CT.',
      'See early which images are needed; the surgeon decides to wait or to take them again.',
      'Keep the modality from deleting, then look at its screen.',
      'One person decides, in writing: burden for the patient against urgency.',
    ],
    d8: [
      'Begin with "Rehearsal" on screen and write the time.',
      'Write your guess first. Comparing it afterwards mends the promised time.',
      'Call vendor and person in charge by the contact sheet; take a picture of the screen.',
      'Print and sign. Where it differs from the promise, add an improvement.',
    ],
    d9: [
      'No restart, no power off. Unplug the line, photograph the screen.',
      'Look for the night number, another vendor, the prefecture on paper. Meanwhile begin reception on paper.',
      'See urgent patients first, on paper. Put up a notice that it takes longer today.',
      'One person answers, shortly, what is known. Nothing about patients.',
    ],
    d10: [
      'Share the rooms, set an interval, tick it on paper. Bring those who must be watched close.',
      'Do not wait: call who decides at night. Not the doctor on duty alone.',
      'Unplug the maintenance line. Check the lines to the charts by the sheet.',
      'Call for help; one sheet of rounds for all wards.',
    ],
    d11: [
      'Erase no number: write the next version with time and reason, and correct the notice.',
      'Look at the clocks on screen. They run from when it was known; there are two reports.',
      'Write a new version, and report the staff’s data too.',
      'Find the person in the list, write why it did not arrive, tell them another way.',
    ],
    d12: [
      'Thank them for telling. Unplug the line, leave the power on, write it down.',
      'Tell everybody by telephone and notices not to open it. Not by mail.',
      'Unplug that PC; look at other PCs and servers.',
      'Ask them not to open it; tell other partners that your name was misused.',
    ],
    d13: [
      'Ask the vendor for a forecast and the time of the next word. Begin on paper meanwhile.',
      'Reduce by the limit that was set. Without one the person in charge decides now, with the time.',
      'See the list on the night’s print or the emergency PC. Else write who comes on the reception sheet.',
      'Register sheet by sheet, entered and checked by two. Medicines and allergies first.',
    ],
    d14: [
      'Unplug. A break-in weighs more than no maintenance. Write the time.',
      'See whether the same line or password is used here; change the passwords.',
      'Choose from the contact sheet: prefecture, police, another vendor, the insurer.',
      'Conditions: a written report, changed passwords, updated entry points. The person in charge decides.',
    ],
  },
}
