/**
 * How long the law wants kinds of record kept. Toride's backup is not that record unless the institution declares it so;
 * only then is the policy held against these years.
 */
import type { Reference, Words } from './source-of.ts'

export interface RecordKindRule {
  readonly years: number
  /** What the years are counted from; the backup can only count from the day it was taken. */
  readonly from: 'completion' | 'creation' | 'use'
  readonly words: Words
  readonly references: readonly Reference[]
}

const law = (clause: string): readonly Reference[] => [{ edition: 'law', clause, certainty: 'memory' }]

/** All from memory: a person holds them against the law before they are shown as more than 未確認. */
export const RECORD_KINDS = {
  chart: {
    years: 5,
    from: 'completion',
    words: { ja: '診療録', en: 'medical chart' },
    references: law('医師法24条、療養担当規則9条'),
  },
  'insured-care': {
    years: 3,
    from: 'completion',
    words: { ja: '療養の給付に関する帳簿・書類', en: 'papers of insured care' },
    references: law('療養担当規則9条'),
  },
  'hospital-papers': {
    years: 2,
    from: 'completion',
    words: { ja: '病院の診療に関する諸記録', en: 'other records of a hospital' },
    references: law('医療法施行規則20条10号'),
  },
  radiation: {
    years: 5,
    from: 'creation',
    words: { ja: '照射録など（X線装置の記録）', en: 'records of irradiation' },
    references: law('医療法施行規則30条の23'),
  },
  midwifery: {
    years: 5,
    from: 'completion',
    words: { ja: '助産録', en: 'midwifery record' },
    references: law('保健師助産師看護師法42条'),
  },
  'blood-products': {
    years: 20,
    from: 'use',
    words: { ja: '特定生物由来製品の使用記録', en: 'use of blood products' },
    references: law('医薬品医療機器等法68条の22'),
  },
} as const satisfies Record<string, RecordKindRule>

export type RecordKind = keyof typeof RECORD_KINDS
