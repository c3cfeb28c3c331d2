/** First five minutes, role cards and contact tree of one institution, as PDF. */
import { join } from 'node:path'
import { inTurns } from '#base'
import type { OfficeDocument } from '#office'
import { drawPages } from '#reading'
import { bookPages, documentPages, type Page } from '#sheets'
import { INSIDE } from '#vault'
import { callTreeBox, type CardService, FORMATS, type Language, MESSAGES } from '#web'
import { callTable, fiveMinutesOnPage, roleDocument } from '../cards/documents.ts'
import type { Institution } from '../institution.ts'

export function cardService({ vault, folder, clock }: Institution): CardService {
  /** Anybody may ask, without signing in: one is drawn at a time, and what did not change is not drawn again. */
  const inTurn = inTurns()
  const last = new Map<Language, { key: string; bytes: Uint8Array }>()
  const name = async (): Promise<string> => (await vault.setting('name')) ?? folder.info.institution
  const footOf = (what: string, language: Language) => ({
    ...(vault.isSample && { sample: MESSAGES[language].sample.mark }),
    what,
    by: FORMATS[language].fullDate(clock.now()),
  })
  const pagesOf = (document: OfficeDocument, language: Language) =>
    documentPages(document, footOf(document.title, language))
  const draw = async (title: string, pages: readonly Page[], language: Language): Promise<Uint8Array> => {
    const missingNotice = MESSAGES[language].printing.missingGlyphs
    return (await drawPages(pages, { title, language, missingNotice }, join(folder.path, INSIDE.fonts))).bytes
  }

  return {
    fiveMinutes: (door, language) =>
      inTurn(async () => {
        const document = fiveMinutesOnPage(await name(), door, language)
        const pages = pagesOf(document, language)
        const key = JSON.stringify(pages)
        const known = last.get(language)
        if (known?.key === key) return known.bytes
        const bytes = await draw(document.title, pages, language)
        last.set(language, { key, bytes })
        return bytes
      }),
    roles: (cards, language) =>
      inTurn(async () => {
        const document = roleDocument(await name(), cards, language)
        return draw(document.title, pagesOf(document, language), language)
      }),
    contactTree: (root, language) =>
      inTurn(async () => {
        const { registers: t } = MESSAGES[language]
        const tree = { tree: callTreeBox(MESSAGES[language], root), title: t.treeTitle, lead: t.treeLead }
        const document = callTable(await name(), root, language)
        const { pages } = bookPages([tree, { document }], footOf(t.treeTitle, language))
        return draw(t.treeTitle, pages, language)
      }),
  }
}
