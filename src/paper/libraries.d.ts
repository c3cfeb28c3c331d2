/** What we use of pdfkit 0.20 and fontkit 2.0; neither brings types. */
declare module 'fontkit' {
  export interface Font {
    readonly postscriptName: string
    readonly unitsPerEm: number
    readonly characterSet: readonly number[]
    hasGlyphForCodePoint(codePoint: number): boolean
    glyphForCodePoint(codePoint: number): { readonly id: number; readonly advanceWidth: number }
  }
  export function create(bytes: Uint8Array): Font
}

declare module 'pdfkit' {
  import type { Readable } from 'node:stream'
  import type { Font } from 'fontkit'
  export class PDFDocument extends Readable {
    constructor(options: {
      autoFirstPage: boolean
      size?: readonly [number, number]
      margin?: number
      compress?: boolean
      font?: string
      lang?: string
      displayTitle?: boolean
      info?: Readonly<Record<string, string | Date>>
    })
    addPage(options: { size: readonly [number, number]; margin: number }): this
    registerFont(name: string, font: Font): this
    font(name: string): this
    fontSize(size: number): this
    widthOfString(text: string): number
    text(text: string, x: number, y: number, options: { lineBreak: false; baseline: 'alphabetic' }): this
    lineWidth(width: number): this
    rect(x: number, y: number, width: number, height: number): this
    moveTo(x: number, y: number): this
    lineTo(x: number, y: number): this
    fill(): this
    stroke(): this
    end(): void
  }
}
