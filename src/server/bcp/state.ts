/** How the plan stands today: what changed since its approval, what of the printed binder is old. For page, home and bell. */
import { addDays, type EpochMs, institutionDate } from '#base'
import { ageInDays, BINDER_OLD_DAYS, changedParts, type Printing, staleSections, type Version } from '#bcp'
import type { BinderView } from '#web'
import type { Institution } from '../institution.ts'
import { stackOf } from '../papers/stack.ts'
import { registersOf } from '../services/incident-registers.ts'
import { type BinderFacts, binderParts, hashesOf } from './binder.ts'
import { planDocument, type PlanDocument } from './document.ts'
import { type PlanFacts, planFacts } from './facts.ts'

export type PlanHouse = Pick<
  Institution,
  'plans' | 'printings' | 'registers' | 'systems' | 'vault' | 'rehearsals' | 'stations' | 'folder' | 'clock' | 'manuals'
>

const REVIEW_DAYS = 365

export interface PlanState {
  readonly facts: PlanFacts
  readonly versions: readonly Version[]
  /** The draft as it reads today; absent: no kind was chosen. */
  readonly now: PlanDocument | undefined
  readonly stale: readonly string[]
  readonly reviewDue: boolean
  /** Absent: no version was approved. */
  readonly binder: BinderView | undefined
}

export const houseName = async ({ vault, folder }: Pick<PlanHouse, 'vault' | 'folder'>): Promise<string> =>
  (await vault.setting('name')) ?? folder.info.institution

export async function planState(house: PlanHouse): Promise<PlanState> {
  const { plans, printings, clock } = house
  const draft = await plans.draft()
  const [facts, versions, name] = await Promise.all([planFacts(house, draft), plans.versions(), houseName(house)])
  const [newest] = versions
  const now = draft.kind && planDocument(name, draft.kind, draft, facts)
  return {
    facts,
    versions,
    now,
    stale: newest && now ? staleSections(newest, now.sections) : [],
    reviewDue:
      newest !== undefined && institutionDate(clock.now()) > addDays(institutionDate(newest.approvedAt), REVIEW_DAYS),
    binder: newest && binderView(await binderFacts(house, newest), await printings.newest(), clock.now()),
  }
}

export async function binderFacts(house: PlanHouse, version: Version): Promise<BinderFacts> {
  const [name, registers, first, papers] = await Promise.all([
    houseName(house),
    house.registers.all(),
    registersOf(house),
    stackOf(house),
  ])
  return { house: name, version, registers, first, papers }
}

function binderView(facts: BinderFacts, printing: Printing | undefined, now: EpochMs): BinderView {
  if (!printing) return { printing: undefined, ageDays: 0, isOld: false, changed: [] }
  const ageDays = ageInDays(printing.printedAt, now)
  const { number, printedAt, printedBy, version, pages } = printing
  return {
    printing: { number, printedAtMs: printedAt, printedBy, version, pages },
    ageDays,
    isOld: ageDays > BINDER_OLD_DAYS,
    changed: changedParts(printing, hashesOf(binderParts(facts))),
  }
}
