import type { ErrorCode } from '#base'
import type { ErrorEntry } from '../errors.ts'

/** Of machines that back themselves up. */
export const agentErrors = {
  AGENT_FOLDER_FOREIGN: {
    ja: [
      'このパソコンは、まだ登録されていません。',
      '指定されたフォルダーに、登録の記録がありません。',
      'bin/toride agent enrol で登録してください。前に登録したなら、--data で同じフォルダーを指定してください。',
    ],
    en: [
      'This machine is not enrolled yet.',
      'The folder holds no enrolment.',
      'Run bin/toride agent enrol; if it was enrolled before, name the same folder with --data.',
    ],
  },
  AGENT_FOLDER_IN_USE: {
    ja: [
      'このフォルダーでは、もう取っています。',
      '別の toride agent が動いています。',
      '終わるのを待つか、動いているほうを止めてから、もう一度行ってください。',
    ],
    en: [
      'A backup is going on with this folder.',
      'Another toride agent is running.',
      'Wait for it, or stop it, and try again.',
    ],
  },
  AGENT_FILE_DAMAGED: {
    ja: [
      'このパソコンの登録の記録が読めません。',
      'ファイルが壊れているか、書き換えられています。',
      'バックアップ専用機で新しい番号を出してもらい、別のフォルダーを --data で指定して登録し直してください。前に取ったものは専用機に残っています。',
    ],
    en: [
      'The enrolment of this machine cannot be read.',
      'A file is damaged or was changed.',
      'Get a new code at the Keeper and enrol again with another folder (--data). What was taken before stays at the Keeper.',
    ],
  },
  AGENT_CARD_WRONG: {
    ja: [
      'この登録カードは使えません。',
      '文字が欠けているか、変わっているか、ほかの病院の鍵で作られています。',
      '相手のパソコンで bin/toride agent card を実行し、出てきた文字を全部、もう一度貼り付けてください。',
    ],
    en: [
      'This card cannot be used.',
      'Characters are missing or changed, or it was made for another institution’s key.',
      'Run bin/toride agent card on the other machine and paste all of it again.',
    ],
  },
  AGENT_ESCROW_KEY_WRONG: {
    ja: [
      '「鍵の預け先」の文字が正しくありません。',
      '43文字の英数字でなければなりません。',
      '砦のサーバーの「ほかのパソコン」の画面に出る命令を、そのまま写してください。',
    ],
    en: [
      'The key to seal to is not one.',
      'It has 43 letters and digits.',
      'Copy the command as the screen “Other computers” of the server shows it.',
    ],
  },
} as const satisfies Partial<Record<ErrorCode, ErrorEntry>>
