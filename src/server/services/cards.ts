/** First five minutes and role cards of one institution, as PDF. */
import { join } from 'node:path'
import { inTurns } from '#base'
import type { OfficeDocument } from '#office'
import { drawPages } from '#reading'
import { documentPages } from '#sheets'
import { INSIDE } from '#vault'
import { type CardService, FORMATS, MESSAGES } from '#web'
import { fiveMinutesDocument, roleDocument } from '../cards/documents.ts'
import type { Institution } from '../institution.ts'

export function cardService({ vault, folder, clock }: Institution): CardService {
  /** Anybody may ask, without signing in: one is drawn at a time, and what did not change is not drawn again. */
  const inTurn = inTurns()
  let last: { key: string; bytes: Uint8Array } | undefined
  const name = async (): Promise<string> => (await vault.setting('name')) ?? folder.info.institution
  const pagesOf = (document: OfficeDocument) =>
    documentPages(document, {
      ...(vault.isSample && { sample: MESSAGES.ja.sample.mark }),
      what: document.title,
      by: FORMATS.ja.fullDate(clock.now()),
    })
  const draw = async (document: OfficeDocument, pages = pagesOf(document)): Promise<Uint8Array> => {
    const missingNotice = MESSAGES.ja.printing.missingGlyphs
    const options = { title: document.title, language: 'ja', missingNotice } as const
    return (await drawPages(pages, options, join(folder.path, INSIDE.fonts))).bytes
  }

  return {
    fiveMinutes: (door) =>
      inTurn(async () => {
        const house = await name()
        const all = [8, 5, 3, 2].map((most) => fiveMinutesDocument(house, door, most))
        const document = all.find((one) => pagesOf(one).length === 1) ?? fiveMinutesDocument(house, door, 1)
        const pages = pagesOf(document)
        const key = JSON.stringify(pages)
        if (last?.key !== key) last = { key, bytes: await draw(document, pages) }
        return last.bytes
      }),
    roles: (cards) => inTurn(async () => draw(roleDocument(await name(), cards))),
  }
}
