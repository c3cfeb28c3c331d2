/** The typed catalogue. Japanese is the source; `en.ts` must have every entry. */
import { backup } from './ja/backup.ts'
import { charts } from './ja/charts.ts'
import { chartView } from './ja/chart-view.ts'
import { coverage } from './ja/coverage.ts'
import { devices } from './ja/devices.ts'
import { hub } from './ja/hub.ts'
import { machines } from './ja/machines.ts'
import { editions } from './ja/editions.ts'
import { editionReader } from './ja/edition-reader.ts'
import { emergency } from './ja/emergency.ts'
import { erasure } from './ja/erasure.ts'
import { kit } from './ja/kit.ts'
import { media } from './ja/media.ts'
import { mediaPages } from './ja/media-pages.ts'
import { sourceReading } from './ja/source-reading.ts'
import { notices } from './ja/notices.ts'
import { outside } from './ja/outside.ts'
import { patientLists } from './ja/patient-lists.ts'
import { paper } from './ja/paper.ts'
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
import { watch } from './ja/watch.ts'
import type { Widen } from './widen.ts'

export const ja = {
  ...shell,
  ...backup,
  ...charts,
  ...media,
  ...kit,
  ...emergency,
  ...erasure,
  ...recover,
  ...mediaPages,
  ...sourceReading,
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
  ...policy,
  freeze,
  ...horizon,
  ...station,
  ...stations,
  chart: chartView,
} as const
export type Messages = Widen<typeof ja>
export type ChartMessages = Messages['chart']
