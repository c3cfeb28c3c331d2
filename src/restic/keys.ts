import type { Backend } from '#base'
import type { MasterKey } from './crypto.ts'

/** A key file without its secret part (restic design.rst, "Keys"). */
export interface KeyFile {
  readonly name: string
  readonly created: string
  readonly username: string
  readonly hostname: string
}

export interface KeyOwner {
  readonly hostname: string
  readonly username: string
}

/** Lists key files; unreadable ones are left out. */
export declare function listKeys(backend: Backend): Promise<KeyFile[]>
/** Adds a password for the master key; the new key file's name. */
export declare function addKey(
  backend: Backend,
  masterKey: MasterKey,
  password: string | Uint8Array,
  owner: KeyOwner,
): Promise<string>
/** Removes a key file; never the one in use. */
export declare function removeKey(backend: Backend, name: string, inUse: string | undefined): Promise<void>
