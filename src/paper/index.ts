export { drawPdf, withMissing } from './pdf.ts'
export type { PdfFile, PdfOptions } from './pdf.ts'
export { Typefaces } from './typefaces.ts'
