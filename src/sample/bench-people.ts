/** The people of large storages: as many different names, birth dates and namesakes as a hospital of this size has. */
import { dateOfDay, dayFrom } from './calendar.ts'
import { encodeText } from './encode-text.ts'
import { patientName } from './message-common.ts'
import { FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES } from './names.ts'
import type { Person } from './person.ts'
import { randomFor } from './random.ts'

export interface BenchPerson {
  readonly id: string
  /** Family and given name with a space, and how it is read. */
  readonly kanji: string
  readonly kana: string
  /** YYYYMMDD. */
  readonly birthDate: string
  /** PID-5 to PID-8, encoded. */
  readonly fields: Uint8Array
}

/** Behind a given name: twelve times as many names, so that among 100,000 people each has a namesake or two. */
const ENDINGS = '/ 一/イチ 二/ジ 人/ト 也/ヤ 治/ハル 江/エ 乃/ノ 代/ヨ 香/カ 実/ミ 樹/キ'.split(' ')
const OLDEST = dayFrom(1930, 1, 1)
const DAYS = 34_000

export function benchPerson(index: number, id: string): BenchPerson {
  const random = randomFor(`bench/person/${index}`)
  const sex = random.chance(0.5) ? 'F' : 'M'
  const family = random.pick(FAMILY_NAMES)
  const given = random.pick(sex === 'F' ? FEMALE_NAMES : MALE_NAMES)
  const [kanji = '', kana = ''] = random.pick(ENDINGS).split('/')
  const name = {
    family: family.kanji,
    given: given.kanji + kanji,
    familyKana: family.kana,
    givenKana: given.kana + kana,
  } as Person
  const birthDate = dateOfDay(OLDEST + random.int(0, DAYS))
  return {
    id,
    kanji: `${name.family} ${name.given}`,
    kana: `${name.familyKana} ${name.givenKana}`,
    birthDate,
    fields: encodeText(`${patientName(name)}||${birthDate}|${sex}`, 'square'),
  }
}

const [CR, ESC, BAR, ASCII] = [0x0d, 0x1b, 0x7c, 0x42]

/** A message in ISO 2022 before and after its PID-5 to PID-8; undefined where it has none. */
export function cutAtPerson(bytes: Buffer): readonly [Buffer, Buffer] | undefined {
  const pid = bytes.indexOf('\rPID|')
  if (pid < 0 || !bytes.includes(ESC)) return undefined
  const bars: number[] = []
  let inAscii = true
  let at = pid + 1
  for (; at < bytes.length && bytes[at] !== CR; at++) {
    if (bytes[at] === ESC) inAscii = bytes[at + 2] === ASCII && bytes[at + 1] === 0x28
    else if (inAscii && bytes[at] === BAR) bars.push(at)
  }
  const [start, end = at] = [bars[4], bars[8]]
  return start === undefined || bars.length < 8 ? undefined : [bytes.subarray(0, start + 1), bytes.subarray(end)]
}
