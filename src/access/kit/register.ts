/**
 * The kit that counts today: who holds its sheets, when each was last proved to be there. The words themselves are nowhere;
 * for the half-yearly check some places of words are drawn at the start, and a slow hash of the four words that stand there is
 * kept (44 bits under argon2id, and of one sheet alone).
 */
import { randomInt } from 'node:crypto'
import { AppError, type EpochMs } from '#base'
import { type KitReason, newEntry } from '#journal'
import type { AccessContext, SignedIn } from '../context.ts'
import { mayDo } from '../matrix.ts'
import { hashPassword, isPassword } from '../password.ts'
import { type KitId, type KitKeys, kitKeys, newKit, type Sheet, type SheetPart, sheetsOf, sheetWords } from './kit.ts'
import type { AccessTables } from '../tables.ts'
import { createKitRequests, type KitRequests } from './requests.ts'
import { SHEET_WORDS, wordIndex } from './words.ts'

/** Who keeps a sheet where. Names of staff, no patient's. */
export interface SheetHolder {
  readonly part: SheetPart
  readonly holder: string
  readonly keptAt: string
  readonly outside: boolean
}

export interface HeldSheet extends SheetHolder {
  readonly checkedAt: EpochMs | undefined
}

export interface KitState {
  readonly id: KitId
  readonly issuedAt: EpochMs
  /** Account id. */
  readonly issuedBy: string
  /** Of the list of places as it was printed last. */
  readonly factsHash: string | undefined
  readonly sheets: readonly HeldSheet[]
}

export interface IssuedKit {
  readonly id: KitId
  /** To be shown once and forgotten. */
  readonly sheets: readonly Sheet[]
}

export interface Kits {
  readonly requests: KitRequests
  /** The one that counts; undefined where there is none. */
  current(): Promise<KitState | undefined>
  /**
   * A new kit in place of any earlier one.
   * @param store makes the new repository of Toride's own state under the kit's password; its first copy comes after this
   * @throws ACCESS_DENIED, ACCESS_KEYS_LOCKED, ACCESS_KIT_UNCONFIRMED, and what `store` throws; the earlier kit counts until it is done
   */
  issue(
    by: SignedIn,
    holders: readonly SheetHolder[],
    store: (kit: KitId, keys: KitKeys) => Promise<void>,
  ): Promise<IssuedKit>
  /** Places (from 1) of four words of a sheet, drawn anew each time; undefined where there is no such sheet. */
  question(part: SheetPart): Promise<readonly number[] | undefined>
  /** Whether these words stand there. Right: the sheet counts as seen now. @throws ACCESS_DENIED, ACCESS_LOCKED_OUT after five wrong ones */
  answer(by: SignedIn, part: SheetPart, places: readonly number[], words: readonly string[]): Promise<boolean>
  /** @throws ACCESS_DENIED */
  revoke(by: SignedIn, reason: KitReason): Promise<void>
  factsPrinted(hash: string): Promise<void>
}

interface Question {
  readonly places: readonly number[]
  /** PHC string of the words' places in the list, in the order of `places`. */
  readonly hash: string
}

/** Twelve half-years. */
const QUESTIONS = 12
const WORDS_ASKED = 4

