/** Blank forms for the hours without the system, with the patient's head and bar code or with room to write both; labels. */
import { code128 } from './code128.ts'
import { AREA, AREA_WIDTH, type Mark, type Page, PAPER } from './page.ts'
import type { PaperTexts, SlipKind } from './paper-words.ts'
import { bold, type Foot, plain } from './sheet.ts'
import { withFeet } from './typeset.ts'
import { breakLines } from './line-break.ts'

/** Who a slip is for; absent: it is written by hand, for somebody new. */
export interface SlipPatient {
  readonly patientId: string
  readonly name: string
  readonly kana: string
  readonly birth: string
  readonly sex: string
  /** Drug allergies in one line, or the word of absence; never left empty. */
  readonly allergy: string
}

export interface SlipFacts {
  /** As-of of the head's data, or why there is none. */
  readonly foot: Foot
  readonly texts: PaperTexts
  /** Of this sheet alone, on blank forms; absent where none was allotted. */
  readonly serial?: string
  /** A patient's number until the real one is known, printed where the number goes. */
  readonly temporary?: string
  /** Which of two it is; absent where there is one. */
  readonly copy?: SlipCopy
}

const SLIP_COPIES = ['original', 'copy'] as const
type SlipCopy = (typeof SLIP_COPIES)[number]
/** They leave the department: one goes, one stays with the chart. */
const TWICE: readonly SlipKind[] = [
  'prescription',
  'injection',
  'lab',
  'treatment',
  'physiology',
  'imaging',
  'diet',
  'billing',
  'referral',
]

/** One form, or original and copy under the same number. */
export const slipPages = (kind: SlipKind, patient: SlipPatient | undefined, facts: SlipFacts): Page[] =>
  TWICE.includes(kind)
    ? SLIP_COPIES.map((copy) => slipPage(kind, patient, { ...facts, copy }))
    : [slipPage(kind, patient, facts)]

const HEAD = 92
const text = (x: number, y: number, size: number, words: string, heavy = false): Mark => ({
  kind: 'text',
  x,
  y,
  size,
  line: heavy ? bold(words) : plain(words),
})
const box = (x: number, y: number, width: number, height: number, stroke = 0.75): Mark => ({
  kind: 'box',
  x,
  y,
  width,
  height,
  stroke,
})

/** One A4 form. */
function slipPage(
  kind: SlipKind,
  patient: SlipPatient | undefined,
  { foot, texts, serial, temporary, copy }: SlipFacts,
): Page {
  const { slip } = texts
  const marks: Mark[] = [
    text(AREA.left, AREA.top + 14, 15, slip.kinds[kind], true),
    ...(copy
      ? [atEnd(AREA.top + 5, 7, slip.mark), atEnd(AREA.top + 18, 12, slip.copies[copy])]
      : [atEnd(AREA.top + 14, 10, slip.mark)]),
    box(AREA.left, AREA.top + 22, AREA_WIDTH, HEAD, 1.5),
    ...(patient ? patientHead(patient, texts) : emptyHead(texts)),
    ...(serial === undefined || patient ? [] : serialMarks(serial, texts)),
    ...(temporary === undefined || patient ? [] : temporaryMarks(temporary, texts)),
  ]
  return withFeet([[...marks, ...writingLines(slip.fields[kind], texts, AREA.top + 22 + HEAD + 10)]], foot)[0]!
}

const atEnd = (y: number, size: number, words: string): Mark => ({
  kind: 'text',
  x: AREA.right,
  y,
  size,
  line: bold(words),
  anchor: 'end',
})

/** In the room for the patient's number: who has one strikes it out. */
function temporaryMarks(temporary: string, { slip }: PaperTexts): Mark[] {
  const half = AREA.left + AREA_WIDTH / 2
  const top = AREA.top + 22
  return [
    text(half + 70, top + 10, 8, slip.temporary),
    text(half + 6, top + 27, 10, temporary, true),
    ...barsAt(temporary.replaceAll('-', ''), half + 120, top + 13, 18, AREA_WIDTH / 2 - 126),
  ]
}

