/**
 * The sample clinic 青葉記念病院（見本）and generators of large storages.
 *
 * - `writeSampleClinic(options): SampleClinic` – deterministic SS-MIX2 storages of some 300 synthetic patients; a second
 *   call on the same folder with a later `asOf` continues the history (new days, corrections `_1` → `_2`, deletions).
 * - `writeNonSsmixExample({ folder, asOf, seed? }): NonSsmixExample` – what a clinic without SS-MIX2 has: PDFs named by
 *   patient id and a CSV list.
 * - `writeBenchStorage({ folder, files, seed? }): BenchStorage` – 100,000 to 1,000,000 files, over 10,000 files per second.
 * - `touchOnePercent(storage, day)` – one day's change to such a storage. `writeDump(file, sizeBytes)` – a database dump.
 */
export type {
  DoseStyle,
  PlantedKind,
  PlantedProblem,
  SampleCast,
  SampleClinic,
  SampleClinicOptions,
  SampleDisk,
} from './types.ts'
export { writeSampleClinic } from './clinic.ts'
export { writeNonSsmixExample } from './non-ssmix.ts'
export type { NonSsmixExample } from './non-ssmix.ts'
export { benchPatientFolder, benchPersonAt, touchOnePercent, writeBenchStorage } from './bench-storage.ts'
export type { BenchStorage } from './bench-storage.ts'
export { writeDump } from './bench-dump.ts'
export { SAMPLE_MINIMUM_PATIENTS } from './types.ts'
export type { TextStyle } from './encode-text.ts'
