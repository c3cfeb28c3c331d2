/** The Monday sheet bound to one institution: the words of the weekly letter, now. */
import { weekWords } from '#notify'
import { FORMATS, MESSAGES, type MondayService, type MondaySheet } from '#web'
import { paperPdf } from '../paper-pdf.ts'
import type { Institution } from '../institution.ts'

export function mondayService(institution: Institution): MondayService {
  const { bell, clock, vault } = institution
  const words = async (language: 'ja' | 'en'): Promise<MondaySheet> => {
    const { title, next } = MESSAGES[language].monday.sample
    return vault.isSample ? { title, lines: [], request: next } : weekWords(await bell.week(), language)
  }
  return {
    sheet: (_viewer, language) => words(language),
    async pdf() {
      const t = MESSAGES.ja.monday
      const { title, lines, request } = await words('ja')
      return paperPdf(institution, {
        title: t.title,
        language: 'ja',
        header: t.title,
        blocks: [
          { kind: 'heading', level: 1, text: title },
          { kind: 'paragraph', text: t.asOf(FORMATS.ja.fullDate(clock.now())) },
          { kind: 'list', items: [...lines] },
          { kind: 'heading', level: 2, text: request },
          { kind: 'paragraph', text: t.silence, small: true },
        ],
      })
    },
  }
}
