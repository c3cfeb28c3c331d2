/** Every page in every state and both languages: strict markup, no broken reference, nothing inline, no gap in the words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffLines, recordState, REGISTERS, spareState } from '#governance'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { emptyFixtureChart, fixtureChart, longFixtureChart } from '../fixtures/chart.ts'
import { fixtureCoverage } from '../fixtures/coverage.ts'
import {
  doneJob,
  failedJob,
  fixtureChoices,
  fixtureDetail,
  fixtureGenerations,
  fixtureHits,
  fixtureHome,
  fixtureJournal,
  fixturePeople,
  fixtureProblems,
  fixtureRecords,
  fixtureSettings,
  fixtureSources,
  NOW,
  runningJob,
  unlitFixtureLights,
} from '../fixtures/house.ts'
import { SECTIONS } from '#bcp'
import { LESSONS } from '#exercise'
import { fixtureCompared, fixturePaperEntry, fixtureSheets, fixtureUnpaid } from '../fixtures/paper-entry.ts'
import { fixtureManual, fixturePapersReady } from '../fixtures/papers.ts'
import {
  fixtureContacts,
  fixtureStaffRules,
  fixtureDrills,
  fixtureFindingTests,
  fixtureGroups,
  fixtureLearners,
  fixtureImprovement,
  fixtureMonday,
  fixtureProofs,
} from '../fixtures/drills.ts'
import { fixtureBcp, fixtureBcpNew, fixtureComparison } from '../fixtures/bcp.ts'
import { fixtureRegisters } from '../fixtures/registers.ts'
import { fixtureDevices, fixtureRecord, fixtureSpares } from '../fixtures/devices.ts'
import {
  fixtureCopyPlan,
  fixtureEdition,
  fixtureEditionList,
  fixtureMounted,
  fixtureNight,
  fixtureNightOn,
  fixturePapers,
  fixturePassphrases,
  fixturePreparation,
} from '../fixtures/editions.ts'
import { fixtureMachines } from '../fixtures/machines.ts'
import { fixtureKeepers, fixturePlaces, fixtureRules } from '../fixtures/places.ts'
import { PLACE_FIELDS, type PlaceKind } from '../ports.ts'
import { fixtureMedia } from '../fixtures/media.ts'
import { fixtureViewer } from '../fixtures/services.ts'
import { LANGUAGES } from '../format.ts'
import { pageText } from '../http/respond.ts'
import { errorSentences } from '../messages/errors.ts'
import { MESSAGES } from '../messages/index.ts'
import { attribute, brokenReferences, readHtml, testUi } from '../testing.ts'
import type { Ui } from '../ui.ts'
import { ComparePage as ChartComparePage } from './chart-history.tsx'
import { ChartPage, ChartPrintPage, ChartRefusedPage, documentFiles, sheetPages } from './chart.tsx'
import { CoveragePage } from './coverage.tsx'
import { SystemPage } from './coverage-system.tsx'
import { ComparePage, DevicePage, RecordPage } from './device.tsx'
import { DevicesPage } from './devices.tsx'
import { BcpOrderPage, BcpSectionPage, BiaPage } from './bcp-parts.tsx'
import { BcpComparePage } from './bcp-binder.tsx'
import { ApprovePage, BcpPage } from './bcp.tsx'
import { DrillPage } from './drill.tsx'
import { PaperEntriesPage } from './paper-entries.tsx'
import { PaperAllPage } from './paper-all.tsx'
import { PaperEntryPage } from './paper-entry.tsx'
import { ManualPage } from './paper-manual.tsx'
import { PapersPage } from './papers.tsx'
import { PaperUnpaidPage } from './paper-unpaid.tsx'
import { unpaidOf } from '#reconciliation'
import { DrillsPage } from './drills.tsx'
import { MondayPage } from './monday.tsx'
import { RulesPage } from './rules.tsx'
import { ProofsPage } from './proofs.tsx'
import { TrainingPage } from './training.tsx'
import { LessonPage } from './lesson.tsx'
import { roleCards } from '#governance'
import { RoleCardsPage } from './role-cards.tsx'
import { ContactSheetPage, ContactTreePage, CutListPage } from './register-sheets.tsx'
import { RegisterEntryPage, RegisterListPage, RegistersPage } from './registers.tsx'
import { ErrorPage } from './error.tsx'
import { EHR_CHOICES, FirstHourPage, LetterPage } from './first-hour.tsx'
import { GenerationPage, GenerationsPage } from './generations.tsx'
import { headline, HomePage } from './home.tsx'
import { JobPage, JobsPage } from './jobs.tsx'
import { JournalPage } from './journal.tsx'
import { EditionPage } from './edition.tsx'
import { CopyEditionPage } from './edition-carry.tsx'
import { NightCardPage, NightEditionPage, type NightTyped } from './edition-night.tsx'
import { EditionCardPage, EditionLabelPage, LostEditionPage } from './edition-paper.tsx'
import { CONTENTS_FIELDS, type ContentsTyped } from './edition-fields.tsx'
import { EditionPapersPage } from './edition-papers.tsx'
import { EditionsPage, MakeEditionPage, type MakeModel } from './editions.tsx'
import { MachineKeyPage, MachinesPage } from './machines.tsx'
import { PatternPage } from './pattern.tsx'
import { CandidatesPage, MediaSettingsPage, RegisterPage } from './media-forms.tsx'
import { LabelsPage, RotaPage } from './media-paper.tsx'
import { MediaPage } from './media.tsx'
import { MediumPage } from './medium.tsx'
import { NewPersonPage, OneTimeCodePage, PeoplePage, PersonPage } from './people.tsx'
import { PlaceAddPage } from './place-add.tsx'
import { type NotesForm, PlacePage } from './place.tsx'
import { PlacesPage } from './places.tsx'
import { POLICY_STATES } from './policy-states.fixture.tsx'
import { INCIDENT_STATES } from './incident-states.fixture.tsx'
import { REPORT_STATES } from './report-states.fixture.tsx'
import { RECOVERY_STATES } from './recovery-states.fixture.tsx'
import { ProblemsPage } from './problems.tsx'
import { ProtectionPage } from './protection.tsx'
import { ChooseGenerationPage, OpeningPage, SearchPage } from './search.tsx'
import { SettingsPage } from './settings.tsx'
import { PreparationsPage } from './preparations.tsx'
import { AccountPage, FirstSignInPage, SignInPage, UnlockPage } from './sign-in.tsx'
import { fixtureSameNumber } from '../fixtures/same-number.ts'
import { fixtureFhirFound } from '../fixtures/source-fhir.ts'
import { EMPTY_FHIR_FORM, SourceFhirPage } from './source-fhir.tsx'
import { ADDED_KINDS, SourceFormPage, SourceKindPage } from './source-form.tsx'
import { CommandRecordsPage, ImpactPage } from './source-outside.tsx'
import { SourceChangePage, SourceMovedPage, SourcesPage } from './sources.tsx'
import { slipPages, SlipsPage } from './slips.tsx'
import { StacksPage } from './stacks.tsx'
import { fixtureStackLists, fixtureStacks, runningStack } from '../fixtures/stacks.ts'

const page = <T,>(rows: readonly T[], total = rows.length) => ({ rows, total, page: 1, pageSize: 50 })
const address = {
  token: 'token',
  reasonGiven: false,
  documentNumber: (path: string) => documentFiles(fixtureChart).findIndex((file) => file.path === path),
}
const generation = { id: 'g-20261122', asOfMs: fixtureGenerations[0]!.takenAtMs, newest: true }
const person = { loginName: 'a', displayName: '', profession: 'clerk', duties: ['inspector'] } as const
const noNotes: NotesForm = {
  offsite: 'no',
  ownAdministrator: '',
  capacityGb: '"><b>',
  risk: '</textarea><b>',
  response: '',
  slowFrom: '8',
  slowTo: '19',
  slowMbps: '5',
}
const [patient, other] = fixtureHits
const noChoices = { databases: [], hooks: [] }
const anyInput = {
  name: '',
  kind: 'database',
  paths: [],
  dailyAt: '',
  definition: '',
  hook: '',
  everyHours: 24,
  onChange: false,
} as const
const opening = { patient: patient!, token: 't', asOfMs: NOW, generationId: 'g', similar: [], why: [] }

const mediaTyped = {
  typed: {
    name: '',
    size: '1',
    checkAt: '8',
    vaultName: '',
    vaultOffsite: true,
    carriers: [],
    capacityGb: '',
    risk: '',
    response: '',
  },
  people: fixtureMedia().people,
}
const mediaLook = {
  uuid: 'u',
  label: '',
  fileSystem: 'ext4',
  sizeBytes: 1e12,
  isRemovable: false,
  kind: 'rdx',
  knownAs: undefined,
  freeBytes: 1e11,
  names: ['写真'],
  count: 9,
  isMarked: true,
} as const
const drillsModel = {
  drills: fixtureDrills,
  tests: fixtureFindingTests,
  lessons: { all: LESSONS.map((lesson) => ({ lesson, people: 1, readAtMs: NOW })), staff: 5 },
  unannounced: { from: '2026-12-01', until: '2026-12-31', state: 'today' as const },
  today: '2026-11-29',
}
const exchanges = [{ day: '2026-11-24', out: undefined, in: 2, person: 'p9' }]
const mediumModel = (index: number) => ({
  view: fixtureMedia(),
  state: fixtureMedia().media[index]!,
  history: [{ kind: 'copied', atMs: NOW, readBackMs: undefined, damaged: 2 } as const],
  contents: { known: [{ id: 'g', sourceName: 's', takenAtMs: NOW }], others: 2 },
  typed: { to: 'vault', person: 'p1', when: '' },
  errors: { when: 'x' },
})

const devices = {
  devices: fixtureDevices.map((device) => ({ ...device, state: recordState(device, NOW) })),
  spares: fixtureSpares.map((spare) => ({ ...spare, state: spareState(spare, NOW) })),
  systems: [{ id: 'network', name: 'ネットワーク機器' }],
}
const record = (id: string) => ({ device: fixtureDevices[0]!, at: NOW, ...fixtureRecord(id) })

const NIGHT_TYPED: NightTyped = {
  kind: 'care',
  sources: [],
  days: [],
  months: '13',
  documents: 'first',
  folder: '',
  holder: '',
  place: '',
  slots: '',
}
const MAKE_TYPED: MakeModel['typed'] = {
  ...(Object.fromEntries(CONTENTS_FIELDS.map((name) => [name, ''])) as ContentsTyped),
  medium: '',
  generations: [],
  returnOn: '',
}
const STATES: Record<string, (ui: Ui) => JSX.Element> = {
  'contact tree': (ui) => <ContactTreePage ui={ui} all={fixtureRegisters} />,
  'contact tree, none': (ui) => (
    <ContactTreePage ui={ui} all={{ ...fixtureRegisters, person: [], vendor: [], contact: [] }} />
  ),
  registers: (ui) => <RegistersPage ui={ui} all={fixtureRegisters} />,
  ...Object.fromEntries(
    REGISTERS.flatMap((register): [string, (ui: Ui) => JSX.Element][] => [
      [
        `register of ${register}`,
        (ui) => <RegisterListPage ui={ui} model={{ register, entries: fixtureRegisters[register], said: 'x' }} />,
      ],
      [`register of ${register}, none`, (ui) => <RegisterListPage ui={ui} model={{ register, entries: [] }} />],
      [
        `entry of ${register}`,
        (ui) => (
          <RegisterEntryPage
            ui={ui}
            model={{ register, id: 'x', typed: fixtureRegisters[register][0]!.values, errors: { name: 'x' } }}
          />
        ),
      ],
    ]),
  ),
  'paper entries': (ui) => (
    <PaperEntriesPage
      ui={ui}
      model={{
        list: fixturePaperEntry,
        today: '2026-11-29',
        said: 'x',
        known: '1',
        errors: { number: 'x' },
        shown: { state: 'entered', page: 1 },
      }}
    />
  ),
  'paper, everybody': (ui) => (
    <PaperAllPage
      ui={ui}
      model={{
        list: fixturePaperEntry,
        period: { from: '2026-11-20', until: '2026-11-29' },
        page: 1,
        said: 'x',
        refused: 'y',
      }}
    />
  ),
  'paper, everybody, running': (ui) => (
    <PaperAllPage
      ui={ui}
      model={{
        list: {
          ...fixturePaperEntry,
          isReadable: false,
          rests: { all: [{ ...fixturePaperEntry.rests.all[0]!, found: undefined }], open: 1, run: undefined },
          running: { done: 1, of: 20 },
        },
        period: { from: '', until: '' },
        page: 9,
      }}
    />
  ),
  'paper, everybody, stopped': (ui) => (
    <PaperAllPage
      ui={ui}
      model={{
        list: {
          ...fixturePaperEntry,
          rests: { ...fixturePaperEntry.rests, all: [], open: 0 },
          running: { done: 1, of: 20, failed: 'BASE_BUG' },
        },
        period: { from: '', until: '' },
        page: 1,
      }}
    />
  ),
  unpaid: (ui) => <PaperUnpaidPage ui={ui} unpaid={unpaidOf(fixtureUnpaid)} />,
  'unpaid, none': (ui) => <PaperUnpaidPage ui={ui} unpaid={[]} />,
  'paper entries, none': (ui) => (
    <PaperEntriesPage
      ui={ui}
      model={{ list: { ...fixturePaperEntry, sheets: [], open: 0, isReadable: false }, today: '2026-11-29' }}
    />
  ),
  ...Object.fromEntries(
    fixtureSheets.map((sheet): [string, (ui: Ui) => JSX.Element] => [
      `paper entry ${sheet.number}`,
      (ui) => (
        <PaperEntryPage
          ui={ui}
          model={{
            sheet,
            choice: sheet.entered.length > 0 ? 'structured' : 'scan',
            names: ['アムロジピン錠5mg'],
            said: 'x',
            refused: 'y',
            compared: sheet.isDouble ? fixtureCompared : { kind: 'withheld' },
            found: { patientId: '1', name: '見本', kana: sheet.isDouble ? 'ミホン' : '', birthDate: '1960-01-01' },
          }}
        />
      ),
    ]),
  ),
  drills: (ui) => <DrillsPage ui={ui} model={{ ...drillsModel, said: 'x', errors: { day: 'x', seconds: 'y' } }} />,
  'drills, unannounced day wrong': (ui) => (
    <DrillsPage ui={ui} model={{ ...drillsModel, unannounced: undefined, errors: { from: 'x' } }} />
  ),
  rules: (ui) => <RulesPage ui={ui} model={{ rules: fixtureStaffRules, said: 'x' }} />,
  'rules, none': (ui) => (
    <RulesPage ui={ui} model={{ rules: { versions: [], people: [], readAtMs: 1 }, typed: '', errors: { text: 'x' } }} />
  ),
  proofs: (ui) => <ProofsPage ui={ui} facts={fixtureProofs} />,
  training: (ui) => (
    <TrainingPage
      ui={ui}
      model={{
        learners: fixtureLearners,
        groups: fixtureGroups,
        today: '2026-11-29',
        said: 'x',
        typed: { day: '', lessons: ['usb'], people: ['person:r2'] },
        errors: { day: 'x', lessons: 'y', people: 'z' },
      }}
    />
  ),
  'training, all had': (ui) => (
    <TrainingPage ui={ui} model={{ learners: fixtureLearners.slice(0, 1), groups: [], today: '2026-11-29' }} />
  ),
  'proofs, none': (ui) => (
    <ProofsPage
      ui={ui}
      facts={{ ...fixtureProofs, copies: 0, locked: 0, media: false, plan: undefined, drill: undefined }}
    />
  ),
  monday: (ui) => <MondayPage ui={ui} sheet={fixtureMonday} />,
  'drills, none': (ui) => <DrillsPage ui={ui} model={{ ...drillsModel, drills: [], tests: [] }} />,
  ...Object.fromEntries(
    fixtureDrills.map((drill): [string, (ui: Ui) => JSX.Element] => [
      `drill ${drill.id}`,
      (ui) => (
        <DrillPage
          ui={ui}
          model={{
            drill,
            own: [fixtureImprovement],
            toCheck: [fixtureImprovement],
            declaredMinutes: 60,
            contacts: fixtureContacts,
            said: 'x',
            lack: 'y',
            errors: { what: 'x' },
          }}
        />
      ),
    ]),
  ),
  ...Object.fromEntries(
    LESSONS.map((lesson): [string, (ui: Ui) => JSX.Element] => [
      `lesson ${lesson}`,
      (ui) => <LessonPage ui={ui} lesson={lesson} answers={lesson === 'usb' ? undefined : [0, undefined]} />,
    ]),
  ),
  'bcp, new': (ui) => <BcpPage ui={ui} model={{ view: fixtureBcpNew, errors: { kind: 'x' } }} />,
  bcp: (ui) => <BcpPage ui={ui} model={{ view: fixtureBcp, said: 'x' }} />,
  'bcp, never printed': (ui) => (
    <BcpPage
      ui={ui}
      model={{
        view: { ...fixtureBcp, binder: { printing: undefined, ageDays: 0, isOld: false, changed: [] } },
        said: 'x',
      }}
    />
  ),
  'bcp, compare': (ui) => (
    <BcpComparePage ui={ui} model={{ view: fixtureBcp, compared: fixtureComparison, isUnknown: false }} />
  ),
  'bcp, compare, unknown': (ui) => (
    <BcpComparePage ui={ui} model={{ view: fixtureBcp, compared: undefined, isUnknown: true }} />
  ),
  'bcp, compare, none': (ui) => <BcpComparePage ui={ui} model={{ view: fixtureBcpNew, compared: undefined }} />,
  'bcp, approve': (ui) => <ApprovePage ui={ui} model={{ view: fixtureBcp, errors: { approver: 'x' } }} />,
  ...Object.fromEntries(
    SECTIONS.map((section): [string, (ui: Ui) => JSX.Element] => [
      `bcp, section ${section.code}`,
      (ui) => <BcpSectionPage ui={ui} section={section} model={{ view: fixtureBcp }} />,
    ]),
  ),
  'bcp, section saved empty': (ui) => (
    <BcpSectionPage ui={ui} section={SECTIONS[0]!} model={{ view: fixtureBcp, typed: {}, isEmpty: true }} />
  ),
  'bcp, order of care': (ui) => <BcpOrderPage ui={ui} order="care" model={{ view: fixtureBcp }} />,
  'bcp, order of recovery': (ui) => <BcpOrderPage ui={ui} order="recovery" model={{ view: fixtureBcp }} />,
  'bcp, impact': (ui) => <BiaPage ui={ui} model={{ view: fixtureBcp, errors: { 'rto-s1': 'x' } }} />,
  'bcp, impact, none': (ui) => <BiaPage ui={ui} model={{ view: fixtureBcpNew }} />,
  'cut list': (ui) => <CutListPage ui={ui} connections={fixtureRegisters.connection} />,
  'cut list, none': (ui) => <CutListPage ui={ui} connections={[]} />,
  'role cards': (ui) => <RoleCardsPage ui={ui} cards={roleCards(fixtureRegisters)} />,
  'role cards, none': (ui) => <RoleCardsPage ui={ui} cards={roleCards({ person: [], vendor: [], contact: [] })} />,
  'contact sheet': (ui) => <ContactSheetPage ui={ui} all={fixtureRegisters} />,
  devices: (ui) => <DevicesPage ui={ui} model={{ list: devices, done: 'spareSeen', errors: { what: 'x' } }} />,
  'devices, none': (ui) => <DevicesPage ui={ui} model={{ list: { devices: [], spares: [], systems: [] } }} />,
  'a device, new': (ui) => <DevicePage ui={ui} model={{ systems: [], typed: {}, errors: { name: 'x' } }} />,
  'a device': (ui) => (
    <DevicePage
      ui={ui}
      model={{ systems: devices.systems, device: devices.devices[0], typed: { kind: 'nas' }, done: 'unchanged' }}
    />
  ),
  'a device, record refused': (ui) => (
    <DevicePage ui={ui} model={{ systems: [], device: devices.devices[2], typed: {}, errors: { text: 'x' } }} />
  ),
  'a record': (ui) => <RecordPage ui={ui} record={record('v1')} recordId="v1" text="a" />,
  'a record, no text': (ui) => <RecordPage ui={ui} record={record('v3')} recordId="v3" text={undefined} />,
  'two records': (ui) => (
    <ComparePage ui={ui} before={record('v1')} after={record('v2')} diff={diffLines('a\nb\nc\nd\ne\nf', 'f')} />
  ),
  'two records, nothing in common': (ui) => (
    <ComparePage
      ui={ui}
      before={record('v1')}
      after={record('v2')}
      diff={diffLines('a\n'.repeat(30_000), 'b\n'.repeat(30_000))}
    />
  ),
  'two records alike': (ui) => (
    <ComparePage ui={ui} before={record('v1')} after={record('v1')} diff={diffLines('a', 'a')} />
  ),
  'two records, no text': (ui) => <ComparePage ui={ui} before={record('v1')} after={record('v3')} diff={undefined} />,
  editions: (ui) => <EditionsPage ui={ui} list={fixtureEditionList} />,
  'editions, none': (ui) => <EditionsPage ui={ui} list={{ editions: [], jobId: 'j' }} />,
  'editions, new': (ui) => (
    <MakeEditionPage
      ui={ui}
      model={{
        preparation: fixturePreparation,
        typed: { ...MAKE_TYPED, medium: 'cd' },
        errors: { holder: 'x', returnOn: 'x', slots: 'x' },
      }}
    />
  ),
  'editions, not for me': (ui) => (
    <MakeEditionPage ui={ui} model={{ preparation: { kinds: [], sources: [] }, typed: MAKE_TYPED }} />
  ),
  edition: (ui) => <EditionPage ui={ui} view={fixtureEdition(5)!} looks={[]} done="saved" />,
  'edition, overdue': (ui) => <EditionPage ui={ui} view={fixtureEdition(4)!} looks={[]} done="refused" />,
  'edition, returned': (ui) => <EditionPage ui={ui} view={fixtureEdition(3)!} looks={[]} />,
  'edition, destroyed': (ui) => <EditionPage ui={ui} view={fixtureEdition(2)!} looks={[]} />,
  'edition, lost': (ui) => <EditionPage ui={ui} view={fixtureEdition(1)!} looks={[]} />,
  'edition, copied where': (ui) => (
    <CopyEditionPage ui={ui} model={{ number: 5, mounted: fixtureMounted, folder: '', error: 'x' }} />
  ),
  'edition, no stick': (ui) => <CopyEditionPage ui={ui} model={{ number: 5, mounted: [], folder: '' }} />,
  'edition, copy planned': (ui) => (
    <CopyEditionPage ui={ui} model={{ number: 5, mounted: [], folder: '/media/usb1', plan: fixtureCopyPlan }} />
  ),
  'edition, copy too large': (ui) => (
    <CopyEditionPage
      ui={ui}
      model={{ number: 5, mounted: [], folder: '/media/usb1', plan: { ...fixtureCopyPlan, freeBytes: 1 } }}
    />
  ),
  'editions by night, form': (ui) => (
    <NightEditionPage ui={ui} model={{ view: fixtureNight, typed: NIGHT_TYPED, errors: { folder: 'x' } }} />
  ),
  'editions by night, on': (ui) => <NightEditionPage ui={ui} model={{ view: fixtureNightOn, typed: NIGHT_TYPED }} />,
  'editions by night, asked': (ui) => (
    <NightEditionPage
      ui={ui}
      model={{
        view: { ...fixtureNightOn, policy: { ...fixtureNightOn.policy!, state: 'asked', mayConfirm: true } },
        typed: NIGHT_TYPED,
      }}
    />
  ),
  'editions by night, not for me': (ui) => (
    <NightEditionPage ui={ui} model={{ view: { ...fixtureNight, mayAsk: false }, typed: NIGHT_TYPED }} />
  ),
  'editions by night, card': (ui) => <NightCardPage ui={ui} slots={fixturePassphrases} />,
  'papers for editions': (ui) => <EditionPapersPage ui={ui} model={{ papers: fixturePapers, isSaved: true }} />,
  'papers for editions, none': (ui) => (
    <EditionPapersPage ui={ui} model={{ papers: [], typed: 'a', errors: { file: 'x' } }} />
  ),
  'edition, label': (ui) => <EditionLabelPage ui={ui} view={fixtureEdition(5)!} />,
  'edition, card': (ui) => <EditionCardPage ui={ui} view={fixtureEdition(5)!} slots={fixturePassphrases} />,
  'edition, lost sheet': (ui) => <LostEditionPage ui={ui} view={fixtureEdition(1)!} />,
  machines: (ui) => <MachinesPage ui={ui} model={{ machines: fixtureMachines, done: 'asked' }} />,
  'machines, none': (ui) => (
    <MachinesPage
      ui={ui}
      model={{
        machines: [],
        preparation: { escrowKey: 'k' },
        typed: { card: 'a', code: 'b' },
        errors: { card: 'x' },
      }}
    />
  ),
  'the key of a machine': (ui) => (
    <MachineKeyPage ui={ui} machineKey={{ name: 'a', repositories: ['https://k/a/files/'], password: 'p' }} />
  ),
  ...POLICY_STATES,
  ...RECOVERY_STATES,
  ...INCIDENT_STATES,
  ...REPORT_STATES,
  coverage: (ui) => <CoveragePage ui={ui} model={{ map: fixtureCoverage, done: 'saved' }} />,
  'coverage, no list yet': (ui) => (
    <CoveragePage ui={ui} model={{ map: { ...fixtureCoverage, systems: [] }, ehr: 'orca' }} />
  ),
  'a system, new': (ui) => <SystemPage ui={ui} model={{ map: fixtureCoverage, typed: {}, errors: { name: 'x' } }} />,
  'a system': (ui) => (
    <SystemPage
      ui={ui}
      model={{
        map: fixtureCoverage,
        system: fixtureCoverage.systems[0],
        typed: { 'data-way': 'source' },
        errors: { 'data-source': 'x', on: 'y' },
      }}
    />
  ),
  'a system without generations': (ui) => (
    <SystemPage
      ui={ui}
      model={{
        map: { ...fixtureCoverage, generations: [] },
        system: fixtureCoverage.systems[2],
        typed: {},
        done: 'accepted',
      }}
    />
  ),
  'a source, to change': (ui) => (
    <SourceChangePage
      ui={ui}
      source={fixtureSources[0]!}
      choices={noChoices}
      input={{ name: '', dailyAt: '', hook: '', onChange: true }}
      errors={{ reason: 'x' }}
    />
  ),
  'a source, numbers shared': (ui) => (
    <SourceChangePage
      ui={ui}
      source={{ ...fixtureSources[0]!, sharedNumbers: true }}
      choices={noChoices}
      input={{ name: 'a', dailyAt: '', hook: '', onChange: false }}
    />
  ),
  'a source, stopped': (ui) => (
    <SourceChangePage
      ui={ui}
      source={{ ...fixtureSources[0]!, stopped: { atMs: NOW, reason: 'moved' } }}
      choices={fixtureChoices}
      input={{ name: 'a', dailyAt: '02:00', hook: '', onChange: false }}
      saved
    />
  ),
  'protected patients': (ui) => (
    <ProtectionPage ui={ui} model={{ rows: [{ id: 'patient:a', patientId: '1' }, { id: 'patient:b' }], saved: true }} />
  ),
  'protected patients, none': (ui) => (
    <ProtectionPage ui={ui} model={{ rows: [], typed: '9', errors: { patientId: ui.t.field['no-such-patient'] } }} />
  ),
  'keys stay closed': (ui) => <UnlockPage ui={ui} model={{ next: '/', refusal: { kind: 'no-keys' } }} />,
  home: (ui) => <HomePage ui={ui} home={fixtureHome} />,
  'home of a sample': (ui) => (
    <HomePage ui={ui} home={{ ...fixtureHome, lights: unlitFixtureLights, running: [runningJob] }} />
  ),
  'home, empty': (ui) => (
    <HomePage
      ui={ui}
      home={{
        ...fixtureHome,
        generations: [],
        places: [],
        problems: { unread: 0, withheld: 0 },
        lights: unlitFixtureLights,
      }}
    />
  ),
  'first hour': (ui) => <FirstHourPage ui={ui} />,
  ...Object.fromEntries(
    EHR_CHOICES.map((choice) => [`first hour, ${choice}`, (ui: Ui) => <FirstHourPage ui={ui} choice={choice} />]),
  ),
  letter: (ui) => <LetterPage ui={ui} />,
  sources: (ui) => <SourcesPage ui={ui} sources={fixtureSources} added />,
  'sources, empty': (ui) => <SourcesPage ui={ui} sources={[]} />,
  'source form, refused': (ui) => (
    <SourceFormPage
      ui={ui}
      choices={noChoices}
      input={{ ...anyInput, kind: 'csv', paths: ['/x'], dailyAt: '25' }}
      errors={{ name: 'x', dailyAt: 'y' }}
    />
  ),
  'source form, tried': (ui) => (
    <SourceFormPage
      ui={ui}
      choices={fixtureChoices}
      input={{ ...anyInput, name: 'a', kind: 'ssmix2', paths: ['/x'] }}
      trial={{
        kind: 'ssmix2',
        files: 1,
        sizeBytes: 1,
        more: true,
        patients: 3,
        newestMs: NOW,
        kinds: [{ name: 'x', files: 1 }],
      }}
    />
  ),
  'FHIR server form': (ui) => <SourceFhirPage ui={ui} input={EMPTY_FHIR_FORM} />,
  'FHIR server form, tried': (ui) => <SourceFhirPage ui={ui} input={EMPTY_FHIR_FORM} found={fixtureFhirFound} />,
  'FHIR server form, refused': (ui) => (
    <SourceFhirPage
      ui={ui}
      input={EMPTY_FHIR_FORM}
      errors={{ base: ui.t.field['not-an-address'] }}
      trouble="FHIR_SERVER_LOGIN_REFUSED"
    />
  ),
  'files for charts, tried': (ui) => (
    <SourceFormPage
      ui={ui}
      choices={fixtureChoices}
      input={{ ...anyInput, name: 'a', kind: 'intake', paths: ['/x'] }}
      trial={{
        kind: 'intake',
        files: 3,
        sizeBytes: 1,
        more: false,
        patients: 3,
        kinds: [],
        records: [
          { kind: 'MedicationRequest', count: 12 },
          { kind: 'Device', count: 1 },
        ],
        problems: [{ code: 'json-broken', count: 2 }],
      }}
    />
  ),
  'kinds to back up': (ui) => <SourceKindPage ui={ui} />,
  ...Object.fromEntries(
    ADDED_KINDS.flatMap((kind) => [
      [`${kind} form`, (ui: Ui) => <SourceFormPage ui={ui} choices={fixtureChoices} input={{ ...anyInput, kind }} />],
      [`impact of ${kind}`, (ui: Ui) => <ImpactPage ui={ui} impact={{ source: { ...fixtureSources[1]!, kind } }} />],
    ]),
  ),
  'database form, none defined': (ui) => (
    <SourceFormPage ui={ui} choices={{ ...noChoices, problem: 'COMMANDS_FILE_UNSAFE' }} input={anyInput} />
  ),
  'database form, refused': (ui) => (
    <SourceFormPage ui={ui} choices={fixtureChoices} input={anyInput} trouble="COMMANDS_LOGIN_REFUSED" />
  ),
  'database form, tried': (ui) => (
    <SourceFormPage
      ui={ui}
      choices={fixtureChoices}
      input={{ ...anyInput, definition: 'orca' }}
      trial={{ kind: 'database', files: 0, sizeBytes: 0, more: false, kinds: [], tables: 153, unsafeTables: 2 }}
    />
  ),
  'impact of a database': (ui) => (
    <ImpactPage
      ui={ui}
      impact={{
        source: { ...fixtureSources[1]!, kind: 'database', paths: [], database: '日レセ', hook: '止める' },
        accountName: 'toride',
        host: '192.168.1.5',
        port: 5432,
        timeoutMinutes: 240,
        seconds: 90,
        sizeBytes: 1e9,
      }}
    />
  ),
  'outside commands': (ui) => <CommandRecordsPage ui={ui} source={fixtureSources[0]!} records={fixtureRecords} />,
  'outside commands, none': (ui) => <CommandRecordsPage ui={ui} source={fixtureSources[0]!} records={[]} />,
  'source, own server begun': (ui) => (
    <SourceMovedPage ui={ui} url="http://127.0.0.1:8081" firstSignIn={{ loginName: 'admin', code: '1234' }} />
  ),
  generations: (ui) => (
    <GenerationsPage
      ui={ui}
      model={{ page: page(fixtureGenerations, 120), sources: fixtureSources, sourceId: 'ehr' }}
    />
  ),
  'generations, empty': (ui) => <GenerationsPage ui={ui} model={{ page: page([]), sources: [] }} />,
  generation: (ui) => <GenerationPage ui={ui} generation={fixtureDetail} />,
  'generation, bare': (ui) => (
    <GenerationPage
      ui={ui}
      generation={{ ...fixtureDetail, checks: [], lookedAt: [], skippedFiles: [], state: 'damaged' }}
    />
  ),
  media: (ui) => <MediaPage ui={ui} model={{ view: fixtureMedia(), done: 'saved' }} />,
  'media, none': (ui) => <MediaPage ui={ui} model={{ view: undefined }} />,
  'media, wrong': (ui) => <MediaPage ui={ui} model={{ view: { ...fixtureMedia('morning'), canOpen: false } }} />,
  'media, done': (ui) => <MediaPage ui={ui} model={{ view: fixtureMedia('done'), ejected: 'unmounted' }} />,
  'media, settings': (ui) => <MediaSettingsPage ui={ui} model={{ ...mediaTyped, errors: { size: 'x' } }} />,
  'media, candidates': (ui) => <CandidatesPage ui={ui} candidates={[mediaLook]} registered={3} isGone />,
  'media, register': (ui) => <RegisterPage ui={ui} look={mediaLook} typed={{ number: '6', shelf: '', kind: 'rdx' }} />,
  'media, labels': (ui) => <LabelsPage ui={ui} view={fixtureMedia()} media={fixtureMedia().kept.set.media} />,
  'media, rota': (ui) => (
    <RotaPage ui={ui} view={fixtureMedia()} month="2026-11" next="2026-12" exchanges={exchanges} />
  ),
  'media, rota empty': (ui) => <RotaPage ui={ui} view={fixtureMedia()} month="2026-11" next="2026-12" exchanges={[]} />,
  medium: (ui) => <MediumPage ui={ui} model={mediumModel(0)} />,
  'medium, lost': (ui) => <MediumPage ui={ui} model={{ ...mediumModel(2), done: 'out' }} />,
  places: (ui) => (
    <PlacesPage
      ui={ui}
      model={{
        places: [...fixturePlaces, ...fixtureKeepers],
        rules: fixtureRules,
        media: fixtureMedia(),
        done: 'added',
      }}
    />
  ),
  'places, none': (ui) => <PlacesPage ui={ui} model={{ places: fixturePlaces, rules: [], done: 'removed' }} />,
  ...Object.fromEntries(
    (Object.keys(PLACE_FIELDS) as PlaceKind[]).map((kind) => [
      `a place is added: ${kind}`,
      (ui: Ui) => <PlaceAddPage ui={ui} model={{ kind }} />,
    ]),
  ),
  'a place is added: refused': (ui) => (
    <PlaceAddPage
      ui={ui}
      model={{
        kind: 'keeper',
        typed: { kind: 'keeper', name: '"><b>', offsite: true, values: { address: 'a', pin: 'b', code: 'c' } },
        errors: { code: 'x', pin: 'y' },
      }}
    />
  ),
  ...Object.fromEntries(
    [...fixturePlaces, ...fixtureKeepers].map((place) => [
      `a place: ${place.id}`,
      (ui: Ui) => <PlacePage ui={ui} model={{ place, typed: noNotes, isSaved: true }} />,
    ]),
  ),
  'job, running': (ui) => <JobPage ui={ui} job={runningJob} />,
  'job, failed': (ui) => <JobPage ui={ui} job={failedJob} />,
  'job, done': (ui) => <JobPage ui={ui} job={doneJob} />,
  'job, a backup under suspicion': (ui) => (
    <JobPage ui={ui} job={doneJob} outcome={{ suspected: { lastClean: { generationId: 'g', takenAtMs: 0 } } }} />
  ),
  'job, a rehearsal done': (ui) => (
    <JobPage ui={ui} job={{ ...doneJob, kind: 'rehearsal' }} outcome={{ rehearsalId: 'r1' }} />
  ),
  jobs: (ui) => <JobsPage ui={ui} jobs={[runningJob]} />,
  'jobs, none': (ui) => <JobsPage ui={ui} jobs={[]} />,
  problems: (ui) => (
    <ProblemsPage ui={ui} model={{ page: page(fixtureProblems), counts: { unread: 2, withheld: 1 } }} />
  ),
  'problems, none': (ui) => (
    <ProblemsPage ui={ui} model={{ page: page([]), counts: { unread: 0, withheld: 0 }, group: 'withheld' }} />
  ),
  search: (ui) => <SearchPage ui={ui} model={{ query: '', generation }} />,
  'search, in place of a suspected one': (ui) => (
    <SearchPage ui={ui} model={{ query: '', generation: { ...generation, about: { insteadOfMs: NOW - 3_600_000 } } }} />
  ),
  'search, no generation': (ui) => <SearchPage ui={ui} model={{ query: '' }} />,
  results: (ui) => (
    <SearchPage
      ui={ui}
      model={{ query: 'み', generation, result: { generationId: 'g', asOfMs: NOW, total: 99, hits: fixtureHits } }}
    />
  ),
  'results, in several sources': (ui) => (
    <SearchPage
      ui={ui}
      model={{
        query: 'み',
        generation: { ...generation, sourceName: '検査（CSV）' },
        result: { generationId: 'g', asOfMs: NOW, total: 3, hits: fixtureHits },
        elsewhere: new Map([[patient!.key, fixtureSameNumber]]),
      }}
    />
  ),
  'results, none': (ui) => (
    <SearchPage
      ui={ui}
      model={{ query: 'み', generation, result: { generationId: 'g', asOfMs: NOW, total: 0, hits: [] } }}
    />
  ),
  'another day': (ui) => <ChooseGenerationPage ui={ui} generations={fixtureGenerations} />,
  opening: (ui) => <OpeningPage ui={ui} model={opening} />,
  'opening, similar and reason': (ui) => (
    <OpeningPage
      ui={ui}
      model={{
        ...opening,
        similar: [other!],
        why: ['protected-person'],
        errors: { birth: 'x', confirmed: 'y', reason: 'z' },
      }}
    />
  ),
  chart: (ui) => (
    <ChartPage ui={ui} chart={fixtureChart} address={address} options={{ showOrigins: false, allColumns: false }} />
  ),
  'chart with origins': (ui) => (
    <ChartPage ui={ui} chart={longFixtureChart} address={address} options={{ showOrigins: true, allColumns: true }} />
  ),
  'chart, of a number that others hold': (ui) => (
    <ChartPage
      ui={ui}
      chart={fixtureChart}
      address={address}
      options={{
        showOrigins: false,
        allColumns: false,
        elsewhere: { records: fixtureSameNumber, failed: ['前の"台帳"'] },
      }}
    />
  ),
  'chart, others not asked': (ui) => (
    <ChartPage
      ui={ui}
      chart={fixtureChart}
      address={address}
      options={{ showOrigins: false, allColumns: false, elsewhere: { records: [], failed: ['台帳'] } }}
    />
  ),
  'chart, empty': (ui) => (
    <ChartPage
      ui={ui}
      chart={emptyFixtureChart}
      address={address}
      options={{ showOrigins: false, allColumns: false }}
    />
  ),
  'chart, what changed': (ui) => (
    <ChartComparePage
      ui={ui}
      before={{ ...emptyFixtureChart, problems: fixtureChart.problems }}
      after={{ ...fixtureChart, problems: emptyFixtureChart.problems }}
      address={address}
    />
  ),
  'print, in-house': (ui) => (
    <ChartPrintPage
      ui={ui}
      chart={longFixtureChart}
      address={address}
      choice={{ kind: 'summary', audience: 'staff' }}
      sheets={{
        pages: sheetPages(
          ui,
          longFixtureChart,
          { kind: 'summary', audience: 'staff' },
          { records: fixtureSameNumber, failed: ['台帳'] },
        ),
        missing: ['U+E000', 'U+8FBB U+E0101'],
      }}
    />
  ),
  'print, patient': (ui) => (
    <ChartPrintPage
      ui={ui}
      chart={fixtureChart}
      address={address}
      choice={{ kind: 'medicines', audience: 'patient' }}
      sheets={{ pages: sheetPages(ui, fixtureChart, { kind: 'medicines', audience: 'patient' }), missing: [] }}
    />
  ),
  'stacks, one being made': (ui) => (
    <StacksPage
      ui={ui}
      model={{ lists: fixtureStackLists, stacks: [runningStack, ...fixtureStacks], hasNight: true }}
    />
  ),
  'stacks, refused': (ui) => (
    <StacksPage
      ui={ui}
      model={{
        lists: fixtureStackLists,
        stacks: [{ ...runningStack, state: 'failed', code: 'STORAGE_FULL' }],
        hasNight: false,
        refusal: 'limit',
        errors: { reason: 'x' },
      }}
    />
  ),
  'stacks, empty': (ui) => <StacksPage ui={ui} model={{ lists: undefined, stacks: [], hasNight: true }} />,
  'slips of a patient': (ui) => (
    <SlipsPage
      ui={ui}
      form="all"
      sheets={{ pages: slipPages(ui, 'all', fixtureChart), missing: [] }}
      patient={{ chart: fixtureChart, token: 't' }}
    />
  ),
  labels: (ui) => (
    <SlipsPage
      ui={ui}
      form="labels"
      sheets={{ pages: slipPages(ui, 'labels', longFixtureChart), missing: ['U+E000'] }}
      patient={{ chart: longFixtureChart, token: 't' }}
    />
  ),
  'blank slips': (ui) => <SlipsPage ui={ui} form="vitals" sheets={{ pages: slipPages(ui, 'vitals'), missing: [] }} />,
  'reception slips with numbers, of a PC that was put back': (ui) => (
    <SlipsPage
      ui={ui}
      form="reception"
      sheets={{
        pages: slipPages(ui, 'reception', undefined, [{ serial: '417-06-61-00001-0', temporary: 'T-417-61-00001-0' }]),
        missing: [],
      }}
      numbered={{ state: { isReady: true, changed: { why: 'put-back', atMs: ui.nowMs } }, patients: 'x' }}
    />
  ),
  'papers made ready': (ui) => <PapersPage ui={ui} model={{ view: fixturePapersReady, said: 'x' }} />,
  'papers of a house that has nothing yet, and a wrong count': (ui) => (
    <PapersPage
      ui={ui}
      model={{
        view: { ...fixturePapersReady, stock: [], ranges: [], carriedAtMs: undefined, kind: 'clinic' },
        errors: { lie: 'x', carry: 'x' },
      }}
    />
  ),
  'manual of a ward that two people wrote over': (ui) => (
    <ManualPage ui={ui} model={{ view: fixtureManual, conflict: '■ 私の文' }} />
  ),
  'manual as the template': (ui) => (
    <ManualPage ui={ui} model={{ view: { ...fixtureManual, versions: [] }, error: 'x', typed: '' }} />
  ),
  'slips without numbers': (ui) => (
    <SlipsPage
      ui={ui}
      form="lab"
      sheets={{ pages: slipPages(ui, 'lab'), missing: [] }}
      numbered={{ state: { isReady: false } }}
    />
  ),
  'chart denied': (ui) => <ChartRefusedPage ui={ui} refusal="denied" />,
  'chart, keys closed': (ui) => <ChartRefusedPage ui={ui} refusal="keys-closed" />,
  journal: (ui) => (
    <JournalPage ui={ui} model={{ page: page(fixtureJournal), filter: { kind: 'chart', day: '2026-11-28' } }} />
  ),
  'journal, empty': (ui) => <JournalPage ui={ui} model={{ page: page([]), filter: {} }} />,
  'journal, nobody': (ui) => (
    <JournalPage ui={ui} model={{ page: page([]), filter: { who: 'x' }, errors: { who: 'y' } }} />
  ),
  people: (ui) => <PeoplePage ui={ui} people={fixturePeople} />,
  'new person, refused': (ui) => <NewPersonPage ui={ui} input={person} errors={{ loginName: 'x' }} />,
  person: (ui) => <PersonPage ui={ui} person={fixturePeople[2]!} input={person} saved />,
  'one-time code': (ui) => <OneTimeCodePage ui={ui} name="a" loginName="b" code="1234-5678" />,
  preparations: (ui) => <PreparationsPage ui={ui} />,
  settings: (ui) => <SettingsPage ui={ui} settings={fixtureSettings} saved />,
  'sign-in, refused': (ui) => (
    <SignInPage ui={ui} model={{ firstOpen: false, loginName: 'a', refusal: { kind: 'wrong' } }} />
  ),
  'sign-in, wait': (ui) => <SignInPage ui={ui} model={{ firstOpen: false, refusal: { kind: 'wait', untilMs: NOW } }} />,
  'first sign-in': (ui) => <FirstSignInPage ui={ui} model={{ errors: { password: 'x' } }} />,
  account: (ui) => <AccountPage ui={ui} errors={{ current: 'x' }} done />,
  error: (ui) => <ErrorPage ui={ui} sentences={errorSentences('STORAGE_FULL', 'ja')} code="STORAGE_FULL" />,
}

for (const language of LANGUAGES)
  for (const [name, render] of Object.entries(STATES))
    test(`${language}: ${name}`, async () => {
      const read = readHtml(await pageText(render(testUi({ language }))))
      assert.deepEqual(read.errors, [])
      assert.deepEqual(brokenReferences(read), [])
      assert.doesNotMatch(read.text, /undefined|\[object|NaN|（\s*）|\(\s*\)/, 'nor brackets around nothing')
      assert.equal(read.elements.filter((element) => element.tagName === 'h1').length, 1, 'one h1')
      const inline = read.elements.filter(
        (element) =>
          element.tagName === 'style' ||
          element.attrs.some(({ name }) => name === 'style' || name.startsWith('on')) ||
          (element.tagName === 'script' && attribute(element, 'src') === undefined),
      )
      assert.deepEqual(inline, [], 'the content security policy would refuse it')
      for (const form of read.elements.filter((element) => attribute(element, 'method') === 'post'))
        assert.match(
          JSON.stringify(form, ['childNodes', 'attrs', 'name', 'value']),
          /"csrf"/,
          'a post without its token',
        )
    })

test('the pattern page is strict markup too', async () => {
  assert.deepEqual(readHtml(await pageText(<PatternPage ui={testUi()} />)).errors, [])
})

test('見本 stands on each page of a sample, on screen and at the foot of the paper, and on none of a real clinic', async () => {
  for (const sample of [true, false]) {
    const html = await pageText(<HomePage ui={testUi({ sample })} home={fixtureHome} />)
    assert.equal(html.split('class="sample-mark"').length - 1, sample ? 2 : 0)
  }
})

test('the headline states facts: nothing, this server, stations', () => {
  const ui = testUi()
  const { readable, ...without } = fixtureHome
  assert.equal(headline(ui, { ...without, generations: [] }), 'まだ何もバックアップされていません')
  assert.match(headline(ui, without), /^今朝2:14のバックアップがあります/, 'never "nothing" above backups')
  assert.match(headline(ui, fixtureHome), /^今朝2:14までの記録（300人分）を、この画面で見られます$/)
  assert.match(headline(ui, { ...without, readable: { ...readable!, stations: 2 } }), /非常用PC 2台で見られます/)
})

test('an alarm of the ledger stands on the home page, with what to do, in both languages', async () => {
  const home = { ...fixtureHome, ledgerAlarm: { atMs: NOW - 60_000 } }
  const japanese = await pageText(<HomePage ui={testUi()} home={home} />)
  assert.match(japanese, /notice-danger[\s\S]*消されたか書き換え[\s\S]*連絡して[\s\S]*頼りにし続けない[\s\S]*見比べ/)
  const english = await pageText(<HomePage ui={testUi({ language: 'en' })} home={home} />)
  assert.match(english, /rewritten[\s\S]*Call[\s\S]*Do not go on relying[\s\S]*printed checkpoint/)
  assert.doesNotMatch(await pageText(<HomePage ui={testUi()} home={fixtureHome} />), /書き換えられています/)
})

test('where the data lies on this server is told to those who manage backup only', async () => {
  const viewer = { ...fixtureViewer, can: new Set(['see-patients'] as const) }
  assert.doesNotMatch(await pageText(<HomePage ui={testUi({ viewer })} home={fixtureHome} />), /\/var\/lib\/toride/)
  assert.match(await pageText(<HomePage ui={testUi()} home={fixtureHome} />), /\/var\/lib\/toride/)
})

test('the picture of generations names the year where it is not this one', async () => {
  const old = { ...fixtureGenerations[0]!, takenAtMs: Date.parse('2025-12-20T02:00:00+09:00') }
  const html = await pageText(<HomePage ui={testUi()} home={{ ...fixtureHome, generations: [old] }} />)
  assert.match(html, />2025\/12\/\d+</)
  assert.doesNotMatch(html, />12\/\d+</)
})

test('a place says how it stands and what to do; the form comes where it is wanted', async () => {
  const places = [...fixturePlaces, ...fixtureKeepers]
  const listed = await pageText(<PlacesPage ui={testUi()} model={{ places, rules: fixtureRules }} />)
  assert.match(listed, /うまくいっていません（[\s\S]*つながりません[\s\S]*15分ごと[\s\S]*もう一度試す/)
  assert.match(listed, /いま作業中です[\s\S]*\/jobs\/j-1/)
  assert.match(listed, /消えず、それぞれの期限まで残ります/)
  assert.match(listed, /控えだけ[\s\S]*× 未記入/)
  assert.match(listed, /× 0（1以上）[\s\S]*▲ 1か所/)
  assert.match(
    await pageText(<PlaceAddPage ui={testUi()} model={{ kind: 'keeper' }} />),
    /keeper invite[\s\S]*field-code/,
  )
  const alone = await pageText(<PlacesPage ui={testUi()} model={{ places: fixturePlaces, rules: [] }} />)
  assert.match(alone, /ほかの保管場所は、まだありません/)
})

test('rotating disks are a row of the register, with what is written of them and what is not', async () => {
  const media = fixtureMedia()
  const model = { places: fixturePlaces, rules: [], media }
  const { text } = readHtml(await pageText(<PlacesPage ui={testUi()} model={model} />))
  const register = text.slice(text.lastIndexOf('保管場所の台帳'))
  for (const words of [
    /夜間バックアップ用ディスク\s*交代で使うディスク/,
    /4台\s*1台 1 TB/,
    /11月17日\S*に写した分から\s*外してあるあいだは、だれにも消せない/,
    /× 未記入/,
    /失くした番号を外し/,
    /診療日ごとに1回（8:30に確かめる）|診療日ごとに1回（08:30に確かめる）/,
    /読み返してから外す/,
  ])
    assert.match(register, words)
})

test('a backup names each place with its own end, a place that was left too', async () => {
  const { text } = readHtml(await pageText(<GenerationPage ui={testUi()} generation={fixtureDetail} />))
  assert.match(text, /2階の専用機[\s\S]*前の専用機[\s\S]*いまは写していない/)
})

test('settings of a sample tell the sample’s own lock', async () => {
  const retention = { ...fixtureSettings.retention, sampleLockMs: 600_000 }
  const html = await pageText(<SettingsPage ui={testUi()} settings={{ ...fixtureSettings, retention }} />)
  assert.match(html, /10分（見本のため/)
})

test('keys are what opens charts; what holds a backup is its end of not being deleted', async () => {
  const words = JSON.stringify([
    MESSAGES.ja.lock,
    MESSAGES.ja.generation,
    MESSAGES.ja.reason,
    MESSAGES.ja.home,
    MESSAGES.ja.job,
  ])
  assert.doesNotMatch(words, /鍵/)
  assert.match(MESSAGES.ja.lock.logical, /約束だけ/)
  assert.equal(MESSAGES.ja.generation.source, 'バックアップするもの')
})

test('a hostile name stays text', async () => {
  const hits = [fixtureHits[2]!]
  const model = { query: '"><script>', generation, result: { generationId: 'g', asOfMs: NOW, total: 1, hits } }
  const read = readHtml(await pageText(<SearchPage ui={testUi()} model={model} />))
  assert.equal(read.elements.filter((element) => element.tagName === 'script').length, 1)
  assert.match(read.text, /<script>alert\("見本"\)<\/script>/)
})

test('paths with patient ids are hidden from those who may not see patients', async () => {
  const viewer = { ...fixtureViewer, can: new Set(['manage-backup'] as const) }
  const model = { page: page(fixtureProblems), counts: { unread: 2, withheld: 1 } }
  assert.doesNotMatch(await pageText(<ProblemsPage ui={testUi({ viewer })} model={model} />), /00012345/)
  assert.match(await pageText(<ProblemsPage ui={testUi()} model={model} />), /00012345/)
})

test('a light that a vendor holds never shows the green word', async () => {
  const html = await pageText(<HomePage ui={testUi()} home={fixtureHome} />)
  const card = html.slice(html.indexOf('light-vendor'), html.indexOf('light-bad'))
  assert.match(card, /事業者が実施/)
  assert.doesNotMatch(card, /state-good/)
})
