/**
 * Whom this institution tells, and how: one setting, its secrets sealed by a key of the backup ring, so that alarms go out
 * after a restart without a person. What is read back for a screen never holds a secret.
 */
import { z } from 'zod'
import { AppError, type Clock } from '#base'
import {
  joinNotifiers,
  type Language,
  mailNotifier,
  mailSchema,
  type Notifier,
  webhookNotifier,
  webhookSchema,
} from '#notify'
import { type RepositorySecrets, seal, unseal, type Vault } from '#vault'

const SETTING = 'contacts'
/** Name of the key on the ring. */
const KEY = 'contacts'
/** Nobody reads a notice that goes to everybody. */
export const MOST_RECIPIENTS = 20

const mailFields = mailSchema.shape
const serverSchema = z.strictObject({
  host: mailFields.host,
  port: mailFields.port,
  security: mailFields.security,
  /** Absent: the server asks for no sign-in. */
  user: z.string().min(1).max(254).optional(),
  from: mailFields.from,
  /** Exactly this certificate instead of the system's authorities. */
  certificate: z.string().max(100_000).optional(),
})
export type MailServer = Readonly<z.infer<typeof serverSchema>>

const recipientSchema = z.strictObject({
  /** For people on the screen; it is in no mail. */
  name: z.string().min(1).max(60),
  address: mailFields.from,
  language: z.enum(['ja', 'en']),
})
export type Recipient = Readonly<z.infer<typeof recipientSchema>>

const secretsSchema = z.strictObject({
  password: z.string().optional(),
  webhook: z.strictObject({ url: z.string(), secret: z.string() }).optional(),
})
type Secrets = z.infer<typeof secretsSchema>

const keptSchema = z.strictObject({
  mail: serverSchema.optional(),
  recipients: z.array(recipientSchema).max(MOST_RECIPIENTS),
  sealed: z.string().optional(),
})

export interface Contacts {
  readonly mail: MailServer | undefined
  readonly recipients: readonly Recipient[]
  readonly secrets: Secrets
}

const NO_CONTACTS: Contacts = { mail: undefined, recipients: [], secrets: {} }

/** Whether a notice reaches anybody at all. */
export const tellsSomebody = ({ mail, recipients, secrets }: Contacts): boolean =>
  (mail !== undefined && recipients.length > 0) || secrets.webhook !== undefined

export interface ContactParts {
  readonly vault: Pick<Vault, 'setting' | 'saveSetting'>
  readonly keys: { readonly secrets: RepositorySecrets }
}

/** @throws VAULT_KEY_MISSING where the keys are closed and there are secrets, VAULT_SEAL_BROKEN */
export async function loadContacts(parts: ContactParts): Promise<Contacts> {
  const text = await parts.vault.setting(SETTING)
  if (text === undefined) return NO_CONTACTS
  const { mail, recipients, sealed } = keptSchema.parse(JSON.parse(text))
  return { mail, recipients, secrets: sealed === undefined ? {} : openSecrets(parts, sealed) }
}

export async function saveContacts(parts: ContactParts, { mail, recipients, secrets }: Contacts): Promise<void> {
  const isBare = secrets.password === undefined && secrets.webhook === undefined
  const sealed = isBare ? undefined : sealSecrets(parts, secrets)
  const kept = keptSchema.parse({
    recipients,
    ...(mail === undefined ? {} : { mail }),
    ...(sealed === undefined ? {} : { sealed }),
  })
  await parts.vault.saveSetting(SETTING, JSON.stringify(kept))
}

function openSecrets({ keys }: ContactParts, sealed: string): Secrets {
  const key = keys.secrets.load(KEY)
  if (key === undefined) throw new AppError('VAULT_KEY_MISSING')
  const opened = unseal(Buffer.from(key, 'base64'), Buffer.from(sealed, 'base64'), Buffer.from(SETTING))
  return secretsSchema.parse(JSON.parse(opened.toString()))
}

function sealSecrets({ keys }: ContactParts, secrets: Secrets): string {
  const key = keys.secrets.load(KEY) ?? keys.secrets.create(KEY)
  return seal(Buffer.from(key, 'base64'), Buffer.from(JSON.stringify(secrets)), Buffer.from(SETTING)).toString('base64')
}

/** What would be handed to the sender of mails, for its own judgement. */
function mailInput({ mail, recipients, secrets }: Contacts) {
  const { user, certificate, ...server } = mail!
  return {
    ...server,
    ...(user !== undefined && secrets.password !== undefined ? { login: { user, password: secrets.password } } : {}),
    ...(certificate === undefined ? {} : { trust: { certificate } }),
    to: recipients.map(({ address }) => address),
  }
}

/** @param timeoutMs for one mail or call */
export function notifierOf(contacts: Contacts, clock: Clock, timeoutMs?: number): Notifier {
  const options = { clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const { mail, recipients, secrets } = contacts
  return joinNotifiers([
    ...(mail && recipients.length > 0 ? [mailNotifier(mailInput(contacts), options)] : []),
    ...(secrets.webhook ? [webhookNotifier(secrets.webhook, { ...options, awayOnly: true })] : []),
  ])
}

export function languageOf({ recipients }: Contacts): (to: string) => Language {
  const languages = new Map(recipients.map(({ address, language }) => [`mail:${address}`, language]))
  return (to) => languages.get(to) ?? 'ja'
}

/** The field of the form that a mail server is refused for; undefined where it is none. */
export function mailFieldWrong(contacts: Contacts): string | undefined {
  const parsed = mailSchema.safeParse({ ...mailInput(contacts), to: [contacts.mail!.from] })
  const [top] = parsed.success ? [] : (parsed.error.issues[0]?.path ?? [])
  if (top === undefined) return undefined
  return top === 'login' ? 'user' : top === 'trust' ? 'certificate' : String(top)
}

export const isRecipient = (input: unknown): boolean => recipientSchema.safeParse(input).success

/** The field of the form that a webhook is refused for. */
export function webhookFieldWrong(input: {
  readonly url: string
  readonly secret: string
}): 'url' | 'secret' | undefined {
  const parsed = webhookSchema.safeParse(input)
  if (parsed.success) return undefined
  return parsed.error.issues[0]?.path[0] === 'secret' ? 'secret' : 'url'
}
