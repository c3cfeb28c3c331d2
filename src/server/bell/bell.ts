/**
 * The institution tells by itself: looks at what is wrong, keeps the book of alarms, sends what is due, once a week a word
 * and once a month the ledger's checkpoint. Everything goes by the clock alone and is safe to ask for twice.
 */
import { join } from 'node:path'
import { institutionDate, institutionTime, inTurns } from '#base'
import { ledgerTiles, type LedgerReport, openKept, printCheckpoint } from '#journal'
import {
  type Alarm,
  AlarmBook,
  alarmMessage,
  type Delivery,
  type DigestFigures,
  fileStore,
  joinNotifiers,
  lightsSchema,
  type LedgerCheckpoint,
  type Notifier,
  type Sender,
  testMessage,
  worstOf,
} from '#notify'
import { INSIDE, isOwnState } from '#vault'
import { drillFacts } from '../drills/light.ts'
import type { Institution } from '../institution.ts'
import { checkLedger } from '../ledger-check.ts'
import { type Contacts, languageOf, loadContacts, notifierOf, tellsSomebody } from './contacts.ts'
import { readyPcs } from '../services/stations.ts'
import { watches, type Watch, type Watched } from './watch.ts'

export type BellParts = Watched & Pick<Institution, 'improvements' | 'ledgerReport' | 'keys'>

/** What was last told of each recipient, for the screen: mail cannot say that mail does not arrive. */
export type Troubled = ReturnType<AlarmBook['troubled']>[number]

export interface BellState {
  /** Nobody is told anything: no way to tell is set up. */
  readonly tells: boolean
  readonly open: readonly Alarm[]
  readonly troubled: readonly Troubled[]
  readonly lastTest: { readonly at: number; readonly deliveries: readonly Delivery[] } | undefined
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const LOOK_EVERY_MS = 10 * MINUTE_MS
/** A person waits for it. */
const TEST_TIMEOUT_MS = 20_000
/** After the night's work, before anybody comes. */
const MORNING_HOUR = 6
const CHECKPOINT_MONTH = 'contacts-checkpoint-month'

export class Bell {
  readonly #parts: BellParts
  readonly #watches: readonly Watch[]
  #report: LedgerReport
  #opened: { readonly book: AlarmBook; readonly contacts: Contacts } | undefined
  #lookedAt: number | undefined
  #checkedDay: string
  #lastTest: BellState['lastTest']
  /** One thing at a time: the book's notifier is not exchanged while it sends. */
  readonly #inTurn = inTurns()

  constructor(parts: BellParts) {
    this.#parts = parts
    this.#report = parts.ledgerReport
    this.#checkedDay = institutionDate(parts.clock.now())
    this.#watches = watches(parts, () => this.#report)
  }

  /** Asked every half minute. A sample tells nobody; nor can anything be sealed open before the keys are. */
  tick(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#parts.vault.isSample || !this.#parts.keys.backupIsOpen) return
      const { book } = await this.#open()
      try {
        await this.#checkLedgerDue()
        await this.#lookDue(book)
        await this.#checkpointDue(book)
      } finally {
        // What could not be looked at stops no alarm.
        await book.tick(() => this.#figures())
      }
    })
  }

  /** Something happened that cannot wait for the next look. */
  async lookNow(): Promise<void> {
    await this.#inTurn(async () => (this.#lookedAt = undefined))
    await this.tick()
  }

