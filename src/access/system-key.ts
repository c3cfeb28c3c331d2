/**
 * Secrets that the service holds without a person: the key that opens backup after a restart, and the ledger's signing key.
 * From the service manager where it hands them over ($CREDENTIALS_DIRECTORY, systemd.exec(5)), else root-only files.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '#base'
import type { KeyStore } from '#journal'

/** How well the system's key is kept; shown to people as it is. A file is weaker: whoever copies the disk has it. */
export type SystemKeyStrength = 'systemd-credential' | 'file (weaker)'

export interface SystemKey {
  readonly strength: SystemKeyStrength
  /** 32 bytes. */
  readonly key: Uint8Array
}

const KEY_BYTES = 32
const CREDENTIAL = 'toride-system-key'

/**
 * The system's key: the credential of the service manager (32 bytes, or their base64), else `<folder>/system-key`, made
 * where it is missing. Throws ACCESS_SYSTEM_KEY_EXPOSED where others can read the file.
 */
export function systemKey(folder: string, credentialsDirectory = process.env['CREDENTIALS_DIRECTORY']): SystemKey {
  const credential = credentialsDirectory && join(credentialsDirectory, CREDENTIAL)
  if (credential && existsSync(credential)) {
    const bytes = readFileSync(credential)
    const key = bytes.length === KEY_BYTES ? bytes : Buffer.from(bytes.toString().trim(), 'base64')
    if (key.length !== KEY_BYTES)
      throw new AppError('ACCESS_KEY_RING_DAMAGED', { detail: 'system credential is not 32 bytes' })
    return { strength: 'systemd-credential', key }
  }
  const store = fileKeyStore(folder)
  const key = store.load('system-key') ?? randomBytes(KEY_BYTES)
  if (!existsSync(join(folder, 'system-key'))) store.save('system-key', key)
  return { strength: 'file (weaker)', key }
}

/** A folder of secrets, one file each, readable by its owner only. */
export function fileKeyStore(folder: string): KeyStore {
  return {
    load(name) {
      const path = join(folder, name)
      if (!existsSync(path)) return undefined
      refuseExposed(path)
      return readFileSync(path)
    },
    save(name, secret) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      if (existsSync(join(folder, name))) throw new AppError('STORAGE_EXISTS', { detail: `secret ${name}` })
      writePrivateFile(join(folder, name), secret)
    },
  }
}

/** Whole, durable, mode 0600; replaces what was there. */
export function writePrivateFile(path: string, bytes: Uint8Array): void {
  const unfinished = `${path}.tmp`
  const file = openSync(unfinished, 'w', 0o600)
  try {
    // The mode above counts only for a new file.
    chmodSync(unfinished, 0o600)
    writeSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

/** Windows has no such mode; its installer sets the access list of the folder. */
function refuseExposed(path: string): void {
  const mode = statSync(path).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new AppError('ACCESS_SYSTEM_KEY_EXPOSED', { context: { mode: mode.toString(8) } })
}
