/**
 * Words for what can be wrong with a record: why, and what to do. Codes come from the room that found it (`ssmix2`, `fhir`,
 * the system's own names for files that could not be opened); `server` proves that none is missing.
 */
import type { FhirProblemCode } from '#fhir'
import type { IntakeProblemCode } from '#intake'
import type { Language } from '../format.ts'

export interface ProblemWords {
  readonly what: string
  readonly todo: string
}

const ASK = 'この記録の場所を電子カルテの会社に伝え、書き出し直してもらってください。'
const CHECK = 'カルテには出ています。大事なときは、もとの記録で確かめてください。'
const NOTHING = 'することはありません。'
const SHARE = 'このサーバーとファイルの置き場所の担当者に、読み取りの許可を頼んでください。'
const MISMATCH = 'どちらの患者のものか、電子カルテで必ず確かめてください。確かまるまで、どちらのカルテにも出しません。'

const ja = {
  'path-malformed': { what: 'フォルダーかファイルの名前が決まりと違い、誰のいつの記録か決められません', todo: ASK },
  'flag-unknown': { what: '有効・取り消しの印を読み取れません', todo: ASK },
  'kind-unknown': { what: '表に無い種類の記録です', todo: CHECK },
  'outside-layout': {
    what: '記録ではないファイルです（カルテには出ません）',
    todo: '大事なものなら、本来の場所へ移してもらってください。不要なら、することはありません。',
  },
  'empty-file': { what: '中身が空です（0バイト）', todo: ASK },
  'not-hl7': { what: 'HL7の書き方ではないため読めません', todo: ASK },
  'looks-random': { what: '中身が暗号のようになっていて読めません', todo: ASK },
  'charset-unreadable': { what: '文字の種類が分からず、一部の文字が読めません', todo: CHECK },
  'charset-deviation': { what: '一部の文字が決まりと違います（外字など）', todo: CHECK },
  'segments-malformed': { what: '一部の行の書き方が決まりと違います', todo: CHECK },
  'cut-short': {
    what: '途中で切れています（残っているところまで出しています）',
    todo: '続きが無い記録です。もとの電子カルテで全体を確かめてください。',
  },
  'patient-missing': { what: '中に患者IDがなく、誰の記録か分かりません', todo: MISMATCH },
  'patient-differs': { what: 'フォルダーの患者と、中身の患者が違います', todo: MISMATCH },
  'message-type-differs': { what: '置き場所の種類と、中身の種類が違います', todo: CHECK },
  'document-patient-unproven': {
    what: '文書の中に、この患者の番号が見当たりません',
    todo: '文書の氏名を見て、本人のものか確かめてください。',
  },
  'two-current': { what: '同じ記録の有効な版が2つあります（新しい方を出しています）', todo: CHECK },
  'duplicate-in-roots': { what: '同じ記録が2か所にあります（1つだけ出しています）', todo: NOTHING },
  'newer-not-current': { what: '新しい版が取り消され、古い版が有効のままです', todo: CHECK },
  'segment-unused': { what: 'カルテの画面に置き場所のない項目があります', todo: CHECK },
  'code-unknown': { what: '表に無い番号（コード）です。書かれた文字のまま出しています', todo: CHECK },
  'time-invalid': { what: '日付か時刻として読めません。書かれた文字のまま出しています', todo: CHECK },
  'number-invalid': { what: '数として読めない量です。書かれた文字のまま出しています', todo: CHECK },
  'dose-contradicts': {
    what: '1回量と1日量の記録が食い違っています。両方出しています',
    todo: '処方した医師か薬局に確かめてください。',
  },
  'json-broken': { what: 'ファイルの書き方が壊れていて読めません（JSON）', todo: ASK },
  'shape-wrong': { what: '一部の項目の形が決まりと違い、そこだけ出していません（FHIR）', todo: CHECK },
  'reference-dangling': { what: 'この記録が指している別の記録が見当たりません', todo: CHECK },
  'text-unreadable': { what: '文字の種類が分からず読めません', todo: ASK },
  'line-too-long': { what: '1行が長すぎて読めません（128 MBまで）', todo: ASK },
  'file-too-large': { what: 'ファイルが大きすぎて開けません（1件で256 MBまで）', todo: ASK },
  'patient-ambiguous': { what: '同じ患者番号に、別の人とみられる記録が2人分以上あります', todo: MISMATCH },
  'value-unreadable': { what: '一部の欄が読めません。ほかの欄は出しています', todo: CHECK },
  'file-unknown': {
    what: '決めた種類ではないファイルです（カルテには出ません）',
    todo: '大事なものなら、その種類の取得元として加えてください。不要なら、することはありません。',
  },
  'row-ragged': {
    what: 'この行は列の数が見出しと違うため、誰のカルテにも出していません',
    todo: 'この行の「,」や改行のはいった欄が「"」で囲まれているか確かめ、書き出し直してください。',
  },
  'quote-open': {
    what: 'この行の「"」が閉じていないため、誰のカルテにも出していません',
    todo: 'この行の「"」を確かめ、書き出し直してください。',
  },
  'columns-changed': {
    what: '表の列が、設定したときと違います。患者番号の列が分からないため、この表は読めません',
    todo: '「バックアップするもの」→「カルテとしての読み方」で、この表の列をもう一度決めてください。ファイルのバックアップは続いています。',
  },
  'columns-lost': {
    what: '設定したときにあった列が、この表にはもうありません。残りの列は出しています',
    todo: '「バックアップするもの」→「カルテとしての読み方」で、この表の列をもう一度決めてください。',
  },
  'columns-moved': {
    what: '表の列が並び変わったか、増えました。見出しの名前で読んでいます',
    todo: '「バックアップするもの」→「カルテとしての読み方」で、増えた列が何かを決めてください。',
  },
  'export-smaller': {
    what: '「毎回すべて」の書き出しなのに、行が前回の半分より少ないファイルです。途中で切れたのかもしれないため、これを見て「もう無い」とは扱っていません',
    todo: '電子カルテで書き出しが最後まで終わったか確かめ、書き出し直してください。本当に減ったのなら、次の書き出しからそのとおりに読みます。',
  },
  'export-order-unclear': {
    what: '「毎回すべて」の書き出しのうち、どれが最新か分かりません（名前の日付と、書かれた時刻が合いません）。どれも「もう無い」とは扱っていません',
    todo: '書き出すパソコンの時計を確かめてください。古い書き出しを別の場所へ移すと、残ったものが最新として読まれます。',
  },
  'table-unmapped': {
    what: 'どの表の設定にも合わない名前の表です（カルテには出ません）',
    todo: '「バックアップするもの」→「カルテとしての読み方」で、この表の列を決めてください。',
  },
  'name-unmatched': {
    what: 'ファイルの名前から患者番号を読み取れません（カルテには出ません）',
    todo: '名前に患者番号を入れるか、「カルテとしての読み方」で名前の型を加えてください。',
  },
  'type-differs': {
    what: '中身が、名前の終わり（.pdf など）と違う種類です',
    todo: '開く前に、出どころを確かめてください。',
  },
  'no-claims': { what: 'レセプトが入っていません（レセ電のファイルではないか、空です）', todo: ASK },
  'claim-line-unknown': { what: 'レセ電のファイルに、どのレセプトのものか分からない行があります', todo: CHECK },
  'claim-kind-unread': {
    what: 'レセプトのうち、カルテに出していない種類の行です（HS・SSは歯科、BU・SBなどはDPC。数は行数）',
    todo: '病名や診療の内容がここにあるときは、レセコンで確かめてください。歯科では氏名と生年月日で患者を分けています。',
  },
  'claims-only': {
    what: '請求（レセプト）からの記録です。請求月までの内容で、用法・用量はなく、病名は請求用です',
    todo: '薬は本人・お薬手帳・処方した医師に確かめてください。',
  },
  'type-missing': {
    what: 'FHIRサーバーから、この種類の記録を取れませんでした（前回の分があれば、それを出しています）',
    todo: '種類の名前を電子カルテの会社に伝え、読み取れるようにしてもらってください。',
  },
  'export-error': {
    what: 'FHIRサーバーが「書き出せなかった」と知らせてきたものがあります',
    todo: '行の番号とうしろの語（例: not-found）を電子カルテの会社に伝え、書き出せるようにしてもらってください。',
  },
  'more-problems': { what: '同じファイルに、ここに書ききれない数の問題があります', todo: ASK },
  'type-unused': { what: 'カルテの画面に置き場所のない種類の記録があります', todo: CHECK },
  EACCES: { what: '開く許可がありません', todo: SHARE },
  EPERM: { what: '開く許可がありません', todo: SHARE },
  ENOENT: { what: '読んでいる間に無くなりました', todo: '次のバックアップで取れているか確かめてください。' },
  EBUSY: { what: 'ほかのソフトが使っていて開けません', todo: '次のバックアップで取れているか確かめてください。' },
  EIO: {
    what: 'ディスクの異常で読めません',
    todo: 'ディスクが壊れ始めています。すぐに電子カルテの会社へ連絡してください。',
  },
} as const satisfies Record<string, ProblemWords> & Record<FhirProblemCode | IntakeProblemCode, ProblemWords>

