import type { ErrorCode } from '#base'
import type { ErrorEntry } from '../errors.ts'

/** Of the emergency PC. */
export const stationErrors = {
  DOWNTIME_NUMBERS_OUT: {
    ja: [
      'この機械で使える用紙の番号がありません。',
      '前もって割り当てられた番号を使い切ったか、まだ割り当てられていません。',
      '砦につながると、新しい番号が届きます。急ぐときは、番号なしの用紙を印刷し、手で番号を書いてください。',
    ],
    en: [
      'This machine has no numbers left for sheets.',
      'Those that it was given beforehand are used up, or it was given none yet.',
      'New ones come when it reaches the server. In a hurry, print sheets without numbers and write one on each by hand.',
    ],
  },
  STATION_FILE_DAMAGED: {
    ja: [
      '非常用PCのファイルを読めません。',
      '砦の画面で作ったファイルではないか、途中で切れているか、あとから変わっています。',
      '砦の画面「非常用PC」で、設定ファイルをもう一度保存して、置き直してください。カルテの写しはそのまま使えます。',
    ],
    en: [
      'A file of the emergency PC cannot be read.',
      'It was not made by Toride, was cut short, or was changed since.',
      'Save its file again from "Emergency PCs" of the server and put it here. The copies of the records stay usable.',
    ],
  },
  STATION_IN_USE: {
    ja: [
      '非常用カルテ閲覧は、もう動いています。',
      '同じフォルダーを使うものが、このパソコンで動いています。',
      'ブラウザーで http://localhost:8480 を開いてください。',
    ],
    en: [
      'The emergency charts are running already.',
      'Something on this PC uses the same folder.',
      'Open http://localhost:8480 in the browser.',
    ],
  },
  STATION_NOT_SET_UP: {
    ja: [
      'この非常用PCは、まだ準備ができていません。',
      '砦の画面で作った設定ファイルが、まだ置かれていません。',
      '砦の画面「非常用PC」で設定ファイルを作り、この画面で読み込んでください。',
    ],
    en: [
      'This emergency PC is not prepared yet.',
      'The file that the server makes for it was not put here.',
      'Make it under "Emergency PCs" of the server, and read it in on this screen.',
    ],
  },
  STATION_NOT_READY: {
    ja: [
      'このバックアップは、まだ見られません。',
      '写しがまだここにないか、検索の準備が終わっていません。',
      '最初の画面で進み具合を見て、終わってから開いてください。急ぐときは、最初の画面に出ている日のものを使ってください。',
    ],
    en: [
      'This backup cannot be read yet.',
      'Its copy is not here, or the search is still being prepared.',
      'See how far it is on the first screen. If it is urgent, use the day that stands there.',
    ],
  },
  STATION_CARD_WRONG: {
    ja: [
      'この開封カードでは開きません。',
      '別の非常用PCのカードか、作り直す前の古いカードです。',
      'カードの番号と、画面の番号が同じか確かめてください。',
    ],
    en: [
      'This card does not open it.',
      'It is the card of another emergency PC, or one from before it was made anew.',
      'Compare the number on the card with the one on the screen.',
    ],
  },
  STATION_CARD_UNREADABLE: {
    ja: [
      'カードの言葉を読み取れませんでした。',
      '8個そろっていないか、どれかが違っています。',
      'カードの上から順に、言葉の最初の4文字か番号を8個、空けて入力してください。',
    ],
    en: [
      'The words of the card could not be read.',
      'There are not 8 of them, or one is wrong.',
      'Type 8 words (their first four letters, or their numbers) in order, with blanks between.',
    ],
  },
  STATION_CARD_IS_KIT: {
    ja: [
      'これは復旧キットの言葉です。ここでは使いません。',
      '復旧キットは砦を戻すときだけに使うもので、カルテを見るためには使いません。',
      'この非常用PCの開封カードを使ってください。復旧キットは、しまってください。',
    ],
    en: [
      'These are the words of the recovery kit. They are not used here.',
      'The kit is for bringing Toride back, never for reading charts.',
      'Use the card of this emergency PC, and put the kit away.',
    ],
  },
  STATION_LOG_FOREIGN: {
    ja: [
      'この記録は取り込めません。',
      'この一覧にある非常用PCのものではないか、途中が変わっています。',
      'その非常用PCで、閲覧の記録をもう一度保存してください。それでも出るときは、そのPCを使わずに、管理者が理由を調べてください。',
    ],
    en: [
      'This log cannot be taken in.',
      'It is of no emergency PC in the list, or something in it was changed.',
      'Save the log again on that PC. If that does not help, stop using the PC and find out why.',
    ],
  },
  CASEBOOK_FOREIGN: {
    ja: [
      'このファイルは取り込めません。',
      '非常用PCから書き出した、非常時の記録のファイルではありません。または、大きすぎます。',
      '非常用PCの画面の「記録を書き出す」で作ったファイルを選んでください。今ある記録は変わっていません。',
    ],
    en: [
      'This file cannot be taken in.',
      'It is no file of emergency records from an emergency PC, or it is too large.',
      'Choose the file that the emergency PC wrote. What is kept here has not changed.',
    ],
  },
} as const satisfies Partial<Record<ErrorCode, ErrorEntry>>
