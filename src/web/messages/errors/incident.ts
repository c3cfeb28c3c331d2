import type { ErrorEntry } from '../errors.ts'

/** Incidents and improvements. */
export const incidentErrors = {
  OFFICE_TEMPLATE_REFUSED: {
    ja: [
      'この様式のファイルは使えません。',
      'Word（DOCX）か Excel（XLSX）でないか、マクロ・ほかのファイルへのリンクが入っているか、壊れています。',
      'マクロの無い DOCX か XLSX で保存し直して、もう一度選んでください。',
    ],
    en: [
      'This form file cannot be used.',
      'It is neither DOCX nor XLSX, holds macros or links to other files, or is damaged.',
      'Save it again as DOCX or XLSX without macros and choose it once more.',
    ],
  },
  NOTIFICATION_CHANGED: {
    ja: [
      'まだ残していません。中身が変わりました。',
      '見ている間に、時系列に書き足されたか、ほかの人が欄を書き換えたか、先に送りました。',
      '下の新しい中身を見直して、もう一度押してください。送ったものと違うときは、欄を書き換えてください。',
    ],
    en: [
      'Not recorded yet: the content has changed.',
      'While you looked at it somebody added to the timeline, wrote over a field, or sent it first.',
      'Look at the new content below and press again. Where it differs from what was sent, write over the field.',
    ],
  },
  NOTIFICATION_SEALED: {
    ja: [
      '報告は、まだ作れません。',
      '名前と文が封じられていて、この役割か、この状態では開けません。',
      'カルテを見られる人が、パスワードでもう一度サインインしてください。',
    ],
    en: [
      'The report cannot be made yet.',
      'Names and text are sealed, and this role or state does not open them.',
      'Somebody who may read charts signs in again with the password.',
    ],
  },
  INCIDENT_UNKNOWN: {
    ja: [
      'この事案は見つかりません。',
      '別の事案にまとめられたか、まだこの機械に届いていません。',
      '事案の一覧を開いて、選び直してください。非常用PCで書いたものは、記録を取り込むと出ます。',
    ],
    en: [
      'This incident is not here.',
      'It was joined to another one, or has not come to this machine yet.',
      'Open the list of incidents and choose again. What was written on an emergency PC appears once its log was taken in.',
    ],
  },
  INCIDENT_IMPROVEMENT_INCOMPLETE: {
    ja: [
      '改善項目を書けませんでした。',
      '何を・だれが・いつまでに、の三つがそろって初めて、次の訓練で確かめられます。',
      '空いている欄をうめて、もう一度押してください。済みにするときは、何をしたかを書きます。',
    ],
    en: [
      'The improvement was not saved.',
      'Only what, who and until when together can be checked in the next exercise.',
      'Fill in the empty fields and press again. To close it, write what was done.',
    ],
  },
  INCIDENT_TOO_MANY: {
    ja: [
      'この知らせは書けませんでした。',
      'サインインしていない画面からの知らせが多すぎます（1台から1時間に30件、全部で200件まで）。前の知らせは届いています。',
      '電話で伝えてください。サインインすれば、今すぐ書けます。',
    ],
    en: [
      'This was not written down.',
      'Too many reports came from screens where nobody is signed in (30 an hour from one machine, 200 from all). Those before were kept.',
      'Tell it by phone. Signed in it can be written down at once.',
    ],
  },
  INCIDENT_NOT_YET: {
    ja: [
      'まだ「非常時の終わり」にはできません。',
      '復旧の確認、または紙との照らし合わせが終わっていません。ここで終わると、紙に書いた処方や検査が失われることがあります。',
      '残りは、この事案のページの「終わりまでに残っていること」にあります。例外として終えるときは、理由と決めた人を書きます。',
    ],
    en: [
      'The emergency cannot be ended yet.',
      'The checks of the way back, or the comparison with paper, are not finished. Ending now may lose prescriptions and results that are on paper.',
      'What is left stands on the page of this incident under "Before it can end". To end it as an exception, give the reason and who decided.',
    ],
  },
  INCIDENT_DECLARED: {
    ja: [
      '「非常時ではない」は書けませんでした。',
      'すでに「非常時」と判断されています。復旧の確認と紙の照らし合わせを飛ばして、終わりにはできません。',
      'このページのいちばん下の「非常時を終える」を見てください。非常用PCでは終えられません。サーバーで終えます。',
    ],
    en: [
      '"No emergency" was not written down.',
      'An emergency has been declared. It cannot end without the checks of the way back and the comparison with paper.',
      'See "End the emergency" at the end of this page. It cannot be ended on an emergency PC, only on the server.',
    ],
  },
  INCIDENT_DECIDER_UNKNOWN: {
    ja: [
      'この判断は書けませんでした。',
      '決めた人が、名簿の「非常時と判断する人・代わりの人」にいません。',
      '名簿から選んでください。名簿のだれにも連絡がつかないときは、決めた人の名前と、だれにどう連絡したかを書けば進めます。',
    ],
    en: [
      'This decision was not written down.',
      'Who decided is not in the register of deciders and deputies.',
      'Choose from the register. Where nobody of it can be reached, write who decided and whom you tried to reach how: then you can go on.',
    ],
  },
  INCIDENT_PICTURE_WRONG: {
    ja: [
      '写真を取り込めませんでした。',
      'ここに入れられるのは、10 MB までの JPEG と PNG の写真だけです。ほかのファイルは、悪いプログラムを運ぶことがあるため受け取りません。',
      'スマートフォンやカメラの写真（JPEG）を選び直してください。動画や PDF は、証拠の台帳に置き場所を書きます。',
    ],
    en: [
      'The picture was not taken in.',
      'Only JPEG and PNG pictures up to 10 MB can be put here. Other files may carry malware and are not accepted.',
      'Choose a photo (JPEG) from a phone or camera. For videos and PDFs, enter where they lie into the evidence register.',
    ],
  },
} as const satisfies Record<string, ErrorEntry>
