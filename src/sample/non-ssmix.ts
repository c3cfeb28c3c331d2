/** What a clinic without SS-MIX2 may have: a folder of PDFs named by patient number, and a list of patients as CSV. */
import { join } from 'node:path'
import type { EpochMs } from '#base'
import { DAY_MS, dateInWords, dateOf, dayOf, monthsBefore } from './calendar.ts'
import { sampleDisk } from './disk.ts'
import { DISEASES } from './diseases.ts'
import { fullName } from './documents.ts'
import { encodeText } from './encode-text.ts'
import { pdfPage } from './pdf.ts'
import { drawPeople } from './people.ts'
import type { Person } from './person.ts'
import { randomFor } from './random.ts'

export interface NonSsmixExample {
  /** Folder with one folder of PDFs per year. */
  readonly documents: string
  /** CP932 with CRLF, as Excel and reception software write it. */
  readonly list: string
  readonly patients: readonly string[]
  readonly pdfs: number
}

const PATIENTS = 60
const PAPERS = ['紹介状', '検査結果', '同意書', '問診票'] as const
const HEADER = '患者番号,氏名,フリガナ,生年月日,性別,電話番号,最終来院日'

function csvRow(person: Person, lastVisit: string): string {
  const kana = `${person.familyKana} ${person.givenKana}`
  const sex = person.sex === 'F' ? '女' : '男'
  return [person.id, fullName(person), kana, person.birthDate, sex, person.phone, lastVisit].join(',')
}

function paper(person: Person, kind: string, at: EpochMs): Uint8Array {
  const disease = person.diseases[0]
  return pdfPage(`${kind}（見本）`, [
    dateInWords(at),
    `患者番号　${person.id}`,
    `氏名　　　${fullName(person)}　様`,
    ...(disease ? [`病名　　　${DISEASES[disease].name}`, DISEASES[disease].finding] : []),
    'あおば診療所（見本）',
  ])
}

/** `<year>/<patient>_<date>_<paper>.pdf` and `患者一覧.csv`; the folder must be new or empty. */
export function writeNonSsmixExample(options: { folder: string; asOf: EpochMs; seed?: string }): NonSsmixExample {
  const { folder, asOf, seed = 'toride' } = options
  const disk = sampleDisk(folder)
  const firstDay = dayOf(monthsBefore(asOf, 24))
  const people = drawPeople({ seed: `${seed}/paper`, patients: PATIENTS, anchorDay: dayOf(asOf), firstDay })
  const rows: string[] = []
  let pdfs = 0
  for (const person of people) {
    const random = randomFor(`${seed}/paper/${person.index}`)
    const times = Array.from({ length: random.int(1, 5) }, () => asOf - random.int(1, 700) * DAY_MS).toSorted(
      (a, b) => a - b,
    )
    for (const at of times) {
      const kind = random.pick(PAPERS)
      disk.write(`書類/${dateOf(at).slice(0, 4)}/${person.id}_${dateOf(at)}_${kind}.pdf`, paper(person, kind, at), at)
      pdfs++
    }
    rows.push(csvRow(person, dateOf(times.at(-1)!)))
  }
  disk.write('患者一覧.csv', encodeText([HEADER, ...rows, ''].join('\r\n'), 'cp932-file'), asOf)
  return {
    documents: join(folder, '書類'),
    list: join(folder, '患者一覧.csv'),
    patients: people.map(({ id }) => id),
    pdfs,
  }
}