export function createKits(context: AccessContext): Kits {
  const { db, clock, journal, ring, cost, throttle } = context
  const requests = createKitRequests(context)
  const current = async (): Promise<KitState | undefined> => {
    const row = await db.selectFrom('access_kit').selectAll().where('revoked_ms', 'is', null).executeTakeFirst()
    if (!row) return undefined
    const sheets = await db
      .selectFrom('access_kit_sheet')
      .selectAll()
      .where('kit_id', '=', row.id)
      .orderBy('part')
      .execute()
    return {
      id: row.id,
      issuedAt: row.issued_ms,
      issuedBy: row.issued_by,
      factsHash: row.facts_hash ?? undefined,
      sheets: sheets.map((sheet) => ({
        part: sheet.part as SheetPart,
        holder: sheet.holder,
        keptAt: sheet.kept_at,
        outside: sheet.outside === 1,
        checkedAt: sheet.checked_ms ?? undefined,
      })),
    }
  }

  const retire = async (by: SignedIn, reason: KitReason): Promise<void> => {
    const kit = await current()
    if (!kit) return
    await journal.append(newEntry('kit.revoked', { actor: `person:${by.person.id}`, data: { kit: kit.id, reason } }))
    const over = { revoked_ms: clock.now(), revoke_reason: reason }
    await db.updateTable('access_kit').set(over).where('id', '=', kit.id).execute()
  }

  const questionsOf = async (part: SheetPart): Promise<readonly Question[] | undefined> => {
    const kit = await current()
    if (!kit) return undefined
    const row = await db
      .selectFrom('access_kit_sheet')
      .select('questions')
      .where('kit_id', '=', kit.id)
      .where('part', '=', part)
      .executeTakeFirst()
    return row && (JSON.parse(row.questions) as Question[])
  }

  const enter = async (by: SignedIn, kit: KitId, sheets: readonly Sheet[], holders: readonly SheetHolder[]) => {
    const rows: AccessTables['access_kit_sheet'][] = []
    for (const holder of holders) {
      const sheet = sheets.find(({ part }) => part === holder.part)
      if (!sheet) throw new AppError('BASE_BUG', { detail: 'a holder of no sheet' })
      rows.push({
        kit_id: kit,
        part: holder.part,
        holder: holder.holder,
        kept_at: holder.keptAt,
        outside: holder.outside ? 1 : 0,
        questions: JSON.stringify(await drawQuestions(sheet)),
        checked_ms: null,
      })
    }
    await retire(by, 'replaced')
    await db.transaction().execute(async (transaction) => {
      const head = { id: kit, issued_ms: clock.now(), issued_by: by.person.id }
      await transaction
        .insertInto('access_kit')
        .values({ ...head, facts_hash: null, revoked_ms: null, revoke_reason: null })
        .execute()
      await transaction.insertInto('access_kit_sheet').values(rows).execute()
    })
    const data = { kit, sheets: rows.length }
    await journal.append(newEntry('kit.issued', { actor: `person:${by.person.id}`, data }))
  }

  const drawQuestions = async (sheet: Sheet): Promise<Question[]> => {
    const words = sheetWords(sheet)
    const questions: Question[] = []
    for (let i = 0; i < QUESTIONS; i++) {
      const places = drawPlaces()
      const hash = await hashPassword(answerText(places.map((place) => words[place - 1]!.number)), cost)
      questions.push({ places, hash })
    }
    return questions
  }

  return {
    requests,
    current,
    async issue(by, holders, store) {
      demand(by)
      await requests.demandConfirmed()
      if (!by.reading) throw new AppError('ACCESS_KEYS_LOCKED')
      const known = new Set((await db.selectFrom('access_kit').select('id').execute()).map(({ id }) => id))
      const kit = newKit((id) => known.has(id))
      const keys = kitKeys(kit)
      const sheets = await sheetsOf(kit)
      // The ring first: the first copy of the new repository carries it.
      by.reading.admitKit(kit.id, keys.ringKey)
      await store(kit.id, keys)
      await enter(by, kit.id, sheets, holders)
      await requests.close()
      return { id: kit.id, sheets: sheets.filter(({ part }) => holders.some((holder) => holder.part === part)) }
    },
    async question(part) {
      const questions = await questionsOf(part)
      return questions?.[randomInt(questions.length)]?.places
    },
    async answer(by, part, places, words) {
      if (!mayDo(by.person, 'confirm-kit')) throw new AppError('ACCESS_DENIED')
      const kit = await current()
      const questions = (await questionsOf(part)) ?? []
      const asked = questions.find((one) => one.places.join() === places.join())
      if (!kit || !asked) return false
      // Counted by itself, and before the words are looked at: an open session must not try a sheet's words without end.
      const guesser = `kit ${by.person.id}`
      const attempt = await throttle.begin(guesser, guesser, undefined)
      if (!attempt.allowed) throw new AppError('ACCESS_LOCKED_OUT', { context: { untilMs: attempt.untilMs } })
      const numbers = words.map((word) => String((wordIndex(word) ?? -1) + 1).padStart(4, '0'))
      const isRight = await isPassword(answerText(numbers), asked.hash, cost)
      const data = { kit: kit.id, part, result: isRight ? ('right' as const) : ('wrong' as const) }
      await journal.append(newEntry('kit.checked', { actor: `person:${by.person.id}`, data }))
      if (!isRight) return false
      await throttle.succeeded(guesser, guesser, by.person.id)
      await db
        .updateTable('access_kit_sheet')
        .set({ checked_ms: clock.now() })
        .where('kit_id', '=', kit.id)
        .where('part', '=', part)
        .execute()
      return true
    },
    async revoke(by, reason) {
      demand(by)
      // Noted first: a kit that is said to be void and still opens harms less than the other way round.
      await retire(by, reason)
      ring.revokeKits()
    },
    async factsPrinted(hash) {
      await db.updateTable('access_kit').set({ facts_hash: hash }).where('revoked_ms', 'is', null).execute()
    },
  }
}

function drawPlaces(): number[] {
  const places = new Set<number>()
  while (places.size < WORDS_ASKED) places.add(randomInt(SHEET_WORDS) + 1)
  return [...places].sort((a, b) => a - b)
}

const answerText = (numbers: readonly string[]): string => numbers.join(' ')

function demand(by: SignedIn): void {
  if (!mayDo(by.person, 'manage-keys')) throw new AppError('ACCESS_DENIED')
}
