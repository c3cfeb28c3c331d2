/** Documents of blocks as PDF of this institution: its fonts, 見本 where it is the sample. */
import { join } from 'node:path'
import type { OfficeDocument } from '#office'
import { drawPages } from '#reading'
import { documentPages } from '#sheets'
import { INSIDE } from '#vault'
import { MESSAGES } from '#web'
import type { Institution } from './institution.ts'

/** @param foot what stands on every page; absent: the title, and the institution's name */
export async function paperPdf(
  { vault, folder }: Pick<Institution, 'vault' | 'folder'>,
  document: OfficeDocument,
  foot?: { readonly what: string; readonly by: string },
): Promise<Uint8Array> {
  const usual = { what: document.title, by: (await vault.setting('name')) ?? folder.info.institution }
  const sample = vault.isSample ? { sample: MESSAGES.ja.sample.mark } : {}
  const missingNotice = MESSAGES.ja.printing.missingGlyphs
  const options = { title: document.title, language: 'ja', missingNotice } as const
  const pages = documentPages(document, { ...sample, ...(foot ?? usual) })
  return (await drawPages(pages, options, join(folder.path, INSIDE.fonts))).bytes
}
