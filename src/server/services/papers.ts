/** 紙の用意: stock of numbered sheets, the kit, manuals of departments, cards, the whole stack; bound to one institution. */
import { createHash } from 'node:crypto'
import { inTurns } from '#base'
import { DEPARTMENTS, departmentsOf, readSheetCode } from '#downtime'
import { docxOf, type OfficeDocument } from '#office'
import { SHEETS_BOOK, sheetsOf } from '#reconciliation'
import { SLIP_KINDS, USUAL_SLIPS } from '#sheets'
import { MESSAGES, type PaperName, type PapersService, type Viewer } from '#web'
import { EditionPapers } from '../editions/papers.ts'
import type { Institution } from '../institution.ts'
import { stackDocument } from '../papers/documents.ts'
import { manualTemplate } from '../papers/manual-texts.ts'
import { CONTACT_SETTING, contactOf, kindOf, paperHouse, paperOf, stackOf } from '../papers/stack.ts'
import { paperPdf } from '../paper-pdf.ts'
import { withoutUndefined } from './read-model.ts'
import { demand } from './viewers.ts'

const CARRIED_SETTING = 'papers-carried'

export function papersService(institution: Institution): PapersService {
  const { vault, ledger, clock, access, plans, manuals, serials, ranges, stock, stations, casebook } = institution
  const inTurn = inTurns()
  const note = (viewer: Viewer, ...changes: string[]) =>
    ledger.append({ type: 'settings.changed', actor: `person:${viewer.personId}`, data: { area: 'papers', changes } })
  const nameOf = async ({ personId }: Viewer): Promise<string> =>
    (await access.people.list()).find(({ id }) => id === personId)?.displayName ?? ''
  const kind = async () => (await plans.draft()).kind
  const documentOf = async (paper: PaperName): Promise<OfficeDocument | undefined> =>
    paper === 'stack'
      ? stackDocument(await stackOf(institution), await paperHouse(institution))
      : paperOf(institution, paper)

  /** By form: what came back at entry; of 仮番号, how many were used on sheets. */
  async function used(): Promise<Map<number, number>> {
    const mark = await serials.mark()
    const sheets = sheetsOf(await casebook.entries(SHEETS_BOOK))
    const counts = new Map<number, number>()
    const add = (form: number) => counts.set(form, (counts.get(form) ?? 0) + 1)
    for (const number of new Set(sheets.map((sheet) => sheet.number))) {
      const read = readSheetCode(number, { mark })
      if (read.kind === 'sheet') add(read.sheet.form)
    }
    for (const temporary of new Set(sheets.map((sheet) => sheet.temporary))) if (temporary !== '') add(0)
    return counts
  }

  async function printed(): Promise<Map<number, number>> {
    const counts = await serials.used()
    for (const range of await ranges.list())
      for (const [form, count] of range.used) counts.set(form, (counts.get(form) ?? 0) + count)
    return counts
  }

  async function stockNow() {
    const counts = await printed()
    // Those that are needed first are told also where nobody printed one yet.
    for (const form of [0, ...USUAL_SLIPS.map((one) => SLIP_KINDS.indexOf(one) + 1)])
      counts.set(form, counts.get(form) ?? 0)
    return stock.list(counts, await used())
  }

  return {
    async view() {
      const pcs = new Map((await stations.list()).map(({ id, name }) => [id, name]))
      const chosen = await kind()
      const carriedAtMs = Number((await vault.setting(CARRIED_SETTING)) || NaN)
      return withoutUndefined({
        contact: await contactOf(institution),
        kind: chosen,
        manuals: await Promise.all(
          departmentsOf(await kindOf(institution)).map(async (department) => ({
            department,
            newest: (await manuals.versions(department))[0],
          })),
        ),
        stock: await stockNow(),
        ranges: (await ranges.list()).map((range) => ({ ...range, pc: pcs.get(range.station) ?? range.station })),
        carriedAtMs: Number.isNaN(carriedAtMs) ? undefined : carriedAtMs,
      })
    },
    async saveContact(viewer, { phone, fax }) {
      demand(viewer, 'manage-settings')
      await vault.saveSetting(CONTACT_SETTING, JSON.stringify({ phone, fax }))
      await note(viewer, 'contact')
    },
    count: (viewer, form, lie) =>
      inTurn(async () => {
        const reckoned = ((await printed()).get(form) ?? 0) - ((await used()).get(form) ?? 0)
        await stock.count(form, lie, reckoned, await nameOf(viewer))
        await note(viewer, `stock-${form}-${lie}`)
      }),
    async manual(_viewer, department) {
      const versions = await manuals.versions(department)
      return {
        department,
        text: versions[0]?.text ?? manualTemplate(department, await kindOf(institution)),
        versions,
      }
    },
    async saveManual(viewer, department, text, seen) {
      demand(viewer, 'manage-settings')
      if (!DEPARTMENTS.includes(department)) return 'same'
      const isTemplate = seen === 0 && text === manualTemplate(department, await kindOf(institution))
      if (isTemplate && (await manuals.versions(department)).length === 0) return 'same'
      const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
      return manuals.save(department, text, seen, await nameOf(viewer), (number) =>
        note(viewer, `manual-${department}-${number}-${hash}`).then(() => undefined),
      )
    },
    async file(_viewer, paper, format) {
      const document = await documentOf(paper)
      if (!document) return undefined
      if (format === 'pdf') return paperPdf(institution, document)
      const sample = vault.isSample ? `${MESSAGES.ja.sample.mark}\u3000` : ''
      return docxOf({ ...document, header: `${sample}${document.header ?? ''}` })
    },
    carry: (viewer) =>
      inTurn(async () => {
        demand(viewer, 'manage-backup')
        const papers = new EditionPapers(institution)
        const title = MESSAGES.ja.papers.stackTitle
        const before = (await papers.list()).filter((one) => one.title === title)
        const bytes = await paperPdf(institution, (await documentOf('stack'))!)
        // The new one first: a kill between the two leaves both, never none.
        if (!(await papers.add(viewer.personId, title, bytes))) return false
        for (const { id } of before) await papers.remove(viewer.personId, id)
        await vault.saveSetting(CARRIED_SETTING, String(clock.now()))
        return true
      }),
  }
}