/** As wide as fits, at most as wide as a scanner likes. */
function barsAt(code: string, x: number, y: number, height: number, width: number): Mark[] {
  const barcode = code128(code)
  if (!barcode) return []
  return [{ kind: 'bars', x, y, height, unit: Math.min(1.2, width / barcode.width), bars: barcode.bars }]
}

/** In the empty head, below the room for a number that is given in the meantime: for the scanner of who enters it later. */
function serialMarks(serial: string, { slip }: PaperTexts): Mark[] {
  const half = AREA.left + AREA_WIDTH / 2
  const top = AREA.top + 22
  return [
    text(half + 6, top + 40, 8, slip.serial(serial)),
    ...barsAt(serial.replaceAll('-', ''), half + 10, top + 44, 16, AREA_WIDTH / 2 - 24),
  ]
}

function patientHead(patient: SlipPatient, { slip }: PaperTexts): Mark[] {
  const top = AREA.top + 22
  const barcode = code128(patient.patientId)
  const unit = barcode && Math.min(1.1, 180 / barcode.width)
  const x = AREA.left + 8
  const nameWidth = AREA_WIDTH - 16 - (barcode && unit ? barcode.width * unit : 0)
  return [
    text(x, top + 14, 8.5, patient.kana),
    ...breakLines(bold(patient.name), nameWidth / 17)
      .slice(0, 2)
      .map((line, i): Mark => ({ kind: 'text', x, y: top + 34 + i * 19, size: 17, line })),
    text(
      x,
      top + 72,
      10,
      `${slip.number} ${patient.patientId}\u3000${slip.birth} ${patient.birth}\u3000${patient.sex}`,
    ),
    ...breakLines(plain(patient.allergy), (AREA_WIDTH - 16) / 9)
      .slice(0, 1)
      .map((line): Mark => ({ kind: 'text', x, y: top + 86, size: 9, line })),
    ...(barcode && unit
      ? [
          {
            kind: 'bars' as const,
            x: AREA.right - barcode.width * unit - 4,
            y: top + 8,
            height: 40,
            unit,
            bars: barcode.bars,
          },
        ]
      : []),
  ]
}

/** Fields to write into: kana, name, birth date, sex, and the number that is given in the meantime. */
function emptyHead({ slip }: PaperTexts): Mark[] {
  const top = AREA.top + 22
  const half = AREA_WIDTH / 2
  const field = (x: number, y: number, width: number, height: number, name: string): Mark[] => [
    box(x, y, width, height, 0.5),
    text(x + 4, y + 10, 8, name),
  ]
  return [
    ...field(AREA.left, top, half, 20, slip.kana),
    ...field(AREA.left, top + 20, half, 42, slip.name),
    ...field(AREA.left + half, top, half, 62, slip.number),
    ...field(AREA.left, top + 62, half, 30, slip.birth),
    ...field(AREA.left + half, top + 62, half * 0.3, 30, slip.sex),
    ...field(AREA.left + half * 1.3, top + 62, half * 0.7, 30, slip.allergyAsk),
  ]
}

/** The rest of the sheet: named fields above, then lines to write on, names and signs at the foot. */
function writingLines(fields: readonly string[], { slip }: PaperTexts, top: number): Mark[] {
  const signTop = AREA.bottom - 44
  const [last = '', ...before] = fields.toReversed()
  const each = 46
  const small = before.toReversed().flatMap((name, i) => {
    const y = top + i * each
    return [box(AREA.left, y, AREA_WIDTH, each), text(AREA.left + 4, y + 11, 9, name)]
  })
  const from = top + before.length * each
  const lines: Mark[] = []
  for (let y = from + 40; y < signTop - 8; y += 24)
    lines.push({ kind: 'rule', x1: AREA.left + 6, y1: y, x2: AREA.right - 6, y2: y, stroke: 0.4 })
  const third = AREA_WIDTH / 4
  const signs = [slip.date, slip.writer, slip.doctor, slip.entered].flatMap((name, i) => [
    box(AREA.left + i * third, signTop, third, 40),
    text(AREA.left + i * third + 4, signTop + 10, 8, name),
  ])
  return [
    ...small,
    box(AREA.left, from, AREA_WIDTH, signTop - from - 4),
    text(AREA.left + 4, from + 11, 9, last),
    ...lines,
    ...signs,
  ]
}

