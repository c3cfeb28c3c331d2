import type { ErrorCode } from '#base'
import type { ErrorEntry } from '../errors.ts'

export const rehearsalErrors: Readonly<Record<Extract<ErrorCode, `REHEARSAL_${string}`>, ErrorEntry>> = {
  REHEARSAL_NO_ROOM: {
    ja: [
      '場所が足りず、試せませんでした。',
      'メモリーにも、決めた置き場所にも、広げるだけの空きがありません。',
      '「復元リハーサルの設定」で、暗号化したディスクのフォルダーを置き場所に選んでください。',
    ],
    en: [
      'There was no room to try it.',
      'Neither memory nor the folder that was chosen has enough free room.',
      'Choose a folder on an encrypted disk in the settings of rehearsals.',
    ],
  },
  REHEARSAL_PART_ONLY: {
    ja: [
      '全部ではなく、一部を試しました。',
      '全部を広げるだけの空きが、メモリーにも置き場所にもありません。',
      '全部を試すには、「復元リハーサルの設定」で、暗号化したディスクのフォルダーを選んでください。',
    ],
    en: [
      'A part was tried, not all of it.',
      'Neither memory nor the folder that was chosen has room for all of it.',
      'To try all, choose a folder on an encrypted disk in the settings of rehearsals.',
    ],
  },
  REHEARSAL_NEEDS_RESTORE: {
    ja: [
      'この段は行っていません。',
      '書き戻したファイルがないためです。',
      '「書き戻し」の段に出ている理由をなおして、もう一度リハーサルをしてください。',
    ],
    en: [
      'This step was not done.',
      'There are no files that came back.',
      'Mend what the step "restore" names, then rehearse again.',
    ],
  },
  REHEARSAL_MALWARE_FOUND: {
    ja: [
      'バックアップの中に、ウイルスの疑いがあるファイルが見つかりました。',
      '取ったときに、もとの場所がすでに感染していたかもしれません。',
      '戻さずに、事業者へ電話してください。「きれいな日をさがす」の画面で、前の日のバックアップも調べてください。カルテを見るのは、いつもどおりできます。',
    ],
    en: [
      'Files that look like malware were found in the backup.',
      'The source may have been infected when it was taken.',
      'Do not restore it; call your vendor. Look at the backups of earlier days on "Find a clean day". Charts can be read as always.',
    ],
  },
  REHEARSAL_NOT_ALL_SCANNED: {
    ja: [
      '調べきれなかったファイルがあります。',
      '大きすぎる・深すぎる・読めないファイルです。きれいだとは言えません。',
      '復元リハーサルの画面に出ているファイルを、事業者に確かめてもらってください。',
    ],
    en: [
      'Some files could not be examined whole.',
      'They are too large, too deep or unreadable. They do not count as clean.',
      'Have your vendor look at the files listed on the page of this rehearsal.',
    ],
  },
  REHEARSAL_COUNTS_DIFFER: {
    ja: [
      '戻ったファイルか患者の数が、バックアップの目録と合いません。',
      '目録か、戻したものの一部が失われています。',
      'この画面を印刷して事業者に伝えてください。前の日のバックアップは別に使えます。',
    ],
    en: [
      'The number of files or patients that came back is not that of the catalogue.',
      'Part of the catalogue or of what came back is lost.',
      'Print this page and tell your vendor. Backups of earlier days stand on their own.',
    ],
  },
  REHEARSAL_CHARTS_DIFFER: {
    ja: [
      '戻したファイルから作ったカルテが、バックアップのカルテと違います。',
      '戻したファイルの一部が、もとと違います。',
      'この画面を印刷して事業者に伝えてください。前の日のバックアップは別に使えます。',
    ],
    en: [
      'Charts made of the restored files differ from the charts of the backup.',
      'Some restored files are not what they were.',
      'Print this page and tell your vendor. Backups of earlier days stand on their own.',
    ],
  },
  REHEARSAL_NO_DUMP: {
    ja: [
      'データベースの書き出しが見つかりませんでした。',
      'バックアップの中に、PostgreSQL・MariaDB・MySQL の書き出しと分かるファイルがありません。',
      '書き出しの置き場所が合っているか、「バックアップするもの」の画面で確かめてください。',
    ],
    en: [
      'No dump of a database was found.',
      'No file in the backup is known as a dump of PostgreSQL, MariaDB or MySQL.',
      'See on the page of sources whether the folder is the right one.',
    ],
  },
  REHEARSAL_DUMP_UNREAD: {
    ja: [
      '試せない形の書き出しがあります。',
      '縮め方や分け方がここで扱えないものか、はじめの部分がほどけません。壊れているとは限りません。',
      '試すには、1つのファイル（pg_dump -Fc など）か、gzip・zstd・xz・bzip2 で縮めた形で書き出すよう、事業者に頼んでください。',
    ],
    en: [
      'There is a dump that cannot be tried here.',
      'It is packed or split in a way that is not read here, or its beginning does not unpack. That does not mean that it is damaged.',
      'Ask the vendor for one file (pg_dump -Fc, for instance), or for one packed by gzip, zstd, xz or bzip2.',
    ],
  },
  REHEARSAL_DUMP_NOT_LOADED: {
    ja: [
      'データベースの書き出しを、動かせませんでした。',
      '書き出しが途中で切れているか、壊れています。',
      '復元リハーサルの画面に出ている記録を事業者に見せて、書き出しをやり直してもらってください。',
    ],
    en: [
      'A dump could not be started as a database.',
      'It is cut off or damaged.',
      'Show the log below to your vendor and have the dump made again.',
    ],
  },
  REHEARSAL_ANSWER_DIFFERS: {
    ja: [
      'データベースの答えが、決めておいた答えと違います。',
      '中身が足りないか、決めた答えが古くなっています。',
      '復元リハーサルの画面の表で、違う所を見てください。答えが古いときは「復元リハーサルの設定」でなおしてください。',
    ],
    en: [
      'A database gave another answer than expected.',
      'Something is missing, or the expected answer is out of date.',
      'See the table on the page of this rehearsal. Where the answer is out of date, change it in the settings of rehearsals.',
    ],
  },
  REHEARSAL_NO_SECOND: {
    ja: [
      '別のプログラムによる確かめは、行っていません。',
      'この機械に restic がありません。',
      '機械の管理者に「restic を入れてください」と伝えてください。',
    ],
    en: [
      'No other program was asked.',
      'restic is not installed on this machine.',
      'Ask whoever looks after the machine to install restic.',
    ],
  },
  REHEARSAL_SECOND_DISAGREES: {
    ja: [
      '別のプログラム（restic）では、バックアップを正しく読めませんでした。',
      'バックアップの一部が壊れているか、restic の版が古すぎます。',
      '復元リハーサルの画面に出ている記録を事業者に見せてください。前の日のバックアップは別に使えます。',
    ],
    en: [
      'Another program (restic) could not read the backup rightly.',
      'Part of it is damaged, or this restic is too old.',
      'Show the log below to your vendor. Backups of earlier days stand on their own.',
    ],
  },
  REHEARSAL_TOO_SLOW: {
    ja: [
      '決めておいた時間を超えています。',
      '復元にかかる時間か、失うかもしれない時間が、目標より長くなっています。',
      '目標を見直すか、取る回数・機械の速さについて事業者に相談してください。',
    ],
    en: [
      'It takes longer than was declared.',
      'The time to restore, or the time that may be lost, is more than the aim.',
      'Think again about the aim, or ask your vendor about more backups or a faster machine.',
    ],
  },
  REHEARSAL_LEFT_OVER: {
    ja: [
      'リハーサルの片づけが終わっていません。',
      '書き戻したファイルの一部を消せませんでした。',
      '砦を動かし直してください。始まるときに、残りを消します。',
    ],
    en: [
      'Not all of the rehearsal was tidied up.',
      'Some of the files that were written back could not be removed.',
      'Start Toride again: it removes what is left.',
    ],
  },
  REHEARSAL_UNKNOWN: {
    ja: ['その復元リハーサルは見つかりません。', '番号が違います。', '一覧から選び直してください。'],
    en: ['There is no such rehearsal.', 'The number is another.', 'Choose it from the list again.'],
  },
}
