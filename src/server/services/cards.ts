/** First five minutes and role cards of one institution, as PDF. */
import { inTurns } from '#base'
import type { OfficeDocument } from '#office'
import { type CardService, FORMATS } from '#web'
import { fiveMinutesDocument, roleDocument } from '../cards/documents.ts'
import type { Institution } from '../institution.ts'
import { paperPages, paperPdf } from '../paper-pdf.ts'

export function cardService(institution: Institution): CardService {
  const { vault, folder, clock } = institution
  /** Anybody may ask, without signing in: one is drawn at a time, and what did not change is not drawn again. */
  const inTurn = inTurns()
  let last: { key: string; bytes: Uint8Array } | undefined
  const name = async (): Promise<string> => (await vault.setting('name')) ?? folder.info.institution
  const footOf = ({ title }: OfficeDocument) => ({ what: title, by: FORMATS.ja.fullDate(clock.now()) })
  const pagesOf = (document: OfficeDocument) => paperPages(institution, document, footOf(document))
  const draw = (document: OfficeDocument) => paperPdf(institution, document, footOf(document))

  return {
    fiveMinutes: (door) =>
      inTurn(async () => {
        const house = await name()
        const all = [8, 5, 3, 2].map((most) => fiveMinutesDocument(house, door, most))
        const document = all.find((one) => pagesOf(one).length === 1) ?? fiveMinutesDocument(house, door, 1)
        const key = JSON.stringify(pagesOf(document))
        if (last?.key !== key) last = { key, bytes: await draw(document) }
        return last.bytes
      }),
    roles: (cards) => inTurn(async () => draw(roleDocument(await name(), cards))),
  }
}
