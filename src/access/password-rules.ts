/**
 * What a password must be: 13 characters or more without a second factor, and not guessable (MHLW guideline 6.0/7.0,
 * system management 14: 13 characters without two-factor sign-in; no forced change; guessable ones refused). No rules
 * about kinds of characters: they make passwords worse, not better (NIST SP 800-63B 3.1.1.2).
 */

export const MIN_PASSWORD_LENGTH = 13
/** Longer input is refused rather than cut. */
const MAX_PASSWORD_LENGTH = 256
/** Characters that must be left when everything an attacker tries first is taken out. */
const MIN_UNGUESSABLE = 6

export type PasswordProblem = 'too-short' | 'too-long' | 'contains-name' | 'guessable'

/** Words that leaked passwords are made of, and those of this trade and place. */
const COMMON = [
  'password', 'passw0rd', 'p@ssw0rd', 'pass', 'admin', 'administrator', 'root', 'login', 'welcome', 'letmein', 'secret',
  'qwerty', 'qwertyuiop', 'asdfghjkl', 'asdf', 'zxcvbnm', '1qaz2wsx', 'zaq12wsx', '1q2w3e4r5t', '1q2w3e4r', 'qazwsx',
  'iloveyou', 'monkey', 'dragon', 'football', 'baseball', 'sunshine', 'princess', 'master', 'superman', 'test', 'guest',
  'user', 'change', 'changeme', 'default', 'server', 'system', 'hospital', 'clinic', 'doctor', 'nurse', 'karte',
  'medical', 'byouin', 'byoin', 'iryou', 'iryo', 'kangoshi', 'kango', 'sensei', 'toride', 'backup', 'pharmacy',
  'sakura', 'nippon', 'nihon', 'japan', 'tokyo', 'osaka', 'kyoto', 'doraemon', 'pokemon', 'aishiteru', 'arigatou',
  'kensa', 'jimu', 'yakuzai', 'reiwa', 'heisei', 'showa', '令和', '平成', '病院', '医院', 'パスワード', 'ぱすわーど',
] // prettier-ignore

/** Rows of keys and counting: any run of four or more is one idea, not four characters. */
const ROWS = [
  '0123456789',
  '9876543210',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'あいうえおかきくけこ',
]
const RUN = 4

/** What is wrong with a new password; empty where nothing is. `names`: login name, display name, institution. */
export function passwordProblems(password: string, names: readonly string[]): PasswordProblem[] {
  const typed = password.normalize('NFKC')
  const problems: PasswordProblem[] = []
  const { length } = Array.from(typed)
  if (length < MIN_PASSWORD_LENGTH) problems.push('too-short')
  if (length > MAX_PASSWORD_LENGTH) problems.push('too-long')
  const folded = typed.toLowerCase()
  const parts = names
    .flatMap((name) => name.normalize('NFKC').toLowerCase().split(/\s+/))
    .filter((part) => part.length >= 3)
  const named = parts.filter((part) => folded.includes(part))
  const left = unguessable(named.reduce((text, part) => text.replaceAll(part, ' '), folded))
  if (left < MIN_UNGUESSABLE) problems.push(named.length > 0 ? 'contains-name' : 'guessable')
  return problems
}

/** How many different characters stay when common words, runs, years and repetitions are taken out. */
function unguessable(folded: string): number {
  const words = [...COMMON].sort((a, b) => b.length - a.length)
  let rest = words.reduce((text, word) => text.replaceAll(word, ' '), folded)
  rest = rest.replace(/(19|20)\d\d/g, ' ')
  for (const row of ROWS)
    for (let length = row.length; length >= RUN; length--)
      for (let start = 0; start + length <= row.length; start++)
        rest = rest.replaceAll(row.slice(start, start + length), ' ')
  // A piece said twice is said once: abcxabcx.
  rest = rest.replace(/(.+?)\1+/gu, '$1')
  return new Set(Array.from(rest).filter((character) => /\S/.test(character))).size
}
