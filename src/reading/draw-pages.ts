/** Pages to PDF. The fonts (12 MB) are read when somebody first prints, once. */
import type { PdfFile, PdfOptions, Typefaces } from '#paper'
import type { Page } from '#sheets'

let opened: { readonly folder: string | undefined; readonly faces: Typefaces } | undefined

export async function drawPages(pages: readonly Page[], options: PdfOptions, fonts?: string): Promise<PdfFile> {
  const { drawPdf } = await import('#paper')
  return drawPdf(pages, await facesOf(fonts), options)
}

/** For the browser's printer: the pages with the same sentence as in the PDF where no font has a character. */
export async function notePages(
  pages: readonly Page[],
  notice: PdfOptions['missingNotice'],
  fonts?: string,
): Promise<{ readonly pages: readonly Page[]; readonly missing: readonly string[] }> {
  const { withMissing } = await import('#paper')
  return withMissing(pages, await facesOf(fonts), notice)
}

async function facesOf(folder: string | undefined): Promise<Typefaces> {
  const { Typefaces: Faces } = await import('#paper')
  if (opened === undefined || opened.folder !== folder) opened = { folder, faces: new Faces(folder) }
  return opened.faces
}
