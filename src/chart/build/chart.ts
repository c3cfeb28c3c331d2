/** FHIR resources to a chart. Nothing here knows what kind of source they came from. */
import type { EpochMs } from '#base'
import type { Resource } from '#fhir'
import type { Chart, Identity, Missing, Notice, Part, Section, SimilarPatient, Unshown } from '../model.ts'
import { localTime } from '../date-text.ts'
import { allergiesOf, drugAllergyOf } from './allergies.ts'
import { dietsOf, documentsOf } from './documents.ts'
import { encountersOf, stayOf } from './encounters.ts'
import { examinationsOf } from './examinations.ts'
import { contactsOf, coverageOf, identityOf } from './identity.ts'
import { administrationsOf, injectionsOf } from './injections.ts'
import { alertsOf } from './alerts.ts'
import { bloodTypeOf, infectionsOf, labMatrix, vitalsOf } from './labs.ts'
import { isInjection } from './medication.ts'
import { microbiologyOf } from './microbiology.ts'
import { labOrdersOf, serviceOf } from './orders.ts'
import { prescriptionsOf } from './prescriptions.ts'
import { problemsOf } from './problems.ts'
import { ofType, References } from './read.ts'
import { sortObservations } from './results.ts'

export interface ChartInput {
  readonly patientKey: string
  readonly patientId: string
  readonly generation: { readonly id: string; readonly asOf: EpochMs }
  /** Only valid versions; the patient's own record first. */
  readonly resources: readonly Resource[]
  readonly unshown: readonly Unshown[]
  readonly notices: readonly Notice[]
  readonly missing: readonly Missing[]
  readonly files: Chart['files']
  readonly similar: { readonly patients: readonly SimilarPatient[]; readonly total: number }
  /** What the index knows, for the case that the patient's own record cannot be read. */
  readonly knownIdentity?: Partial<Identity>
  readonly lastCareDate?: string
}

/** The whole chart, for nobody in particular: `redactFor` takes out what a reader may not see. */
export function buildChart(input: ChartInput): Chart {
  const { resources } = input
  const gaps = (part: Part) => input.unshown.filter(({ parts }) => parts.includes(part)).length
  const shown = <T>(part: Part, value: T): Section<T> => ({ access: 'shown', value, gaps: gaps(part), without: [] })
  const references = new References(resources)
  const observations = sortObservations(resources)
  const results = [...observations.labs, ...observations.microbiology, ...observations.background]
  const reports = ofType(resources, 'DiagnosticReport').filter((r) => serviceOf(r.category ?? []) === 'laboratory')
  const requests = ofType(resources, 'MedicationRequest').filter(({ status }) => status !== 'entered-in-error')
  const encounters = encountersOf(resources, references)
  const stay = stayOf(encounters, localTime(input.generation.asOf))
  const allergies = allergiesOf(resources, gaps('allergies'))
  const { notes, documents } = documentsOf(resources, references)
  return {
    version: 1,
    patientKey: input.patientKey,
    generation: input.generation,
    ...(input.lastCareDate && { lastCareDate: input.lastCareDate }),
    identity: shown('identity', identity(input)),
    similar: input.similar,
    unshown: input.unshown,
    notices: input.notices,
    missing: input.missing,
    files: input.files,
    contacts: shown('contacts', contactsOf(resources)),
    coverage: shown('coverage', coverageOf(resources, references)),
    drugAllergy: shown('drugAllergy', drugAllergyOf(allergies, gaps('allergies'))),
    allergies: shown('allergies', allergies),
    infections: shown('infections', infectionsOf(results, gaps('infections'))),
    bloodType: shown('bloodType', bloodTypeOf(results)),
    alerts: shown('alerts', alertsOf(resources, gaps('alerts'))),
    prescriptions: shown(
      'prescriptions',
      prescriptionsOf(
        requests.filter((request) => !isInjection(request)),
        stay,
        references,
      ),
    ),
    injections: shown('injections', injectionsOf(requests.filter(isInjection), references)),
    administrations: shown(
      'administrations',
      administrationsOf(ofType(resources, 'MedicationAdministration'), references),
    ),
    labs: shown('labs', labMatrix(observations.labs, reports, references)),
    labOrders: shown('labOrders', labOrdersOf(ofType(resources, 'ServiceRequest'), reports)),
    microbiology: shown('microbiology', microbiologyOf(observations.microbiology, reports, references)),
    vitals: shown('vitals', vitalsOf(observations.vitals)),
    problems: shown('problems', problemsOf(resources)),
    stay: shown('stay', stay),
    encounters: shown('encounters', encounters),
    diets: shown('diets', dietsOf(resources)),
    examinations: shown('examinations', examinationsOf(resources, observations.other)),
    notes: shown('notes', notes),
    documents: shown('documents', documents),
  }
}

/** What the patient's record says; where it cannot be read, what the index remembers of it. */
function identity({ resources, patientId, knownIdentity }: ChartInput): Identity {
  const recorded = identityOf(resources, patientId)
  return recorded.kanji || recorded.kana ? recorded : { ...recorded, ...knownIdentity }
}
