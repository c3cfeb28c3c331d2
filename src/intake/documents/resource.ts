/** A document of a drop folder as DocumentReference. */
import { logicalId, type DocumentReference } from '#fhir'
import { institutionDate } from '#base'
import { reference } from '../csv/fhir-parts.ts'
import type { IntakeRequest } from '../format.ts'
import type { DocumentType } from './content.ts'
import type { NamedDocument } from './names.ts'

export function documentResource(
  { path, sizeBytes, mtimeMs }: IntakeRequest['file'],
  { patientId, date, title }: NamedDocument,
  type: DocumentType | 'other',
  pages: number | undefined,
): DocumentReference {
  // The day that the file was written stands in words: it is no date of the document.
  const written = date === '' ? `（ファイルの日付 ${institutionDate(mtimeMs)}）` : ''
  const sheets = pages === undefined ? '' : `（${pages}ページ）`
  const odd = type === 'other' ? '（中身は文書や画像ではありません）' : ''
  return {
    resourceType: 'DocumentReference',
    id: logicalId(patientId, 'file', path),
    meta: { source: path },
    status: 'current',
    type: { text: title },
    description: `${title}${sheets}${written}${odd}`,
    subject: reference(patientId),
    ...(date && { date }),
    content: [
      {
        attachment: {
          contentType: type === 'other' ? 'application/octet-stream' : type,
          url: path.split('/').map(encodeURIComponent).join('/'),
          title: path.slice(path.lastIndexOf('/') + 1),
          size: sizeBytes,
        },
      },
    ],
  }
}
