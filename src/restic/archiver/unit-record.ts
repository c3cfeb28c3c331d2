import type { UnitFile } from './ports.ts'

/** Files of a unit's record, in the order of their paths. Works on records whose blobs were resolved (all stored ones). */
export declare function unitFiles(record: Uint8Array): IterableIterator<UnitFile>
