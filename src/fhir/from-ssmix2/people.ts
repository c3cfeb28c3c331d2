/** Names, addresses and telephone numbers of PID and NK1. */
import { addresses, nameText, personNames, telecoms, type Segment } from '#hl7v2'
import { EXTENSION, extension } from '../extensions.ts'
import type { Address, ContactPoint, HumanName } from '../types.ts'

/** HL7 table 0465 to iso21090-EN-representation. */
const REPRESENTATION: Readonly<Record<string, string>> = { I: 'IDE', P: 'SYL', A: 'ABC' }

/** XPN: one name per repetition, kanji and kana told apart by the extension. Names that are not split stay whole. */
export function humanNames(segment: Segment, n: number): HumanName[] {
  return personNames(segment, n).flatMap((name) => {
    const text = nameText(name).replace('　', ' ')
    if (!text) return []
    const representation = REPRESENTATION[name.representation ?? '']
    return {
      ...(representation && {
        extension: [extension(EXTENSION.nameRepresentation, { valueCode: representation })],
      }),
      use: 'official' as const,
      text,
      ...(name.family && { family: name.family }),
      ...(name.given && { given: [name.given] }),
    }
  })
}

/** XAD: Japanese senders write the whole address in component 8. */
export function fhirAddresses(segment: Segment, n: number): Address[] {
  return addresses(segment, n).flatMap((written) => {
    const parts = [written.state, written.city, written.street, written.other].filter(Boolean)
    const text = written.free || parts.join('')
    if (!text && !written.zip) return []
    return {
      ...(written.type === 'H' && { use: 'home' as const }),
      ...(written.type === 'B' && { use: 'work' as const }),
      ...(text && { text }),
      ...(written.state && { state: written.state }),
      ...(written.city && { city: written.city }),
      ...(written.zip && { postalCode: written.zip }),
      ...(written.country && { country: written.country }),
    }
  })
}

/** HL7 table 0201. An emergency number (EMR) is not a use that FHIR knows; its name stays as source text. */
const USE: Readonly<Record<string, ContactPoint['use']>> = { PRN: 'home', ORN: 'home', WPN: 'work', PRS: 'mobile' }
const EQUIPMENT: Readonly<Record<string, ContactPoint['system']>> = {
  PH: 'phone',
  CP: 'phone',
  FX: 'fax',
  BP: 'pager',
  Internet: 'email',
}

export function contactPoints(segment: Segment, n: number): ContactPoint[] {
  return telecoms(segment, n).flatMap((telecom) => {
    const value = telecom.number ?? telecom.email
    if (!value) return []
    const use = telecom.equipment === 'CP' ? 'mobile' : USE[telecom.use ?? '']
    const system = telecom.number ? (EQUIPMENT[telecom.equipment ?? ''] ?? 'phone') : 'email'
    const unnamed = telecom.use && !use
    return {
      ...(unnamed && { extension: [extension(EXTENSION.sourceText, { valueString: telecom.use ?? '' })] }),
      system,
      value,
      ...(use && { use }),
    }
  })
}
