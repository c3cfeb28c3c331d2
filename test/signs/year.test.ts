/** How often normal work is called an attack, and how soon attacks are seen: a simulated year, and 50 seeded attacks of each kind. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import { judge, type Figures, type Sign } from '#signs'
import { ClinicFiles, Random } from './clinic-files.ts'

/** Kept by the vault as long. */
const HISTORY = 90

/** What a night of a clinic is made of, and the rare ones: corrections, re-exports, migrations, clean-ups, scanning, updates. */
function normalNight(clinic: ClinicFiles, day: number): void {
  const { random, files } = clinic
  for (let n = 0; n < 5 + random.below(15); n++) clinic.add()
  for (let n = 0; n < random.below(8); n++) clinic.rewrite(random.pick(clinic.paths()))
  for (let n = 0; n < 4; n++) files.set(`system/store${n}.dat`, random.bytes(30_000))
  for (let n = 0; n < 10; n++) clinic.rewrite(`system/log/app${n}.log`)
  rotateLogs(clinic, day)
  // Two wrong files a month: named a picture and none, cut short by a full disk.
  if (random.chance(1 / 30)) files.set(`p${random.below(120)}/wrong${day}.jpg`, Buffer.from('これは画像ではない'))
  if (random.chance(1 / 30)) cutShort(clinic)
  if (random.chance(1 / 20)) files.set(`p${random.below(120)}/secret${day}.zip`, random.bytes(900))
  if (day % 91 === 45) reexport(clinic, day)
  if (day === 120) migrate(clinic)
  if (day === 200 || day === 330) for (const path of clinic.paths().slice(0, 40)) files.delete(path)
  if (day === 260) for (let n = 0; n < 150; n++) clinic.add(random.below(40))
  if (day === 300) for (const path of clinic.paths().slice(0, 12)) clinic.rename(path, `${path}.bak`)
  if (day % 50 === 10) for (const path of clinic.paths().filter((p) => p.endsWith('.csv'))) clinic.rewrite(path)
}

function rotateLogs({ files }: ClinicFiles, day: number): void {
  if (day % 7 !== 0) return
  for (let n = 0; n < 8; n++) {
    files.set(`system/log/app${n}.log.gz`, gzipSync(files.get(`system/log/app${n}.log`)!))
    files.delete(`system/log/app${n}.log`)
  }
}

function cutShort(clinic: ClinicFiles): void {
  const path = clinic.random.pick(clinic.paths())
  clinic.files.set(path, clinic.files.get(path)!.subarray(0, 500))
}

/** All messages anew, under names with a new time, as an SS-MIX2 storage that is made again. */
function reexport(clinic: ClinicFiles, day: number): void {
  for (const path of clinic.paths().filter((p) => p.endsWith('.hl7'))) {
    clinic.rewrite(path)
    clinic.rename(path, path.replace(/(-r\d+)?\.hl7$/, `-r${day}.hl7`))
  }
}

/** Into other folders, names kept. */
function migrate(clinic: ClinicFiles): void {
  for (const path of clinic.paths())
    clinic.rename(
      path,
      path.replace(/^p(\d+)/, (_, n: string) => `p${Number(n) + 1000}`),
    )
  for (const path of clinic.paths()) clinic.rename(path, path.replace(/^p1(\d+)/, 'p$1'))
}

const ENDINGS = ['lockbit', 'akira', 'x7f3q', 'id-8C2A', 'hospital', '']

/** Encrypts in place or under a name with an ending; leaves the first `head` bytes. */
function encrypt(clinic: ClinicFiles, paths: readonly string[], ending: string, head = 0): void {
  for (const path of paths) {
    const bytes = clinic.files.get(path)!
    const taken = head === 0 ? 0 : Math.min(head, Math.floor(bytes.length / 2))
    clinic.files.set(path, Buffer.concat([bytes.subarray(0, taken), clinic.random.bytes(bytes.length - taken + 32)]))
    if (ending !== '') clinic.rename(path, `${path}.${ending}`)
  }
}

const some = (clinic: ClinicFiles, share: number): string[] => clinic.paths().filter(() => clinic.random.chance(share))

/** One step for each night until it is seen; within how many it has to be. */
const ATTACKS: Readonly<Record<string, { within: number; strike: (clinic: ClinicFiles, seed: Random) => void }>> = {
  fast: {
    within: 1,
    strike(clinic, seed) {
      encrypt(clinic, some(clinic, 0.3 + seed.below(70) / 100), seed.pick(ENDINGS))
      if (seed.chance(0.5)) clinic.files.set('p3/HOW_TO_DECRYPT.txt', Buffer.from('pay'))
    },
  },
  'rename only': {
    within: 1,
    strike(clinic, seed) {
      const ending = seed.pick(ENDINGS.filter((one) => one !== ''))
      for (const path of some(clinic, 0.2 + seed.below(80) / 100)) clinic.rename(path, `${path}.${ending}`)
    },
  },
  'delete only': {
    within: 1,
    strike(clinic, seed) {
      for (const path of some(clinic, 0.25 + seed.below(75) / 100)) clinic.files.delete(path)
    },
  },
  'slow, 1 % a day': {
    within: 3,
    strike(clinic, seed) {
      encrypt(clinic, some(clinic, 0.01), seed.below(2) === 0 ? '' : 'x7f3q')
    },
  },
  'header preserved': {
    within: 2,
    strike(clinic, seed) {
      encrypt(clinic, some(clinic, 0.1 + seed.below(60) / 100), '', 64 + seed.below(4032))
    },
  },
}

test('a year of normal work: at most one night in 365 is called suspect', () => {
  const clinic = new ClinicFiles('clinic 1')
  const history: Figures[] = []
  const alarms: [number, Sign[]][] = []
  for (let day = 1; day <= 365; day++) {
    normalNight(clinic, day)
    const figures = clinic.run()
    const signs = judge(figures, history.slice(0, HISTORY))
    if (signs.length > 0) alarms.push([day, signs])
    else history.unshift(figures)
  }
  assert.ok(alarms.length <= 1, JSON.stringify(alarms))
})

for (const [kind, { within, strike }] of Object.entries(ATTACKS))
  test(`50 attacks, ${kind}: seen within ${within} ${within === 1 ? 'night' : 'nights'}`, () => {
    const missed: string[] = []
    const clinic = new ClinicFiles('clinic 2')
    const history: Figures[] = []
    for (let day = 1; day <= 30; day++) {
      normalNight(clinic, day)
      history.unshift(clinic.run())
    }
    for (let n = 0; n < 50; n++) {
      const seed = new Random(`${kind} ${n}`)
      const victim = new ClinicFiles(`${kind} ${n}`, clinic.files)
      let signs: Sign[] = []
      const seen: Figures[] = []
      for (let night = 0; night < within && signs.length === 0; night++) {
        normalNight(victim, 31 + night)
        strike(victim, seed)
        seen.push(victim.run())
        signs = judge(seen.at(-1)!, [...seen.slice(0, -1).toReversed(), ...history])
      }
      if (signs.length === 0) missed.push(`${n}: ${JSON.stringify(seen)}`)
    }
    assert.equal(missed.length, 0, missed.join('\n'))
  })
