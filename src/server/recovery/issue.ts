/** A new recovery kit: the sheets to be printed once, and the first copy of Toride's own state that they open. */
import { join } from 'node:path'
import { fileKeyStore, type IssuedKit, type SheetHolder, type SignedIn } from '#access'
import { AppError } from '#base'
import { SIGNING_KEY } from '#journal'
import { INSIDE } from '#vault'
import type { Institution } from '../institution.ts'

/**
 * A copy that could not be taken now (no room) comes with the next backup: until then the kit opens nothing, and the screens
 * say so.
 * @throws ACCESS_DENIED, ACCESS_KEYS_LOCKED, JOURNAL_KEY_MISSING, and what making a repository throws
 */
export async function issueKit(
  { access, vault, folder }: Institution,
  by: SignedIn,
  holders: readonly SheetHolder[],
): Promise<IssuedKit> {
  if (!by.reading) throw new AppError('ACCESS_KEYS_LOCKED')
  // The ledger's signing key goes with the ring: the log of the lost machine is to be gone on with.
  const signing = fileKeyStore(join(folder.path, INSIDE.keys)).load(SIGNING_KEY)
  if (!signing) throw new AppError('JOURNAL_KEY_MISSING')
  if (!by.reading.key(SIGNING_KEY)) by.reading.add(SIGNING_KEY, signing)
  const issued = await access.kits.issue(by, holders, (kit, keys) => vault.renewOwnState(kit, keys.repositoryPassword))
  await vault.runs.runOwnState()
  return issued
}
