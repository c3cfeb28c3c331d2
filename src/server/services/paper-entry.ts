/** Sheets of paper on their way back into the record, bound to one institution. */
import { AppError, hasWords, institutionDate, inTurns } from '#base'
import type { BookWriter } from '#casebook'
import type { Chart } from '#chart'
import { readSheetCode, sheetCode } from '#downtime'
import {
  burnDown,
  chartItems,
  type Choice,
  CHOICES,
  ITEM_KINDS,
  type ItemKind,
  itemsOf,
  looksEmpty,
  matchAll,
  openCount,
  type PaperItem,
  restsOf,
  type Sheet,
  sheetNumber,
  SHEETS_BOOK,
  sheetsOf,
  USUAL_CHOICES,
} from '#reconciliation'
import { pictureType } from '#reading'
import { SLIP_KINDS, type SlipKind } from '#sheets'
import type {
  ChartService,
  Compared,
  GenerationSummary,
  NewSheet,
  NotRegistered,
  PaperEntryService,
  Viewer,
} from '#web'
import type { Institution } from '../institution.ts'
import { READING_KEYS } from '../keys.ts'
import { usedNames } from './paper-names.ts'
import { isWhole, newestRecord, wholeComparison } from './paper-whole.ts'
import { demand, readingOf } from './viewers.ts'

const CHOICES_SETTING = 'paper-entry-choices'
/** Days around what stands on the sheet that its record may carry. */
const AROUND_DAYS = 14
const DAY_MS = 86_400_000
/** What a form is about, where that is one thing. */
const KIND_OF_FORM: Partial<Record<SlipKind, ItemKind>> = {
  note: 'encounter',
  prescription: 'prescription',
  injection: 'injection',
  mar: 'injection',
  lab: 'lab',
  allergy: 'allergy',
  billing: 'billing',
}

/** What is printed on the sheet as this house writes it, or why it is not taken. */
function judge(sheet: NewSheet, mark: number): { number: string; temporary: string } | NotRegistered {
  const patient = readSheetCode(sheet.patient, { mark })
  const isScan = /^T[-\d\s]+$/i.test(sheet.patient.normalize('NFKC'))
  if (isScan && (patient.kind === 'other-institution' || patient.kind === 'damaged'))
    return { refused: 'patient', why: patient.kind }
  const temporary = patient.kind === 'temporary' ? patient.code : ''
  const read = readSheetCode(sheet.number, { mark })
  if (read.kind === 'sheet') {
    const kind = KIND_OF_FORM[SLIP_KINDS[read.sheet.form - 1] ?? 'reception']
    if (kind && kind !== sheet.kind && !sheet.isKindSure) return { refused: 'other-kind', kind }
    return { number: sheetCode(read.sheet), temporary }
  }
  if (sheet.isUnnumbered && read.kind === 'not-a-sheet') return { number: sheet.number, temporary }
  return { refused: 'number', why: read.kind === 'other-form' ? 'damaged' : read.kind }
}

