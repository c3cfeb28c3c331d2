/** What an emergency PC is given of this institution: sources with charts, their passwords, what is hidden, what the ledger records. */
import { join } from 'node:path'
import { fileKeyStore } from '#access'
import { AppError, type EpochMs } from '#base'
import type { Paper } from '#edition'
import { SIGNING_KEY } from '#journal'
import { MOST_PAPER_BYTES, shortened, type StationFacts, type StationLoad, type StationSource } from '#station'
import { type NoteSigner, signerFromSeed } from '#tlog'
import { holdsCharts, INSIDE, isGood } from '#vault'
import type { Institution } from './institution.ts'
import { papersToTravel } from './editions/papers.ts'
import { wardMinimums } from './services/ward-minimums.ts'

type House = Pick<
  Institution,
  'vault' | 'keys' | 'ledger' | 'folder' | 'clock' | 'access' | 'serials' | 'ranges' | 'printings'
>

/** @throws VAULT_KEY_MISSING while the backup keys are closed */
export async function stationFacts({ serials, ranges, ...house }: House): Promise<StationFacts> {
  const { vault, keys, ledger, folder, clock, access } = house
  const sources: StationSource[] = []
  const sharedNumbers: string[] = []
  const since = new Map<string, EpochMs>()
  for (const { id, name, kind, paths, repository, replaced, options, createdAt } of await vault.sources()) {
    if ((kind !== 'ssmix2' && kind !== 'intake' && kind !== 'fhir-server') || replaced) continue
    const password = keys.secrets.load(id)
    if (password === undefined) throw new AppError('VAULT_KEY_MISSING')
    since.set(id, createdAt)
    if (options.sharedNumbers) sharedNumbers.push(id)
    const intake = [...(options.intake ?? [])]
    sources.push({ id, name: shortened(name), kind, paths: [...paths], repository, password, intake })
  }
  const institution = shortened((await vault.setting('name')) ?? folder.info.institution)
  const { paths: hidden } = await vault.erasures.hidden()
  return {
    institution,
    sample: vault.isSample,
    ledgerKey: ledger.verifierKey,
    since,
    numbersFor: async (station) => ({ mark: await serials.mark(), range: await ranges.forFile(station), why: 'first' }),
    load: {
      at: clock.now(),
      institution,
      sources,
      hidden: [...hidden],
      sharedNumbers,
      protected: [...(await access.protectedPatients.subjects())],
      minimums: (await wardMinimums({ vault, ledger }).list()).map(({ ward, topics, by, onMs }) => ({
        ward: shortened(ward),
        topics: [...topics],
        by: shortened(by),
        onMs,
      })),
      papers: fitting(await papersToTravel(house)),
    },
  }
}

/** In their order, as long as there is room. */
function fitting(papers: readonly Paper[]): StationLoad['papers'] {
  let left = MOST_PAPER_BYTES
  return papers.flatMap(({ title, bytes, madeAt }) => {
    if (bytes.length > left) return []
    left -= bytes.length
    const pdf = Buffer.from(bytes).toString('base64')
    return { title: shortened(title), pdf, ...(madeAt !== undefined && { madeAt }) }
  })
}

const MOST_GENERATIONS = 2000

/** Backups with charts that the ledger records and no sign of an attack speaks against, newest first. */
export async function attestedGenerations({ vault }: House): Promise<string[]> {
  const withCharts = new Set((await vault.sources()).filter(holdsCharts).map(({ id }) => id))
  const all = await vault.generations.list()
  return all
    .filter((generation) => withCharts.has(generation.sourceId) && isGood(generation))
    .slice(0, MOST_GENERATIONS)
    .map(({ id }) => id)
}

/** The ledger's own key. @throws JOURNAL_KEY_MISSING */
export function ledgerSigner({ ledger, folder }: House): NoteSigner {
  const seed = fileKeyStore(join(folder.path, INSIDE.keys)).load(SIGNING_KEY)
  if (!seed) throw new AppError('JOURNAL_KEY_MISSING')
  return signerFromSeed(ledger.origin, seed)
}
