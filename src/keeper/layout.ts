/** Where things lie in the Keeper's folder, and which names may become paths. */
import { join } from 'node:path'
import type { FileKind, FileRef } from '#base'
import { Refusal } from './refusal.ts'

export const INSIDE = {
  info: 'keeper.json',
  policy: 'policy.json',
  /** Of the locker alone: clock, administrators. */
  locker: 'locker',
  keys: 'keys',
  clients: 'clients',
  enrolments: 'enrolments',
  ledger: 'ledger',
  witness: 'witness',
  repositories: 'repositories',
} as const

const ID = /^[0-9a-f]{64}$/
/** Of clients and repositories. Nothing that a file system, a shell or a URL reads in its own way, nor that a patient's id is. */
const NAME = /^[a-z][a-z0-9]{1,15}(?:-[a-z0-9]{1,16}){0,3}$/

export const isName = (text: string): boolean => NAME.test(text)
export const isId = (text: string): boolean => ID.test(text)

/** A repository of a client: the unit of locks and of receipts. */
export interface RepositoryRef {
  readonly client: string
  readonly repository: string
}

export const repositoryName = ({ client, repository }: RepositoryRef): string => `${client}/${repository}`

/** @throws Refusal where a part is no name */
export function repositoryFolder(root: string, { client, repository }: RepositoryRef): string {
  if (!isName(client) || !isName(repository)) throw new Refusal('bad-request', 'name')
  return join(root, INSIDE.repositories, client, repository)
}

export const KINDS: readonly Exclude<FileKind, 'config'>[] = ['data', 'index', 'keys', 'locks', 'snapshots']

/** Path below the repository's folder. @throws Refusal where the name is no id */
export function objectPath({ kind, name }: FileRef): string {
  if (kind === 'config' && name === '') return 'config'
  if (kind === 'config' || !KINDS.includes(kind) || !isId(name)) throw new Refusal('bad-request', 'name')
  return kind === 'data' ? `data/${name.slice(0, 2)}/${name}` : `${kind}/${name}`
}

/** Manifests, receipts and attestations of a repository lie beside restic's folders, which restic passes over. */
export const STATEMENTS = 'statements'
export const RETENTION_LOG = 'retention/log'
