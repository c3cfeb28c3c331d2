/** What checking the ledger found, in words for people: what it is, and what to do now. */
import type { FindingCode } from '#journal'
import type { CliIo } from '../io.ts'
import { isEnglish } from '../messages.ts'

const COPY_FIRST = [
  '何も消さず、直さず、この機械の写しを取ってから事業者に連絡してください。',
  'Remove and repair nothing; copy this machine, then call your vendor.',
] as const
const OTHER_PLACE = [
  '別の保管場所の写しから戻せます。消した人がいないかを確かめてください。',
  'Another place can bring it back. Find out who removed it.',
] as const
const RECEIPT_AGAIN = [
  'バックアップは別の機械に残っています。受領証はその機械からもらい直せます。消した人がいないかを確かめてください。',
  'The backup is still on the other machine, which gives its receipt again. Find out who removed it here.',
] as const
const LOOK = [
  '心当たりがなければ、事業者に見てもらってください。',
  'If nobody knows why, ask your vendor to look.',
] as const
const NOTHING = ['することはありません。', 'Nothing to do.'] as const

type Pair = readonly [ja: string, en: string]

const FINDINGS: Readonly<Record<FindingCode, readonly [what: Pair, next: Pair]>> = {
  LEDGER_MISSING: [['改ざん防止の記録がありません。', 'The ledger is missing.'], COPY_FIRST],
  LEDGER_SIGNATURE_INVALID: [
    ['改ざん防止の記録の署名が、この施設のものではありません。', 'The ledger is not signed by this institution.'],
    COPY_FIRST,
  ],
  LEDGER_UNREADABLE: [
    ['改ざん防止の記録の途中から先が、欠けているか壊れています。', 'The ledger is missing or damaged from here on.'],
    COPY_FIRST,
  ],
  LEDGER_ROOT_DIFFERS: [
    ['改ざん防止の記録の中身が、署名と合いません。', 'The entries do not give the signed root.'],
    COPY_FIRST,
  ],
  LEDGER_TILE_DIFFERS: [
    ['改ざん防止の記録の検算用の値が違います。記録の中身は無事です。', 'A stored hash differs; the entries are whole.'],
    COPY_FIRST,
  ],
  LEDGER_SHORTER: [
    [
      '改ざん防止の記録が、前に見たときより短くなっています。切り取られたか、古い写しに差し替えられました。',
      'The ledger is shorter than it was: cut off, or an old copy.',
    ],
    COPY_FIRST,
  ],
  LEDGER_REWRITTEN: [
    ['改ざん防止の記録が、前に見たときと違います。書き換えられました。', 'The ledger was rewritten.'],
    COPY_FIRST,
  ],
  LEDGER_TIME_WENT_BACK: [
    [
      '記録の時刻が前より古くなっています。時計が戻されたかもしれません。',
      'An entry is older than the one before it: the clock may have been set back.',
    ],
    LOOK,
  ],
  LEDGER_EXPIRED_WHILE_LOCKED: [
    ['消せない期限の前に、バックアップを外したという記録があります。', 'A backup was let go before its lock ended.'],
    COPY_FIRST,
  ],
  LEDGER_UNKNOWN_TYPE: [['新しい版が書いた記録があります。', 'Entries of a newer version.'], NOTHING],
  LEDGER_ALARM_ACKNOWLEDGED: [
    ['以前の警報を、人が確認済みにしています。', 'Somebody acknowledged an earlier alarm.'],
    LOOK,
  ],
  GENERATION_LEFT_BEHIND: [
    [
      '別の機械に戻したとき、その保管場所に無かったバックアップがあります。',
      'A backup was not at the place when this machine was restored.',
    ],
    NOTHING,
  ],
  GENERATION_DELETED: [
    ['あるはずのバックアップがありません。消されました。', 'A backup that should be here was deleted.'],
    OTHER_PLACE,
  ],
  GENERATION_REPLACED: [
    ['バックアップの中身が、取ったときと違います。差し替えられました。', 'A backup was replaced by something else.'],
    OTHER_PLACE,
  ],
  GENERATION_BACKDATED: [
    [
      '記録にないバックアップが、古い日付で紛れ込んでいます。戻すのに使わないでください。',
      'A backup that was never recorded claims an old date. Do not restore from it.',
    ],
    LOOK,
  ],
  GENERATION_UNKNOWN: [
    [
      '記録にない新しいバックアップがあります。途中で止まった実行の残りか、にせものです。戻すのに使わないでください。',
      'A newer backup that was never recorded: the rest of a run that was cut, or forged. Do not restore from it.',
    ],
    LOOK,
  ],
  GENERATION_TIME_DIFFERS: [
    ['バックアップの時刻が、取った時間帯と合いません。', 'The time of a backup is not within its run.'],
    LOOK,
  ],
  GENERATION_LOCK_SHORTER: [
    ['消せない期限が、約束より短くなっています。', 'A lock ends earlier than promised.'],
    COPY_FIRST,
  ],
  GENERATION_LOCK_LIFTED: [
    ['消せないようにしたはずのファイルが、消せるようになっています。', 'Files that were locked can be removed again.'],
    COPY_FIRST,
  ],
  GENERATION_OBJECT_MISSING: [
    [
      'バックアップのファイルが、無いか、取ったときと大きさが違います。このままでは全部は戻せません。',
      'Files of a backup are gone or of another size. It cannot be restored whole.',
    ],
    OTHER_PLACE,
  ],
  GENERATION_OBJECT_DAMAGED: [
    [
      'バックアップのファイルの中身が、取ったときと違います。このままでは全部は戻せません。',
      'Files of a backup hold other bytes than when it was taken. It cannot be restored whole.',
    ],
    OTHER_PLACE,
  ],
  GENERATION_INDEX_MISSING: [
    [
      '消せないはずの索引ファイルがありません。中身は残った索引で読めます。',
      'A locked index file is gone; the others still name every pack.',
    ],
    LOOK,
  ],
  GENERATION_MANIFEST_LOST: [
    [
      'バックアップのファイルの一覧が、取ったときのものと違います。代わりに今の中身をたどって確かめました。',
      'The list of files is not the one that was recorded; the trees were followed instead.',
    ],
    LOOK,
  ],
  GENERATION_NOT_YET_REMOVED: [
    [
      '期限が過ぎて外したバックアップが、まだ残っています。次の起動で消えます。',
      'A backup that was let go is still there; the next start removes it.',
    ],
    NOTHING,
  ],
  RECEIPT_MISSING: [
    [
      '別の機械が「消さない」と約束した受領証が、なくなっています。',
      'The receipt of a lock on another machine is gone.',
    ],
    RECEIPT_AGAIN,
  ],
  RECEIPT_REPLACED: [
    [
      '別の機械の受領証が、受け取ったときのものと違います。差し替えられました。',
      'The receipt of a lock on another machine was replaced.',
    ],
    RECEIPT_AGAIN,
  ],
  RECEIPT_KEY_MISSING: [
    [
      '受領証を確かめる鍵が、この保管場所に登録されていません。',
      'No key is pinned for this place: its receipt cannot be checked.',
    ],
    [
      '別の機械の画面にある鍵を、登録し直してください。登録した覚えがあれば、誰が消したかを確かめてください。',
      'Enrol the key that the other machine shows. If it was enrolled before, find out who removed it.',
    ],
  ],
  RECEIPT_SIGNATURE_INVALID: [
    [
      '受領証の署名が、登録した機械のものではありません。にせものです。',
      'A receipt is not signed by the machine that was enrolled.',
    ],
    COPY_FIRST,
  ],
  RECEIPT_OTHER_GENERATION: [
    [
      '受領証が、別のバックアップのものです。このバックアップが守られている証拠になりません。',
      'A receipt is of another backup and proves nothing of this one.',
    ],
    COPY_FIRST,
  ],
  RECEIPT_LOCK_SHORTER: [
    [
      '別の機械が約束した「消せない期限」が、記録より短くなっています。',
      'The other machine promises a shorter lock than was recorded.',
    ],
    COPY_FIRST,
  ],
  REPOSITORY_LOCKS_RESTORED: [
    [
      '消せないはずのファイルが消せるようになっていたため、消せないように戻しました。',
      'Locked files could be removed again; they were locked once more.',
    ],
    [
      'データフォルダを写した・移したためなら、toride ledger acknowledge で確認済みにできます。心当たりがなければ、何も消さずに事業者に連絡してください。',
      'If the data folder was copied or moved, say so with toride ledger acknowledge. If nobody knows why, remove nothing and call your vendor.',
    ],
  ],
  REPOSITORY_NOT_SEEN: [
    [
      '開けない保管先があります。消されたか、鍵がありません。そこのバックアップは確かめていません。',
      'A repository does not open: removed, or its key is gone. Its backups were not checked.',
    ],
    ['鍵と場所を確かめて、もう一度実行してください。', 'Check keys and place and run it again.'],
  ],
}

export function explain(io: CliIo, code: FindingCode): { what: string; next: string } {
  const [what, next] = FINDINGS[code]
  const language = isEnglish(io) ? 1 : 0
  return { what: what[language], next: next[language] }
}
