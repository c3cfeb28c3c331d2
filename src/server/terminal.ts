/** What the terminal says at the start. Japanese first; English where the system's language is English. */
import type { Tell } from './first-run.ts'

export interface StartTexts {
  readonly making: Record<Parameters<Tell>[0], (done: Record<string, number>) => string>
  readonly preparing: string
  readonly sampleNote: string
  readonly address: (url: string) => string
  readonly certificate: (fingerprint: string) => string
  readonly unencrypted: string
  readonly signIn: (loginName: string, code: string) => string
  readonly signInAgain: string
  readonly signInFile: (path: string) => string
  readonly stop: string
  readonly stopped: string
  readonly waitingForKeys: string
  /** The ledger was lost, cut off or swapped, at this start or an earlier one. */
  readonly ledgerAlarm: string
  readonly ownStart: string
  readonly sampleName: string
  /** Until somebody sets the institution's name. */
  readonly wrongOption: (detail: string) => string
  readonly administrator: string
}

const seconds = (ms = 0): string => (ms / 1000).toFixed(1)
const tokyo = (ms = 0): string =>
  new Intl.DateTimeFormat('ja-JP', {
    timeZone: 'Asia/Tokyo',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(ms)
const count = (n = 0): string => n.toLocaleString('ja-JP')

const ja: StartTexts = {
  preparing: '準備しています。初回は 1 分ほどかかります。',
  making: {
    sample: (d) => `見本の病院をつくりました（患者 ${count(d['patients'])} 人、記録 ${count(d['files'])} 件）`,
    backup: (d) => `バックアップを取りました（${count(d['files'])} 件、読めなかった記録 ${count(d['skipped'])} 件）`,
    lock: (d) => `${tokyo(d['until'])} までは消せないようにしました`,
    'restore-test': (d) => `復元テストをしました（${count(d['files'])} 件を書き戻して照合、${seconds(d['ms'])} 秒）`,
    'restore-test-failed': (d) =>
      `復元テストは不合格でした（${count(d['files'])} 件のうち ${count(d['count'])} 件）。サインインして「バックアップ」の画面を見てください。`,
    chart: (d) => `バックアップからカルテを開けました（患者 ${count(d['patients'])} 人）`,
  },
  sampleNote: 'これは見本です。実在の患者の記録ではありません。',
  address: (url) => `ブラウザで開いてください:  ${url}`,
  certificate: (fingerprint) =>
    `暗号化しています。ほかのPCで初めて開くとブラウザが警告を出します。証明書の指紋（SHA-256）が次と同じなら進んでください:\n  ${fingerprint}`,
  unencrypted: '▲ 暗号化していません。カルテの内容が院内のネットワークを、そのまま流れます。',
  signIn: (name, code) => `はじめてのサインイン\n  利用者名        ${name}\n  1回だけの番号   ${code}`,
  signInAgain: 'サインインには、決めたパスワードを使ってください。',
  signInFile: (path) => `はじめてのサインインの番号は、この機械の管理者だけが読める次のファイルにあります:\n  ${path}`,
  stop: '終わるには Ctrl+C を押してください。',
  stopped: '終わりました。',
  waitingForKeys: 'だれかがサインインするまで、バックアップは待ちます。',
  ledgerAlarm:
    '！ 改ざん防止の記録が失われたか、差し替えられています。何も消さず、この機械の写しを取ってから事業者に連絡してください。\n  くわしく:  bin/toride ledger verify',
  ownStart: '自分のデータで始めるには:  npm start -- --source フォルダ',
  sampleName: '青葉記念病院（見本）',
  wrongOption: (detail) =>
    `起動の指定が正しくありません（${detail}）。\n使えるもの: --source フォルダ  --name 名前  --institution 施設の名前  --sample  --data フォルダ  --port 番号  --host アドレス  --tls-key ファイル  --tls-cert ファイル  --unencrypted\n何も変えていません。`,
  administrator: '管理者',
}

const en: StartTexts = {
  preparing: 'Preparing. The first start takes about a minute.',
  making: {
    sample: (d) => `Made the sample hospital (${count(d['patients'])} patients, ${count(d['files'])} records)`,
    backup: (d) => `Backed up (${count(d['files'])} files, ${count(d['skipped'])} could not be read)`,
    lock: (d) => `Locked until ${tokyo(d['until'])} (Japan)`,
    'restore-test': (d) =>
      `Restore test passed (${count(d['files'])} files written back and compared, ${seconds(d['ms'])} s)`,
    'restore-test-failed': (d) =>
      `The restore test failed (${count(d['count'])} of ${count(d['files'])} files). Sign in and look at the page "Backups".`,
    chart: (d) => `Opened a chart out of the backup (${count(d['patients'])} patients)`,
  },
  sampleNote: 'This is sample data. No record is of a real patient.',
  address: (url) => `Open in a browser:  ${url}`,
  certificate: (fingerprint) =>
    `Encrypted. On another computer the browser warns the first time: go on where the certificate's fingerprint (SHA-256) is this:\n  ${fingerprint}`,
  unencrypted: '▲ Not encrypted: what is read in charts goes over the house’s network in the clear.',
  signIn: (name, code) => `First sign-in\n  name           ${name}\n  one-time code  ${code}`,
  signInAgain: 'Sign in with the password that was set.',
  signInFile: (path) =>
    `The first sign-in stands in this file, which only the administrator of this machine can read:\n  ${path}`,
  stop: 'Ctrl+C ends it.',
  stopped: 'Ended.',
  waitingForKeys: 'Backups wait until somebody signs in.',
  ledgerAlarm:
    '! The ledger was lost or replaced. Remove nothing; copy this machine, then call your vendor.\n  Details:  bin/toride ledger verify',
  ownStart: 'To start with your own data:  npm start -- --source FOLDER',
  wrongOption: (detail) =>
    `Wrong option (${detail}).\nThere are: --source FOLDER  --name TEXT  --institution TEXT  --sample  --data FOLDER  --port N  --host ADDRESS  --tls-key FILE  --tls-cert FILE  --unencrypted\nNothing was changed.`,
  sampleName: 'Aoba Memorial Hospital (sample)',
  administrator: 'Administrator',
}

/** The language of the system's messages, as LC_ALL, LC_MESSAGES and LANG say (POSIX). */
export function terminalLanguage(env: NodeJS.ProcessEnv = process.env): 'ja' | 'en' {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || ''
  return locale.startsWith('en') ? 'en' : 'ja'
}

export function startTexts(language: 'ja' | 'en'): StartTexts {
  return language === 'en' ? en : ja
}