export function paperEntryService(institution: Institution, charts: ChartService<Chart>): PaperEntryService {
  const { casebook, ledger, clock, vault, access, reserve } = institution
  const inTurn = inTurns()
  const keyOf = (viewer: Viewer) => readingOf(viewer)?.key(READING_KEYS.patientSubject)
  const entriesOf = (viewer: Viewer) => casebook.entries(SHEETS_BOOK, keyOf(viewer))
  const sheets = async (viewer: Viewer): Promise<Sheet[]> => sheetsOf(await entriesOf(viewer))
  const get = async (viewer: Viewer, id: string) => (await sheets(viewer)).find((one) => one.id === id)
  const writer = async (viewer: Viewer): Promise<BookWriter> => {
    const person = (await access.people.list()).find(({ id }) => id === viewer.personId)
    return { id: viewer.personId, name: person?.displayName ?? '', profession: person?.profession ?? '' }
  }
  const write = async (
    viewer: Viewer,
    kind: string,
    codes: Record<string, string | number | boolean>,
    detail?: object,
    files: readonly string[] = [],
  ) => {
    const who = await writer(viewer)
    const entry = await reserve.spend(() => casebook.append(SHEETS_BOOK, { kind, codes, detail, who, files }))
    await ledger.append({
      type: 'sheet.recorded',
      actor: `person:${viewer.personId}`,
      data: { what: kind, device: entry.device, n: entry.n, hash: entry.hash },
    })
    return entry
  }
  const whole = wholeComparison(institution, { entriesOf, write })
  const names = usedNames(institution, write)
  const choices = async (): Promise<Record<ItemKind, Choice>> => {
    const saved = JSON.parse((await vault.setting(CHOICES_SETTING)) ?? '{}') as Record<string, string>
    const one = (kind: ItemKind) => CHOICES.find((known) => known === saved[kind]) ?? USUAL_CHOICES[kind]
    return Object.fromEntries(ITEM_KINDS.map((kind) => [kind, one(kind)])) as Record<ItemKind, Choice>
  }

  const attached = async (photos: readonly Uint8Array[]): Promise<string[]> => {
    if (photos.some((one) => pictureType(one) === undefined)) throw new AppError('INCIDENT_PICTURE_WRONG')
    const files: string[] = []
    for (const one of photos) files.push(await reserve.spend(() => casebook.attach(one)))
    return files
  }
  /**
   * An entry each: one with many would be longer than what an exchange with an emergency PC carries.
   * @param again where the picture is the entry: it is to be verified again
   */
  const writePhotos = async (viewer: Viewer, sheet: string, files: readonly string[], again = false): Promise<void> => {
    for (const file of files) await write(viewer, 'sheet.photographed', { sheet, again }, undefined, [file])
  }
  /** A number of the time without the system is nobody's in the record. */
  const isTemporary = async (patientId: string): Promise<boolean> =>
    readSheetCode(patientId, { mark: await institution.serials.mark() }).kind === 'temporary'

  const record = async () => newestRecord(await charts.readableGenerations())
  async function hit(viewer: Viewer, patientId: string, known?: GenerationSummary) {
    const newest = known ?? (await record())
    if (!newest) return undefined
    const { hits } = await charts.search(viewer, patientId, { generationId: newest.id, page: 1, pageSize: 20 })
    return hits.find((one) => one.patientId === patientId)
  }

  async function compare(viewer: Viewer, sheet: Sheet): Promise<Compared> {
    const { joined } = sheet
    if (!joined) return { kind: 'not-joined' }
    const newest = await record()
    // One from before the sheet cannot hold what stands on it.
    if (!newest || institutionDate(newest.takenAtMs) < sheet.day) return { kind: 'no-backup' }
    const found = await hit(viewer, joined.patientId, newest)
    if (!found) return { kind: 'not-found' }
    const result = await charts.open(viewer, found.key, {
      generationId: newest.id,
      reason: `事後入力 ${sheet.number}`,
      identifiers: [found.patientId, found.birthDate ?? found.kanji ?? ''],
    })
    if (result.kind !== 'ok') return { kind: result.kind === 'not-found' ? 'not-found' : 'withheld' }
    const items = itemsOf(sheet)
    // What this person may not see, or what could not be read, would be called missing.
    if (items.some(({ kind }) => !isWhole(result.chart, kind))) return { kind: 'withheld' }
    const paper: PaperItem[] = items.map((item, i) => ({
      ...item,
      id: `${sheet.id}#${i}`,
      sheet: sheet.id,
      patientKey: result.chart.patientKey,
    }))
    const around = (days: number) => institutionDate(Date.parse(`${sheet.day}T00:00:00+09:00`) + days * DAY_MS)
    const period = { from: around(-AROUND_DAYS), until: around(AROUND_DAYS) }
    const matches = matchAll(paper, chartItems(result.chart), period).filter((match) => match.paper !== undefined)
    return { kind: 'ok', asOfMs: newest.takenAtMs, sourceName: newest.sourceName, matches }
  }

  return {
    async list(viewer) {
      demand(viewer, 'see-patients')
      const entries = await entriesOf(viewer)
      const all = sheetsOf(entries)
      return {
        sheets: all,
        open: openCount(all),
        rests: restsOf(entries),
        running: whole.running(),
        since: await whole.since(),
        burnDown: burnDown(all, clock.now()),
        choices: await choices(),
        isReadable: keyOf(viewer) !== undefined,
      }
    },
    async get(viewer, id) {
      demand(viewer, 'see-patients')
      return get(viewer, id)
    },
    register: (viewer, sheet, photos = []) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const judged = judge(sheet, await institution.serials.mark())
        if ('refused' in judged) return judged
        const { number, temporary } = judged
        const { kind, day, patient, author, note } = sheet
        const known = (await sheets(viewer)).find((one) => sheetNumber(one.number) === sheetNumber(number))
        if (known) return { refused: 'already', id: known.id }
        const [first, ...rest] = await attached(photos)
        const codes = { number, form: kind, day, ...(temporary && { temporary }) }
        const { id } = await write(viewer, 'sheet.registered', codes, { patient, author, note }, first ? [first] : [])
        await writePhotos(viewer, id, rest)
        return { id, empty: photos.filter(looksEmpty).length }
      }),
    photograph: (viewer, id, photos) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const sheet = await get(viewer, id)
        if (!sheet || photos.length === 0) return 0
        // The same picture once more (a second click) is none.
        const files = (await attached(photos)).filter((one) => !sheet.photos.includes(one))
        await writePhotos(viewer, id, files, (sheet.entered.at(-1)?.items.length ?? 0) === 0)
        return photos.filter(looksEmpty).length
      }),
    turn: (viewer, id, photo) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const sheet = await get(viewer, id)
        if (!sheet?.photos.includes(photo)) return
        const quarters = ((sheet.turned.get(photo) ?? 0) + 1) % 4
        await write(viewer, 'sheet.turned', { sheet: id, photo, quarters })
      }),
    async photo(viewer, id, sha256) {
      demand(viewer, 'see-patients')
      const key = keyOf(viewer)
      const sheet = await get(viewer, id)
      if (!key || !sheet?.photos.includes(sha256)) return undefined
      const bytes = await casebook.attachment(sha256, key)
      const type = bytes && pictureType(bytes)
      return bytes && type ? { bytes, type } : undefined
    },
    enter: (viewer, id, items, after) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const sheet = await get(viewer, id)
        // The same once more (a second click) is no second entry.
        if (!sheet || JSON.stringify(sheet.entered.at(-1)?.items) === JSON.stringify(items)) return
        await write(viewer, 'sheet.entered', { sheet: id, after }, { items })
      }),
    verify: (viewer, id, of, reason) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const sheet = await get(viewer, id)
        const entered = sheet?.entered.find((one) => one.id === of)
        if (!sheet || !entered) return 'not-found'
        if (sheet.verified?.of === of) return undefined
        const isSame = entered.who?.id === viewer.personId
        const isLater = institutionDate(entered.at) !== institutionDate(clock.now()) && hasWords(reason)
        if (isSame && !isLater) return 'same-person'
        await write(viewer, 'sheet.verified', { sheet: id, of }, { reason })
        return undefined
      }),
    async find(viewer, patientId) {
      demand(viewer, 'see-patients')
      const found = await hit(viewer, patientId)
      return found && { patientId, name: found.kanji ?? '', kana: found.kana ?? '', birthDate: found.birthDate ?? '' }
    },
    join: (viewer, id, patientId, reason) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        if (await isTemporary(patientId)) return 'temporary'
        const found = await hit(viewer, patientId)
        const sheet = await get(viewer, id)
        if (!sheet || !found) return 'not-found'
        const last = sheet.joins.at(-1)
        if (last?.patientKey === found.key && last.who?.id === viewer.personId && !hasWords(reason))
          return 'same-person'
        const detail = { patientId, patientKey: found.key, name: found.kanji ?? found.kana ?? '', reason }
        await write(viewer, 'sheet.joined', { sheet: id }, detail)
        // Whoever says whose a 仮番号 is says it of every sheet that carries it.
        for (const other of await sheets(viewer)) {
          const isSame = sheet.temporary !== '' && other.temporary === sheet.temporary && other.id !== id
          const isSaid = other.joins.some((one) => one.patientKey === found.key && one.who?.id === viewer.personId)
          if (isSame && !other.joined && !other.settled && !isSaid)
            await write(viewer, 'sheet.joined', { sheet: other.id }, detail)
        }
        return undefined
      }),
    async compare(viewer, id) {
      demand(viewer, 'see-patients')
      const sheet = await get(viewer, id)
      return sheet ? compare(viewer, sheet) : { kind: 'not-found' }
    },
    settle: (viewer, id, how, note) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const sheet = await get(viewer, id)
        if (!sheet) return 'not-found'
        if (sheet.settled) return undefined
        if (how === 'exception' && !hasWords(note)) return 'reason'
        if (how !== 'exception' && sheet.state !== 'verified') return 'not-verified'
        if (how !== 'exception' && !sheet.joined) return 'not-joined'
        if (how === 'same') {
          const compared = await compare(viewer, sheet)
          const all = compared.kind === 'ok' && compared.matches.every(({ outcome }) => outcome === 'same')
          if (!all || itemsOf(sheet).length === 0) return 'not-same'
        }
        await write(viewer, 'sheet.settled', { sheet: id, how }, { note })
        return undefined
      }),
    reopen: (viewer, id) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        if ((await get(viewer, id))?.settled) await write(viewer, 'sheet.reopened', { sheet: id })
      }),
    async compareAll(viewer, period) {
      demand(viewer, 'see-patients')
      return whole.start(viewer, period)
    },
    signRest: (viewer, id, how, note) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const rest = restsOf(await entriesOf(viewer)).all.find((one) => one.id === id)
        if (!rest) return 'not-found'
        if (rest.signed) return undefined
        if (how === 'exception' && !hasWords(note)) return 'reason'
        await write(viewer, 'rest.signed', { rest: id, how }, { note })
        return undefined
      }),
    reopenRest: (viewer, id) =>
      inTurn(async () => {
        demand(viewer, 'see-patients')
        const rest = restsOf(await entriesOf(viewer)).all.find((one) => one.id === id)
        if (rest?.signed) await write(viewer, 'rest.reopened', { rest: id })
      }),
    async names(viewer, kind) {
      demand(viewer, 'see-patients')
      return names(viewer, kind)
    },
    async handOver(viewer, form) {
      demand(viewer, 'see-patients')
      const all = (await sheets(viewer)).filter(({ verified }) => form === 'csv' || verified !== undefined)
      await write(viewer, 'sheets.handed-over', { form, sheets: all.length })
      return all
    },
    async choose(viewer, kind, choice) {
      demand(viewer, 'manage-settings')
      await vault.saveSetting(CHOICES_SETTING, JSON.stringify({ ...(await choices()), [kind]: choice }))
      await ledger.append({
        type: 'settings.changed',
        actor: `person:${viewer.personId}`,
        data: { area: 'paper-entry', changes: [`${kind}-${choice}`] },
      })
    },
  }
}
