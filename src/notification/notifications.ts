/** Writing over a field, and sending: each an entry of the book, with its hash in the ledger. */
import { AppError, type EpochMs, inTurns } from '#base'
import type { BookEntry, BookWriter, Casebook } from '#casebook'
import type { Incidents } from '#incident'
import { type Ledger, newEntry } from '#journal'
import type { FieldCode, FormCode } from './forms.ts'
import { formOf } from './forms.ts'
import { fieldTopic, FILE_KINDS, type FileKind } from './reports.ts'

const bookOf = (incident: string): string => `notification:${incident}`

export interface OverruleInput {
  readonly form: FormCode
  readonly field: FieldCode
  /** Undefined: the fact holds again. */
  readonly text: string | undefined
  readonly reason: string
  /** Ids that its writer saw standing. */
  readonly seen: readonly string[]
  readonly once: string
}

export interface SendInput {
  readonly form: FormCode
  /** The version that the sender saw being written. */
  readonly version: number
  readonly to: string
  readonly how: string
  readonly receipt: string
  readonly sentAt: EpochMs
  readonly files: Readonly<Record<FileKind, Uint8Array>>
  /** Words for the clock that it closes. */
  readonly clockWords: string
  readonly once: string
}

/** An authority's own form, as a data file of the house. `cells`: `Sheet1!B5` to a field. */
export interface TemplateFile {
  readonly name: string
  readonly sha256: string
  readonly cells: Readonly<Record<string, string>>
}

const templatesOf = (form: FormCode): string => `notification-form:${form}`

interface NotificationParts {
  readonly casebook: Casebook
  readonly incidents: Pick<Incidents, 'get' | 'write'>
  readonly ledger: Pick<Ledger, 'append'>
}

export class Notifications {
  readonly #parts: NotificationParts
  readonly #inTurn = inTurns()

  constructor(parts: NotificationParts) {
    this.#parts = parts
  }

  entries(incident: string, readingKey?: Uint8Array): Promise<BookEntry[]> {
    return this.#parts.casebook.entries(bookOf(incident), readingKey)
  }

  /** @throws VAULT_KEY_MISSING, STORAGE_FULL */
  overrule(incident: string, input: OverruleInput, who: BookWriter): Promise<void> {
    const { form, field, text, reason, seen, once } = input
    return this.#inTurn(async () => {
      if ((await this.#known(incident, once)) !== undefined) return
      const codes = {
        topic: fieldTopic(form, field),
        value: text === undefined ? 'withdrawn' : 'written',
        ...(seen.length > 0 && { supersedes: seen.join(' ') }),
        once,
      }
      const detail = { text: text ?? '', reason }
      const entry = await this.#parts.casebook.append(bookOf(incident), { kind: 'overruled', codes, detail, who })
      await this.#anchor(incident, form, entry, who)
    })
  }

  /**
   * It went out: the files as they went lie here from now on, and the clock that it answers is closed. A second click is
   * the same version.
   * @throws NOTIFICATION_CHANGED where another version went out meanwhile, VAULT_KEY_MISSING, STORAGE_FULL
   */
  send(incident: string, input: SendInput, who: BookWriter): Promise<void> {
    return this.#inTurn(async () => {
      const { casebook } = this.#parts
      const known = await this.#known(incident, input.once)
      if (!known) {
        const sent = (await casebook.entries(bookOf(incident))).filter(
          ({ kind, codes }) => kind === 'sent' && codes['form'] === input.form,
        )
        if (sent.length + 1 !== input.version) throw new AppError('NOTIFICATION_CHANGED')
        const hashes: Record<string, string> = {}
        for (const kind of FILE_KINDS) hashes[kind] = await casebook.attach(input.files[kind])
        const entry = await casebook.append(bookOf(incident), {
          kind: 'sent',
          codes: { form: input.form, version: input.version, ...hashes, happenedAt: input.sentAt, once: input.once },
          detail: { to: input.to, how: input.how, receipt: input.receipt },
          files: Object.values(hashes),
          who,
        })
        await this.#anchor(incident, input.form, entry, who)
      }
      // Also after a kill between the two: the second click closes what is still open.
      await this.#closeClock(incident, input, who)
    })
  }

  /** Undefined where it has not come yet, or where no version has it. */
  async file(incident: string, sha256: string, readingKey: Uint8Array): Promise<Buffer | undefined> {
    const entries = await this.entries(incident)
    if (!entries.some(({ files }) => files.includes(sha256))) return undefined
    return this.#parts.casebook.attachment(sha256, readingKey)
  }

  /** The newest stands, the earlier ones stay. @throws VAULT_KEY_MISSING, STORAGE_FULL */
  saveTemplate(
    form: FormCode,
    file: Pick<TemplateFile, 'name' | 'cells'> & { readonly bytes: Uint8Array },
    who: BookWriter,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const sha256 = await this.#parts.casebook.attach(file.bytes)
      const detail = { name: file.name, cells: file.cells }
      const entry = { kind: 'template', codes: { sha256 }, files: [sha256], detail, who }
      await this.#anchor('house', form, await this.#parts.casebook.append(templatesOf(form), entry), who)
    })
  }

  async template(form: FormCode, readingKey: Uint8Array): Promise<TemplateFile | undefined> {
    const newest = (await this.#parts.casebook.entries(templatesOf(form), readingKey)).at(-1)
    const detail = newest?.detail as Pick<TemplateFile, 'name' | 'cells'> | undefined
    return newest && detail && { ...detail, sha256: String(newest.codes['sha256']) }
  }

  templateBytes({ sha256 }: TemplateFile, readingKey: Uint8Array): Promise<Buffer | undefined> {
    return this.#parts.casebook.attachment(sha256, readingKey)
  }

  async #known(incident: string, once: string): Promise<BookEntry | undefined> {
    return (await this.entries(incident)).find(({ codes }) => codes['once'] === once)
  }

  async #closeClock(incident: string, input: SendInput, who: BookWriter): Promise<void> {
    const code = formOf(input.form)?.clock
    const one = await this.#parts.incidents.get(incident)
    const clock = one?.clocks.find((running) => running.code === code)
    if (!one || !clock || clock.isClosed) return
    await this.#parts.incidents.write(
      one.id,
      {
        kind: 'clock',
        topic: `clock:${clock.code}`,
        value: 'closed',
        seen: clock.topic?.heads.map(({ id }) => id) ?? [],
        happenedAt: input.sentAt,
        detail: { sent: input.clockWords },
        once: `sent-${input.once}`,
      },
      who,
    )
  }

  async #anchor(incident: string, form: FormCode, entry: BookEntry, who: BookWriter): Promise<void> {
    const { version } = entry.codes
    await this.#parts.ledger.append(
      newEntry('notification.recorded', {
        actor: `person:${who.id}`,
        data: {
          incident,
          form,
          kind: entry.kind,
          device: entry.device,
          n: entry.n,
          hash: entry.hash,
          ...(typeof version === 'number' && { version }),
        },
      }),
    )
  }
}
