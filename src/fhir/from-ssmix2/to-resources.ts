/** One SS-MIX2 message to FHIR resources. The table of data kinds is the guideline's (Ver. 1.2g, table 1-1). */
import type { Message } from '#hl7v2'
import type { Conversion, Origin } from '../problem.ts'
import { addAdministrations } from './administration.ts'
import { addAllergies } from './allergy.ts'
import { addConditions } from './condition.ts'
import { Context } from './context.ts'
import { addCoverages } from './coverage.ts'
import { addDiets } from './diet.ts'
import { addEncounter } from './encounter.ts'
import { addExaminationDone, addExaminationOrder, addExaminationResult } from './examination.ts'
import { addInjection } from './injection.ts'
import { addLaboratoryOrder, addLaboratoryResult } from './laboratory.ts'
import { addObservation } from './observation.ts'
import { orderGroups } from './order-groups.ts'
import { CATEGORY } from './order.ts'
import { addPatient } from './patient.ts'
import { addPrescription } from './prescription.ts'

type Convert = (context: Context) => void

const both: Convert = (context) => {
  addPatient(context)
  addEncounter(context)
}

const KINDS: Readonly<Record<string, Convert>> = {
  'ADT-00': both,
  'ADT-01': addEncounter,
  'ADT-12': addEncounter,
  'ADT-21': addEncounter,
  'ADT-22': addEncounter,
  'ADT-31': addEncounter,
  'ADT-32': addEncounter,
  'ADT-41': addEncounter,
  'ADT-42': addEncounter,
  'ADT-51': addEncounter,
  'ADT-52': addEncounter,
  'ADT-61': () => undefined,
  'PPR-01': addConditions,
  OMD: addDiets,
  'OMP-01': addPrescription,
  'OMP-11': addAdministrations,
  'OMP-02': addInjection,
  'OMP-12': addAdministrations,
  'OML-01': addLaboratoryOrder,
  'OML-11': addLaboratoryResult,
  'OMG-01': (context) => addExaminationOrder(context, CATEGORY.radiology),
  'OMG-02': (context) => addExaminationOrder(context, CATEGORY.endoscopy),
  'OMG-03': (context) => addExaminationOrder(context, CATEGORY.physiology),
  'OMG-11': (context) => addExaminationDone(context, CATEGORY.radiology),
  'OMG-12': (context) => addExaminationDone(context, CATEGORY.endoscopy),
  'OMG-13': (context) => addExaminationResult(context, CATEGORY.physiology),
}

/** For paths outside the table (extended storage, foreign collections): the message type decides. */
const MESSAGES: Readonly<Record<string, Convert>> = {
  'PPR^ZD1': addConditions,
  'OMD^O03': addDiets,
  'RDE^O11': (context) => (context.message.first('RXC') ? addInjection(context) : addPrescription(context)),
  'RAS^O17': addAdministrations,
  'OML^O33': addLaboratoryOrder,
  'OUL^R22': addLaboratoryResult,
  'ORU^R01': addLaboratoryResult,
  'OMG^O19': (context) => addExaminationOrder(context, CATEGORY.radiology),
  'OMI^Z23': (context) => addExaminationDone(context, CATEGORY.radiology),
  'ORU^R30': (context) => addVitals(context),
}

/**
 * Resources in JP Core shapes and everything that could not be understood. Every segment ends in a resource or in a
 * problem. Which version of a record is valid, and that nothing of a mismatched patient is shown, is the caller's part:
 * `patient-differs` tells him.
 */
export function toResources(message: Message, origin: Origin): Conversion {
  const context = new Context(message, origin)
  const convert = KINDS[origin.dataKind] ?? byMessage(context)
  convert?.(context)
  addAllergies(context)
  addCoverages(context)
  addLooseObservations(context)
  return context.finish()
}

/** The Patient of any message's PID, for the patient whose ADT-00 is missing. */
export function patientOf(message: Message, origin: Origin): Conversion {
  const context = new Context(message, origin)
  addPatient(context)
  return { resources: context.resources, problems: context.problems }
}

function byMessage(context: Context): Convert | undefined {
  const { type } = context.message
  const convert = type.startsWith('ADT^') ? both : MESSAGES[type]
  if (!convert) context.problem('kind-unknown', 'MSH-9', type)
  return convert
}

/** Vital signs of the extended storage (ORU^R30): every OBX with its own time. */
function addVitals(context: Context): void {
  orderGroups(context.message).forEach((group, index) => {
    const obr = group.obr && context.fields(group.obr)
    const effective = obr?.dateTime(7)
    const about = [group.spm, group.orc, group.obr, ...group.tq1].flatMap((segment) => segment ?? [])
    group.obx.forEach(({ obx, notes }, i) =>
      addObservation(context, obx, {
        place: `v${index + 1}x${i + 1}`,
        kind: 'vital-signs',
        effective,
        notes,
        // What the order says stands with the first of its values.
        extensions: i === 0 ? about.flatMap((segment) => context.fields(segment).rest()) : [],
      }),
    )
  })
}

/** OBX that no order claimed: height, weight and blood type of ADT-00, and whatever a sender put elsewhere. */
function addLooseObservations(context: Context): void {
  context.message
    .all('OBX')
    .filter((obx) => !context.isClaimed(obx))
    .forEach((obx, i) => addObservation(context, obx, { place: `lx${i + 1}`, kind: 'exam' }))
}
