/** OBX of type ED: a file inside the message (source^type^subtype^encoding^data) to DocumentReference. */
import type { Segment } from '#hl7v2'
import type { CodeableConcept } from '../types.ts'
import type { Context } from './context.ts'

/** Gives the content type, for the observation's text. What cannot be decoded is a problem with its text. */
export function addAttachment(context: Context, segment: Segment, place: string, code: CodeableConcept): string {
  const part = (n: number): string => segment.value(5, n)?.trim() ?? ''
  const type = [part(2) || 'application', part(3) || 'octet-stream'].join('/').toLowerCase()
  // HL7 table 0191 names kinds (AP, IM, TEXT), not media types.
  const contentType = /^(application|image|audio|video|text)\//.test(type) ? type : 'application/octet-stream'
  const data = base64Of(part(4), part(5))
  if (data === undefined) {
    context.problem('segment-unused', `${context.place(segment)}-5`, segment.raw)
    return contentType
  }
  context.add({
    resourceType: 'DocumentReference',
    id: context.id(`${place}d`),
    status: 'current',
    type: code,
    subject: context.subject,
    content: [{ attachment: { contentType, data, title: code.text ?? '' } }],
  })
  return contentType
}

/** HL7 table 0299: `A` none, `Hex`, `Base64`. */
function base64Of(encoding: string, written: string): string | undefined {
  const text = written.replace(/\s/g, '')
  switch (encoding.toLowerCase()) {
    case 'base64':
      return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? text : undefined
    case 'hex':
      return /^([0-9A-Fa-f]{2})+$/.test(text) ? Buffer.from(text, 'hex').toString('base64') : undefined
    case 'a':
      return written === '' ? undefined : Buffer.from(written).toString('base64')
    default:
      return undefined
  }
}
