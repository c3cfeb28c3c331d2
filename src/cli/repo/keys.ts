import { AppError, systemClock } from '#base'
import { addKey, listKeys, removeKey } from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { say } from '../messages.ts'
import { invalid, password, type Parsed } from './args.ts'
import { locked, lockHost, print, printJson, type Session } from './open.ts'

export const KEY_OPTIONS = { 'new-password-file': { type: 'string' } } as const

/** `key list|add|remove ID|passwd`. Removing and changing are alone with the repository. */
export function key(session: Session, parsed: Parsed): Promise<ExitCode> {
  const [what, id] = parsed.positionals
  switch (what) {
    case 'list':
      return locked(session, false, () => listAll(session))
    case 'add':
      return locked(session, false, async () => {
        print(session, say(session.io, 'keyAdded', { id: (await add(session, parsed)).slice(0, 8) }))
        return EXIT.ok
      })
    case 'passwd':
      return locked(session, true, async () => {
        const added = await add(session, parsed)
        // The new one first: a cut in between leaves two passwords, never none.
        await session.backend.remove({ kind: 'keys', name: session.repository.keyName! })
        print(session, say(session.io, 'keyChanged', { id: added.slice(0, 8) }))
        return EXIT.ok
      })
    case 'remove':
      return locked(session, true, () => removeOne(session, id))
    default:
      throw invalid(`key ${what ?? ''}`)
  }
}

async function listAll(session: Session): Promise<ExitCode> {
  const keys = await listKeys(session.backend)
  const current = session.repository.keyName
  if (session.json) {
    const shown = keys.map(({ name, username, hostname, created }) => {
      return { current: name === current, id: name, userName: username, hostName: hostname, created }
    })
    printJson(session, shown)
    return EXIT.ok
  }
  for (const { name, username, hostname, created } of keys) {
    print(session, `${name === current ? '*' : ' '}${name.slice(0, 8)}  ${username}  ${hostname}  ${created}`)
  }
  return EXIT.ok
}

function add({ repository, backend, io }: Session, { values }: Parsed): Promise<string> {
  const { hostname, username } = lockHost()
  const owner = { hostname, username, created: new Date(systemClock.now()).toISOString() }
  const secret = password(values, io, 'new-password-file')
  return addKey(backend, repository.sealer.kernel, repository.masterKey, secret, owner)
}

async function removeOne(session: Session, beginning: string | undefined): Promise<ExitCode> {
  const fitting = (await session.backend.list('keys')).filter((one) => beginning && one.name.startsWith(beginning))
  if (fitting.length !== 1) throw new AppError('STORAGE_NOT_FOUND', { detail: `${fitting.length} keys fit` })
  await removeKey(session.backend, fitting[0]!.name, session.repository.keyName)
  print(session, say(session.io, 'keyRemoved', { id: fitting[0]!.name.slice(0, 8) }))
  return EXIT.ok
}
