/** Sixty sheets that 大阪 wrote while it stood still, and two people who bring them back: on screens, and through the same forms. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { chartItems, type EhrItem, type Item, ITEM_KINDS, type ItemKind } from '#reconciliation'
import type { Chart } from '#chart'
import type { ChartService, Viewer } from '#web'

export interface Paper {
  readonly number: string
  readonly kind: ItemKind
  readonly day: string
  /** As written: mostly the number that was given at the door. */
  readonly patient: string
  /** Of the EHR; '' where nobody of this house has it. */
  readonly patientId: string
  /** None: the picture is enough. */
  readonly items: readonly Item[]
  /** How it ends. */
  readonly end: 'same' | 'in-system' | 'exception'
  readonly note: string
}

export interface Pile {
  readonly papers: readonly Paper[]
  /** What the system holds and no sheet says. */
  readonly unwritten: readonly Item[]
}

const MOST_ITEMS = 25
/** What the form shows at first. */
export const ON_SCREEN = 3

/** What the recovered system holds of these days, as it stood on paper before; and what paper does besides. */
export async function pile(
  charts: ChartService<Chart>,
  viewer: Viewer,
  days: readonly string[],
  count: number,
): Promise<Pile> {
  const groups = await recordsOf(charts, viewer, days)
  const isLeft = ({ kind, items }: Group) => kind === 'injection' && items.length <= 2
  const left = groups.findIndex(isLeft)
  assert.ok(left >= 0, 'a short injection')
  const [unwritten] = groups.splice(left, 1)
  const written = groups.map((one): Omit<Paper, 'number'> => {
    const isPicture = one.kind === 'encounter'
    const how = isPicture ? { end: 'in-system', note: '写真のとおり入っている' } : { end: 'same', note: '' }
    return { ...one, patient: '', items: isPicture ? [] : one.items, ...(how as Pick<Paper, 'end' | 'note'>) }
  })
  // The pen slipped once: one dose on paper is not what was entered.
  const slipped = written.findIndex(({ kind, items }) => kind === 'prescription' && items[0]!.fields.perDay)
  const wrong = written[slipped]!
  written[slipped] = {
    ...wrong,
    items: [{ ...wrong.items[0]!, fields: { ...wrong.items[0]!.fields, perDay: '99錠' } }, ...wrong.items.slice(1)],
    end: 'in-system',
    note: '医師に確かめ、電子カルテが正しい（見本 医師）',
  }
  // The carbon of a slip lay in the pile too.
  const copied = written.find(({ kind, items }) => kind === 'prescription' && items !== written[slipped]!.items)!
  const copy = { ...copied, end: 'exception', note: '同じ処方の写し' } as const
  const foreign = {
    kind: 'lab',
    day: days[0]!,
    patient: '他院の方',
    patientId: '',
    items: [],
    end: 'exception',
    note: '他院の紙が混ざっていた。返した（見本 事務）',
  } as const
  const bills = Array.from({ length: count - written.length - 2 }, (_, i): Omit<Paper, 'number'> => {
    const fields = i === 0 ? { due: '3,000円', paid: '1000' } : { due: '3,000円', paid: '3000' }
    const item = { kind: 'billing', day: days[0]!, what: '診察料', code: '', fields } as const
    const { patientId } = written[i]!
    return {
      kind: 'billing',
      day: days[0]!,
      patient: '',
      patientId,
      items: [item],
      end: 'in-system',
      note: '会計に入れた',
    }
  })
  assert.ok(bills.length >= 2, `${written.length} sheets of records`)
  const papers = [...written, copy, foreign, ...bills].map((one, i) => ({
    ...one,
    number: one.patientId === '' ? 'TAIN-9-0001' : `K-${String(i + 1).padStart(4, '0')}`,
    patient: one.patient || `仮 ${one.patientId.slice(-4)}`,
  }))
  return { papers, unwritten: unwritten!.items }
}

interface Group extends Pick<Paper, 'kind' | 'day' | 'patientId' | 'items'> {}

async function recordsOf(charts: ChartService<Chart>, viewer: Viewer, days: readonly string[]): Promise<Group[]> {
  const [newest] = await charts.readableGenerations()
  const groups: Group[] = []
  // Allergies are of no day: two are told anew on paper.
  let told = 0
  const short = new Map<ItemKind, number>()
  for (let page = 1; ; page++) {
    const { hits, total } = await charts.search(viewer, '00001', { page, pageSize: 50 })
    for (const { key, patientId, birthDate, kanji } of hits) {
      const identifiers = [patientId, birthDate ?? kanji ?? '']
      const opened = await charts.open(viewer, key, { generationId: newest!.id, reason: '検査', identifiers })
      if (opened.kind !== 'ok') continue
      const items = chartItems(opened.chart)
      const ofDays = items.filter(({ day }) => days.includes(day))
      if (ofDays.length === 0) continue
      const allergies = items.filter(({ kind }) => kind === 'allergy').slice(0, told++ < 2 ? 1 : 0)
      for (const kind of ITEM_KINDS)
        for (const day of days) {
          const all = ofDays.filter((one) => one.kind === kind && one.day === day)
          // Two of each kind are short enough for the form as it opens.
          const isShort = all.length > ON_SCREEN && (short.get(kind) ?? 0) < 2
          if (isShort) short.set(kind, (short.get(kind) ?? 0) + 1)
          groups.push(...chunks(all, isShort).map((items) => ({ kind, day, patientId, items })))
        }
      groups.push(
        ...chunks(allergies).map((all) => ({ kind: 'allergy' as const, day: days[0]!, patientId, items: all })),
      )
    }
    if (page * 50 >= total) return groups
  }
}

