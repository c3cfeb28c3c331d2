/** What an emergency PC is given of this institution: sources with charts, their passwords, what is hidden, what the ledger records. */
import { join } from 'node:path'
import { fileKeyStore } from '#access'
import { AppError, type EpochMs } from '#base'
import { SIGNING_KEY } from '#journal'
import type { StationFacts, StationSource } from '#station'
import { type NoteSigner, signerFromSeed } from '#tlog'
import { holdsCharts, INSIDE } from '#vault'
import type { Institution } from './institution.ts'

type House = Pick<Institution, 'vault' | 'keys' | 'ledger' | 'folder' | 'clock'>

/** @throws VAULT_KEY_MISSING while the backup keys are closed */
export async function stationFacts({ vault, keys, ledger, folder, clock }: House): Promise<StationFacts> {
  const sources: StationSource[] = []
  const since = new Map<string, EpochMs>()
  for (const { id, name, kind, paths, repository, replaced, options, createdAt } of await vault.sources()) {
    if ((kind !== 'ssmix2' && kind !== 'intake' && kind !== 'fhir-server') || replaced) continue
    const password = keys.secrets.load(id)
    if (password === undefined) throw new AppError('VAULT_KEY_MISSING')
    since.set(id, createdAt)
    sources.push({ id, name, kind, paths: [...paths], repository, password, intake: [...(options.intake ?? [])] })
  }
  const institution = (await vault.setting('name')) ?? folder.info.institution
  const { paths: hidden } = await vault.erasures.hidden()
  return {
    institution,
    sample: vault.isSample,
    ledgerKey: ledger.verifierKey,
    since,
    load: { at: clock.now(), institution, sources, hidden: [...hidden] },
  }
}

const MOST_GENERATIONS = 2000

/** Backups with charts that the ledger records, newest first. */
export async function attestedGenerations({ vault }: House): Promise<string[]> {
  const withCharts = new Set((await vault.sources()).filter(holdsCharts).map(({ id }) => id))
  const all = await vault.generations.list()
  return all
    .filter(({ sourceId, closure }) => withCharts.has(sourceId) && closure === 'complete')
    .slice(0, MOST_GENERATIONS)
    .map(({ id }) => id)
}

/** The ledger's own key. @throws JOURNAL_KEY_MISSING */
export function ledgerSigner({ ledger, folder }: House): NoteSigner {
  const seed = fileKeyStore(join(folder.path, INSIDE.keys)).load(SIGNING_KEY)
  if (!seed) throw new AppError('JOURNAL_KEY_MISSING')
  return signerFromSeed(ledger.origin, seed)
}
