import type { ErrorCode } from '#base'
import type { ErrorEntry } from '../errors.ts'

export const isolationErrors: Readonly<Record<Extract<ErrorCode, `ISOLATION_${string}`>, ErrorEntry>> = {
  ISOLATION_MISSING: {
    ja: [
      'この機械では、隔離した場所を作れません。',
      '隔離に使うプログラム（bubblewrap）がないか、システムが許していません。隔離せずに戻したり調べたりはしません。',
      '機械の管理者に「bubblewrap を入れて、ユーザー名前空間（user namespaces）を使えるようにしてください」と伝えてください。',
    ],
    en: [
      'This machine cannot make an isolated place.',
      'The program for it (bubblewrap) is missing, or the system does not allow it. Nothing is restored or examined without isolation.',
      'Ask whoever looks after the machine to install bubblewrap and to allow user namespaces.',
    ],
  },
  ISOLATION_KILLED: {
    ja: [
      '調べるプログラムが、途中で止められました。',
      '機械のメモリーが足りなくなり、システムが止めたと考えられます。バックアップの良し悪しは分かりません。',
      'ほかの仕事の少ない時間に、もう一度してください。続くときは、機械の管理者に「メモリーが足りません」と伝えてください。',
    ],
    en: [
      'A program that examined the backup was killed.',
      'Most likely the machine ran out of memory and the system ended it. It says nothing of the backup.',
      'Try again when the machine has less to do. If it happens again, tell whoever looks after it that memory is short.',
    ],
  },
  ISOLATION_NO_SCANNER: {
    ja: [
      'ウイルスを調べるプログラムがありません。',
      'この機械に ClamAV が入っていません。',
      '機械の管理者に「clamav-daemon を入れてください」と伝えてください。',
    ],
    en: [
      'There is no program that looks for malware.',
      'ClamAV is not installed on this machine.',
      'Ask whoever looks after the machine to install clamav-daemon.',
    ],
  },
  ISOLATION_NO_SIGNATURES: {
    ja: [
      'ウイルスの見本（定義ファイル）がないため、調べられません。',
      '定義ファイルがまだ届いていません。',
      '機械の管理者に「freshclam を動かすか、定義ファイルを置いてください」と伝えてください。',
    ],
    en: [
      'Without signatures nothing can be recognised.',
      'No file of signatures has arrived yet.',
      'Ask whoever looks after the machine to run freshclam or to put the files in place.',
    ],
  },
  ISOLATION_SCAN_FAILED: {
    ja: [
      'ウイルスの検査が途中で止まりました。',
      '検査のプログラムが終わってしまいました。定義ファイルが壊れているか、メモリーが足りません。',
      'もう一度ためしてください。続くときは、機械の管理者に伝えてください。',
    ],
    en: [
      'The scan for malware stopped.',
      'The scanner ended by itself: a damaged file of signatures, or too little memory.',
      'Try again. If it happens again, tell whoever looks after the machine.',
    ],
  },
  ISOLATION_NO_SERVER: {
    ja: [
      'データベースを動かすプログラムがありません。',
      'この機械に、書き出しと同じ種類のデータベース（PostgreSQL または MariaDB）が入っていません。',
      '機械の管理者に「リハーサルのために同じ種類のデータベースを入れてください」と伝えてください。動かし続ける必要はありません。',
    ],
    en: [
      'There is no program that could start the database.',
      'This machine has no database of the dump’s kind (PostgreSQL or MariaDB).',
      'Ask whoever looks after the machine to install one; it need not be kept running.',
    ],
  },
  ISOLATION_NO_UNPACKER: {
    ja: [
      '縮めた書き出しを、ほどけませんでした。',
      '書き出しは xz か bzip2 で縮めてあり、この機械にそのプログラムがありません。壊れているとは限りません。',
      '機械の管理者に「xz-utils と bzip2 を入れてください」と伝えてください。',
    ],
    en: [
      'A packed dump could not be unpacked.',
      'It is packed by xz or bzip2, and this machine does not have that program. That does not mean that it is damaged.',
      'Ask whoever looks after the machine to install xz-utils and bzip2.',
    ],
  },
  ISOLATION_SERVER_FAILED: {
    ja: [
      '試すためのデータベースが動きませんでした。',
      'データベースのプログラムか、機械のメモリーに問題があります。書き出しの良し悪しは分かりません。',
      'もう一度ためしてください。続くときは、下の記録を機械の管理者に見せてください。',
    ],
    en: [
      'The database server for the trial did not start.',
      'Something is wrong with its program or with memory. It says nothing of the dump.',
      'Try again. If it happens again, show the log below to whoever looks after the machine.',
    ],
  },
}