const ASK_EN = 'Tell the EHR vendor the place of this record and have it written out again.'
const CHECK_EN = 'It is shown in the chart. Look at the original where it matters.'
const NOTHING_EN = 'Nothing to do.'
const SHARE_EN = 'Ask whoever looks after this server and the files for permission to read.'
const MISMATCH_EN = 'Find out in the EHR whose record it is. Until then it is shown in neither chart.'

const en: Record<keyof typeof ja, ProblemWords> = {
  'path-malformed': {
    what: 'The folder or file name breaks the rules: whose record it is, and of when, cannot be told',
    todo: ASK_EN,
  },
  'flag-unknown': { what: 'Cannot tell whether the record is valid or withdrawn', todo: ASK_EN },
  'kind-unknown': { what: 'A kind of record that the guideline does not list', todo: CHECK_EN },
  'outside-layout': {
    what: 'Not a record (not shown in charts)',
    todo: 'If it matters, have it moved where it belongs; otherwise nothing to do.',
  },
  'empty-file': { what: 'Empty (0 bytes)', todo: ASK_EN },
  'not-hl7': { what: 'Not HL7, so it cannot be read', todo: ASK_EN },
  'looks-random': { what: 'The content looks encrypted and cannot be read', todo: ASK_EN },
  'charset-unreadable': { what: 'Its character set is unknown and some characters cannot be read', todo: CHECK_EN },
  'charset-deviation': { what: 'Some characters break the rules', todo: CHECK_EN },
  'segments-malformed': { what: 'Some lines break the rules', todo: CHECK_EN },
  'cut-short': {
    what: 'Cut off (shown as far as it goes)',
    todo: 'The rest is missing: look at the whole in the EHR.',
  },
  'patient-missing': { what: 'No patient ID inside: nothing proves whose it is', todo: MISMATCH_EN },
  'patient-differs': { what: 'The patient of the folder and the patient inside differ', todo: MISMATCH_EN },
  'message-type-differs': { what: 'Its content is of another kind than its place', todo: CHECK_EN },
  'document-patient-unproven': {
    what: 'No number of this patient inside the document',
    todo: 'See by the name in the document whether it is theirs.',
  },
  'two-current': { what: 'Two valid versions of one record (the newer is shown)', todo: CHECK_EN },
  'duplicate-in-roots': { what: 'The same record lies in two places (shown once)', todo: NOTHING_EN },
  'newer-not-current': { what: 'A newer version was withdrawn while this older one is still valid', todo: CHECK_EN },
  'segment-unused': { what: 'Has a part that the chart has no place for', todo: CHECK_EN },
  'code-unknown': { what: 'A code outside its table, shown as written', todo: CHECK_EN },
  'time-invalid': { what: 'Not a date or time, shown as written', todo: CHECK_EN },
  'number-invalid': { what: 'An amount that is no number, shown as written', todo: CHECK_EN },
  'dose-contradicts': {
    what: 'Dose per time and per day disagree; both are shown',
    todo: 'Ask the prescriber or the pharmacy.',
  },
  'json-broken': { what: 'The file is broken (JSON) and cannot be read', todo: ASK_EN },
  'shape-wrong': { what: 'A part has the wrong shape (FHIR) and is left out', todo: CHECK_EN },
  'reference-dangling': { what: 'Points to another record that is not there', todo: CHECK_EN },
  'text-unreadable': { what: 'The kind of characters cannot be told: unreadable', todo: ASK_EN },
  'line-too-long': { what: 'One line is too long to be read (128 MB at most)', todo: ASK_EN },
  'file-too-large': { what: 'The file is too large to be opened (256 MB for one document)', todo: ASK_EN },
  'patient-ambiguous': {
    what: 'Records of what seem to be several people go by this patient number',
    todo: MISMATCH_EN,
  },
  'value-unreadable': { what: 'Some fields cannot be read; the others are shown', todo: CHECK_EN },
  'file-unknown': {
    what: 'A file of another kind than was chosen (in no chart)',
    todo: 'If it matters, add it as a source of its kind. Otherwise nothing to do.',
  },
  'row-ragged': {
    what: 'This row has another number of cells than there are headings: in no chart',
    todo: 'See whether cells with commas or line ends in this row stand in quotes, and write it out again.',
  },
  'quote-open': {
    what: 'A quote in this row is not closed: in no chart',
    todo: 'Look at the quotes of this row and write it out again.',
  },
  'columns-changed': {
    what: 'The columns are not those that were set up, and which holds the patient number is unknown: not read',
    todo: 'Set up the columns of this table again under “How it is read as charts”. The backup of the file goes on.',
  },
  'columns-lost': {
    what: 'Columns that were set up are gone from this table; the others are shown',
    todo: 'Set up the columns of this table again under “How it is read as charts”.',
  },
  'columns-moved': {
    what: 'Columns have moved or were added; they are read by their headings',
    todo: 'Say what the new columns are under “How it is read as charts”.',
  },
  'export-smaller': {
    what: 'A complete list with less than half the rows of the one before: it may be cut, so nothing counts as gone by it',
    todo: 'See in the EHR whether the export came to its end, and write it out again. If it truly shrank, the next one counts.',
  },
  'export-order-unclear': {
    what: 'Which of the complete lists is the newest cannot be told (dates in names and times of writing disagree): nothing counts as gone',
    todo: 'See the clock of the PC that writes them. Move old exports elsewhere: what remains is then read as the newest.',
  },
  'table-unmapped': {
    what: 'A table whose name fits none that was set up (in no chart)',
    todo: 'Set up its columns under “How it is read as charts”.',
  },
  'name-unmatched': {
    what: 'No patient number can be read from the name of the file (in no chart)',
    todo: 'Put the number into the name, or add a pattern under “How it is read as charts”.',
  },
  'type-differs': {
    what: 'The content is of another kind than the name says',
    todo: 'Find out where it comes from before it is opened.',
  },
  'no-claims': { what: 'Holds no claim (not a claim file, or empty)', todo: ASK_EN },
  'claim-line-unknown': { what: 'Lines of the claim file belong to no claim', todo: CHECK_EN },
  'claim-kind-unread': {
    what: 'Lines of a claim that are in no chart (HS and SS: dental; BU, SB and others: DPC; with their number)',
    todo: 'Where diagnoses or acts lie in these, look at the billing system. Dental patients are told apart by name and birth date.',
  },
  'claims-only': {
    what: 'From claims: up to the month claimed, no usage or dose, diagnoses as claimed',
    todo: 'Ask the patient, the medication notebook or the prescriber about drugs.',
  },
  'type-missing': {
    what: 'The FHIR server did not give this kind of record (the last state of it is shown where there is one)',
    todo: 'Tell the EHR vendor the kind, and have it made readable.',
  },
  'export-error': {
    what: 'The FHIR server says that it could not export something',
    todo: 'Tell the EHR vendor the line and the word behind it (for instance not-found).',
  },
  'more-problems': { what: 'More problems in this file than can be listed', todo: ASK_EN },
  'type-unused': { what: 'Kinds of record that the chart has no place for', todo: CHECK_EN },
  EACCES: { what: 'No permission to open', todo: SHARE_EN },
  EPERM: { what: 'No permission to open', todo: SHARE_EN },
  ENOENT: { what: 'Vanished while being read', todo: 'See whether the next backup has it.' },
  EBUSY: { what: 'In use by another program', todo: 'See whether the next backup has it.' },
  EIO: { what: 'The disk could not read it', todo: 'The disk is failing: call the EHR vendor at once.' },
}

const OTHER: Record<Language, (code: string) => ProblemWords> = {
  ja: (code) => ({ what: `読み取れませんでした（${code}）`, todo: ASK }),
  en: (code) => ({ what: `Could not be read (${code})`, todo: ASK_EN }),
}

const WORDS: Record<Language, Readonly<Record<string, ProblemWords>>> = { ja, en }

/** A code of a newer room gets the general words with its name. */
export const problemWords = (code: string, language: Language): ProblemWords =>
  WORDS[language][code] ?? OTHER[language](code)
export const hasProblemWords = (code: string): boolean => code in ja
