/**
 * Documents that lie inside a record (base64 in DocumentReference or Binary) are lifted out and named by their place in the
 * file: `#start-end!k.n`, bytes of the record, the k-th carrier in it, its n-th attachment. The chart stays small, and the
 * document is read when somebody opens it.
 */
import { type Binary, type DiagnosticReport, documentDate, type DocumentReference, type Resource } from '#fhir'
import type { ByteRange } from '../format.ts'

type Carrier = DocumentReference | Binary

const isCarrier = (resource: Resource): resource is Carrier =>
  resource.resourceType === 'DocumentReference' || resource.resourceType === 'Binary'

/** A report as the laboratory or the radiologist set it (`presentedForm`) is a document beside the results, dated as the report. */
export function presentedForms(resources: readonly Resource[]): DocumentReference[] {
  return resources.flatMap((resource) =>
    resource.resourceType === 'DiagnosticReport' && resource.presentedForm?.length ? [presented(resource)] : [],
  )
}

function presented(report: DiagnosticReport): DocumentReference {
  const { id, meta, subject, code, performer, presentedForm = [] } = report
  const date = report.effectiveDateTime ?? report.effectivePeriod?.start ?? report.issued
  const title = presentedForm[0]?.title ?? code?.text ?? code?.coding?.find(({ display }) => display)?.display
  return {
    resourceType: 'DocumentReference',
    ...(id && { id: `${id.slice(0, 58)}.form` }),
    ...(meta && { meta }),
    status: 'current',
    type: { text: '報告書', ...(code?.coding && { coding: code.coding }) },
    ...(title && { description: title }),
    ...(subject && { subject }),
    ...(date && documentDate(date)),
    ...(performer && { author: performer }),
    content: presentedForm.map((attachment) => ({ attachment })),
  }
}

/** A place that the source wrote itself could be another patient's. */
export function withoutPlaces(resources: readonly Resource[]): Resource[] {
  return resources.map((resource): Resource => {
    if (resource.resourceType === 'Binary')
      return { ...resource, meta: { ...resource.meta, source: undefined } } as Binary
    if (resource.resourceType !== 'DocumentReference') return resource
    const content = resource.content.map((part) => {
      const { url, ...attachment } = part.attachment
      return url?.startsWith('#') ? { ...part, attachment } : part
    })
    return { ...resource, content }
  })
}

/** A Binary's place stands in its `meta.source`: documents that refer to it take it from there. */
export function lifted(resources: readonly Resource[], [start, end]: ByteRange): Resource[] {
  let k = -1
  return resources.map((resource): Resource => {
    if (!isCarrier(resource)) return resource
    k++
    const place = (n: number): string => `#${start}-${end}!${k}.${n}`
    if (resource.resourceType === 'Binary') {
      const { data, ...binary } = resource
      return data === undefined ? resource : { ...binary, meta: { ...binary.meta, source: place(0) } }
    }
    const content = resource.content.map((part, n) => {
      const { data, ...attachment } = part.attachment
      // Plain text is read where it stands.
      if (data === undefined || attachment.contentType?.startsWith('text/plain')) return part
      return { ...part, attachment: { ...attachment, url: place(n), size: sizeOf(data) } }
    })
    return { ...resource, content }
  })
}

/** @param pointer `k.n` */
export function embeddedIn(resources: readonly Resource[], pointer: string): Uint8Array | undefined {
  const [k, n] = pointer.split('.').map(Number)
  const carrier = resources.filter(isCarrier)[k ?? -1]
  const data = carrier?.resourceType === 'Binary' ? carrier.data : carrier?.content[n ?? -1]?.attachment.data
  return data === undefined ? undefined : Buffer.from(data, 'base64')
}

function sizeOf(base64: string): number {
  return Math.floor((base64.replace(/[^A-Za-z0-9+/]/g, '').length * 3) / 4)
}
