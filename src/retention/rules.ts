/**
 * The rules that a policy and what is there are held against: data. `judge.ts` says which are met. Rows follow the
 * requirements R1-R42; a crosswalk of editions is the list of references.
 */
import type { Edition, Reference, Words } from './source-of.ts'

/** `must`: the least that is asked. `should`: recommended. `example`: a figure the guideline gives as an example. */
export type RuleStrength = 'must' | 'should' | 'example'

export interface Rule {
  /** Number in the requirements, for the papers. */
  readonly requirement: string
  readonly strength: RuleStrength
  readonly references: readonly Reference[]
  readonly words: Words
}

const GL52: Edition = 'mhlw-5.2'
const GL6: Edition = 'mhlw-6.0'
const GL7: Edition = 'mhlw-7.0'
/** The special issue on cyber security that goes with 6.0; a draft was read. */
const SPECIAL = '別冊特集 3.3（案）'

export const RULES = {
  'three-generations': {
    requirement: 'R1',
    strength: 'must',
    references: [
      { edition: GL52, clause: '6.10 B(3)', certainty: 'quoted' },
      { edition: GL6, clause: 'Q&A（バックアップの世代の例）', certainty: 'read' },
      { edition: GL7, clause: 'システム運用編（章番号は6.0と同じと推定）', certainty: 'unread' },
    ],
    words: { ja: '3世代以上を残す', en: 'Keep three generations or more' },
  },
  'third-out-of-reach': {
    requirement: 'R1, R10',
    strength: 'must',
    references: [
      { edition: GL52, clause: '6.10 B(3)', certainty: 'quoted' },
      { edition: GL6, clause: 'Q&A（バックアップの世代の例）', certainty: 'read' },
    ],
    words: { ja: '3世代目より古いものは書き換えできない', en: 'The third generation and older cannot be written to' },
  },
  'five-generations-of-records': {
    requirement: 'R1',
    strength: 'example',
    references: [{ edition: GL6, clause: 'Q&A（バックアップの世代の例）', certainty: 'read' }],
    words: { ja: '電子カルテは毎日、5世代', en: 'Five daily generations of the record system' },
  },
  'every-business-day': {
    requirement: 'R3',
    strength: 'must',
    references: [{ edition: GL6, clause: SPECIAL, certainty: 'read' }],
    words: { ja: '診療のある日は必ず取る', en: 'A backup of every business day' },
  },
  'one-without-additional-writes': {
    requirement: 'R4',
    strength: 'must',
    references: [{ edition: GL6, clause: SPECIAL, certainty: 'read' }],
    words: { ja: '1つ以上は、後から書き足せない', en: 'At least one cannot be added to' },
  },
  'newest-locked-too': {
    requirement: 'R9',
    strength: 'should',
    references: [{ edition: 'good-practice', clause: '製品資料（日次も書換不可に）', certainty: 'read' }],
    words: { ja: 'いちばん新しいものも消せない', en: 'The newest cannot be deleted either' },
  },
  'lock-to-the-end': {
    requirement: 'R10',
    strength: 'should',
    references: [{ edition: 'good-practice', clause: '砦の決まり', certainty: 'read' }],
    words: { ja: '残す期間の終わりまで消せない', en: 'Locked for as long as it is kept' },
  },
  'several-methods': {
    requirement: 'R1, R2',
    strength: 'must',
    references: [
      { edition: GL6, clause: 'システム運用編 12.2、企画管理編 11.2', certainty: 'quoted' },
      { edition: 'checklist-r7', clause: '3-②', certainty: 'read' },
      { edition: GL7, clause: '別紙 SDS（複数世代・複数方式）', certainty: 'quoted' },
      { edition: 'checklist-r8', clause: '3（項目番号は未確認）', certainty: 'unread' },
    ],
    words: { ja: '2通り以上の方法で取る', en: 'Backups in two or more ways' },
  },
  'detached-copy': {
    requirement: 'R2, R5',
    strength: 'must',
    references: [
      { edition: GL52, clause: '6.10 B(3)', certainty: 'quoted' },
      { edition: GL6, clause: SPECIAL, certainty: 'read' },
    ],
    words: { ja: 'ネットワークから外したものがある', en: 'A copy lies off the network' },
  },
  'out-of-malware-reach': {
    requirement: 'R2, R4',
    strength: 'must',
    references: [
      { edition: GL6, clause: 'システム運用編 12.2', certainty: 'quoted' },
      { edition: GL6, clause: 'システム運用編 18.1', certainty: 'memory' },
      { edition: GL7, clause: 'システム運用編 12.2（章番号は推定）', certainty: 'unread' },
    ],
    words: { ja: 'ウイルスの手が届かない保管場所がある', en: 'A place that malware cannot reach' },
  },
  'separate-administrator': {
    requirement: 'R7, R8',
    strength: 'must',
    references: [{ edition: GL6, clause: `${SPECIAL}、4.1.2（案）`, certainty: 'read' }],
    words: { ja: 'バックアップの管理者は本番と別', en: 'Another administrator than production' },
  },
  'remote-copy': {
    requirement: 'R28',
    strength: 'should',
    references: [{ edition: GL52, clause: '7.2 D', certainty: 'quoted' }],
    words: { ja: '離れた場所にもある', en: 'A copy in a remote place' },
  },
  'contents-inspected': {
    requirement: 'R38',
    strength: 'should',
    references: [{ edition: GL52, clause: '7.3 D1(3)', certainty: 'quoted' }],
    words: { ja: '中身が変わっていないか調べている', en: 'Contents are inspected for changes' },
  },
  'places-described': {
    requirement: 'R40, R41',
    strength: 'must',
    references: [
      { edition: GL52, clause: '7.3 C2(2)', certainty: 'quoted' },
      { edition: GL6, clause: '企画管理編 15 遵守事項④', certainty: 'read' },
    ],
    words: {
      ja: '保管場所ごとに容量・期間・危険・対応・頻度・方法が書いてある',
      en: 'Each place is described in writing',
    },
  },
  'restore-confirmed': {
    requirement: 'R39',
    strength: 'must',
    references: [
      { edition: 'checklist-r7', clause: '3-②', certainty: 'read' },
      { edition: 'checklist-r8', clause: '3（項目番号は未確認）', certainty: 'unread' },
    ],
    words: { ja: '戻し方を、この1年に確かめた', en: 'Restoring was tried within a year' },
  },
  'a-year-and-more': {
    requirement: 'R20',
    strength: 'should',
    references: [{ edition: GL6, clause: SPECIAL, certainty: 'read' }],
    words: { ja: '1年を少し超えて残す', en: 'Kept for a little more than a year' },
  },
  'declared-originals': {
    requirement: '法定保存',
    strength: 'must',
    references: [{ edition: 'law', clause: '記録の種類ごとの保存年限', certainty: 'memory' }],
    words: { ja: '原本と定めた記録は、法律の年数を残す', en: 'Declared originals are kept for their legal years' },
  },
  '3-2-1-1-0': {
    requirement: 'R11, R129',
    strength: 'should',
    references: [{ edition: 'good-practice', clause: '3-2-1-1-0', certainty: 'read' }],
    words: {
      ja: '3つ以上、2種類、1つは遠く、1つは消せない、誤り0',
      en: '3 copies, 2 kinds, 1 off site, 1 out of reach, 0 errors',
    },
  },
} as const satisfies Record<string, Rule>

export type RuleId = keyof typeof RULES

/** The rules that an edition holds, in the order of the list. */
export function rulesOf(edition: Edition): RuleId[] {
  const ids = Object.keys(RULES) as RuleId[]
  return ids.filter((id) => RULES[id].references.some((reference) => reference.edition === edition))
}
