import { writeFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import { AppError, isAppError, systemError } from '#base'
import type { Listening } from '#vault'
import { BlobReader, decodeTree } from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { say } from '../messages.ts'
import { invalid, text, type Parsed } from './args.ts'
import { lockedReadingFirst, print, type Session } from './open.ts'
import { nodeAt, treeOf } from './select.ts'

export const NBD_OPTIONS = {
  socket: { type: 'string' },
  listen: { type: 'string' },
  'psk-file': { type: 'string' },
  changes: { type: 'string' },
} as const

/**
 * `nbd SNAPSHOT FILE (--socket PATH | --listen HOST:PORT --psk-file PATH) [--changes DIR]`: a disk image at once, until
 * Ctrl-C; read only without `--changes`, and over an address only by TLS.
 */
export function nbd(session: Session, { values, positionals }: Parsed): Promise<ExitCode> {
  const { io, repository, backend } = session
  const [reference, path] = positionals
  if (reference === undefined || path === undefined) throw invalid(say(io, 'needSnapshot'))
  return lockedReadingFirst(session, false, async (signal) => {
    const index = await repository.loadIndex()
    const load = (tree: string) => repository.loadBlob(index, tree, 'tree')
    const { tree } = await treeOf(repository, values, reference, load)
    const folder = (await nodeAt(tree, posix.dirname(path), load))?.subtree ?? tree
    // Late: the vault must not load with every verb.
    const vault = await import('#vault')
    const where = await listeningOf(values, vault)
    if (!where) throw invalid(say(io, 'needSocket'))
    const reader = new BlobReader(backend.sync, index, repository.masterKey)
    const image = await vault.openDisk(reader, index, decodeTree(await load(folder)), posix.basename(path))
    if (!image) throw new AppError('RESTIC_PATH_NOT_FOUND')
    const changes = text(values, 'changes')
    // Sealed under the repository's own key: whoever may read the disk, and nobody else, may read its changes.
    const { encrypt, macK } = repository.masterKey
    const secret = Buffer.concat([encrypt, macK])
    const overlay = changes === undefined ? undefined : await vault.openChanges(image.disk, changes, secret)
    try {
      await vault.warm(image.disk)
      const exports = await vault.exportsOf(overlay ?? image.disk)
      const serving = await vault.listenNbd(where.listening, exports, (error) => tell(session, error))
      print(session, say(io, 'serving', { uri: where.uri(serving.port), format: image.format }))
      await untilAborted(signal)
      serving.end()
    } finally {
      await overlay?.close()
    }
    return EXIT.ok
  })
}

/** Where to, and what a client connects with. A key for others is new each time and lies only in the file. */
async function listeningOf(
  values: Parsed['values'],
  { newPsk, pskFile, PSK_NAME }: typeof import('#vault'),
): Promise<{ listening: Listening; uri: (port: number) => string } | undefined> {
  const socket = text(values, 'socket')
  if (socket !== undefined) {
    const path = resolve(socket)
    return { listening: { kind: 'socket', path }, uri: () => `nbd+unix:///disk?socket=${path}` }
  }
  const [listen, keyFile] = [text(values, 'listen'), text(values, 'psk-file')]
  const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(listen ?? '') ?? []
  if (host === undefined || keyFile === undefined) return undefined
  const key = newPsk()
  try {
    writeFileSync(keyFile, pskFile(key), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw systemError(error, 'write the key of a session')
  }
  const at = host.includes(':') ? `[${host}]` : host
  return {
    listening: { kind: 'tls', host, port: Number(port), key },
    uri: (bound) => `nbds://${PSK_NAME}@${at}:${bound}/disk?tls-psk-file=${resolve(keyFile)}`,
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })

function tell({ io }: Session, error: unknown): void {
  io.stderr.write(`${say(io, 'diskTrouble', { detail: isAppError(error) ? error.code : String(error) })}\n`)
}