/** Sheets as people write them: a few lines, or a page full. */
function chunks(items: readonly EhrItem[], isShort = false): Item[][] {
  const bare = items.map(({ kind, day, what, code, fields }): Item => ({ kind, day, what, code, fields }))
  if (bare.length === 0) return []
  const first = isShort ? ON_SCREEN : MOST_ITEMS
  const pages = [bare.slice(0, first)]
  for (let at = first; at < bare.length; at += MOST_ITEMS) pages.push(bare.slice(at, at + MOST_ITEMS))
  return pages
}

/** On the screen, by hand. */
export async function registerOnScreen(page: Page, url: string, paper: Paper, photo?: Buffer): Promise<void> {
  await page.goto(`${url}/paper-entry`)
  await page.selectOption('#field-kind', paper.kind)
  await page.fill('#field-day', paper.day)
  await page.fill('#field-patient', paper.patient)
  await page.fill('#field-author', '見本 医師')
  if (photo) await page.setInputFiles('#field-photo', { name: 'paper.jpg', mimeType: 'image/jpeg', buffer: photo })
  // Written at the door with a number of their own.
  await page.check('[name=unnumbered]')
  await page.fill('#field-number', paper.number)
  // A reader of barcodes ends with Enter.
  await page.press('#field-number', 'Enter')
  assert.match(await page.innerText('main'), /登録しました/)
}

export async function open(page: Page, url: string, number: string): Promise<void> {
  await page.goto(`${url}/paper-entry`)
  await page.click(`main th a:text-is("${number}")`)
}

const submit = async (page: Page, action: string, said = /保存しました/): Promise<void> => {
  await page.locator(`form[action$="${action}"] button`).first().click()
  assert.match(await page.innerText('main'), said)
}

export async function enterOnScreen(page: Page, { items }: Paper): Promise<void> {
  if (items.length === 0) return submit(page, '/plain')
  for (const [i, item] of items.entries()) {
    await page.fill(`[name=what-${i}]`, item.what)
    await page.fill(`[name=day-${i}]`, item.day)
    for (const [name, value] of Object.entries(item.fields)) await page.fill(`[name=${name}-${i}]`, value)
  }
  return submit(page, '/items')
}

export async function joinOnScreen(page: Page, patientId: string): Promise<void> {
  await page.fill('#field-patientId', patientId)
  await submit(page, '/find', /生まれ。紙の名前・生年月日と同じですか/)
  await submit(page, '/join')
}

export async function settleOnScreen(page: Page, { end, note }: Paper): Promise<void> {
  await page.check(`[name=how][value=${end}]`)
  await page.fill('#field-note', note)
  await submit(page, '/settle')
}

/** The same forms without a click: from the signed-in browser, with its cookie and its token. @returns the status */
export async function post(page: Page, path: string, fields: Record<string, string>, expected = 200): Promise<void> {
  const status = await page.evaluate(
    async ([to, values]) => {
      const csrf = document.querySelector<HTMLInputElement>('input[name=csrf]')!.value
      const body = new URLSearchParams({ csrf, once: String(Math.random()), ...values })
      return (await fetch(to, { method: 'POST', body })).status
    },
    [path, fields] as const,
  )
  assert.equal(status, expected, `${path} ${JSON.stringify(fields)}`)
}

export function registerFields({ number, kind, day, patient }: Paper): Record<string, string> {
  return { number, kind, day, patient, author: '見本 医師', note: '', unnumbered: 'yes' }
}

export function itemFields({ items }: Paper): Record<string, string> {
  return Object.fromEntries(
    items.flatMap(({ what, day, fields }, i) => [
      [`what-${i}`, what],
      [`day-${i}`, day],
      ...Object.entries(fields).map(([name, value]) => [`${name}-${i}`, value] as const),
    ]),
  )
}

/** Ids of the sheets by their numbers, as the list shows them. */
export async function idsOf(page: Page, url: string): Promise<Map<string, string>> {
  await page.goto(`${url}/paper-entry`)
  const links = await page
    .locator('main th a[href^="/paper-entry/"]')
    .evaluateAll((all) => all.map((one) => [one.textContent, one.getAttribute('href')!.split('/').at(-1)!] as const))
  return new Map(links)
}
