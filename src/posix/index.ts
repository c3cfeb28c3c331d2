export { processHost } from './process-host.ts'
export { posixSource } from './source.ts'
export { mountAt } from './mounts.ts'
export { networkSource } from './network-source.ts'
export type { NetworkRules } from './network-source.ts'
export { posixTarget } from './target.ts'
export { fileSystemFacts } from './file-system.ts'
export type { FileSystemFacts } from './file-system.ts'
export { isImmutable, setImmutable } from './immutable.ts'
export type { ImmutableResult } from './immutable.ts'
import { libc } from './libc.ts'

/** False where the system calls that Node lacks do not load: exact times, attributes and devices are then not kept. */
export const keepsAllMetadata: boolean = libc !== undefined
/** Lets go of what memory holds of an open file that was flushed: what is read next comes from the medium. */
export function readFromMedium(file: number): void {
  libc?.posix_fadvise(file, 0, 0, FADV_DONTNEED)
}
const FADV_DONTNEED = 4

export { bootId, oscillatorMs } from './machine-time.ts'
export { connectedMedia, ejectVolume, forgetCached, mayMount, mountVolume, unmountFolder } from './media.ts'
export type { ConnectedMedia, Ejected } from './media.ts'
export type { MountPoint, Volume } from './media-facts.ts'
export { CREDENTIAL, CREDENTIAL_FILES, unitFile } from './unit-file.ts'
export type { UnitSettings } from './unit-file.ts'
