/** 青葉記念病院（見本）: departments, doctors, wards, and the systems that send messages. All invented. */

export const FACILITY = {
  name: '青葉記念病院（見本）',
  id: '9999999999',
  beds: 60,
  zip: '999-9999',
  address: '見本県見本市青葉町１－１',
  phone: '000-000-0000',
} as const

/** Codes as in 使用者定義表 0069 (診療部門). */
export const DEPARTMENTS = {
  '01': '内科',
  '02': '精神科',
  '04': '神経内科',
  '05': '呼吸器科',
  '06': '消化器科',
  '08': '循環器科',
  '09': '小児科',
  '10': '外科',
  '11': '整形外科',
  '20': '泌尿器科',
  '23': '産婦人科',
} as const
export type Department = keyof typeof DEPARTMENTS

export interface Staff {
  readonly id: string
  readonly family: string
  readonly given: string
}

const staff = (id: string, family: string, given: string): Staff => ({ id, family, given })

export const DOCTORS: Readonly<Record<Department, readonly [Staff, ...Staff[]]>> = {
  '01': [staff('D1001', '若葉', '誠一'), staff('D1002', '水辺', '千尋')],
  '02': [staff('D1003', '静野', '文子')],
  '04': [staff('D1004', '神谷原', '修')],
  '05': [staff('D1005', '風間野', '爽')],
  '06': [staff('D1006', '泉沢', '潤')],
  '08': [staff('D1007', '心石', '拓'), staff('D1008', '朝凪', '律子')],
  '09': [staff('D1009', '小鳩', '萌')],
  '10': [staff('D1010', '刀根山', '篤')],
  '11': [staff('D1011', '骨太', '健介')],
  '20': [staff('D1012', '滝ノ上', '亮')],
  '23': [staff('D1013', '花園', '真帆')],
}
export const NURSES = [
  staff('N2001', '白菊', '彩'),
  staff('N2002', '桜庭野', '薫'),
  staff('N2003', '藤袴', '栞'),
] as const
export const CLERK = staff('C3001', '受付', '一葉')

export interface Bed {
  readonly ward: string
  readonly room: string
  readonly bed: string
}

/** The bed number `n` of a ward of 20 beds in five rooms of four. */
export function bedOf(ward: string, n: number): Bed {
  const place = n % 20
  return { ward, room: `${ward[0]}0${1 + Math.floor(place / 4)}`, bed: String(1 + (place % 4)) }
}

/**
 * The systems that write messages. Each formats its header its own way, as real ones do (56 messages examined: two
 * spellings of MSH-18, three of MSH-20, MSH-7 with and without fraction).
 */
export interface SendingSystem {
  readonly name: string
  readonly charset: '~ISO IR87' | '~ISOIR87'
  readonly switching: 'ISO 2022-1994' | 'ISO2022-1994' | ' ISO 2022-1994'
  readonly time: 'seconds' | 'fraction' | 'dense'
  /** PID-3 with the type PI, or the bare id. */
  readonly typedId: boolean
}

const system = (
  name: string,
  charset: SendingSystem['charset'],
  switching: SendingSystem['switching'],
  time: SendingSystem['time'],
  typedId: boolean,
): SendingSystem => ({ name, charset, switching, time, typedId })

export const SYSTEMS = {
  ehr: system('HIS', '~ISO IR87', 'ISO 2022-1994', 'fraction', true),
  admissions: system('ADTS', '~ISO IR87', 'ISO2022-1994', 'seconds', false),
  laboratory: system('LIS', '~ISOIR87', 'ISO 2022-1994', 'fraction', true),
  imaging: system('RIS', '~ISOIR87', 'ISO2022-1994', 'dense', true),
  nursing: system('NIS', '~ISO IR87', ' ISO 2022-1994', 'fraction', true),
} as const satisfies Record<string, SendingSystem>
