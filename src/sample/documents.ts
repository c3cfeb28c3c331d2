/** Documents of the extended storage: progress notes, discharge summaries (CDA R2), referral letters, pictures. */
import type { EpochMs } from '#base'
import { ageOn, dateInWords, dateOf, dayOf, stamp14 } from './calendar.ts'
import { DISEASES } from './diseases.ts'
import type { DiseaseKey } from './diseases.ts'
import { FACILITY } from './hospital.ts'
import type { Situation } from './message-common.ts'
import { pdfPage } from './pdf.ts'
import type { Person } from './person.ts'

/** Type folders: local code^local name^local system^standard code^standard name^standard system. */
export const DOCUMENT_KINDS = {
  vitals: 'L-OBSERVATIONS^OBSERVATIONS^99ZL01',
  outpatientNote: '^外来診療録^^34108-1^外来診療録^LN',
  inpatientNote: '^入院診療録^^34112-3^入院診療録^LN',
  dischargeSummary: '^退院時サマリ^^18842-5^退院時サマリー^LN',
  referral: '^診療情報提供書^^57133-1^紹介状^LN',
  booking: 'L-APPOINTMENT^予約^99ZL01',
  picture: 'L-KEYIMAGE^キー画像^99ZL01',
} as const

const escapeXml = (text: string): string =>
  text.replace(/[<>&"]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[c]!)

interface Section {
  readonly code: string
  readonly title: string
  readonly text: string
}

interface CdaDocument {
  readonly key: string
  readonly code: string
  readonly display: string
  readonly service: 'ENC' | 'ACCM'
  readonly from: EpochMs
  readonly to: EpochMs
  readonly sections: readonly Section[]
}

function cdaSection({ code, title, text }: Section): string {
  const lines = text.split('\n').map((line) => `<paragraph>${escapeXml(line)}</paragraph>`)
  return `<component><section><code code="${code}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC"/><title>${title}</title><text>${lines.join('')}</text></section></component>`
}

/** HL7 CDA Release 2, UTF-8, with the header that the extended storage asks for. */
function cda({ person, at, doctor }: Situation, document: CdaDocument): Uint8Array {
  const { key, code, display, service, sections } = document
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
<id root="1.2.392.999999.2.1" extension="${key}"/>
<code code="${code}" codeSystem="2.16.840.1.113883.6.1" codeSystemName="LOINC" displayName="${display}"/>
<title>${display}</title>
<effectiveTime value="${stamp14(at)}+0900"/>
<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
<languageCode code="ja-JP"/>
<recordTarget><patientRole><id root="1.2.392.999999.2.2" extension="${person.id}"/><patient><name use="IDE"><family>${escapeXml(person.family)}</family><given>${escapeXml(person.given)}</given></name><administrativeGenderCode code="${person.sex}" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="${person.birthDate}"/></patient></patientRole></recordTarget>
<author><time value="${stamp14(at)}+0900"/><assignedAuthor><id root="1.2.392.999999.2.3" extension="${doctor.id}"/><assignedPerson><name><family>${doctor.family}</family><given>${doctor.given}</given></name></assignedPerson></assignedAuthor></author>
<custodian><assignedCustodian><representedCustodianOrganization><id root="1.2.392.999999.2.4" extension="${FACILITY.id}"/><name>${FACILITY.name}</name></representedCustodianOrganization></assignedCustodian></custodian>
<documentationOf><serviceEvent classCode="${service}"><effectiveTime><low value="${dateOf(document.from)}"/><high value="${dateOf(document.to)}"/></effectiveTime></serviceEvent></documentationOf>
<component><structuredBody>${sections.map(cdaSection).join('')}</structuredBody></component>
</ClinicalDocument>
`,
    'utf8',
  )
}

/** SOAP note of a visit or of a day on the ward. */
export function noteDocument(s: Situation, key: string, disease: DiseaseKey, extra: string): Uint8Array {
  const { complaint, finding, name } = DISEASES[disease]
  const inside = s.bed !== undefined
  return cda(s, {
    key,
    code: inside ? '34112-3' : '34108-1',
    display: inside ? '入院診療録' : '外来診療録',
    service: 'ENC',
    from: s.at,
    to: s.at,
    sections: [
      { code: '10164-2', title: 'Ｓ 主訴・経過', text: complaint },
      { code: '29545-1', title: 'Ｏ 所見', text: finding },
      { code: '51848-0', title: 'Ａ 評価', text: `${name}。${extra}` },
      { code: '18776-5', title: 'Ｐ 計画', text: '現在の治療を続ける。変化があれば早めに連絡するよう説明した。' },
    ],
  })
}

export interface SummaryFacts {
  readonly disease: DiseaseKey
  readonly admittedAt: EpochMs
  readonly dischargedAt: EpochMs
  readonly outcome: 'home' | 'died'
}

export function dischargeSummary(s: Situation, key: string, facts: SummaryFacts): Uint8Array {
  const { name, complaint, finding } = DISEASES[facts.disease]
  const age = ageOn(s.person.birthDate, dayOf(facts.admittedAt))
  const course =
    facts.outcome === 'died'
      ? `${dateInWords(facts.admittedAt)}に入院。治療を行ったが${dateInWords(facts.dischargedAt)}に死亡退院となった。`
      : `${dateInWords(facts.admittedAt)}に入院。治療により軽快し、${dateInWords(facts.dischargedAt)}に退院した。\n退院後は外来で経過をみる。`
  return cda(s, {
    key,
    code: '18842-5',
    display: '退院時サマリー',
    service: 'ACCM',
    from: facts.admittedAt,
    to: facts.dischargedAt,
    sections: [
      { code: '46241-6', title: '入院時診断', text: name },
      { code: '10154-3', title: '主訴', text: `${age}歳。${complaint}` },
      { code: '29545-1', title: '入院時所見', text: finding },
      { code: '8648-8', title: '入院経過', text: course },
      { code: '11535-2', title: '退院時診断', text: name },
    ],
  })
}

/** 診療情報提供書 as a PDF, the way letters are scanned or printed into the storage. */
export function referralLetter({ person, at, doctor }: Situation, disease: DiseaseKey): Uint8Array {
  return pdfPage('診療情報提供書（見本）', [
    dateInWords(at),
    '見本市立中央病院（見本）　地域連携室　御中',
    '',
    `患者番号　${person.id}`,
    `氏名　　　${person.family}　${person.given}　様`,
    `傷病名　　${DISEASES[disease].name}`,
    '',
    'いつもお世話になっております。精査をお願いしたくご紹介申し上げます。',
    `経過　　　${DISEASES[disease].complaint}`,
    `所見　　　${DISEASES[disease].finding}`,
    '',
    `${FACILITY.name}　${doctor.family}　${doctor.given}`,
  ])
}

/** For lists: who the document is of. */
export const fullName = (person: Person): string => `${person.family}　${person.given}`
