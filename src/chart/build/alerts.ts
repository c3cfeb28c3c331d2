/** 注意: only what the source itself recorded as an alert (FHIR Flag, 障害 of the patient's record). Nothing is derived. */
import { EXTENSION } from '#fhir'
import type { Resource } from '#fhir'
import type { AbsenceStatement, Findings } from '../model.ts'
import type { Alert } from '../model-clinical.ts'
import { presenceOf } from './allergies.ts'
import { allWords, dateOf, defined, itemOf, ofType, words } from './read.ts'

export function alertsOf(resources: readonly Resource[], gaps: number): Findings<Alert> {
  const flags = ofType(resources, 'Flag')
    .filter(({ status }) => status === 'active')
    .map((flag) =>
      defined<Alert>({
        ...itemOf(flag),
        category: allWords(flag.category),
        text: words(flag.code) ?? '',
        from: dateOf(flag.period?.start),
        until: dateOf(flag.period?.end),
      }),
    )
  const disabilities = disabilitiesOf(resources)
  const items = [...flags, ...disabilities.filter((d) => !isNone(d))]
  // 「障害なし」 says nothing of other alerts: it is shown, and is no なし of the whole.
  const statements = disabilities
    .filter(isNone)
    .map(({ origin, text }): AbsenceStatement => ({ origin, text, says: 'none', scope: 'disability' }))
  return { presence: presenceOf(items.length > 0, [], gaps), items, statements }
}

function isNone({ text }: Alert): boolean {
  return /なし$|無し$/.test(text)
}

/** DB1 of ADT-00. The same entry in several messages counts once. */
function disabilitiesOf(resources: readonly Resource[]): Alert[] {
  const found = ofType(resources, 'Patient').flatMap((patient) =>
    (patient.extension ?? [])
      .filter(({ url }) => url === EXTENSION.patientDisability)
      .map((e): Alert => ({ ...itemOf(patient), text: words(e.valueCodeableConcept) ?? '' })),
  )
  return found.filter(({ text }, i) => text !== '' && found.findIndex((other) => other.text === text) === i)
}
