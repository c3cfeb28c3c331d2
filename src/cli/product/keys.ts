/**
 * `toride keys show`: where each repository lies and its password, for paper in a safe. With both, stock restic restores
 * everything without Toride (open formats: a hospital survives us). Needs the system's key, so only its administrator can.
 */
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { existing, lookInto, options } from './data.ts'
import { tell } from './texts.ts'

export async function runKeys(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args)
  const [word] = given.words
  if (given.has('help') || word !== 'show') {
    io.stdout.write(tell(io, 'keysUsage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  existing(given.text('data'), io)
  const look = await lookInto(given.text('data'), io)
  try {
    let isComplete = true
    for (const { id, name } of await look.vault.sources()) {
      const password = look.secrets.load(id)
      isComplete &&= password !== undefined
      const texts = { name, place: look.vault.repositoryFolder(id), password: password ?? '' }
      if (password === undefined) io.stderr.write(tell(io, 'keysClosed', texts))
      else io.stdout.write(tell(io, 'keysOne', texts))
    }
    io.stdout.write(tell(io, 'keysCare'))
    return isComplete ? EXIT.ok : EXIT.failed
  } finally {
    await look.close()
  }
}
