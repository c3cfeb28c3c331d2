import { restoreEarlierVersions } from '#storage'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { say } from '../messages.ts'
import { flag, invalid, parse, repositoryPath, text } from './args.ts'
import { print, printJson } from './open.ts'
import { placeOf } from './place.ts'

/**
 * `repair versions`: what somebody wrote over or hid in a bucket with versions comes back to the front, so that any reader
 * opens the repository again. Needs no password: each file's name is its hash. `--as-of` looks only at what was there then.
 */
export async function bringVersionsBack(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values } = parse(args, { 'as-of': { type: 'string' } })
  const place = placeOf(repositoryPath(values, io), values, io)
  if (place.kind !== 's3') throw invalid(say(io, 'needBucket'))
  const asOf = text(values, 'as-of')
  const asOfMs = asOf === undefined ? undefined : Date.parse(asOf)
  if (Number.isNaN(asOfMs)) throw invalid(`--as-of ${asOf}`)
  const { broughtBack, lost } = await restoreEarlierVersions({ ...place, ...(asOfMs === undefined ? {} : { asOfMs }) })
  const counts = { back: broughtBack.length, lost: lost.length }
  if (flag(values, 'json'))
    printJson({ io }, { message_type: 'versions', brought_back: counts.back, lost: counts.lost })
  else print({ io }, say(io, 'broughtBack', counts))
  for (const { kind, name } of lost) io.stderr.write(`${kind}/${name}\n`)
  return lost.length > 0 ? EXIT.failed : EXIT.ok
}
