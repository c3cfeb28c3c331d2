/** One patient's bytes of a FHIR file to resources, and what of them no view has a place for. */
import { readResources, type Resource, type UnknownResource } from '#fhir'
import type { IntakeReading, IntakeRemark, IntakeRequest } from '../format.ts'
import type { Json } from './json.ts'
import { patientNames } from './patient-names.ts'
import type { FhirForm } from './survey.ts'

const UTF8 = new TextDecoder('utf-8')

export function readFhir({ file, slices, form, names }: IntakeRequest): IntakeReading {
  const text = `{"resourceType":"Bundle","type":"collection","entry":[${entriesIn(slices, form as FhirForm).join(',')}]}`
  const { resources, others, problems } = readResources(Buffer.from(text), file.path)
  const isOthers = (resource: Resource | UnknownResource): boolean => {
    const own = patientNames(resource as unknown as Json)
    // Names that a document gives only inside itself are in no survey: then it is one patient's.
    return form !== 'whole' && own.length > 0 && !own.some((name) => names.has(name))
  }
  const unused = others.filter((other) => !isOthers(other)).map(({ resourceType }) => resourceType)
  const remarks: IntakeRemark[] = problems
    // What is not in this patient's part of the file may well be in the rest.
    .filter(({ code }) => code !== 'reference-dangling')
    .map(({ code, where, text: words }) => ({ code, where, ...(words && { text: words }) }))
  for (const [type, all] of Map.groupBy(unused, (type) => type))
    remarks.push({ code: 'type-unused', where: type, text: String(all.length) })
  return { resources: resources.filter((resource) => !isOthers(resource)), others, remarks }
}

/** As entries of one Bundle. */
function entriesIn(slices: readonly Uint8Array[], form: FhirForm): string[] {
  const texts = slices.map((slice) => UTF8.decode(slice).replace(/^\uFEFF/, ''))
  if (form === 'lines')
    return texts.flatMap((text) => text.split('\n').flatMap((line) => (line.trim() === '' ? [] : wrapped(line))))
  // Elements of a Bundle are entries themselves, those of a list are resources.
  return form === 'entries' ? texts.map((text) => entryList(text)) : texts.map(wrapped)
}

const wrapped = (json: string): string => `{"resource":${json}}`

function entryList(text: string): string {
  const elements = JSON.parse(`[${text}]`) as Json[]
  if (elements[0]?.['resourceType'] === undefined) return text
  return wrapped(`[${text}]`)
}
