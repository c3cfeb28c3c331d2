/** Whether backup resumes alone after a restart: deciding it, and noting each time it does. */
import { AppError } from '#base'
import { newEntry } from '#journal'
import type { AccessContext, SignedIn } from './context.ts'
import type { BackupKeys } from './key-ring.ts'
import { mayDo } from './matrix.ts'
import type { SystemKeyStrength } from './system-key.ts'

export interface KeySettings {
  /** What the settings page shows: whether it is on, and how well the system's key is kept. */
  state(): { readonly unattended: boolean; readonly strength: SystemKeyStrength }
  /** At the start of the service: keys for backup, or undefined where that waits for a person. */
  unlockUnattended(): Promise<BackupKeys | undefined>
  /** Throws ACCESS_DENIED, ACCESS_KEYS_LOCKED (the session has not typed a password since the start). */
  allowUnattended(by: SignedIn): Promise<void>
  /** From the next start on backup, too, waits for a person. Throws ACCESS_DENIED. */
  forbidUnattended(by: SignedIn): Promise<void>
}

export function createKeySettings({ ring, systemKey, journal }: AccessContext): KeySettings {
  const note = (by: SignedIn, what: 'system-key-on' | 'system-key-off') =>
    journal.append(newEntry('keys.changed', { actor: `person:${by.person.id}`, data: { what } }))
  return {
    state: () => ({ unattended: ring.unattended, strength: systemKey.strength }),
    async unlockUnattended() {
      const backup = ring.unlockUnattended(systemKey)
      if (!backup) return undefined
      const data = { by: 'system-key', strength: systemKey.strength } as const
      await journal.append(newEntry('keys.unlocked', { actor: 'system:access', data }))
      return backup
    },
    async allowUnattended(by) {
      demandKeys(by)
      if (!by.reading) throw new AppError('ACCESS_KEYS_LOCKED')
      by.reading.allowUnattended(systemKey)
      await note(by, 'system-key-on')
    },
    async forbidUnattended(by) {
      demandKeys(by)
      // Noted first: a change that is noted and not made is seen at once, one that is made and not noted never.
      await note(by, 'system-key-off')
      ring.forbidUnattended()
    },
  }
}

function demandKeys(by: SignedIn): void {
  if (!mayDo(by.person, 'manage-keys')) throw new AppError('ACCESS_DENIED')
}
