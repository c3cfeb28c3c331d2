/**
 * Papers that go onto every edition: 緊急連絡先, the binder's PDFs. Sealed under a key of the process, since contacts are
 * private and the night has to read them; what they are called stands in the settings.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inTurns } from '#base'
import type { Paper } from '#edition'
import { seal, unseal } from '#vault'
import type { EditionPaper } from '#web'
import { binderPaper } from '../bcp/print-binder.ts'
import type { Institution } from '../institution.ts'

type House = Pick<Institution, 'vault' | 'keys' | 'folder' | 'ledger' | 'clock'>

type KeptPaper = Omit<EditionPaper, 'isMissing'>

const SETTING = 'edition-papers'
const KEY_NAME = 'edition-papers'
const PDF = 'application/pdf'
const MOST_PAPERS = 20
/** Of all together: a CD holds 700 MB, and charts come first. */
const MOST_PAPER_BYTES = 60 << 20

export class EditionPapers {
  readonly #house: House
  readonly #inTurn = inTurns()

  constructor(house: House) {
    this.#house = house
  }

  async list(): Promise<EditionPaper[]> {
    return (await this.#kept()).map((paper) => ({ ...paper, isMissing: !existsSync(this.#path(paper.id)) }))
  }

  /** False where it is no PDF, or would be too much. */
  add(personId: string, title: string, bytes: Uint8Array): Promise<boolean> {
    return this.#inTurn(async () => {
      const before = await this.#kept()
      const total = before.reduce((sum, one) => sum + one.bytes, bytes.length)
      if (!isPdf(bytes) || before.length >= MOST_PAPERS || total > MOST_PAPER_BYTES) return false
      const id = randomUUID()
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      const sealed = seal(this.#key(), bytes, Buffer.from(id))
      writeFileSync(`${this.#path(id)}.tmp`, sealed, { mode: 0o600, flush: true })
      renameSync(`${this.#path(id)}.tmp`, this.#path(id))
      await this.#save(personId, 'added', [
        ...before,
        { id, title, bytes: bytes.length, addedMs: this.#house.clock.now() },
      ])
      return true
    })
  }

  remove(personId: string, id: string): Promise<void> {
    return this.#inTurn(async () => {
      const before = await this.#kept()
      if (!before.some((one) => one.id === id)) return
      await this.#save(
        personId,
        'removed',
        before.filter((one) => one.id !== id),
      )
      rmSync(this.#path(id), { force: true })
    })
  }

  /** Undefined where there is none of this id. */
  async read(id: string): Promise<Paper | undefined> {
    const kept = (await this.#kept()).find((one) => one.id === id)
    if (!kept || !existsSync(this.#path(id))) return undefined
    const bytes = unseal(this.#key(), readFileSync(this.#path(id)), Buffer.from(id))
    return { title: kept.title, contentType: PDF, bytes }
  }

  async all(): Promise<Paper[]> {
    const papers = await Promise.all((await this.#kept()).map(({ id }) => this.read(id)))
    return papers.filter((paper) => paper !== undefined)
  }

  async #kept(): Promise<KeptPaper[]> {
    return JSON.parse((await this.#house.vault.setting(SETTING)) || '[]') as KeptPaper[]
  }

  async #save(personId: string, change: 'added' | 'removed', papers: readonly KeptPaper[]): Promise<void> {
    const { vault, ledger } = this.#house
    await ledger.append({
      type: 'settings.changed',
      actor: `person:${personId}`,
      data: { area: 'edition-papers', changes: [change] },
    })
    await vault.saveSetting(SETTING, JSON.stringify(papers))
  }

  get #folder(): string {
    return join(this.#house.folder.path, 'edition-papers')
  }

  #path(id: string): string {
    return join(this.#folder, id)
  }

  #key(): Buffer {
    const { secrets } = this.#house.keys
    const known = secrets.load(KEY_NAME)
    if (known !== undefined) return Buffer.from(known, 'base64')
    const made = randomBytes(32)
    secrets.keep(KEY_NAME, made.toString('base64'))
    return made
  }
}

/** The binder as it was printed last, and what people added, in their order. */
export async function papersToTravel(house: House & Pick<Institution, 'printings'>): Promise<Paper[]> {
  const binder = await binderPaper(house)
  return [...(binder ? [binder] : []), ...(await new EditionPapers(house).all())]
}

const isPdf = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')
