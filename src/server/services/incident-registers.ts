/** What of the registers is needed in the first minutes: lines in the order of the cut, phone numbers, who decides. */
import { CUT_GROUPS, type CutLine } from '#incident'
import type { Registers } from '#reading'
import { LOCAL_PLACE } from '#vault'
import type { Phone } from '#web'
import type { Institution } from '../institution.ts'

/** Whom one calls in the first minutes. */
const FIRST_GROUPS = ['insurer', 'police']
const DECIDES = ['decider', 'deputy']

/** From the registers; lines to places of backups are known by themselves where nobody has entered any. */
export async function registersOf({ vault, registers }: Pick<Institution, 'vault' | 'registers'>): Promise<Registers> {
  const [people, vendors, contacts, connections] = await Promise.all(
    (['person', 'vendor', 'contact', 'connection'] as const).map((name) => registers.list(name)),
  )
  const deciding = (people ?? []).filter(({ values }) => DECIDES.some((duty) => dutiesOf(values).includes(duty)))
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
    deciders: deciding.map(({ values }) => [values['post'], values['name']].filter(Boolean).join(' ')),
  }
}

type Values = Readonly<Record<string, string>>
const dutiesOf = (values: Values): string[] => (values['duties'] ?? '').split(',')

function phoneOf(who: string | undefined, phone: string, note = '', more: Partial<Phone> = {}): Phone {
  return { who: who ?? '', phone, note, isPrivate: false, isFirst: false, isUnchecked: false, ...more }
}

/** Who is called in an emergency: the post without a name to everybody, the name and the number at home to who is signed in. */
function peoplePhones({ values }: { readonly values: Values }): Phone[] {
  const duties = dutiesOf(values)
  if (!duties.some(Boolean)) return []
  const isFirst = duties.some((duty) => DECIDES.includes(duty) || duty === 'system-manager')
  const who = values['post'] || values['name']
  const named = [values['post'], values['name']].filter(Boolean).join(' ')
  return [
    ...(values['phone'] ? [phoneOf(who, values['phone'], '', { isFirst })] : []),
    ...(values['homePhone'] ? [phoneOf(named, values['homePhone'], '', { isFirst, isPrivate: true })] : []),
  ]
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

/** What emergency PCs keep in the open: nothing private, posts without names. */
export async function openRegisters(institution: Pick<Institution, 'vault' | 'registers'>) {
  const { cuts, phones } = await registersOf(institution)
  const open = phones.flatMap((phone) => (phone.isPrivate ? [] : [{ ...phone, isPrivate: false as const }]))
  return { cuts, phones: open, deciders: [] }
}
