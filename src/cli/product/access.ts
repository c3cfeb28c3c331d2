/** `toride access reset <login name>`: the way in for somebody who sits at the server's terminal. */
import { systemClock } from '#base'
import { openInstitution } from '#server'
import { peekDataFolder } from '#vault'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { existing, options, VERSION } from './data.ts'
import { tell } from './texts.ts'

export async function runAccess(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const given = options(args)
  const [word, loginName] = given.words
  if (given.has('help') || word !== 'reset' || loginName === undefined) {
    io.stdout.write(tell(io, 'accessUsage'))
    return given.has('help') ? EXIT.ok : EXIT.failed
  }
  const path = existing(given.text('data'), io)
  const institution = await openInstitution({
    dataFolder: path,
    fresh: peekDataFolder(path)!,
    clock: systemClock,
    version: VERSION,
  })
  try {
    const { access } = institution
    const person = (await access.people.list()).find((one) => one.loginName === loginName)
    if (!person) {
      io.stderr.write(tell(io, 'accessUnknown', { name: loginName }))
      return EXIT.failed
    }
    const { code } = await access.people.resetPassword('terminal', person.id)
    await access.clearLockOut(loginName)
    io.stdout.write(tell(io, 'accessCode', { name: loginName, code }))
    if (!institution.ring.unlockSetUp(institution.systemKey)) io.stdout.write(tell(io, 'accessNoReading'))
    return EXIT.ok
  } finally {
    await institution.close()
  }
}
