/** A house that tells its director by mail, at a time that is moved. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { manualClock } from '#base'
import type { MailServerInput } from '#web'
import { house } from './house.ts'
import { firstPerson } from './person.ts'
import { post, type Post } from './post.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
/** A Tuesday morning. */
export const START = Date.parse('2026-11-24T10:00:00+09:00')
export const DIRECTOR = { name: '院長', address: 'director@clinic.example', language: 'ja' } as const
export const SUPPORT = { name: 'Support', address: 'support@vendor.example', language: 'en' } as const

export const clear = (port: number, more: Partial<MailServerInput> = {}): MailServerInput => ({
  host: '127.0.0.1',
  port: String(port),
  security: 'none',
  user: '',
  password: '',
  from: 'toride@clinic.example',
  certificate: '',
  ...more,
})

/** A house with one source, its administrator signed in, at a time that is moved. */
export async function scene(t: TestContext) {
  const home = house(t)
  const clock = manualClock(START)
  const institution = await home.open(clock)
  const person = await firstPerson(institution)
  await institution.vault.saveSetting('contacts-checkpoint-month', '2026-11')
  const pass = async (ms: number, bell = institution.bell) => {
    const step = ms > 2 * DAY ? HOUR : 10 * MINUTE
    for (let passed = 0; passed < ms; passed += step) {
      clock.advance(step)
      await bell.tick()
    }
  }
  return {
    home,
    clock,
    institution,
    services: person.services,
    notices: person.services.notices,
    viewer: person.viewer,
    pass,
  }
}

export async function told(t: TestContext) {
  const made = await scene(t)
  const mail = await post(t)
  assert.deepEqual(await made.notices.saveServer(made.viewer, clear(mail.port)), { kind: 'ok' })
  assert.deepEqual(await made.notices.addRecipient(made.viewer, DIRECTOR), { kind: 'ok' })
  return { ...made, mail }
}

export const subjects = ({ mails }: Post, to: string = DIRECTOR.address): string[] =>
  mails.filter((one) => one.to === to).map(({ subject }) => subject.replace(' - 試験の医院', ''))