/** Common A4 sheets of 24 labels: three across, eight down, 70 × 33.9 mm, 12.9 mm free above and below. */
const LABEL = { columns: 3, rows: 8, width: PAPER.width / 3, height: 96.1, top: 36.6, inset: 11 }
const LABELS_A_SHEET = LABEL.columns * LABEL.rows

/** A sheet of labels of one patient. Without a foot: nothing may stand between labels. */
export function labelPage(patient: SlipPatient, asOf: string): Page {
  const marks: Mark[] = []
  for (let i = 0; i < LABELS_A_SHEET; i++) {
    const x = (i % LABEL.columns) * LABEL.width + LABEL.inset
    const y = LABEL.top + Math.floor(i / LABEL.columns) * LABEL.height + 8
    marks.push(...label(patient, asOf, x, y))
  }
  return { marks }
}

/** How many labels one temporary number gets: forms, wristband, tubes. */
export const LABELS_A_NUMBER = [3, 6, 12, 24] as const

/** Labels of temporary numbers, each with room for the name. */
export function temporaryPages(codes: readonly string[], each: number, texts: PaperTexts): Page[] {
  const all = codes.flatMap((code) => Array.from({ length: each }, () => code))
  return Array.from({ length: Math.ceil(all.length / LABELS_A_SHEET) }, (_, page) => ({
    marks: all.slice(page * LABELS_A_SHEET, (page + 1) * LABELS_A_SHEET).flatMap((code, i) => {
      const x = (i % LABEL.columns) * LABEL.width + LABEL.inset
      const y = LABEL.top + Math.floor(i / LABEL.columns) * LABEL.height + 8
      return temporaryLabel(code, x, y, texts)
    }),
  }))
}

function temporaryLabel(code: string, x: number, y: number, { slip }: PaperTexts): Mark[] {
  const width = LABEL.width - 2 * LABEL.inset
  const line = (at: number, words: string): Mark[] => [
    text(x, at, 7, words),
    { kind: 'rule', x1: x + 28, y1: at + 2, x2: x + width, y2: at + 2, stroke: 0.4 },
  ]
  return [
    text(x, y + 8, 7, slip.temporary),
    text(x + 46, y + 10, 12, code, true),
    ...barsAt(code.replaceAll('-', ''), x, y + 15, 20, width),
    ...line(y + 49, slip.name),
    ...line(y + 65, slip.birth),
    text(x + width - 40, y + 65, 7, slip.sex),
  ]
}

function label(patient: SlipPatient, asOf: string, x: number, y: number): Mark[] {
  const width = LABEL.width - 2 * LABEL.inset
  const barcode = code128(patient.patientId)
  const unit = barcode && Math.min(1, width / barcode.width)
  // Cut to one line: the whole name stands on the form that the label goes on.
  const one = (words: string, size: number, heavy: boolean) =>
    breakLines(heavy ? bold(words) : plain(words), width / size)[0]!
  return [
    { kind: 'text', x, y: y + 8, size: 7, line: one(patient.kana, 7, false) },
    { kind: 'text', x, y: y + 22, size: 13, line: one(patient.name, 13, true) },
    { kind: 'text', x, y: y + 34, size: 8, line: one(`${patient.birth} ${patient.sex}`, 8, false) },
    ...(barcode && unit ? [{ kind: 'bars' as const, x, y: y + 39, height: 24, unit, bars: barcode.bars }] : []),
    { kind: 'text', x, y: y + 73, size: 9, line: bold(patient.patientId) },
    { kind: 'text', x: x + width, y: y + 73, size: 6, line: plain(asOf), anchor: 'end' },
  ]
}
