import { systemClock } from '#base'
import { Repository } from '#restic'
import { makeLocalFolders } from '#storage'
import { EXIT, type CliIo, type ExitCode } from '../io.ts'
import { say } from '../messages.ts'
import { flag, parse, password, repositoryPath, text } from './args.ts'
import { lockHost, openBackend, print, printJson } from './open.ts'

/** `init`: a new repository with one password. `--copy-chunker-params` takes over how another one cuts files. */
export async function init(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values } = parse(args, {
    'repository-version': { type: 'string' },
    'copy-chunker-params': { type: 'boolean' },
    'from-repo': { type: 'string' },
    'from-password-file': { type: 'string' },
  })
  const path = repositoryPath(values, io)
  const backend = openBackend(path)
  const secret = password(values, io)
  const like = flag(values, 'copy-chunker-params')
    ? await Repository.open(openBackend(text(values, 'from-repo') ?? ''), {
        password: password(values, io, 'from-password-file'),
      })
    : undefined
  const { hostname, username } = lockHost()
  const repository = await Repository.init(backend, {
    password: secret,
    owner: { hostname, username, created: new Date(systemClock.now()).toISOString() },
    version: text(values, 'repository-version') === '1' ? 1 : 2,
    ...(like && { chunkerPolynomial: like.config.chunkerPolynomial }),
  })
  await makeLocalFolders(path)
  const { id } = repository.config
  if (flag(values, 'json')) printJson({ io }, { message_type: 'initialized', id, repository: path })
  else {
    print({ io }, say(io, 'created', { location: path, id: id.slice(0, 10) }))
    print({ io }, say(io, 'keepPassword'))
  }
  return EXIT.ok
}
