import { check as checkRepository, type Finding, type ReadData } from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { formatBytes } from '../format.ts'
import { say } from '../messages.ts'
import { flag, invalid, text, type Parsed, type Values } from './args.ts'
import { lockedReadingFirst, print, printJson, type Session } from './open.ts'
import { progress } from './progress.ts'

export const CHECK_OPTIONS = {
  'read-data': { type: 'boolean' },
  'read-data-subset': { type: 'string' },
} as const

/** `check`. Alone with the repository, as restic's. */
export function check(session: Session, { values }: Parsed): Promise<ExitCode> {
  const { io, repository, backend, startWorker, workerCount } = session
  const readData = whatToRead(values)
  return lockedReadingFirst(session, true, async (signal) => {
    const bar = progress(session)
    const result = await checkRepository({
      repository,
      storage: backend.sync,
      readData,
      startWorker,
      workerCount,
      signal,
      onProgress: (done) => bar.show({ files: done.files, bytes: done.bytes, filesExpected: done.total }),
    })
    bar.clear()
    for (const finding of result.findings) io.stderr.write(`${describe(session, finding)}\n`)
    const { errorCount, warningCount, packCount, bytesRead, snapshots } = result
    if (session.json) {
      printJson(session, { message_type: 'summary', num_errors: errorCount, num_hints: warningCount, packs: packCount })
    } else {
      if (warningCount > 0) print(session, say(io, 'checkWarnings', { count: warningCount }))
      const values = { snapshots: snapshots.length, packs: packCount, bytes: formatBytes(bytesRead) }
      print(session, errorCount > 0 ? say(io, 'checkBad', { count: errorCount }) : say(io, 'checkOk', values))
    }
    return errorCount > 0 ? EXIT.failed : EXIT.ok
  })
}

function whatToRead(values: Values): ReadData {
  if (flag(values, 'read-data')) return 'all'
  const subset = text(values, 'read-data-subset')
  if (subset === undefined) return 'none'
  const part = /^(\d{1,3})\/(\d{1,3})$/.exec(subset)
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(subset)
  if (part && Number(part[1]) >= 1 && Number(part[1]) <= Number(part[2]) && Number(part[2]) <= 256) {
    return { part: Number(part[1]), of: Number(part[2]) }
  }
  if (percent && Number(percent[1]) > 0 && Number(percent[1]) <= 100) return { percent: Number(percent[1]) }
  throw invalid(`--read-data-subset ${subset}`)
}

function describe(session: Session, finding: Finding): string {
  if (session.json) return JSON.stringify({ message_type: 'error', ...finding })
  const { severity, what, pack, blob, index, snapshot, tree, node, detail } = finding
  const ids = Object.entries({ pack, blob, index, snapshot, tree }).flatMap(([kind, id]) =>
    id ? [`${kind} ${id.slice(0, 8)}`] : [],
  )
  return [`${severity}: ${what}`, ...ids, node, detail].filter(Boolean).join('  ')
}
