/** What an emergency PC is given of this institution: sources with charts, their passwords, what is hidden, what the ledger records. */
import { AppError } from '#base'
import type { StationFacts, StationSource } from '#station'
import type { Institution } from './institution.ts'

type House = Pick<Institution, 'vault' | 'keys' | 'ledger' | 'folder' | 'clock'>

/** @throws VAULT_KEY_MISSING while the backup keys are closed */
export async function stationFacts({ vault, keys, ledger, folder, clock }: House): Promise<StationFacts> {
  const sources: StationSource[] = []
  for (const { id, name, kind, paths, repository, replaced, options } of await vault.sources()) {
    if ((kind !== 'ssmix2' && kind !== 'intake') || replaced) continue
    const password = keys.secrets.load(id)
    if (password === undefined) throw new AppError('VAULT_KEY_MISSING')
    sources.push({ id, name, kind, paths: [...paths], repository, password, intake: [...(options.intake ?? [])] })
  }
  const institution = (await vault.setting('name')) ?? folder.info.institution
  const { paths: hidden } = await vault.erasures.hidden()
  return {
    institution,
    sample: vault.isSample,
    ledgerKey: ledger.verifierKey,
    load: { at: clock.now(), institution, sources, hidden: [...hidden] },
  }
}