  async state(): Promise<BellState> {
    const lastTest = this.#lastTest
    if (!this.#parts.keys.backupIsOpen) return { tells: false, open: [], troubled: [], lastTest }
    const { book, contacts } = await this.#inTurn(() => this.#open())
    return { tells: tellsSomebody(contacts), open: book.raised(), troubled: book.troubled(), lastTest }
  }

  /** @throws VAULT_KEY_MISSING, VAULT_SEAL_BROKEN: never taken for none, or the next change would lose them */
  contacts(): Promise<Contacts> {
    return loadContacts(this.#parts)
  }

  /** Others are told from now on. Those whom the change takes out hear of it: silence must not come silently. */
  async changed(before: Contacts, lost: boolean): Promise<void> {
    this.#lastTest = undefined
    await this.#inTurn(async () => (this.#opened = undefined))
    if (lost && !this.#parts.vault.isSample) await this.#farewell(before)
  }

  async #farewell(before: Contacts): Promise<void> {
    const notifier = notifierOf(before, this.#parts.clock, TEST_TIMEOUT_MS)
    await this.#sendEach(before, notifier, (sender) => alarmMessage({ code: 'contacts-changed' }, sender))
  }

  /** Really sends to everybody, and keeps what came of it for the screen. Again within a minute: the same mail. */
  async test(): Promise<void> {
    const contacts = await this.contacts()
    const { clock } = this.#parts
    const at = clock.now()
    const notifier = notifierOf(contacts, clock, TEST_TIMEOUT_MS)
    const deliveries = await this.#sendEach(contacts, notifier, (sender) => testMessage(sender, at))
    this.#lastTest = { at, deliveries }
  }

  async #sendEach(contacts: Contacts, notifier: Notifier, message: (sender: Sender) => ReturnType<typeof testMessage>) {
    const house = await this.#houseName()
    const language = languageOf(contacts)
    const sent = await Promise.all(
      notifier.recipients.map((to) => notifier.send(message({ language: language(to), house }), [to])),
    )
    return sent.flat()
  }

  /** Sends everybody the newest checkpoint, with the next letter. */
  async enclose(): Promise<void> {
    await this.#inTurn(async () => (await this.#open()).book.enclose(await this.#checkpoint()))
  }

  /** Contacts that do not open (a damaged seal) tell nobody, and the alarms wait in the book. */
  async #open() {
    if (this.#opened) return this.#opened
    const { clock, folder } = this.#parts
    const contacts = await loadContacts(this.#parts)
    const book = await AlarmBook.open({
      store: fileStore(join(folder.path, INSIDE.alarms)),
      notifier: tellsSomebody(contacts) ? notifierOf(contacts, clock) : joinNotifiers([]),
      clock,
      sender: { language: 'ja', house: await this.#houseName() },
      languageOf: languageOf(contacts),
      waitsAtNight: true,
    })
    return (this.#opened = { book, contacts })
  }

  /** One printable line, whatever was typed as the institution's name. */
  async #houseName(): Promise<string> {
    const name = (await this.#parts.vault.setting('name')) ?? this.#parts.folder.info.institution
    const printable = Array.from(name.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim())
    return printable.slice(0, 30).join('') || '砦 Toride'
  }

  async #checkLedgerDue(): Promise<void> {
    const now = this.#parts.clock.now()
    const day = institutionDate(now)
    if (day === this.#checkedDay || institutionTime(now).hour < MORNING_HOUR) return
    this.#report = await checkLedger(this.#parts)
    this.#checkedDay = day
    this.#lookedAt = undefined
  }

  async #lookDue(book: AlarmBook): Promise<void> {
    const now = this.#parts.clock.now()
    const passed = now - (this.#lookedAt ?? -Infinity)
    if (passed >= 0 && passed < LOOK_EVERY_MS) return
    const failures: unknown[] = []
    for (const watch of this.#watches) await follow(book, watch).catch((error: unknown) => failures.push(error))
    this.#lookedAt = now
    if (failures.length > 0) throw failures[0]
  }

  async #checkpointDue(book: AlarmBook): Promise<void> {
    const { vault, clock } = this.#parts
    const now = clock.now()
    const month = institutionDate(now).slice(0, 7)
    if (institutionTime(now).hour <= MORNING_HOUR || (await vault.setting(CHECKPOINT_MONTH)) === month) return
    if (!tellsSomebody(this.#opened!.contacts)) return
    await book.enclose(await this.#checkpoint())
    await vault.saveSetting(CHECKPOINT_MONTH, month)
  }

  async #checkpoint(): Promise<LedgerCheckpoint> {
    const { ledger, folder } = this.#parts
    const note = Buffer.from((await ledgerTiles(join(folder.path, INSIDE.ledger)).read('checkpoint'))!).toString()
    const checkpoint = openKept(note, ledger.verifierKey)
    const { size, code } = printCheckpoint(checkpoint)
    return { note, size, code, key: ledger.verifierKey }
  }

  /** The week as it stands now, for the sheet of the director; the same as Monday's letter tells. */
  async week(): Promise<DigestFigures> {
    const { open, troubled } = await this.state()
    const figures = await this.#figures()
    return { ...figures, openAlarms: open.length, troubled: troubled.length, worst: worstOf(open) }
  }

  async #figures() {
    const { vault, clock } = this.#parts
    const pcs = await readyPcs(this.#parts)
    const sources = (await vault.sources()).filter(({ id, replaced }) => !replaced && !isOwnState(id))
    const from = clock.now() - 7 * DAY_MS
    const taken = (await vault.generations.list()).filter((g) => !isOwnState(g.sourceId) && g.startedAt >= from)
    const now = await vault.lights({ stations: pcs.length, drill: await drillFacts(this.#parts) })
    // A sample lights nothing: there is no week to tell of.
    const lights = lightsSchema.safeParse(Object.fromEntries(now.map(({ name, state }) => [name, state]))).data
    return { generations: taken.length, sources: sources.length, lights }
  }
}

/** Brings the book's alarms of a group to what is. */
async function follow(book: AlarmBook, { codes, look }: Watch): Promise<void> {
  const found = await look()
  if (!found) return
  const keys = new Set(found.map(({ code, about }) => `${code} ${about ?? ''}`))
  for (const alarm of found) await book.raise(alarm)
  for (const { code, about } of book.raised())
    if (codes.includes(code) && !keys.has(`${code} ${about ?? ''}`)) await book.clear(code, about)
}
