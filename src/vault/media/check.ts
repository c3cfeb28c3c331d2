/** The check of a morning: is the medium in the machine the one of today, and can it be used? Pure; `station.ts` looks. */
import type { Volume } from '#posix'
import type { Marker } from './marker.ts'
import { mediumOf, type MediaSet, type Medium } from './set.ts'

/** What is connected, and of media of the set what they say of themselves. Others are never opened. */
export interface SeenMedium {
  readonly volume: Volume
  /** undefined: not of the set, or it could not be opened. */
  readonly marker?: Marker | 'missing' | 'unreadable'
  readonly freeBytes?: number
}

/** Each has its sentences, what it is and what to do now, in `web/messages`. */
export const MEDIA_FINDINGS = [
  'right',
  'wrong',
  'missing',
  'full',
  'read-only',
  'foreign',
  'copied',
  'unmarked',
  'too-many',
  'not-opened',
  'unsupported',
  'out-of-turn',
  'none-left',
] as const
export type MediaFinding = (typeof MEDIA_FINDINGS)[number]

export interface MediaCheck {
  readonly finding: MediaFinding
  /** The number that should be in the machine. */
  readonly due: number | undefined
  /** Numbers of the set that are connected. */
  readonly found: readonly number[]
  /** Where it is full. */
  readonly missingBytes?: number
}

const SUPPORTED = new Set(['ext4', 'exfat', 'ntfs', 'ltfs'])

export interface MorningFacts {
  readonly set: MediaSet
  /** Those that take turns, and whose turn it is (`rotation.ts`). */
  readonly inTurn: readonly Medium[]
  readonly due: Medium | undefined
  readonly seen: readonly SeenMedium[]
  readonly hasTapeDrive: boolean
  /** Bytes that the medium of today still lacks. */
  readonly neededBytes: number
}

/** The first thing that is wrong, or `right`. */
export function checkMorning(facts: MorningFacts): MediaCheck {
  const { set, due, seen } = facts
  const ours = seen.flatMap((one) => {
    const medium = mediumOf(set, one.volume.uuid)
    return medium ? [{ ...one, medium }] : []
  })
  const found = [...new Set(ours.map(({ medium }) => medium.number))].toSorted((a, b) => a - b)
  const check = (finding: MediaFinding): MediaCheck => ({ finding, due: due?.number, found })
  if (due === undefined) return check('none-left')
  const [only, ...others] = ours
  if (only === undefined) return check(findingWithoutOurs(facts))
  if (others.length > 0) return check(found.length < ours.length ? 'copied' : 'too-many')
  if (!facts.inTurn.includes(only.medium)) return check('out-of-turn')
  if (only.medium !== due) return check('wrong')
  const finding = findingOf(only, set)
  const missingBytes = Math.max(0, facts.neededBytes - (only.freeBytes ?? 0))
  return finding === 'right' && missingBytes > 0 ? { ...check('full'), missingBytes } : check(finding)
}

/** A medium of another kind is worth a word; a fixed disk of the machine is not. */
function findingWithoutOurs({ seen, hasTapeDrive, set }: MorningFacts): MediaFinding {
  if (seen.some(({ volume }) => volume.isRemovable)) return 'foreign'
  // A tape without LTFS has no file system: nothing of it is seen but the drive.
  return hasTapeDrive && set.media.some(({ kind }) => kind === 'ltfs') ? 'unsupported' : 'missing'
}

function findingOf({ volume, marker, medium }: SeenMedium & { medium: Medium }, set: MediaSet): MediaFinding {
  if (!SUPPORTED.has(volume.fileSystem ?? '')) return 'unsupported'
  if (marker === undefined) return 'not-opened'
  if (marker === 'missing') return 'unmarked'
  if (marker === 'unreadable') return 'not-opened'
  const isItself =
    marker.set === set.id && marker.number === medium.number && marker.uuid.toLowerCase() === medium.uuid.toLowerCase()
  if (!isItself) return 'copied'
  return volume.isWriteProtected || volume.mounts.some(({ isReadOnly }) => isReadOnly) ? 'read-only' : 'right'
}
