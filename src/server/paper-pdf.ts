/** Documents of blocks as PDF of this institution: its fonts, 見本 where it is the sample. */
import { join } from 'node:path'
import type { OfficeDocument } from '#office'
import { drawPages } from '#reading'
import { documentPages, type Page } from '#sheets'
import { INSIDE } from '#vault'
import { MESSAGES } from '#web'
import type { Institution } from './institution.ts'

interface PaperFoot {
  readonly what: string
  readonly by: string
}

/** @param foot what stands on every page; absent: the title, and the institution's name */
export async function paperPdf(
  { vault, folder }: Pick<Institution, 'vault' | 'folder'>,
  document: OfficeDocument,
  foot?: PaperFoot,
): Promise<Uint8Array> {
  const { title, language } = document
  const usual = { what: title, by: (await vault.setting('name')) ?? folder.info.institution }
  const options = { title, language, missingNotice: MESSAGES[language].printing.missingGlyphs }
  const pages = paperPages({ vault }, document, foot ?? usual)
  return (await drawPages(pages, options, join(folder.path, INSIDE.fonts))).bytes
}

/** The same before it is drawn: how many there are, and whether they changed. */
export function paperPages({ vault }: Pick<Institution, 'vault'>, document: OfficeDocument, foot: PaperFoot): Page[] {
  const sample = vault.isSample ? { sample: MESSAGES[document.language].sample.mark } : {}
  return documentPages(document, { ...sample, ...foot })
}
