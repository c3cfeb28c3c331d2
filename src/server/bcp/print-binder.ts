/** Printing the binder: drawn, written into the ledger, kept sealed; the newest travels with editions and emergency PCs. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { isAppError } from '#base'
import type { Paper } from '#edition'
import { drawPages } from '#reading'
import { INSIDE, seal, unseal } from '#vault'
import { FORMATS, MESSAGES, type Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { binderPages, binderParts, hashesOf } from './binder.ts'
import { binderFacts, type PlanHouse } from './state.ts'

const KEY_NAME = 'binder'
const about = (number: number): Buffer => Buffer.from(`binder ${number}`)

type House = PlanHouse & Pick<Institution, 'keys' | 'ledger'>

/** Undefined where no version is approved yet; false where the same was printed today. */
export async function printBinder(house: House, viewer: Viewer): Promise<boolean | undefined> {
  const { plans, printings, ledger, vault, folder } = house
  const [version] = await plans.versions()
  if (!version) return undefined
  const facts = await binderFacts(house, version)
  const parts = binderParts(facts)
  const printed = { printedBy: viewer.displayName, version: version.number, parts: hashesOf(parts) }
  const opens = async () => (await binderPaper(house)) !== undefined
  return printings.print(printed, opens, async (number, at) => {
    const sample = vault.isSample ? MESSAGES.ja.sample.mark : undefined
    const pages = binderPages(facts, parts, { number, at, by: viewer.displayName, sample })
    const title = MESSAGES.ja.bcp.binder.title
    const options = { title, language: 'ja', missingNotice: MESSAGES.ja.printing.missingGlyphs } as const
    const { bytes } = await drawPages(pages, options, join(folder.path, INSIDE.fonts))
    const sealed = seal(keyOf(house), bytes, about(number))
    const document = createHash('sha256').update(bytes).digest('hex')
    await ledger.append({
      type: 'bcp.printed',
      actor: `person:${viewer.personId}`,
      data: { printing: number, version: version.number, pages: pages.length, document },
    })
    return { pages: pages.length, sealed }
  })
}

/** As it was printed last. Undefined too where it does not open any more: it is printed again, and nothing waits for it. */
export async function binderPaper(house: Pick<House, 'printings' | 'keys'>): Promise<Paper | undefined> {
  const kept = await house.printings.sealed()
  if (!kept || house.keys.secrets.load(KEY_NAME) === undefined) return undefined
  const { number, printedAt } = kept.printing
  const title = MESSAGES.ja.bcp.binder.paperTitle(FORMATS.ja.fullDate(printedAt))
  try {
    const bytes = unseal(keyOf(house), kept.bytes, about(number))
    return { title, contentType: 'application/pdf', bytes, madeAt: printedAt }
  } catch (error) {
    if (isAppError(error) && error.code === 'VAULT_SEAL_BROKEN') return undefined
    throw error
  }
}

/** A key of the process, as for the other papers: the night takes the binder along without a person. */
function keyOf({ keys: { secrets } }: Pick<House, 'keys'>): Buffer {
  const known = secrets.load(KEY_NAME)
  if (known !== undefined) return Buffer.from(known, 'base64')
  const made = randomBytes(32)
  secrets.keep(KEY_NAME, made.toString('base64'))
  return made
}
