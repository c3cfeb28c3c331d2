import { check, copySnapshots, findSnapshot, repairIndex, repairPacks, repairSnapshots, Repository } from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { say } from '../messages.ts'
import { flag, invalid, password, text, type Parsed } from './args.ts'
import { locked, print, type Session } from './open.ts'
import { openPlace, placeOf } from './place.ts'
import { filteredSnapshots } from './select.ts'

export const REPAIR_OPTIONS = {
  'read-all-packs': { type: 'boolean' },
  forget: { type: 'boolean' },
  'dry-run': { type: 'boolean', short: 'n' },
} as const

/** `repair index|packs ID...|snapshots [ID...]`. */
export function repair(session: Session, parsed: Parsed): Promise<ExitCode> {
  const [what, ...rest] = parsed.positionals
  switch (what) {
    case 'index':
      return locked(session, true, () => repairTheIndex(session, parsed))
    case 'packs':
      return locked(session, true, () => repairThePacks(session, rest))
    case 'snapshots':
      return locked(session, true, () => repairTheSnapshots(session, parsed, rest))
    default:
      throw invalid(`repair ${what ?? ''}`)
  }
}

async function repairTheIndex(session: Session, { values }: Parsed): Promise<ExitCode> {
  const result = await repairIndex(session.repository, { readAll: flag(values, 'read-all-packs') })
  const { packsAdded: added, packsDropped: dropped, unreadable } = result
  print(session, say(session.io, 'repairedIndex', { added, dropped, unreadable: unreadable.length }))
  for (const pack of unreadable) session.io.stderr.write(`pack ${pack}\n`)
  return unreadable.length > 0 ? EXIT.failed : EXIT.ok
}

/** Without ids: the packs that a full reading finds damaged. */
async function repairThePacks(session: Session, ids: readonly string[]): Promise<ExitCode> {
  const packs = ids.length > 0 ? ids : await damagedPacks(session)
  const { blobsSaved, blobsLost } = await repairPacks(session.repository, packs)
  print(session, say(session.io, 'repairedPacks', { saved: blobsSaved, lost: blobsLost }))
  return EXIT.ok
}

async function damagedPacks({ repository, backend, startWorker, workerCount, io }: Session): Promise<string[]> {
  const storage = backend.sync
  const result = await check({ repository, storage, readData: 'all', startWorker, workerCount, signal: io.signal })
  return [...new Set(result.findings.flatMap((one) => (one.severity === 'error' && one.pack ? [one.pack] : [])))]
}

async function repairTheSnapshots(
  session: Session,
  { values }: Parsed,
  references: readonly string[],
): Promise<ExitCode> {
  const { repository, io } = session
  const all = await filteredSnapshots(repository, values)
  const ids = references.map((reference) => findSnapshot(all, reference).id)
  const repaired = await repairSnapshots(repository, await repository.loadIndex(), {
    ...(ids.length > 0 && { ids }),
    dryRun: flag(values, 'dry-run'),
    forget: flag(values, 'forget'),
  })
  for (const { losses } of repaired) {
    for (const { path } of losses) print(session, say(io, 'loss', { path }))
  }
  print(session, say(io, 'repairedSnapshots', { count: repaired.length }))
  return EXIT.ok
}

export { FROM_OPTIONS as COPY_OPTIONS } from './args.ts'

/** `copy [SNAPSHOT...] --from-repo PLACE`: into this repository. */
export function copy(session: Session, { values, positionals }: Parsed): Promise<ExitCode> {
  const { io } = session
  const place = text(values, 'from-repo')
  if (place === undefined) throw invalid(say(io, 'needRepo'))
  return locked(session, false, async (signal) => {
    const source = openPlace(placeOf(place, values, io, 'from-'), io)
    const from = await Repository.open(source, { password: password(values, io, 'from-password-file') })
    const all = await filteredSnapshots(from, values)
    const chosen = positionals.length > 0 ? positionals.map((reference) => findSnapshot(all, reference)) : all
    const { copied, known } = await copySnapshots({ from, to: session.repository, snapshots: chosen, signal })
    await source.close()
    print(session, say(io, 'copied', { copied, known }))
    return EXIT.ok
  })
}
