import type { outside as ja } from '../ja/outside.ts'
import type { Widen } from '../widen.ts'

export const outside: Widen<typeof ja> = {
  outside: {
    kindTitle: 'What should be backed up?',
    kindLead: 'Choose what comes closest. If in doubt, begin with “Folder”.',
    about: {
      ssmix2: 'The folders per patient that the EHR writes. They become readable as charts.',
      folder:
        'Documents, pictures, settings. PDFs and scans named by patient number can be read as charts. A mounted network share belongs here too.',
      csv: 'Tables exported from a spreadsheet, the booking or the billing system, or claim files (RECEIPTC.UKE): one file, or a folder of them. Once the columns are set up they are read as charts.',
      database: 'A database that whoever looks after this server has defined, dumped with its own tool.',
      dumps:
        'What another program writes at night: SQL Server (.bak), Oracle (.dmp), IRIS, Veeam, Arcserve, Windows backup.',
    },
    choose: 'Choose this',
    chooseAgain: 'Choose another kind',
    definition: 'Database',
    noDatabase: 'There is no database to choose yet.',
    noDatabaseNext:
      'For safety, names and addresses of databases cannot be changed on screen. Ask whoever looks after this server to write them into /etc/toride/commands.json (manual: databases and commands).',
    hook: 'Commands before and after',
    hookHint:
      'Defined by whoever looks after this server. The one after always runs, also after a failure or a cancelled run.',
    noHook: 'none',
    everyHours: 'Written',
    everyHoursHint: 'If there are only older ones, Toride says that no new dump has come.',
    every: { '24': 'every day', '168': 'every week', '744': 'every month' },
    quietNote: 'Nothing half-written is taken: Toride waits until nothing has changed for ten minutes.',
    trialTables: (count) => `Connected. ${count} tables can be seen (no row was read yet).`,
    trialUnsafe: (count) =>
      `${count} of them are of an engine other than InnoDB: a change during the dump may tear them. Run it when nobody works.`,
    share: (name) => `Connected to the share “${name}”. `,
    shareWrite: {
      no: 'Writing was tried and refused (the account can only read).',
      yes: '× This account can write (an empty file was made and removed at once). Whoever takes this server over could change the EHR. Ask the vendor for an account that can only read.',
      unknown: 'Whether the account could write was not tried.',
    },
    trialFailed: 'Not connected',
    records: 'Records of outside commands',
    recordsLead:
      'What commands and database tools printed. Sealed, the newest 30 are kept, and none of it enters the ledger.',
    said: 'What it said',
    recordsNone: 'None has run yet.',
    recordsPrivate: 'It may hold data of patients. Look before you send it to anybody.',
    stage: { before: 'before', dump: 'dump', after: 'after' },
    stageHead: 'Command',
    at: 'When',
    ended: 'Result',
    done: 'done',
    exit: (code) => `failed (exit code ${code})`,
    nothingSaid: '(printed nothing)',
    impact: {
      link: 'Print the statement for the vendor',
      title: 'Statement of impact (taking backups)',
      lead: 'We take backups of your system as described here. Please check it and, if you agree, sign below.',
      to: 'To:',
      what: 'What',
      how: 'How',
      howKind: {
        ssmix2: 'Folders are read only. Nothing is written, renamed or deleted.',
        'fhir-server':
          'By reading (GET) of HL7 FHIR R4 alone. Nothing is written. What changed since the last time, and everything once a week.',
        intake: 'Folders are read only. Nothing is written, renamed or deleted.',
        folder: 'Folders are read only. Nothing is written, renamed or deleted.',
        csv: 'The file is read only. Nothing is written, renamed or deleted.',
        dumps: 'Files that your software wrote are read once they are finished. We do not start the writing.',
        database:
          'Read in one transaction by the database’s own tool (pg_dump or mariadb-dump). Nothing is written. It waits at most 60 seconds for a table and gives up for that day after that.',
        'own-state': '',
      },
      when: 'When',
      byHand: 'when a member of staff presses the button',
      load: 'Load',
      loadKnown: (seconds, size) => `The last run took ${seconds} and read ${size}.`,
      loadUnknown: 'Not taken yet. The first run happens when nobody works.',
      loadAlways:
        'From the second run on only changed files are read (databases and files written anew are read whole).',
      limit: (minutes) => `What is not done in ${minutes} minutes is stopped by us.`,
      account: 'Account',
      accountDatabase: (name) => `“${name}” (the right to read is enough)`,
      accountFolder: 'The right to read is enough (no right to write)',
      line: 'Network',
      lineDatabase: (host, port) => `From this server to ${host}, port ${port}. Nothing comes in from outside.`,
      lineFolder: 'For a share: from this server to port 445 (SMB). Nothing comes in from outside.',
      hook: 'Commands before and after',
      hookNone: 'none',
      stop: 'How to stop it',
      stopHow: (name) =>
        `Toride: What is backed up → “${name}” → Stop; while it runs, Cancel. Cutting the power does not change the original.`,
      duty: 'Who answers for what',
      duties: [
        'Your system and the data in it: you',
        'Keeping the backups and proving that they restore: we',
        'Restoring: at our request, by your procedure',
        'This backup does not replace one of your maintenance contract',
      ],
      ours: 'Our contact',
      agreed: 'Agreed (company, name, date, seal)',
    },
  },
}
