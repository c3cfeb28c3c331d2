/** What an OperationOutcome says, always in both languages: who reads it is unknown. */
import type { OperationOutcome } from '#fhir'

type Issue = OperationOutcome['issue'][number]

/** Code of the issue, then the words. */
const OUTCOMES = {
  signIn: ['login', 'サインインするか、有効なトークンを付けてください', 'Sign in or send a valid token'],
  keysClosed: [
    'login',
    'サーバの再起動のあと、まだ鍵が開いていません。画面でパスワードを入れてください',
    'The keys are closed since the server restarted: type your password on the screen',
  ],
  denied: ['forbidden', 'この利用者の役割では見られません', 'Your role may not see this'],
  scope: ['forbidden', 'このトークンの範囲に入っていません', 'Outside the scopes of this token'],
  reason: [
    'forbidden',
    '理由が必要な患者です。画面で理由を入れて開くか、X-Toride-Reason に理由を書いてください（理由付きでないトークンでは開けません）',
    'This patient opens with a reason only: open the chart on the screen, or give X-Toride-Reason (tokens without a reason cannot)',
  ],
  notFound: [
    'not-found',
    'この世代には無いか、この利用者には見せられません',
    'Not in this generation, or not for this reader',
  ],
  gone: [
    'deleted',
    'この世代は保存期間が終わり、もうありません',
    'This generation has come to the end of its time and is gone',
  ],
  pageGone: [
    'deleted',
    '続きの番号が古くなりました。検索からやり直してください',
    'This page link is no longer valid: search again',
  ],
  noGeneration: ['not-found', '読める世代がまだありません', 'There is no generation to read yet'],
  readOnly: ['not-supported', '読み取り専用です。書き込みはできません', 'Read only: nothing can be written here'],
  notSupported: ['not-supported', 'この操作には対応していません', 'This interaction is not supported'],
  format: ['not-supported', 'JSON（application/fhir+json）だけで答えます', 'Answers are application/fhir+json only'],
  parameter: ['invalid', 'この検索条件は使えません', 'This search parameter cannot be used'],
  value: ['value', '検索条件の値を読み取れません', 'The value of a search parameter cannot be read'],
  address: ['invalid', 'アドレスを読み取れません', 'The address cannot be read'],
  patientNeeded: [
    'too-costly',
    '患者を一人指定してください（patient=…）。全員分の一覧は出しません',
    'Name one patient (patient=…): there is no list over everybody',
  ],
  criterionNeeded: [
    'too-costly',
    '氏名・患者番号・生年月日などの条件を指定してください。全員の一覧は出しません',
    'Give a name, identifier or birth date: there is no list of everybody',
  ],
  tooMany: [
    'throttled',
    '短い時間に多くの患者を開いたため、止めました。しばらく待ってください。管理者に知らせました',
    'Too many patients were opened in a short time: wait. The administrators have been told',
  ],
  withheld: [
    'suppressed',
    'この利用者の役割では見せない部分があります。無いことを意味しません',
    'Parts are kept back from this reader; their absence here means nothing',
  ],
  unshown: [
    'incomplete',
    '壊れている、または読めないため示せないファイルがあります',
    'Some files are damaged or unreadable and are not shown',
  ],
  ignored: [
    'not-supported',
    '分からない検索条件を使わずに答えました。求めたより多くの記録が入っています',
    'Unknown search parameters were passed over: the answer holds more than was asked for',
  ],
  includedScope: [
    'suppressed',
    'このトークンの範囲に入っていない種類は、一緒に答えていません',
    'Types outside the scopes of this token are not included',
  ],
  empty: [
    'informational',
    'この資料に記録なし。「なし」という意味ではありません',
    'Nothing is recorded in this source; that does not mean there is none',
  ],
} as const satisfies Record<string, readonly [Issue['code'], string, string]>

export type OutcomeKey = keyof typeof OUTCOMES

/** `detail`: names of parameters, parts, counts; never what a record says. */
export function issue(key: OutcomeKey, severity: Issue['severity'] = 'error', detail?: string): Issue {
  const [code, ja, en] = OUTCOMES[key]
  return { severity, code, details: { text: `${ja} / ${en}` }, ...(detail && { diagnostics: detail }) }
}

export function outcome(...issues: readonly Issue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: [...issues] }
}
