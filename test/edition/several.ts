/** Two sources of the sample: the clinic's records, and a table of patients of which some bear the same numbers. */
import type { SourceOrder } from '#edition'
import { memoryGeneration } from '../../src/chart/testing/memory-generation.ts'
import { message, pathOf } from '../../src/chart/testing/messages.ts'
import { AS_OF, fewPatients, indexOf } from './made.ts'

export const OTHER_AS_OF = AS_OF - 3 * 86_400_000

/** The first patient again, somebody else under the second one's number, and one who is in no other source. */
export async function twoSources(count = 6): Promise<SourceOrder[]> {
  const clinic = await fewPatients(count)
  const reader = memoryGeneration(clinic, 'a'.repeat(64), AS_OF)
  const index = await indexOf(reader)
  const [same, number] = [index.entry(0), index.entry(1)]
  const of = (id: string, kanji: string, kana: string, birth: string) => ({
    id,
    kanji: kanji.replace('　', '^'),
    kana: kana.replace('　', '^'),
    birthDate: birth.replaceAll('-', ''),
    sex: 'F' as const,
  })
  const people = [
    of(same.patientId, same.kanji, same.kana, same.birthDate),
    of(number.patientId, '別人　太郎', 'ベツジン　タロウ', '1950-01-01'),
    of('99999999', '本院　だけ', 'ホンイン　ダケ', '1960-02-02'),
  ]
  const files = new Map(people.map((one) => [pathOf('ADT-00', one.id), message('ADT-00', one)]))
  const other = memoryGeneration(files, 'b'.repeat(64), OTHER_AS_OF)
  return [
    { name: '電子カルテ', reader, index, sharesNumbers: true, isRetired: false },
    { name: '患者一覧（CSV）', reader: other, index: await indexOf(other), sharesNumbers: true, isRetired: false },
  ]
}
