import { backup } from './en/backup.ts'
import { charts } from './en/charts.ts'
import { chartView } from './en/chart-view.ts'
import { coverage } from './en/coverage.ts'
import { devices } from './en/devices.ts'
import { registers } from './en/registers.ts'
import { cards } from './en/cards.ts'
import { bcp } from './en/bcp.ts'
import { paperEntry } from './en/paper-entry.ts'
import { drills } from './en/drills.ts'
import { monday } from './en/monday.ts'
import { proofs } from './en/proofs.ts'
import { training } from './en/training.ts'
import { drillAnswers } from './en/drill-answers.ts'
import { drillWords } from './en/drill-words.ts'
import { hub } from './en/hub.ts'
import { machines } from './en/machines.ts'
import { editionCarry } from './en/edition-carry.ts'
import { editionNight } from './en/edition-night.ts'
import { editions } from './en/editions.ts'
import { editionPapers } from './en/edition-papers.ts'
import { editionReader } from './en/edition-reader.ts'
import { editionSources } from './en/edition-sources.ts'
import { emergency } from './en/emergency.ts'
import { erasure } from './en/erasure.ts'
import { clean } from './en/clean.ts'
import { incident } from './en/incident.ts'
import { reports } from './en/reports.ts'
import { yearPage } from './en/year.ts'
import { incidentBooks } from './en/incident-books.ts'
import { runbooks } from './en/runbooks.ts'
import { recovery } from './en/recovery.ts'
import { instant } from './en/instant.ts'
import { signs } from './en/signs.ts'
import { kit } from './en/kit.ts'
import { media } from './en/media.ts'
import { rehearsal } from './en/rehearsal.ts'
import { notices } from './en/notices.ts'
import { outside } from './en/outside.ts'
import { patientLists } from './en/patient-lists.ts'
import { paper } from './en/paper.ts'
import { papers } from './en/papers.ts'
import { pictures } from './en/pictures.ts'
import { places } from './en/places.ts'
import { printing } from './en/printing.ts'
import { mediaPages } from './en/media-pages.ts'
import { sourceReading } from './en/source-reading.ts'
import { freeze } from './en/freeze.ts'
import { horizon } from './en/horizon.ts'
import { policy } from './en/policy.ts'
import { reading } from './en/reading.ts'
import { recover } from './en/recover.ts'
import { shell } from './en/shell.ts'
import { station } from './en/station.ts'
import { stations } from './en/stations.ts'
import { sourceFhir } from './en/source-fhir.ts'
import { sameNumber } from './en/same-number.ts'
import { watch } from './en/watch.ts'
import type { Messages } from './ja.ts'

export const en = {
  ...shell,
  ...backup,
  ...charts,
  ...media,
  ...rehearsal,
  ...kit,
  ...emergency,
  ...erasure,
  ...instant,
  ...signs,
  ...recovery,
  ...incident,
  ...incidentBooks,
  ...reports,
  ...yearPage,
  ...runbooks,
  ...clean,
  ...recover,
  ...notices,
  ...outside,
  ...machines,
  ...editionReader,
  ...editionPapers,
  ...editionSources,
  ...editions,
  ...editionNight,
  ...editionCarry,
  ...devices,
  ...registers,
  ...cards,
  ...bcp,
  ...paperEntry,
  ...drills,
  ...monday,
  ...proofs,
  ...training,
  ...drillAnswers,
  ...drillWords,
  ...sourceFhir,
  ...sameNumber,
  ...watch,
  ...coverage,
  ...places,
  ...patientLists,
  ...paper,
  ...printing,
  ...papers,
  ...pictures,
  ...reading,
  ...hub,
  ...mediaPages,
  ...sourceReading,
  ...policy,
  freeze,
  ...horizon,
  ...station,
  ...stations,
  chart: chartView,
} satisfies Messages
