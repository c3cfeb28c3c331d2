import type { ErrorCode } from '#base'
import type { ErrorEntry } from '../errors.ts'

/** Of the emergency discs. */
export const editionErrors = {
  EDITION_LOG_FOREIGN: {
    ja: [
      'この控えは取り込めません。',
      'このディスクの控えではないか、途中で切れているか、あとから変わっています。',
      'ディスクを見たパソコンに残っている、保存したままのファイルを選んでください。無いときは、印刷した控えを保管してください。',
    ],
    en: [
      'This list cannot be taken in.',
      'It is not of this disc, was cut short, or was changed since.',
      'Choose the file as it was saved on the PC where the disc was read. Without it, keep the printed list.',
    ],
  },
  EDITION_LOG_UNKNOWN: {
    ja: [
      'この控えのディスクが、台帳にありません。',
      'ほかの施設のディスクの控えか、控えを取り込めるようになる前に作ったディスクの控えです。',
      'ファイルが正しいか確かめてください。古いディスクの控えは、印刷して保管してください。',
    ],
    en: [
      'The disc of this list is not in the register.',
      'It is of another institution, or of a disc made before lists could come back.',
      'Check the file. Keep the list of an old disc on paper.',
    ],
  },
  EDITION_TOO_MANY: {
    ja: [
      '今日は、これ以上の非常用ディスクを作れません。',
      '全員のカルテを持ち出せるため、1日に作れる数を決めてあります。',
      '明日作るか、作ってあるディスクを「USBメモリーに写す」で写してください。',
    ],
    en: [
      'No more emergency discs can be made today.',
      'Each carries the charts of everybody out, so their number in a day is limited.',
      'Make it tomorrow, or copy one that exists to a stick.',
    ],
  },
  EDITION_PLACE_TAKEN: {
    ja: [
      '写す先に、同じ番号のディスクがあります。',
      '前に写したものを、だまって上書きしないためです。',
      '「置き換える」を選ぶか、別のUSBメモリーに写してください。',
    ],
    en: [
      'An edition of this number lies there already.',
      'What was copied before is not overwritten silently.',
      'Choose "replace", or another stick.',
    ],
  },
  EDITION_PLACE_GONE: {
    ja: [
      '写している途中で、USBメモリーが見えなくなりました。',
      '抜けたか、壊れかけているか、つなぎ先が止まっています。',
      '差し直して、もう一度写してください。前からあったものには触れていません。くり返すときは別のUSBメモリーを使ってください。',
    ],
    en: [
      'The stick went away while it was written.',
      'It was pulled out, is failing, or what it hangs on stopped.',
      'Put it in again and copy once more. What lay there before was not touched. If it happens again use another stick.',
    ],
  },
  EDITION_COPY_DIFFERS: {
    ja: [
      '写したものを読み返すと、元と違っていました。',
      'USBメモリーが壊れているか、容量をいつわったものです。',
      'このUSBメモリーは使わず、別のものに写してください。',
    ],
    en: [
      'What was read back differs from what was written.',
      'The stick is broken, or smaller than it says.',
      'Do not use it; copy to another one.',
    ],
  },
  EDITION_NIGHT_WAITS: {
    ja: [
      '今夜の非常用ディスクは、まだ作っていません。',
      '保護する患者が変わったあと、カルテを見られる人がまだ入っていません。',
      'カルテを見られる人が1回入ってください。次の夜から作ります。',
    ],
    en: [
      'The emergency disc of this night was not made.',
      'Protected patients changed, and nobody who may see charts signed in since.',
      'Let somebody who may see charts sign in once. It is made from the next night.',
    ],
  },
} as const satisfies Partial<Record<ErrorCode, ErrorEntry>>
