/** A document of the extended storage (拡張ストレージ) to DocumentReference: what it is, and where its files lie. */
import { EXTENSION, extension } from './extensions.ts'
import { logicalId } from './logical-id.ts'
import type { Conversion, Origin } from './problem.ts'
import { canonicalSystem, SYSTEM } from './systems.ts'
import type { CodeableConcept, Coding, DocumentReference, Extension } from './types.ts'

/** The type folder's name split at `^` (`DocumentType` of ssmix2 fits). */
export interface DocumentKind {
  readonly localCode: string
  readonly localName: string
  readonly localSystem: string
  readonly standardCode: string
  readonly standardName: string
  readonly standardSystem: string
}

export interface DocumentFile {
  /** Path below the root. */
  readonly path: string
  readonly sizeBytes?: number
}

export interface DocumentOrigin extends Origin {
  readonly kind: DocumentKind
  /** 17 digits, when the record was sent. */
  readonly occurredAt: string
  readonly department: string | undefined
  /** The main document first. */
  readonly files: readonly DocumentFile[]
}

export function documentResources(origin: DocumentOrigin): Conversion {
  const type = typeOf(origin.kind)
  const at = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(origin.occurredAt)
  const careDay = origin.careDate?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  const document: DocumentReference = {
    resourceType: 'DocumentReference',
    id: logicalId(origin.patientId, origin.careDate ?? '-', origin.dataKind, origin.orderNo, 'doc'),
    meta: { source: origin.path },
    identifier: [{ value: origin.orderNo }],
    status: 'current',
    type,
    subject: { reference: `Patient/${logicalId(origin.patientId)}` },
    ...(at && { date: `${at[1]}-${at[2]}-${at[3]}T${at[4]}:${at[5]}:${at[6]}+09:00` }),
    description: type.text ?? '',
    content: origin.files.map((file) => ({
      attachment: {
        contentType: contentTypeOf(file.path),
        url: file.path.split('/').map(encodeURIComponent).join('/'),
        title: file.path.split('/').at(-1) ?? file.path,
        ...(file.sizeBytes !== undefined && { size: file.sizeBytes }),
      },
    })),
    ...(careDay && { context: { period: { start: careDay } } }),
    ...(origin.department && { extension: [department(origin.department)] }),
  }
  return { resources: [document], problems: [] }
}

function department(code: string): Extension {
  return extension(EXTENSION.department, { valueCodeableConcept: { coding: [{ system: SYSTEM.department, code }] } })
}

/** Standard code first (LOINC), local code beside it. */
function typeOf(kind: DocumentKind): CodeableConcept {
  const codings: Coding[] = [
    [kind.standardCode, kind.standardName, kind.standardSystem],
    [kind.localCode, kind.localName, kind.localSystem],
  ].flatMap(([code, display, system]) =>
    code ? [{ ...(system && { system: canonicalSystem(system) }), code, ...(display && { display }) }] : [],
  )
  const text = [kind.standardName, kind.localName, kind.standardCode, kind.localCode].find(Boolean)
  return { ...(codings.length > 0 && { coding: codings }), text: text ?? '文書' }
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  xml: 'text/xml',
  cda: 'text/xml',
  htm: 'text/html',
  html: 'text/html',
  txt: 'text/plain',
  csv: 'text/csv',
  hl7: 'application/hl7-v2',
  json: 'application/json',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  bmp: 'image/bmp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  dcm: 'application/dicom',
  rtf: 'application/rtf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  mp4: 'video/mp4',
}

/** By the ending; `application/octet-stream` where it says nothing. */
export function contentTypeOf(path: string): string {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  return CONTENT_TYPES[ending] ?? 'application/octet-stream'
}

/** When a document is of: R4 wants a moment with its zone as `date`, a day alone stands as the period that it is about. */
export function documentDate(text: string): Pick<DocumentReference, 'date' | 'context'> {
  return /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? { date: text } : { context: { period: { start: text } } }
}
