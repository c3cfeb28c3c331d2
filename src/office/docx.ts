/** A document of blocks as DOCX. The library is loaded at the first call only. */
import type * as Docx from 'docx'
import {
  type Block,
  type Cell,
  cellText,
  type OfficeDocument,
  plainText,
  runsOf,
  sharesOf,
  type Text,
  writable,
} from './model/index.ts'

/** In twentieths of a point: A4 with edges of 20 mm. */
const PAPER = { width: 11_906, height: 16_838 }
const EDGE = 1134
const WIDTH = PAPER.width - 2 * EDGE
/**
 * On every Windows since 8.1 and in Office for Mac. Where it is missing the program takes another Japanese one by itself,
 * since the letters are named as East Asian ones.
 */
const FONT = { ascii: 'Yu Gothic', hAnsi: 'Yu Gothic', eastAsia: '游ゴシック', cs: 'Yu Gothic' }
const GREY = 'E8E8E8'

/** @returns the file's bytes. */
export async function docxOf(document: OfficeDocument): Promise<Uint8Array> {
  const docx = await import('docx')
  const { Document, Packer, Header, Footer, Paragraph, TextRun, PageNumber, AlignmentType } = docx
  const small = (text: string) => new TextRun({ text: writable(text), size: 16 })
  const file = new Document({
    title: writable(document.title),
    creator: 'Toride',
    lastModifiedBy: 'Toride',
    description: '',
    styles: stylesOf(document.language),
    numbering: { config: [numbering(docx)] },
    sections: [
      {
        properties: {
          page: { size: PAPER, margin: { top: EDGE, bottom: EDGE, left: EDGE, right: EDGE, header: 567, footer: 567 } },
        },
        headers: { default: new Header({ children: [new Paragraph({ children: [small(document.header ?? '')] })] }) },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.RIGHT,
                children: [
                  small(document.footer ? `${document.footer}\u3000` : ''),
                  new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES], size: 16 }),
                ],
              }),
            ],
          }),
        },
        children: document.blocks.flatMap((block, i) => blockOf(docx, block, i)),
      },
    ],
  })
  return Packer.toBuffer(file)
}

function stylesOf(language: OfficeDocument['language']): Docx.IStylesOptions {
  const lang = language === 'ja' ? { value: 'ja-JP', eastAsia: 'ja-JP' } : { value: 'en-GB', eastAsia: 'ja-JP' }
  const heading = (size: number) => ({
    run: { font: FONT, size, bold: true, color: '000000' },
    paragraph: { spacing: { before: 240, after: 80 }, keepNext: true },
  })
  return {
    default: {
      document: { run: { font: FONT, size: 21, language: lang }, paragraph: { spacing: { after: 60 } } },
      heading1: heading(32),
      heading2: heading(26),
      heading3: heading(22),
    },
  }
}

const numbering = ({ LevelFormat, AlignmentType }: typeof Docx) => ({
  reference: 'numbered',
  levels: [
    {
      level: 0,
      format: LevelFormat.DECIMAL,
      text: '%1.',
      alignment: AlignmentType.LEFT,
      style: { paragraph: { indent: { left: 480, hanging: 480 } } },
    },
  ],
})

function blockOf(docx: typeof Docx, block: Block, at: number): Docx.FileChild[] {
  const { Paragraph, HeadingLevel } = docx
  switch (block.kind) {
    case 'heading': {
      const heading = [HeadingLevel.HEADING_1, HeadingLevel.HEADING_2, HeadingLevel.HEADING_3][block.level - 1]!
      return [new Paragraph({ heading, children: textRuns(docx, block.text) })]
    }
    case 'paragraph':
      return [
        new Paragraph({ children: textRuns(docx, block.text, block.small ? 17 : block.isLarge ? 30 : undefined) }),
      ]
    case 'list':
      return block.items.map(
        (item) =>
          new Paragraph({
            children: textRuns(docx, item, block.isLarge ? 25 : undefined),
            // Each numbered list counts from 1: it is an instance of its own.
            ...(block.numbered
              ? { numbering: { reference: 'numbered', level: 0, instance: at } }
              : { bullet: { level: 0 } }),
          }),
      )
    case 'table':
      return [tableOf(docx, block), new Paragraph({ spacing: { after: 0 }, children: [] })]
    case 'pageBreak':
      return [new Paragraph({ pageBreakBefore: true, spacing: { after: 0 }, children: [] })]
  }
}

/** Line feeds become breaks, so that an address stays in its lines. */
function textRuns({ TextRun }: typeof Docx, text: Text, size?: number): Docx.TextRun[] {
  return runsOf(text).flatMap((run) =>
    writable(run.text)
      .split('\n')
      .map(
        (line, i) =>
          new TextRun({
            text: line,
            ...(run.bold ? { bold: true } : {}),
            ...(i > 0 ? { break: 1 } : {}),
            ...(size ? { size } : {}),
          }),
      ),
  )
}

function tableOf(docx: typeof Docx, block: Extract<Block, { kind: 'table' }>): Docx.Table {
  const { Table, TableRow, TableCell, Paragraph, WidthType, TableLayoutType } = docx
  const widths = sharesOf(block).map((share) => Math.round(share * WIDTH))
  const cell = (content: Cell, i: number, isHead: boolean) =>
    new TableCell({
      width: { size: widths[i]!, type: WidthType.DXA },
      ...(isHead ? { shading: { fill: GREY } } : {}),
      children: [
        new Paragraph({
          spacing: { after: 0 },
          children: textRuns(
            docx,
            isHead ? [{ text: plainText(cellText(content)), bold: true }] : cellText(content),
            19,
          ),
        }),
      ],
    })
  const cells = (row: readonly Cell[], isHead: boolean) => widths.map((_, i) => cell(row[i], i, isHead))
  const head =
    block.header.length > 0
      ? [new TableRow({ tableHeader: true, cantSplit: true, children: cells(block.header, true) })]
      : []
  return new Table({
    width: { size: WIDTH, type: WidthType.DXA },
    columnWidths: widths,
    layout: TableLayoutType.FIXED,
    margins: { top: 40, bottom: 40, left: 80, right: 80 },
    rows: [...head, ...block.rows.map((row) => new TableRow({ cantSplit: true, children: cells(row, false) }))],
  })
}
