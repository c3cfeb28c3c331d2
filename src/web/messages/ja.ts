/** The typed catalogue. Japanese is the source; `en.ts` must have every entry. */
import { backup } from './ja/backup.ts'
import { charts } from './ja/charts.ts'
import { chartView } from './ja/chart-view.ts'
import { coverage } from './ja/coverage.ts'
import { devices } from './ja/devices.ts'
import { registers } from './ja/registers.ts'
import { cards } from './ja/cards.ts'
import { bcp } from './ja/bcp.ts'
import { paperEntry } from './ja/paper-entry.ts'
import { drills } from './ja/drills.ts'
import { monday } from './ja/monday.ts'
import { proofs } from './ja/proofs.ts'
import { training } from './ja/training.ts'
import { drillAnswers } from './ja/drill-answers.ts'
import { drillWords } from './ja/drill-words.ts'
import { hub } from './ja/hub.ts'
import { machines } from './ja/machines.ts'
import { editionCarry } from './ja/edition-carry.ts'
import { editionNight } from './ja/edition-night.ts'
import { editions } from './ja/editions.ts'
import { editionPapers } from './ja/edition-papers.ts'
import { editionReader } from './ja/edition-reader.ts'
import { editionSources } from './ja/edition-sources.ts'
import { emergency } from './ja/emergency.ts'
import { erasure } from './ja/erasure.ts'
import { clean } from './ja/clean.ts'
import { incident } from './ja/incident.ts'
import { reports } from './ja/reports.ts'
import { yearPage } from './ja/year.ts'
import { incidentBooks } from './ja/incident-books.ts'
import { runbooks } from './ja/runbooks.ts'
import { recovery } from './ja/recovery.ts'
import { instant } from './ja/instant.ts'
import { signs } from './ja/signs.ts'
import { kit } from './ja/kit.ts'
import { media } from './ja/media.ts'
import { rehearsal } from './ja/rehearsal.ts'
import { mediaPages } from './ja/media-pages.ts'
import { sourceReading } from './ja/source-reading.ts'
import { notices } from './ja/notices.ts'
import { outside } from './ja/outside.ts'
import { patientLists } from './ja/patient-lists.ts'
import { paper } from './ja/paper.ts'
import { papers } from './ja/papers.ts'
import { pictures } from './ja/pictures.ts'
import { places } from './ja/places.ts'
import { printing } from './ja/printing.ts'
import { freeze } from './ja/freeze.ts'
import { horizon } from './ja/horizon.ts'
import { policy } from './ja/policy.ts'
import { reading } from './ja/reading.ts'
import { recover } from './ja/recover.ts'
import { shell } from './ja/shell.ts'
import { station } from './ja/station.ts'
import { stations } from './ja/stations.ts'
import { sourceFhir } from './ja/source-fhir.ts'
import { sameNumber } from './ja/same-number.ts'
import { watch } from './ja/watch.ts'
import type { Widen } from './widen.ts'

export const ja = {
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
  ...mediaPages,
  ...sourceReading,
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
  ...policy,
  freeze,
  ...horizon,
  ...station,
  ...stations,
  chart: chartView,
} as const
export type Messages = Widen<typeof ja>
export type ChartMessages = Messages['chart']
