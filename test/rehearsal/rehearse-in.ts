/**
 * One rehearsal in a process of its own, so that it can be run where the system is short of something.
 * argv: data folder, source folder, kind of source, phase of the job at which memory is filled up ('' for never). Answers JSON.
 */
import { readdirSync, statfsSync, writeFileSync } from 'node:fs'
import { isAppError, systemClock } from '#base'
import { openInstitution } from '#server'
import { errorSentences } from '#web'

const [, , folder = '', path = '', kind = '', fillAt = ''] = process.argv
const FILLER = '/dev/shm/filler'
/** Dumps are taken when nobody has written to them for ten minutes. */
const clock = { now: () => systemClock.now() + 20 * 60_000, monotonic: () => systemClock.monotonic() }
const fresh = { kind: 'own', institution: '試験', createdAt: clock.now() } as const
const institution = await openInstitution({ dataFolder: folder, fresh, clock, version: '0.0.1' })
const { vault, rehearsals } = institution
const input = { name: '書類', paths: [path] }
const source = await vault.addSource(
  kind === 'dumps' ? { kind, ...input, options: { everyHours: 24 } } : { kind: 'folder', ...input },
)
const generation = await (await vault.runs.run(source.id)).done

function fill(): void {
  const { bavail, bsize } = statfsSync('/dev/shm')
  writeFileSync(FILLER, Buffer.alloc(Math.max(0, bavail * bsize)))
}

async function rehearse(): Promise<object> {
  if (fillAt === 'before') fill()
  const { id, jobId, done } = await rehearsals.start(generation.id, 'schedule')
  const watched = (async () => {
    for await (const { phase } of vault.jobs.watch(jobId, new AbortController().signal))
      if (phase === fillAt) return fill()
  })()
  const result = await done.catch((error: unknown) => (isAppError(error) ? error.code : String(error)))
  await watched
  const { steps, result: kept, reportHash } = await rehearsals.book.get(id)
  return { result, kept, reportHash, steps: steps.map(({ step, state, code }) => ({ step, state, code })) }
}

const told = await rehearse().catch((error: unknown) => {
  if (!isAppError(error)) throw error
  return { refused: error.code, says: errorSentences(error.code, 'ja') }
})
const { proofs } = (await vault.generations.get(generation.id))!
const light = (await vault.lights({ stations: 0 })).find(({ name }) => name === 'proven')!.state
const left = readdirSync('/dev/shm').filter((name) => name.startsWith(`toride-restore-test-${process.pid}-`))
const rows = (await rehearsals.book.list({ limit: 9 })).length
const isProven = proofs.some((proof) => proof.kind === 'restore')
process.stdout.write(
  JSON.stringify({ ...told, light, isProven, left, rows, isPossible: await rehearsals.isPossible() }),
)
await institution.close()
