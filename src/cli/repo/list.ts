import { decodeTree, permissions, type Node, type Snapshot } from '#restic'
import { EXIT, type ExitCode } from '../io.ts'
import { formatInstant, printable } from '../format.ts'
import { say } from '../messages.ts'
import { invalid, type Parsed } from './args.ts'
import { lockedReadingFirst, print, printJson, type Session } from './open.ts'
import { filteredSnapshots, nodeAt, treeOf } from './select.ts'

/** `snapshots`. */
export function snapshots(session: Session, { values }: Parsed): Promise<ExitCode> {
  return lockedReadingFirst(session, false, async () => {
    const found = await filteredSnapshots(session.repository, values)
    if (session.json) {
      printJson(session, found.map(snapshotJson))
      return EXIT.ok
    }
    print(session, say(session.io, 'snapshotsHeader'))
    for (const one of found) {
      const time = formatInstant(Number(one.timeNs / 1_000_000n))
      print(
        session,
        `${one.id.slice(0, 8)}  ${time}  ${printable(one.hostname).padEnd(15)}  ${one.paths.map(printable).join(' ')}`,
      )
    }
    print(session, say(session.io, 'snapshotsCount', { count: found.length }))
    return EXIT.ok
  })
}

/** As restic's `snapshots --json`: the document and its ids. */
export function snapshotJson(snapshot: Snapshot): Record<string, unknown> {
  return { ...snapshot.document, id: snapshot.id, short_id: snapshot.id.slice(0, 8) }
}

/** `ls SNAPSHOT[:FOLDER]`: every node below, depth first in the order of names. */
export function ls(session: Session, { values, positionals }: Parsed): Promise<ExitCode> {
  const [reference] = positionals
  if (reference === undefined) throw invalid(say(session.io, 'needSnapshot'))
  return lockedReadingFirst(session, false, async (signal) => {
    const load = await treeLoader(session)
    const { snapshot, tree } = await treeOf(session.repository, values, reference, load)
    const folder = reference.includes(':') ? reference.slice(reference.indexOf(':') + 1).replace(/\/+$/, '') : ''
    if (session.json)
      printJson(session, { message_type: 'snapshot', struct_type: 'snapshot', ...snapshotJson(snapshot) })
    // An explicit stack of iterators: a hostile chain of folders costs memory per level only.
    const stack = [{ path: folder, nodes: decodeTree(await load(tree))[Symbol.iterator]() }]
    while (stack.length > 0) {
      signal.throwIfAborted()
      const top = stack.at(-1)!
      const next = top.nodes.next()
      if (next.done) {
        stack.pop()
        continue
      }
      const path = `${top.path}/${next.value.name.toString('utf8')}`
      if (session.json) printJson(session, nodeJson(next.value, path))
      else
        print(
          session,
          `${permissionText(next.value)} ${String(next.value.sizeBytes ?? 0).padStart(12)} ${printable(path)}`,
        )
      if (next.value.subtree) stack.push({ path, nodes: decodeTree(await load(next.value.subtree))[Symbol.iterator]() })
    }
    return EXIT.ok
  })
}

/** `dump SNAPSHOT FILE`: a file's bytes on standard output. */
export function dump(session: Session, { values, positionals }: Parsed): Promise<ExitCode> {
  const [reference, path] = positionals
  if (reference === undefined || path === undefined) throw invalid(say(session.io, 'needSnapshot'))
  return lockedReadingFirst(session, false, async (signal) => {
    const index = await session.repository.loadIndex()
    const load = (tree: string) => session.repository.loadBlob(index, tree, 'tree')
    const { tree } = await treeOf(session.repository, values, reference, load)
    const node = await nodeAt(tree, path, load)
    if (node?.type !== 'file') throw invalid(path)
    for (const id of node.content ?? []) {
      signal.throwIfAborted()
      await write(session, await session.repository.loadBlob(index, id, 'data'))
    }
    return EXIT.ok
  })
}

/** Waits while the reader of a pipe is slow: a dump of 100 GB must not gather in memory. */
function write({ io }: Session, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => void io.stdout.write(bytes, resolve))
}

export async function treeLoader(session: Session): Promise<(tree: string) => Promise<Buffer>> {
  const index = await session.repository.loadIndex()
  return (tree) => session.repository.loadBlob(index, tree, 'tree')
}

function nodeJson(node: Node, path: string): Record<string, unknown> {
  const time = (ns: bigint) => new Date(Number(ns / 1_000_000n)).toISOString()
  return {
    message_type: 'node',
    struct_type: 'node',
    name: node.name.toString('utf8'),
    type: node.type,
    path,
    uid: node.uid,
    gid: node.gid,
    ...(node.type === 'file' && { size: node.sizeBytes ?? 0 }),
    mode: node.mode,
    permissions: permissionText(node),
    mtime: time(node.mtimeNs),
    atime: time(node.atimeNs),
    ctime: time(node.ctimeNs),
    ...(node.inode && { inode: Number(node.inode) }),
  }
}

const TYPE_LETTERS: Readonly<Record<string, string>> = {
  dir: 'd',
  symlink: 'L',
  dev: 'D',
  chardev: 'Dc',
  fifo: 'p',
  socket: 'S',
}

/** As Go prints a file mode. */
function permissionText({ type, mode }: Node): string {
  const bits = permissions(mode)
  const special = `${bits & 0o4000 ? 'u' : ''}${bits & 0o2000 ? 'g' : ''}${bits & 0o1000 ? 't' : ''}`
  const letters = Array.from('rwxrwxrwx', (letter, i) => (bits & (0o400 >> i) ? letter : '-')).join('')
  return `${(TYPE_LETTERS[type] ?? '') + special || '-'}${letters}`
}
