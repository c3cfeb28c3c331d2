/** What each data kind of SS-MIX2 feeds in a chart, and so what a missing or unreadable file leaves open. */
import type { StoragePath } from '#ssmix2'
import { kindKey } from '../patient-index/unit-entry.ts'
import type { Missing, MissingTopic, Part } from '../model.ts'
import { NEVER_SHOWN } from '../parts.ts'

const VISIT = ['encounters', 'stay'] as const satisfies readonly Part[]

const PARTS_OF_KIND: Readonly<Record<string, readonly Part[]>> = {
  'ADT-00': ['identity', 'contacts', 'coverage', 'allergies', 'drugAllergy', 'bloodType'],
  'ADT-01': VISIT,
  'ADT-12': ['encounters'],
  'ADT-21': VISIT,
  'ADT-22': VISIT,
  'ADT-31': VISIT,
  'ADT-32': VISIT,
  'ADT-41': VISIT,
  'ADT-42': VISIT,
  'ADT-51': VISIT,
  'ADT-52': VISIT,
  'ADT-61': ['allergies', 'drugAllergy'],
  'PPR-01': ['problems'],
  OMD: ['diets'],
  'OMP-01': ['prescriptions'],
  'OMP-02': ['injections'],
  'OMP-11': ['administrations'],
  'OMP-12': ['administrations'],
  'OML-01': ['labOrders'],
  'OML-11': ['labs', 'infections', 'microbiology', 'bloodType'],
  'OMG-01': ['examinations'],
  'OMG-02': ['examinations'],
  'OMG-03': ['examinations'],
  'OMG-11': ['examinations'],
  'OMG-12': ['examinations'],
  'OMG-13': ['examinations'],
}

const VITALS = /vital|observation|バイタル|体温|経過表|熱型/i
const NOTES = /^ext:(11506-3|34108-1|34112-3|34746-8)|経過記録|診療録|看護記録|カルテ/

/** Parts that a file of this place may feed. Empty where nobody can tell. */
export function partsOf(place: StoragePath | undefined): readonly Part[] {
  if (!place) return []
  if (place.storage === 'standard') return PARTS_OF_KIND[place.dataKind] ?? []
  const kind = kindKey(place)
  if (VITALS.test(kind)) return ['vitals']
  return NOTES.test(kind) ? ['notes'] : ['documents']
}

/** What a source may write and often does not: present when a kind of record matches. */
const OPTIONAL: readonly (readonly [MissingTopic, RegExp])[] = [
  ['administered-drugs', /^OMP-11$/],
  ['administered-injections', /^OMP-12$/],
  ['prescriptions', /^OMP-01$/],
  ['injections', /^OMP-02$/],
  ['lab-results', /^OML-11$/],
  ['problems', /^PPR-01$/],
  ['allergies', /^ADT-(00|61)$/],
  ['admissions', /^ADT-22$/],
  ['diets', /^OMD$/],
  ['imaging-reports', /^OMG-1[123]$/],
  ['vitals', new RegExp(`^ext:.*(${VITALS.source})`, 'i')],
  ['progress-notes', /^ext:(11506-3|34108-1|34112-3)|^ext:.*(経過記録|診療録)/],
  ['nursing-records', /^ext:34746-8|^ext:.*看護/],
  ['summaries', /^ext:18842-5|^ext:.*(サマリ|要約)/],
  ['appointments', /^ext:.*(予約|appointment)/i],
  ['images', /^ext:.*(画像|image|DICOM)/i],
]

/** この画面に無いもの, from the kinds that the whole source has (so that one patient without prescriptions is no gap). */
export function missingFrom(kindTotals: ReadonlyMap<string, number>): Missing[] {
  const kinds = [...kindTotals.keys()]
  const absent = OPTIONAL.filter(([, pattern]) => !kinds.some((kind) => pattern.test(kind)))
  return [
    ...absent.map(([topic]) => ({ topic, why: 'source' }) as const),
    ...NEVER_SHOWN.map((topic) => ({ topic, why: 'never' }) as const),
  ]
}
