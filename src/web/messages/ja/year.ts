/** 一年の数字。 */
export const yearPage = {
  yearPage: {
    title: (year: string) => `${year}年の記録（委員会用）`,
    lead: '一年のあいだの非常時の対応、復元の確かめ、訓練、改善項目。記録から、いま数えています。',
    incidents: (n: string) => `非常時の対応（${n}件）`,
    none: 'この年にはありません。',
    proofs: '復元の確かめと訓練',
    rehearsals: '復元リハーサル',
    restores: '本番の復元',
    drills: '訓練',
    drillsHeld: (held: string, people: string, tests: string, good: string) =>
      `訓練${held}回、参加のべ${people}人。3分テスト${tests}回、うち3分で見つかったもの${good}回。`,
    held: {
      day: '行った日',
      took: 'かかった時間',
      people: '参加（人）',
      reached: 'できた目標',
      objectives: '目標の数',
      items: '直すこと',
      open: 'まだのもの',
    },
    heldItems: (all: string, open: string) => `${all}件（まだ${open}件）`,
    drillPeople: '訓練に参加した人（のべ）',
    drillTests: '3分テスト',
    head: {
      opened: '始まり',
      kind: '何が',
      state: '状態',
      lasted: '終わるまで',
      sent: '送った報告・通知',
      what: '何を',
      count: '回数',
      good: 'うまくいった',
      middle: 'かかった時間（真ん中の値）',
    },
    minutes: '（分）',
    improvements: (added: string, open: string, overdue: string) =>
      `加えたもの${added}件。うち、まだのもの${open}件、期限が過ぎたもの${overdue}件。`,
  },
}
