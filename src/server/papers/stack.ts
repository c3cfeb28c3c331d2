/** All papers of the house that are made ready, as documents: by name, and in the order of the stack. */
import { type Department, departmentsOf } from '#downtime'
import type { OfficeDocument } from '#office'
import { type HouseContact, KIT_PAPERS, type PaperName, SERVICE_CARDS } from '#web'
import type { Institution } from '../institution.ts'
import { cardDocument, kitDocument, manualDocument, type PaperHouse } from './documents.ts'
import { manualTemplate } from './manual-texts.ts'

export type StackHouse = Pick<Institution, 'plans' | 'manuals' | 'vault' | 'folder'>

export const CONTACT_SETTING = 'house-contact'
/** Until somebody says of what kind the house is: manuals of every department. */
const USUAL_KIND = 'small-hospital'

export const kindOf = async ({ plans }: Pick<StackHouse, 'plans'>) => (await plans.draft()).kind ?? USUAL_KIND

export const contactOf = async ({ vault }: Pick<StackHouse, 'vault'>): Promise<HouseContact> =>
  JSON.parse((await vault.setting(CONTACT_SETTING)) || '{"phone":"","fax":""}') as HouseContact

export const paperHouse = async (house: Pick<StackHouse, 'vault' | 'folder'>): Promise<PaperHouse> => ({
  ...(await contactOf(house)),
  name: (await house.vault.setting('name')) ?? house.folder.info.institution,
})

export const stackNames = async (house: StackHouse): Promise<Exclude<PaperName, 'stack'>[]> => [
  ...KIT_PAPERS.map((one) => `kit-${one}` as const),
  ...departmentsOf(await kindOf(house)).map((one) => `manual-${one}` as const),
  ...SERVICE_CARDS.map((one) => `card-${one}` as const),
]

/** Undefined for a paper that this kind of house has none of. */
export async function paperOf(house: StackHouse, paper: PaperName): Promise<OfficeDocument | undefined> {
  const known = await paperHouse(house)
  const kit = KIT_PAPERS.find((one) => paper === `kit-${one}`)
  if (kit) return kitDocument(kit, known)
  const card = SERVICE_CARDS.find((one) => paper === `card-${one}`)
  if (card) return cardDocument(card, known)
  const kind = await kindOf(house)
  const department = departmentsOf(kind).find((one) => paper === `manual-${one}`)
  return department && manualDocument(department, known, await manualOf(house, department, kind))
}

async function manualOf({ manuals }: StackHouse, department: Department, kind: Awaited<ReturnType<typeof kindOf>>) {
  const [newest] = await manuals.versions(department)
  return newest ?? { text: manualTemplate(department, kind), number: 0, savedAt: 0, savedBy: '' }
}

export async function stackOf(house: StackHouse): Promise<OfficeDocument[]> {
  const documents = await Promise.all((await stackNames(house)).map((name) => paperOf(house, name)))
  return documents.filter((document) => document !== undefined)
}
