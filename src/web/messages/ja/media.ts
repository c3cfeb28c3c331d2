/** 交代で使う媒体（カートリッジ・ディスク）のことば。 */
export const media = {
  media: {
    week: {
      title: (count: string) =>
        `1週間の媒体のようす。いつも手の届かない所にあるバックアップ: 最も少ない日で${count}日分`,
      lead: '● は機械に入っている媒体、○ は外してある媒体です。外してある媒体は、この機械が乗っ取られても消されません。',
      day: '日',
      connected: '機械に入っている',
      away: '外してある',
      generations: '手の届かないバックアップ',
      enough: (count: string) => `✓ ${count}日分`,
      few: (count: string) => `▲ ${count}日分（3日分に足りません）`,
      planned: '予定',
      closed: '休み',
      none: 'なし',
      number: (number: string) => `${number}番`,
      held: (number: string, day: string) => `${number}番（${day}の分）`,
    },
    label: {
      title: '媒体のラベル',
      number: '番号',
      set: '組',
      kind: '種類',
      shelf: '置き場所',
      code: 'バーコードの文字',
      care: '診療の記録が入っています（暗号化済み）。拾った方は下の連絡先へお知らせください。',
      kinds: {
        rdx: 'RDXカートリッジ',
        'usb-ssd': 'USB接続のSSD',
        'usb-hdd': 'USB接続のハードディスク',
        ltfs: 'LTOテープ（LTFS）',
      },
    },
    /** [どうなっているか, 今すること]。due は今日の番号、found は入っている番号。 */
    finding: {
      right: (due: string) => `${due}番が入っています。今日の媒体です。`,
      wrong: (due: string, found: string) => `今日は${due}番ですが、${found}番が入っています。`,
      missing: (due: string) => `媒体が入っていません。今日は${due}番です。`,
      full: (due: string) => `${due}番に、新しいバックアップの入る空きがありません。`,
      'read-only': (due: string) => `${due}番に書き込めません。`,
      foreign: () => '登録していない媒体が入っています。中は見ていません。',
      copied: () => '番号と中身が合いません。写しの媒体か、登録し直していない媒体です。',
      unmarked: (due: string) => `${due}番に、登録の印がありません。`,
      'too-many': (_due: string, found: string) => `媒体が2つ以上入っています（${found}番）。`,
      'not-opened': (due: string) => `${due}番を開けません。`,
      unsupported: () => 'この媒体の形式は使えません。',
      'out-of-turn': (_due: string, found: string) => `${found}番は、紛失か使用終了として登録されています。`,
      'none-left': () => '使える媒体が残っていません。',
    },
    next: {
      right: 'そのままで結構です。コピーが終わったら取り外して、置き場所へ戻してください。',
      wrong: '入っている媒体を取り外し、今日の番号に取り替えてください。',
      missing: '今日の番号を入れてください。見つからないときは「紛失」にすると、次の番号で続けられます。',
      full: 'より大きい媒体を登録して取り替えてください。前の分は無事です。',
      'read-only':
        '書き込み禁止のつまみを戻してください。つまみが無い・戻しても変わらないときは、媒体を取り替えてください。',
      foreign: '取り外して持ち主を確かめ、今日の番号を入れてください。使う媒体なら、先に登録してください。',
      copied: '両方とも取り外し、ラベルの番号を確かめてください。分からないときは、使わずに連絡先へ伝えてください。',
      unmarked: '中身が消されたか、初めて使う媒体です。ラベルの番号が合っていれば「登録する」を押してください。',
      'too-many': '今日の番号だけを残して取り外してください。入れたままの媒体は、乗っ取りから守れません。',
      'not-opened': '差し直してください。それでも開けないときは「使用終了」にして、新しい媒体を登録してください。',
      unsupported:
        'ext4・exFAT・NTFSのどれかで初期化した媒体を使ってください。LTOテープはLTFSで使うものだけに対応しています。',
      'out-of-turn': '見つかったのなら、登録し直してから使ってください。それまでは今日の番号を入れてください。',
      'none-left': 'すぐに新しい媒体を用意して登録してください。それまで、外して保管する控えは増えません。',
    },
  },
} as const
