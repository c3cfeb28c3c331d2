/**
 * kill -9 of the real server while two people save sheets: what was acknowledged is there, once; what was not is there once at
 * most, and saving it again (as people do) makes it one.
 */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { start } from '../e2e/running.ts'
import { house } from '../server/house.ts'
import { firstPerson, LOGIN, PASSWORD, signIn } from '../server/person.ts'
import { anotherPerson, SECOND } from '../server/paper-entry.fixture.ts'

const DAY = '2026-11-20'

/** One person at a browser without scripts. */
class Clerk {
  readonly #url: string
  readonly #cookies = new Map<string, string>()
  #token = ''

  constructor(url: string) {
    this.#url = url
  }

  async send(path: string, fields?: Record<string, string>): Promise<{ status: number; to: string; html: string }> {
    const body = fields && new URLSearchParams({ csrf: this.#token, ...fields })
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(`${this.#url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { cookie },
      redirect: 'manual',
      ...(body && { body }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      this.#cookies.set(name!, value!)
    }
    const html = await answer.text()
    this.#token = /name="csrf" value="([^"]*)"/.exec(html)?.[1] ?? this.#token
    return { status: answer.status, to: answer.headers.get('location') ?? '', html }
  }

  async signIn({ loginName, password }: { loginName: string; password: string }): Promise<void> {
    await this.send('/sign-in')
    const { status } = await this.send('/sign-in', { loginName, password })
    assert.equal(status, 303)
    await this.send('/account')
  }

  /** @returns once the server said that it is saved, or that it is there already */
  async register(number: string): Promise<void> {
    const { status, to, html } = await this.send('/paper-entry/sheets', {
      number,
      kind: 'prescription',
      day: DAY,
      patient: `見本 ${number}`,
      author: '見本 医師',
      unnumbered: 'yes',
    })
    assert.ok(to.includes('done=registered') || (status === 400 && html.includes('もう登録されています')), html)
  }

  async enter(number: string): Promise<void> {
    const { html } = await this.send('/paper-entry')
    const id = new RegExp(`/paper-entry/([0-9a-f]{16})"[^>]*>${number}<`).exec(html)?.[1]
    const { html: page } = await this.send(`/paper-entry/${id}`)
    const after = /name="after" value="([^"]*)"/.exec(page)?.[1] ?? ''
    const { to } = await this.send(`/paper-entry/${id}/items`, { after, 'what-0': `薬 ${number}`, 'day-0': DAY })
    assert.ok(to.includes('done=1'), number)
  }
}

/** Saves until the server dies. @returns the number that was being saved */
async function work(
  clerk: Clerk,
  letter: string,
  saved: { registered: Set<string>; entered: Set<string> },
  acknowledged: () => void,
): Promise<string> {
  for (let n = 1; ; n++) {
    const number = `${letter}-${String(n).padStart(3, '0')}`
    try {
      await clerk.register(number)
      saved.registered.add(number)
      acknowledged()
      await clerk.enter(number)
      saved.entered.add(number)
      acknowledged()
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
      return number
    }
  }
}

async function round(t: TestContext, killAfter: number): Promise<void> {
  const home = house(t)
  const institution = await home.open()
  const { viewer } = await firstPerson(institution)
  await anotherPerson(institution, viewer)
  await home.close()

  const people = [{ ...LOGIN, password: PASSWORD }, SECOND]
  const first = await start(t, home.folder, ['--data', home.folder])
  const clerks = people.map(() => new Clerk(first.url))
  for (const [i, clerk] of clerks.entries()) await clerk.signIn(people[i]!)
  const saved = { registered: new Set<string>(), entered: new Set<string>() }
  let count = 0
  const dead: Promise<void>[] = []
  const acknowledged = (): void => {
    // The other person's request is on its way.
    if (++count === killAfter) dead.push(first.kill())
  }
  const cut = await Promise.all(clerks.map((clerk, i) => work(clerk, 'AB'[i]!, saved, acknowledged)))
  await Promise.all(dead)
  assert.ok(saved.registered.size + saved.entered.size >= killAfter)

  // What the first look after the next start finds, before anybody saves again.
  const look = async () => {
    const again = await home.open()
    assert.ok(again.ledgerReport.ok, JSON.stringify(again.ledgerReport.findings))
    const { viewer: reader, services } = await signIn(again)
    const { sheets } = await services.paperEntry.list(reader)
    await home.close()
    return sheets
  }
  const check = (sheets: Awaited<ReturnType<typeof look>>) => {
    const numbers = sheets.map(({ number }) => number)
    assert.equal(new Set(numbers).size, numbers.length, 'no sheet is there twice')
    for (const number of saved.registered) assert.ok(numbers.includes(number), `${number} was acknowledged`)
    for (const sheet of sheets) {
      assert.equal(sheet.patient, `見本 ${sheet.number}`)
      assert.ok(sheet.entered.length <= 1, `${sheet.number} was entered twice`)
      if (saved.entered.has(sheet.number)) assert.equal(sheet.entered[0]?.items[0]?.what, `薬 ${sheet.number}`)
    }
    return numbers
  }
  check(await look())

  const second = await start(t, home.folder, ['--data', home.folder])
  const back = people.map(() => new Clerk(second.url))
  for (const [i, clerk] of back.entries()) {
    await clerk.signIn(people[i]!)
    const number = cut[i]!
    await clerk.register(number)
    await clerk.enter(number)
    saved.registered.add(number)
    saved.entered.add(number)
  }
  assert.equal(await second.stop(), 0)
  assert.deepEqual(check(await look()).toSorted(), [...saved.registered].toSorted())
}

for (const killAfter of [1, 8, 21])
  test(`killed while two people save sheets, after ${killAfter} saves: nothing is lost, nothing is there twice`, (t) =>
    round(t, killAfter))
