import type { Messages } from '../ja.ts'

export const drillWords: Pick<Messages, 'scenarios' | 'lessons'> = {
  scenarios: {
    d1: {
      name: 'Yesterday’s medicines and results',
      start: '08:30. The EHR does not open, printers print threats, outpatients are waiting.',
      injects: [
        'The first patient asks for “the usual medicine” and does not know its name.',
        'The second patient may have an allergy.',
        'A pharmacy calls to check a prescription.',
        'Three people came for their results.',
      ],
      objectives: [
        'Medicines and allergies of today’s patients were found on the emergency PC within 10 minutes',
        'Nothing was switched off; the cut list was looked at',
        'Slips and prescriptions on paper were taken out',
      ],
    },
    d2: {
      name: 'A supplier calls: “we are infected”',
      start: 'The catering company calls: its server is infected. A line to it is always open.',
      injects: [
        'They say: “if nothing has happened yet, you may be fine”.',
        'Who knows where the line is is on leave.',
        'Without the line tonight’s meals cannot be ordered.',
        'What about the maintenance lines of others?',
      ],
      objectives: [
        'The line was found on the cut list',
        'Who decided to cut and when was written down',
        'Meals were ordered by paper and telephone',
      ],
    },
    d3: {
      name: '2,200 terminals to set up anew',
      start: 'Recovery begins. All terminals are set up anew before they are connected; 200 a day.',
      injects: [
        'Which department first?',
        'Three departments call: “us first”.',
        'A terminal that was set up anew is infected again.',
        'Spare machines run out.',
      ],
      objectives: [
        'A list in order of priority was made',
        'The day of the end could be told',
        'What is checked before connecting was decided',
      ],
    },
    d4: {
      name: 'The vendor says: “there is a backup”',
      start: 'The EHR’s vendor says that the backup is taken as agreed. Would it restore?',
      injects: [
        'The vendor cannot say when a restore was last tried.',
        'What should be there is half a year old.',
        'The director asks from when care can go on.',
        'The contract promises no restore.',
      ],
      objectives: [
        'The day of the last restore test was told from Toride’s screen',
        'Proof of a restore was asked of the vendor',
        'The time to recover was told from a measured one',
      ],
    },
    d5: {
      name: 'Which backup to go back to',
      start: 'The intruder came six days ago. Yesterday’s backup may hold him already.',
      injects: [
        'The day is not certain.',
        'Going back seven days loses six days of entries.',
        'A scan marks the one of five days ago.',
        'A physician asks at least for yesterday’s prescriptions.',
      ],
      objectives: [
        'It was chosen by comparing on the page for it',
        'Who chose and why was written down',
        'How lost entries are brought back from paper was decided',
      ],
    },
    d6: {
      name: 'The cartridge was not loaded',
      start: 'In the morning no backup is there: the disk of the turn was not put in.',
      injects: [
        'Whose turn it was says: “I was off”.',
        'The disk before cannot be found.',
        'The same morning the EHR misbehaves.',
        'The vendor wants to set it up anew at once.',
      ],
      objectives: [
        'It was noticed in the morning',
        'The list told which disk comes next',
        'Setting up anew was stopped until evidence was kept',
      ],
    },
    d7: {
      name: 'No images',
      start: 'The image server is down, and reports are not shown.',
      injects: [
        'For an emergency patient an earlier CT is wanted.',
        'There is an operation in the afternoon.',
        'The modality holds today’s only.',
        'Whether to take it again must be decided.',
      ],
      objectives: [
        'The report was read on the emergency PC',
        'How to see today’s on the modality was known',
        'Who decides to take it again was known',
      ],
    },
    d8: {
      name: 'A real restore',
      start: 'A real restore from the backup, timed, on a day when nothing is down.',
      injects: [
        'Begin the rehearsal.',
        'Write down first how long you think it takes.',
        'If it stops, who is called?',
        'Print the report.',
      ],
      objectives: [
        'The rehearsal was run to its end',
        'The measured time was compared with the declared',
        'The report was signed',
      ],
    },
    d9: {
      name: 'A clinic of five',
      start: 'One physician, four staff. In the morning a strange text stands on the reception’s PC; others are slow.',
      injects: [
        '“Shall I restart it?” asks one of the staff.',
        'The EHR’s vendor answers from nine.',
        'Eight people are waiting.',
        'In the evening a newspaper calls.',
      ],
      objectives: [
        'The button was pressed, and the cut list looked at',
        'Who decides decided, and wrote the time',
        'One patient was taken through on paper from reception to billing',
      ],
    },
    d10: {
      name: '02:00, the nurse call is dead',
      start: 'At two at night the nurse call’s server is down. The EHR runs.',
      injects: [
        'Three are on duty. How do they make rounds?',
        'The physician on duty says: “let us wait till morning”.',
        'It seems that they came by a maintenance line.',
        'Other wards fail too.',
      ],
      objectives: [
        'Who decides at night was called at once',
        'Rounds and names were written on paper',
        'What is cut to protect the EHR was decided',
      ],
    },
    d11: {
      name: 'The number of leaked records changes twice',
      start: '“10,000 may have leaked” was published. Then the number changes.',
      injects: [
        'It is 30,000.',
        'By when must the privacy commission be told?',
        'It is 130,000, staff among them.',
        'A patient calls: “nobody told me”.',
      ],
      objectives: [
        'Each number was kept with its time and reason',
        'The deadline was looked up',
        'The notice was mended, and whom to tell again decided',
      ],
    },
    d12: {
      name: 'An attachment was opened',
      start: 'Somebody on a ward opened an attachment of a mail in the director’s name.',
      injects: [
        '“Nothing happened, so I closed it.”',
        'Ten others got the same mail.',
        'That PC talks to the outside.',
        'A partner calls: “we got a strange mail from you”.',
      ],
      objectives: [
        'It was reported at once, without fear of blame',
        'Its cable was pulled (not switched off)',
        'Others were told not to open it',
      ],
    },
    d13: {
      name: 'A cloud EHR is down for six hours',
      start: 'The cloud EHR does not open. The vendor’s page says “investigating”.',
      injects: [
        'There is nothing to mend here.',
        'An hour has passed. Reduce care?',
        'Thirty bookings in the afternoon, and no list.',
        'It is back in the evening. What about the paper?',
      ],
      objectives: [
        'After how many minutes to go to paper was known',
        'Bookings were seen on the emergency PC or paper',
        'Patients were told',
      ],
    },
    d14: {
      name: 'The vendor itself is hit',
      start: 'The EHR’s vendor was attacked. No telephone, no mail. Its maintenance line is still open.',
      injects: [
        'Cut the line? Then there is no maintenance.',
        'Another customer was broken into.',
        'Whom do you ask instead?',
        'The vendor says: “all is well”, without proof.',
      ],
      objectives: [
        'The line was cut, and the time written',
        'Others to ask stood on paper',
        'When to connect again was decided',
      ],
    },
  },
  lessons: {
    phishing: {
      name: 'Phishing',
      text: 'Hurry, money or passwords, an attachment nobody expected: any of these, and you tell somebody instead of opening it. Whether it is real is asked by telephone, by the number you know.',
      questions: [
        {
          ask: 'A mail in the director’s name: “look at this bill at once”.',
          choices: ['Open it to see', 'Ask the director by telephone', 'Ask by reply'],
          right: 1,
        },
        {
          ask: 'You opened it.',
          choices: ['Say nothing if nothing happens', 'Tell at once, pull the cable', 'Switch it off'],
          right: 1,
        },
      ],
    },
    usb: {
      name: 'USB sticks',
      text: 'A stick of unknown owner is never plugged in, nor one from home.',
      questions: [
        {
          ask: 'You find a stick in the car park.',
          choices: ['Look inside for the owner', 'Hand it over unplugged', 'Keep it'],
          right: 1,
        },
        {
          ask: 'A patient brings a stick with a referral.',
          choices: ['Open it at reception', 'Have it checked as decided', 'Take it and plug it in'],
          right: 1,
        },
      ],
    },
    printer: {
      name: 'Printers that print threats',
      text: 'A strange text on paper may be the beginning of an attack. Keep the paper, and tell at once.',
      questions: [
        {
          ask: 'In the morning the printer is full of English pages.',
          choices: ['Throw them away', 'Keep them, press the button', 'Switch the printer off and wait'],
          right: 1,
        },
        {
          ask: 'It goes on printing.',
          choices: ['Pull its cable, leave it on', 'Wait until the paper ends', 'Restart it'],
          right: 0,
        },
      ],
    },
    'log-out': {
      name: 'Leaving your seat',
      text: 'Lock the screen even for a moment. Never look or write under another’s name. No passwords on notes.',
      questions: [
        {
          ask: 'In a hurry you go on under the name of who was there before.',
          choices: ['Sign in anew: it would stand under their name', 'Fine within a department', 'Fine for looking'],
          right: 0,
        },
        {
          ask: 'The telephone rings and you get up.',
          choices: ['Leave it, it is short', 'Lock the screen', 'Switch it off'],
          right: 1,
        },
      ],
    },
    spoofed: {
      name: 'Mail in somebody’s name',
      text: 'Leaked names and addresses are used for impersonation. A known name is no proof. Patients are told to beware as well.',
      questions: [
        {
          ask: 'A known vendor mails another bank account.',
          choices: ['Change it', 'Ask by the telephone number you know', 'Ask by reply'],
          right: 1,
        },
        {
          ask: 'A patient got a strange mail in our name.',
          choices: ['Say it is not ours', 'Tell them not to open it, and report', 'Have it forwarded'],
          right: 1,
        },
      ],
    },
  },
}
