import type { DocumentType } from './types.ts'

/** LOINC codes that Japanese extended storages use (JAMI and NHO documents), with the names people know. */
const LOINC_LABELS: Readonly<Record<string, string>> = {
  '11506-3': '経過記録',
  '34108-1': '外来診療録',
  '34112-3': '入院診療録',
  '18842-5': '退院時サマリー',
  '57133-1': '診療情報提供書（紹介状）',
  '74465-6': '災害時診療記録（J-SPEED）',
  '53576-5': '健診結果報告書',
}

/**
 * The type folder of the extended storage, `[local code]^name^[local system]^standard code^name^system`; trailing parts
 * may be missing, and a name without any `^` is a local name.
 */
export function parseDocumentType(folder: string): DocumentType {
  const [first = '', ...rest] = folder.split('^')
  const [localName = '', localSystem = '', standardCode = '', standardName = '', standardSystem = ''] = rest
  const names = rest.length === 0 ? { localCode: '', localName: first } : { localCode: first, localName }
  const loinc = standardSystem === 'LN' || standardSystem === '' ? LOINC_LABELS[standardCode] : undefined
  return {
    ...names,
    localSystem,
    standardCode,
    standardName,
    standardSystem,
    label: loinc ?? (standardName || names.localName || names.localCode || standardCode),
  }
}
