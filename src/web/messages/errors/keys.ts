/** Recovery kit, restore on a bare machine, erasure register. */
import type { ErrorEntry } from '../errors.ts'

export const keyErrors = {
  ACCESS_KIT_INCOMPLETE: {
    ja: [
      '復旧キットの紙が足りません。',
      '分けた控えは、1枚だけでは何も開けません。',
      '「復旧キット」の1枚か、分けた控えのうち別の2枚を入れてください。',
    ],
    en: [
      'Sheets of the recovery kit are missing.',
      'One share alone opens nothing.',
      'Enter the kit itself, or two different shares.',
    ],
  },
  ACCESS_KIT_MIXED: {
    ja: [
      '紙の組み合わせが合いません。',
      '別の復旧キットの紙が混ざっているか、同じ紙を2回入れています。',
      '紙の上に印刷されたキットの番号が同じものを、2枚選んでください。',
    ],
    en: [
      'These sheets do not belong together.',
      'They are of different kits, or one was entered twice.',
      'Take two sheets that carry the same kit number.',
    ],
  },
  ACCESS_KIT_WRONG: {
    ja: [
      'この復旧キットでは開けません。',
      'キットが作り直されたあとのバックアップか、別の施設のものです。',
      '新しいキットの紙を探すか、キットを作り直す前の日のバックアップを選んでください。',
    ],
    en: [
      'This recovery kit does not open it.',
      'The backup was made after the kit was replaced, or belongs to somebody else.',
      'Look for the newer kit, or choose a backup from before it was replaced.',
    ],
  },
  ACCESS_ENVELOPES_ENOUGH: {
    ja: [
      '封筒は、もう5つあります。',
      '数えきれないほどあると、なくなっても気づきません。',
      '使わないものを、非常用アカウントの画面で「使えなくする」にしてください。',
    ],
    en: [
      'There are five envelopes already.',
      'More than can be counted are not missed when one is gone.',
      'End those that nobody needs, on the page of emergency accounts.',
    ],
  },
  ACCESS_ENVELOPE_OVER: {
    ja: [
      'この封筒の番号は、もう作れません。',
      'すでに作ったか、取りやめています。',
      '非常用アカウントの画面を開き直し、いまの状態を見てください。',
    ],
    en: [
      'The code of this envelope cannot be made any more.',
      'It was made already, or taken back.',
      'Open the page of emergency accounts again and look at its state.',
    ],
  },
  ACCESS_SECOND_PERSON: {
    ja: [
      '頼んだ人とは別の人が、封筒を作ってください。',
      '非常用アカウントは、ふだんに2人でつくる決まりです。',
      '院長か、別の管理者にサインインしてもらってください。',
    ],
    en: [
      'Another person than the one who asked makes the envelope.',
      'Emergency accounts are made by two people, in quiet times.',
      'Ask the director or another administrator to sign in.',
    ],
  },
  READING_TOO_MANY: {
    ja: [
      '短い時間に、とても多くの患者さんのカルテを開いたので、止めました。',
      'カルテをまとめて持ち出されるのを防ぐためです。管理者に知らせました。',
      '1時間ほど待つか、管理者に事情を話してください。非常用PCでは、開封カードでもう一度開くと続けられます。いちど開いた方は、また開けます。',
    ],
    en: [
      'Charts of very many patients were opened in a short time, so it was stopped.',
      'This keeps charts from being carried off in bulk. The administrators have been told.',
      'Wait about an hour, or talk to an administrator. On an emergency PC, open it with the card once more to go on. Patients who were open before open again.',
    ],
  },
  ACCESS_KIT_UNCONFIRMED: {
    ja: [
      '復旧キットは、まだ作り直せません。',
      'もう1人の確認が済んでいません（1人だけのときは、翌日以降に同じ方が確認します）。',
      '「復旧キット」の画面で、確認をもらってください。今のキットはそのまま使えます。',
    ],
    en: [
      'The recovery kit cannot be replaced yet.',
      'Nobody else has confirmed it (alone: the same person confirms on a later day).',
      'Have it confirmed on the page of the recovery kit. The present one stays good.',
    ],
  },
  VAULT_RECOVER_NOTHING: {
    ja: [
      'この場所に、このキットで開けるバックアップがありません。',
      '場所が違うか、キットを作ったあと、まだここに一度も写していません。',
      '紙の「保管場所の一覧」にあるほかの場所を試してください。ここには何も書いていません。',
    ],
    en: [
      'Nothing here opens with this kit.',
      'It is another place, or nothing was copied here since the kit was made.',
      'Try another place of the printed list. Nothing was written.',
    ],
  },
  VAULT_RECOVER_TARGET_USED: {
    ja: [
      '戻す先のフォルダーに、もう砦のデータがあります。',
      '今あるものに上書きすると、どちらも失われるおそれがあります。',
      '空のフォルダーを選んでください。何も変えていません。',
    ],
    en: [
      'The folder to restore into already holds data of Toride.',
      'Writing over it could lose both.',
      'Choose an empty folder. Nothing was changed.',
    ],
  },
  VAULT_RECOVER_UNTRUSTED: {
    ja: [
      '戻したものが、紙に印刷された記録の鍵と合いません。',
      '別の施設のものか、だれかが差し替えています。',
      'ほかの日のバックアップか、ほかの場所を選んでください。使い始めていません。',
    ],
    en: [
      'What came back does not fit the ledger key on paper.',
      'It belongs to somebody else, or was replaced.',
      'Choose another day or another place. It was not put to use.',
    ],
  },
  VAULT_RECOVER_SUSPECT: {
    ja: [
      'バックアップ元の一覧に、砦がつけない名前のものがあります。',
      '一覧が壊れているか、だれかが書き換えています。ほかのフォルダーに書かせるための細工かもしれません。',
      'ほかの日のバックアップか、ほかの場所から戻してください。この名前では何も書いていません。',
    ],
    en: [
      'The list of sources holds a name that Toride never gives.',
      'The list is damaged, or somebody changed it, perhaps to have other folders written to.',
      'Restore another day or from another place. Nothing was written under that name.',
    ],
  },
} as const satisfies Record<string, ErrorEntry>
