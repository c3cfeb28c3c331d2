/**
 * JAMI 標準用法コード (処方・注射オーダ標準用法規格, 16 digits) to Japanese words. Only what is unambiguous is decoded; the
 * text of the source always comes first, this is for messages that carry the bare code.
 *
 * Digits: 1 基本用法区分, 2 用法詳細区分, 3 タイミング指定区分, 4 1日回数, then by digit 3:
 * `1` meals: 5 就寝前, 6 夕, 7 昼, 8 朝, 9 起床時, where 6-8 hold 1 食前, 2 食直前, 3 食直後, 4 食後, 6 食事中;
 * `2` interval; `3` clock: one letter per time from digit 5 (A = 0時 … X = 23時); `5` event: digits 5-7; `7` number of times only.
 * Checked against the display names of the 電子処方箋用法マスタ in JP-CLINS 1.5.2 and JP Core 1.2 examples.
 */

/** Digits 1 and 2 (投与方法区分). 経口 is left unsaid, as the master does. */
const METHODS: Readonly<Record<string, string>> = {
  10: '',
  11: '舌下',
  12: 'バッカル',
  13: '口腔内塗布',
  '2A': '貼付',
  '2B': '塗布',
  '2C': '湿布',
  '2D': '撒布',
  '2E': '噴霧',
  '2F': '消毒',
  '2G': '点耳',
  '2H': '点眼',
  '2J': '点鼻',
  '2K': 'うがい',
  '2L': '吸入',
  '2M': 'トローチ',
  '2N': '膀胱洗浄',
  '2P': '鼻腔内洗浄',
  '2Q': '浣腸',
  '2R': '肛門挿入',
  '2S': '肛門注入',
  '2T': '腟内挿入',
  '2U': '膀胱注入',
  30: '静脈注射',
  31: '中心静脈注射',
  32: '皮下注射',
  33: '筋肉内注射',
  34: '皮内注射',
  35: '動脈注射',
}
const BASIC: Readonly<Record<string, string>> = { 1: '内服', 2: '外用', 3: '注射', 4: '注入' }
const MEALS: Readonly<Record<string, string>> = { 1: '食前', 2: '食直前', 3: '食直後', 4: '食後', 6: '食事中' }
const EVENTS: Readonly<Record<string, string>> = {
  110: '疼痛時',
  120: '頭痛時',
  410: '便秘時',
  610: '不眠時',
  710: '発熱時',
  B10: '起床時',
  W10: '必要時',
}

export interface Usage {
  /** `内服 1日3回 朝昼夕食後`. */
  text: string
  /** Times a day, where the code says so. */
  timesPerDay?: number
  /** 頓用: taken on an event, not by the clock. */
  asNeeded: boolean
}

/** The meaning of a usage code, or undefined where the code is not wholly understood. */
export function decodeUsage(code: string): Usage | undefined {
  if (!/^[1-4][0-9A-Z]{15}$/.test(code)) return undefined
  const method = METHODS[code.slice(0, 2)]
  const words = method === undefined ? undefined : timingWords(code)
  if (words === undefined) return undefined
  const times = Number(code[3])
  return {
    text: [BASIC[code[0]!], method, words].filter(Boolean).join(' '),
    ...(times > 0 && { timesPerDay: times }),
    asNeeded: code[2] === '5',
  }
}

function timingWords(code: string): string | undefined {
  const times = code[3] === 'N' ? '1日数回' : /[1-9]/.test(code[3]!) ? `1日${code[3]}回` : undefined
  const rest = code.slice(4)
  switch (code[2]) {
    case '1':
      return join(times, mealWords(rest, Number(code[3])))
    case '2':
      return /^0+$/.test(rest) && 24 % Number(code[3]) === 0 ? join(times, `${24 / Number(code[3])}時間毎`) : undefined
    case '3':
      return join(times, clockWords(rest, Number(code[3])))
    case '5':
      return code[3] === '0' ? EVENTS[rest.slice(0, 3)] : undefined
    case '7':
      return /^0+$/.test(rest) ? times : undefined
    default:
      return undefined
  }
}

/** Digits 5-9. The number of marked moments must be the number of times a day, else the code is not understood. */
function mealWords(rest: string, times: number): string | undefined {
  const [bedtime, evening, noon, morning, rising] = rest
  const meals = Object.entries({ 朝: morning, 昼: noon, 夕: evening }).filter(([, digit]) => digit !== '0')
  if (meals.some(([, digit]) => !MEALS[digit!])) return undefined
  const marked = meals.length + Number(bedtime === '1') + Number(rising === '9')
  if (marked !== times || !/^[01]$/.test(bedtime!) || !/^[09]$/.test(rising!)) return undefined
  const kinds = [...new Set(meals.map(([, digit]) => digit!))]
  const mealText = kinds.map(
    (kind) => meals.flatMap(([name, digit]) => (digit === kind ? [name] : [])).join('') + MEALS[kind],
  )
  return [rising === '9' ? '起床時' : '', ...mealText, bedtime === '1' ? '就寝前' : ''].filter(Boolean).join('と')
}

function clockWords(rest: string, times: number): string | undefined {
  const letters = /^([A-X]+)0*$/.exec(rest)?.[1]
  if (!letters || letters.length !== times) return undefined
  return Array.from(letters, (letter) => `${letter.charCodeAt(0) - 65}時`).join('・')
}

function join(times: string | undefined, words: string | undefined): string | undefined {
  return times === undefined || words === undefined ? undefined : `${times} ${words}`
}
