/** Pages to PDF. The fonts (12 MB) are read when somebody first prints, once. */
import type { PdfFile, PdfOptions, Typefaces } from '#paper'
import type { Page } from '#sheets'

let opened: { readonly folder: string | undefined; readonly faces: Typefaces } | undefined

export async function drawPages(pages: readonly Page[], options: PdfOptions, fonts?: string): Promise<PdfFile> {
  const { drawPdf, Typefaces: Faces } = await import('#paper')
  if (opened === undefined || opened.folder !== fonts) opened = { folder: fonts, faces: new Faces(fonts) }
  return drawPdf(pages, opened.faces, options)
}
