import { backup } from './en/backup.ts'
import { charts } from './en/charts.ts'
import { chartView } from './en/chart-view.ts'
import { coverage } from './en/coverage.ts'
import { devices } from './en/devices.ts'
import { hub } from './en/hub.ts'
import { machines } from './en/machines.ts'
import { editions } from './en/editions.ts'
import { editionReader } from './en/edition-reader.ts'
import { emergency } from './en/emergency.ts'
import { erasure } from './en/erasure.ts'
import { kit } from './en/kit.ts'
import { media } from './en/media.ts'
import { notices } from './en/notices.ts'
import { outside } from './en/outside.ts'
import { patientLists } from './en/patient-lists.ts'
import { paper } from './en/paper.ts'
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
import { watch } from './en/watch.ts'
import type { Messages } from './ja.ts'

export const en = {
  ...shell,
  ...backup,
  ...charts,
  ...media,
  ...kit,
  ...emergency,
  ...erasure,
  ...recover,
  ...notices,
  ...outside,
  ...machines,
  ...editionReader,
  ...editions,
  ...devices,
  ...sourceFhir,
  ...watch,
  ...coverage,
  ...places,
  ...patientLists,
  ...paper,
  ...printing,
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
