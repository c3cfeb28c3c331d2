/** What of the registers is needed in the first minutes: lines in the order of the cut, phone numbers, who decides. */
import { PLAN_CRITERIA } from '#bcp'
import { decidersOf, type RegisterEntry } from '#governance'
import {
  CUT_GROUPS,
  type CutLine,
  DEADLINE_FROM,
  DEADLINE_UNITS,
  DEADLINE_WHEN,
  type HouseDeadline,
  isDeadlineAmount,
} from '#incident'
import type { Registers } from '#reading'
import { LOCAL_PLACE } from '#vault'
import { MESSAGES, type Phone, type PlanCriteria } from '#web'
import type { Institution } from '../institution.ts'

/** Whom one calls in the first minutes. */
const FIRST_GROUPS = ['insurer', 'police']
const DECIDES = ['decider', 'deputy']

type House = Pick<Institution, 'vault' | 'registers' | 'plans'>

/** From the registers; lines to places of backups are known by themselves where nobody has entered any. */
export async function registersOf({ vault, registers, plans }: House): Promise<Registers> {
  const [people, vendors, contacts, connections, deadlines] = await Promise.all(
    (['person', 'vendor', 'contact', 'connection', 'deadline'] as const).map((name) => registers.list(name)),
  )
  const phones = [
    ...(await supportPhone(vault)),
    ...(people ?? []).flatMap(peoplePhones),
    ...(vendors ?? []).flatMap(({ values }) =>
      [values['hotline'], values['phone']].flatMap((phone) =>
        phone ? [phoneOf(values['name'], phone, values['hours'], { isFirst: true })] : [],
      ),
    ),
    ...(contacts ?? []).flatMap(({ values, unverified }) =>
      values['phone']
        ? [
            phoneOf(values['name'], values['phone'], values['when'], {
              isFirst: FIRST_GROUPS.includes(values['group'] ?? ''),
              isUnchecked: unverified,
            }),
          ]
        : [],
    ),
  ]
  const cuts = (connections ?? []).flatMap(({ values }) => {
    const vendor = vendors?.find((one) => one.values['name'] === values['vendor'])?.values
    return cutOf(values, vendor?.['hotline'] || vendor?.['phone'] || '')
  })
  const isKnown = cuts.some(({ group }) => group === 'backup')
  return {
    cuts: isKnown ? cuts : [...(await backupLines(vault)), ...cuts],
    phones,
    deciders: decidersOf(people ?? []).map(({ values }) => [values['post'], values['name']].filter(Boolean).join(' ')),
    deadlines: (deadlines ?? []).flatMap(deadlineOf),
    plan: await criteriaOf(plans),
  }
}

/** As the newest approved version says, not the draft. */
async function criteriaOf(plans: Institution['plans']): Promise<PlanCriteria | undefined> {
  const [newest] = await plans.versions()
  if (!newest) return undefined
  const { criteria = '', waitMinutes = '' } = newest.draft.answers
  return {
    version: newest.number,
    criteria: PLAN_CRITERIA.filter((code) => criteria.split(',').includes(code)),
    waitMinutes: waitMinutes === '' ? undefined : Number(waitMinutes),
  }
}

type Values = Readonly<Record<string, string>>
const dutiesOf = (values: Values): string[] => (values['duties'] ?? '').split(',')

function phoneOf(who: string | undefined, phone: string, note = '', more: Partial<Phone> = {}): Phone {
  return { who: who ?? '', phone, note, isPrivate: false, isFirst: false, isUnchecked: false, ...more }
}

/** For everybody: the post, or else the duty; never a name. */
function openNameOf(values: Values, duties: readonly string[]): string {
  const words: Readonly<Record<string, string>> = MESSAGES.ja.registers.choice
  return values['post'] || (words[duties.find(Boolean) ?? ''] ?? '')
}

/** Who decides, as everybody may read it, in the order of the register. */
export function openDeciders(people: readonly RegisterEntry[]): string[] {
  const names = decidersOf(people).map(({ values }) =>
    openNameOf(
      values,
      dutiesOf(values).filter((duty) => DECIDES.includes(duty)),
    ),
  )
  return [...new Set(names)]
}

/** Who is called in an emergency; the name and the number at home only to who is signed in. */
function peoplePhones({ values }: { readonly values: Values }): Phone[] {
  const duties = dutiesOf(values)
  if (!duties.some(Boolean)) return []
  const isFirst = duties.some((duty) => DECIDES.includes(duty) || duty === 'system-manager')
  const who = openNameOf(values, duties)
  const named = [values['post'], values['name']].filter(Boolean).join(' ')
  return [
    ...(values['phone'] ? [phoneOf(who, values['phone'], '', { isFirst })] : []),
    ...(values['homePhone'] ? [phoneOf(named, values['homePhone'], '', { isFirst, isPrivate: true })] : []),
  ]
}

/** One that somebody wrote without a number that counts starts no clock. */
function deadlineOf({ id, values }: RegisterEntry): HouseDeadline[] {
  const unit = DEADLINE_UNITS.find((known) => known === values['unit'])
  const from = DEADLINE_FROM.find((known) => known === values['from'])
  const when = DEADLINE_WHEN.find((known) => known === values['startsWhen'])
  const amount = Number(values['amount'])
  if (!unit || !from || !when || !isDeadlineAmount(amount)) return []
  return [{ id, name: values['name'] ?? '', source: values['source'] ?? '', amount, unit, from, when }]
}

function cutOf(values: Values, phone: string): CutLine[] {
  const group = CUT_GROUPS.find((known) => known === values['stage'])
  if (!group) return []
  const how = [values['mark'], values['mayCut']].filter(Boolean).join(' / ')
  return [{ group, name: values['name'] ?? '', place: values['place'] ?? '', how, stops: values['stops'] ?? '', phone }]
}

async function backupLines(vault: Institution['vault']): Promise<CutLine[]> {
  const places = (await vault.places()).filter(({ id, kind }) => id !== LOCAL_PLACE && kind !== 'local')
  return places.map(({ name }) => ({ group: 'backup', name, place: '', how: '', stops: '', phone: '' }))
}

async function supportPhone(vault: Institution['vault']): Promise<Phone[]> {
  const [name, phone] = await Promise.all(['support-name', 'support-phone'].map((key) => vault.setting(key)))
  return phone ? [phoneOf(name, phone, '', { isFirst: true })] : []
}

/** What emergency PCs keep in the open: nothing private, nobody's name. */
export async function openRegisters(institution: House) {
  const { cuts, phones, deadlines, plan } = await registersOf(institution)
  const deciders = openDeciders(await institution.registers.list('person'))
  const open = phones.flatMap((phone) => (phone.isPrivate ? [] : [{ ...phone, isPrivate: false as const }]))
  return { cuts, phones: open, deciders, deadlines, plan }
}
