/** What the institution decides about rehearsals: of the house, and of each source. */
import { z } from 'zod'
import type { Vault } from '#vault'
import { type Declared, EVERY_DAYS, type Question, type RehearsalSettings, USUAL_SETTINGS } from './model.ts'

const SETTINGS = 'rehearsal'
const declaredOf = (sourceId: string): string => `rehearsal-times:${sourceId}`
const questionsOf = (sourceId: string): string => `rehearsal-questions:${sourceId}`

const settingsSchema = z.object({
  everyDays: z.union(EVERY_DAYS.map((days) => z.literal(days))),
  signatures: z.string(),
  scratch: z.string(),
  charts: z.int().min(1).max(200),
})
const minutes = z.int().min(1).max(525_600).optional()
const declaredSchema = z.object({ minimumMinutes: minutes, fullMinutes: minutes, lossMinutes: minutes })
const questionsSchema = z.array(z.object({ name: z.string(), dump: z.string(), sql: z.string(), expected: z.string() }))

/** Asked of each source at most. */
export const MOST_QUESTIONS = 30

export class SettingsBook {
  readonly #vault: Vault

  constructor(vault: Vault) {
    this.#vault = vault
  }

  async house(): Promise<RehearsalSettings> {
    const text = await this.#vault.setting(SETTINGS)
    return text === undefined ? USUAL_SETTINGS : settingsSchema.parse(JSON.parse(text))
  }

  async saveHouse(settings: RehearsalSettings): Promise<void> {
    await this.#vault.saveSetting(SETTINGS, JSON.stringify(settingsSchema.parse(settings)))
  }

  async declared(sourceId: string): Promise<Declared> {
    const text = await this.#vault.setting(declaredOf(sourceId))
    return text === undefined ? {} : declaredSchema.parse(JSON.parse(text))
  }

  async saveDeclared(sourceId: string, declared: Declared): Promise<void> {
    await this.#vault.saveSetting(declaredOf(sourceId), JSON.stringify(declaredSchema.parse(declared)))
  }

  /** They may name a patient: sealed with the source's key. @throws VAULT_KEY_MISSING */
  async questions(sourceId: string): Promise<Question[]> {
    const text = await this.#vault.setting(questionsOf(sourceId))
    if (text === undefined) return []
    const plain = await this.#vault.rehearse.unseal(sourceId, Buffer.from(text, 'base64'), questionsOf(sourceId))
    return questionsSchema.parse(JSON.parse(plain))
  }

  async saveQuestions(sourceId: string, questions: readonly Question[]): Promise<void> {
    const text = JSON.stringify(questionsSchema.max(MOST_QUESTIONS).parse(questions))
    const sealed = await this.#vault.rehearse.seal(sourceId, text, questionsOf(sourceId))
    await this.#vault.saveSetting(questionsOf(sourceId), Buffer.from(sealed).toString('base64'))
  }
}
