import { systemClock } from '#base'
import { Repository } from '#restic'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { say } from '../messages.ts'
import { flag, FROM_OPTIONS, parse, password, repositoryPath, text } from './args.ts'
import { lockHost, print, printJson } from './open.ts'
import { openPlace, placeOf } from './place.ts'

/** `init`: a new repository with one password. `--copy-chunker-params` takes over how another one cuts files. */
export async function init(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values } = parse(args, {
    'repository-version': { type: 'string' },
    'copy-chunker-params': { type: 'boolean' },
    ...FROM_OPTIONS,
  })
  const backend = openPlace(placeOf(repositoryPath(values, io), values, io), io)
  const secret = password(values, io)
  const like = flag(values, 'copy-chunker-params')
    ? await Repository.open(openPlace(placeOf(text(values, 'from-repo') ?? '', values, io, 'from-'), io), {
        password: password(values, io, 'from-password-file'),
      })
    : undefined
  const { hostname, username } = lockHost()
  // A server takes files only into folders that are there. What is there already stays untouched: init refuses it.
  if (!(await backend.stat({ kind: 'config', name: '' }))) await backend.makeFolders()
  const repository = await Repository.init(backend, {
    password: secret,
    owner: { hostname, username, created: new Date(systemClock.now()).toISOString() },
    version: text(values, 'repository-version') === '1' ? 1 : 2,
    ...(like && { chunkerPolynomial: like.config.chunkerPolynomial }),
  })
  const { id } = repository.config
  if (flag(values, 'json')) printJson({ io }, { message_type: 'initialized', id, repository: backend.location })
  else {
    print({ io }, say(io, 'created', { location: backend.location, id: id.slice(0, 10) }))
    print({ io }, say(io, 'keepPassword'))
  }
  return EXIT.ok
}
