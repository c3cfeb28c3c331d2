/**
 * The keys that are open at the moment. Backup's come from the system key at the start (where the institution allows it)
 * or from the first person who signs in; reading's only ever travel with a person's session.
 */
import { randomBytes } from 'node:crypto'
import type { BackupKeys, ReadingKeys } from '#access'
import { AppError } from '#base'
import type { RepositorySecrets } from '#vault'

/** Data keys of purpose reading, made at set-up. */
export const READING_KEYS = { patientIndex: 'patient-index', patientSubject: 'patient-subject' } as const
const KEY_BYTES = 32

export class OpenKeys {
  #backup: BackupKeys | undefined

  /** `backup`: what the system key opened (`access.keys.unlockUnattended`, which journals it); undefined where it may not. */
  constructor(backup: BackupKeys | undefined) {
    this.#backup = backup
  }

  /** False after a restart without the system key, until somebody signs in. */
  get backupIsOpen(): boolean {
    return this.#backup !== undefined
  }

  /** A person signed in: whoever may read may also back up. */
  admit(reading: ReadingKeys): void {
    this.#backup ??= reading.backup
  }

  /** Passwords of repositories as the vault asks for them: 256 random bits each, in base64. */
  readonly secrets: RepositorySecrets = {
    load: (name) => {
      const key = this.#backup?.key(`repository:${name}`)
      return key && Buffer.from(key).toString('base64')
    },
    create: (name) => {
      if (!this.#backup) throw new AppError('VAULT_KEY_MISSING')
      const key = randomBytes(KEY_BYTES)
      this.#backup.add(`repository:${name}`, key)
      return key.toString('base64')
    },
    keep: (name, secret) => {
      if (!this.#backup) throw new AppError('VAULT_KEY_MISSING')
      this.#backup.add(`repository:${name}`, Buffer.from(secret, 'base64'))
    },
  }
}

/** Makes the reading keys of a new institution; does nothing where they are there or set-up is over. */
export function makeReadingKeys(reading: ReadingKeys | undefined): void {
  for (const name of Object.values(READING_KEYS))
    if (reading && !reading.key(name)) reading.add(name, randomBytes(KEY_BYTES))
}

/** A reading key that every institution has. @throws VAULT_KEY_MISSING */
export function readingKey(reading: ReadingKeys | undefined, name: keyof typeof READING_KEYS): Uint8Array {
  const key = reading?.key(READING_KEYS[name])
  if (!key) throw new AppError('VAULT_KEY_MISSING')
  return key
}
