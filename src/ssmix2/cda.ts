/** As much of CDA R2 as proves whose document it is. Ids are ASCII in every encoding that Japanese systems write. */

const HEAD_BYTES = 65_536

export function looksLikeCda(bytes: Uint8Array): boolean {
  return head(bytes, 4096).includes('ClinicalDocument')
}

/** `recordTarget/patientRole/id/@extension`, as written. */
export function cdaPatientIds(bytes: Uint8Array): string[] {
  const role = /<(?:\w+:)?patientRole\b[^>]*>([\s\S]*?)<(?:\w+:)?(?:patient|addr|telecom|providerOrganization)\b/
  const ids = role.exec(head(bytes, HEAD_BYTES))?.[1] ?? ''
  return [...ids.matchAll(/<(?:\w+:)?id\b[^>]*?\bextension\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
    (m) => m[1] ?? m[2] ?? '',
  )
}

function head(bytes: Uint8Array, limit: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, limit)).toString('latin1')
}
