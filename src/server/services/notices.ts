/** 知らせ方, as the web shows it. Codes go into the ledger: no address, no password, no name. */
import { inTurns } from '#base'
import { isDeepStrictEqual } from 'node:util'
import { ALARMS, type Alarm, alarmWords, type Delivery } from '#notify'
import type { MailServerInput, NoticeReason, NoticeResult, Notices, NoticeService, OpenNotice, Viewer } from '#web'
import {
  type Contacts,
  isRecipient,
  mailFieldWrong,
  type MailServer,
  MOST_RECIPIENTS,
  type Recipient,
  saveContacts,
  webhookFieldWrong,
} from '../bell/contacts.ts'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand } from './viewers.ts'

const PORTS = { starttls: 587, tls: 465, none: 25 } as const

/** What a change asks for; `lost`: somebody hears less than before. */
interface Change {
  readonly contacts: Contacts
  readonly codes: readonly string[]
  readonly lost: boolean
}
const OK = { kind: 'ok' } as const
type Refusal = Exclude<NoticeResult, { readonly kind: 'ok' }>

export function noticeService(institution: Institution): NoticeService {
  const { bell, ledger } = institution
  const inTurn = inTurns()

  /** `decide`: undefined where nothing is different, as at the second click. */
  function change(viewer: Viewer, decide: (before: Contacts) => Change | Refusal | undefined): Promise<NoticeResult> {
    demand(viewer, 'manage-settings')
    return inTurn(async (): Promise<NoticeResult> => {
      const before = await bell.contacts()
      const decided = decide(before)
      if (decided === undefined) return OK
      if ('kind' in decided) return decided
      // Noted first: a change that is noted and not made is seen at once, one that is made and not noted never.
      const data = { area: 'notices', changes: [...decided.codes] }
      await ledger.append({ type: 'settings.changed', actor: `person:${viewer.personId}`, data })
      await saveContacts(institution, decided.contacts)
      await bell.changed(before, decided.lost)
      return OK
    })
  }

  return {
    get: (viewer) => notices(institution, viewer),
    saveServer: (viewer, input) => change(viewer, (before) => serverChange(before, input)),
    async removeServer(viewer) {
      await change(viewer, (before) => {
        if (!before.mail) return undefined
        const { password: _, ...secrets } = before.secrets
        return { contacts: { ...before, mail: undefined, secrets }, codes: ['mail-removed'], lost: true }
      })
    },
    addRecipient: (viewer, input) =>
      change(viewer, (before) => {
        const recipient = { name: input.name.trim(), address: input.address.trim(), language: input.language }
        const wrong = recipientWrong(before, recipient)
        if (wrong) return wrong
        const known = before.recipients.find(({ address }) => address === recipient.address)
        if (known && JSON.stringify(known) === JSON.stringify(recipient)) return undefined
        const others = before.recipients.filter((one) => one !== known)
        const codes = [known ? 'recipient-changed' : 'recipient-added']
        return { contacts: { ...before, recipients: [...others, recipient] }, codes, lost: false }
      }),
    async removeRecipient(viewer, address) {
      await change(viewer, (before) => {
        const recipients = before.recipients.filter((one) => one.address !== address)
        if (recipients.length === before.recipients.length) return undefined
        return { contacts: { ...before, recipients }, codes: ['recipient-removed'], lost: true }
      })
    },
    saveWebhook: (viewer, { url, secret }) =>
      change(viewer, (before) => {
        const webhook = { url: url.trim(), secret: secret.trim() }
        const wrong = webhookFieldWrong(webhook)
        if (wrong) return { kind: 'refused', field: wrong, code: webhook[wrong] === '' ? 'required' : 'wrong' }
        const known = before.secrets.webhook
        if (known?.url === webhook.url && known.secret === webhook.secret) return undefined
        const secrets = { ...before.secrets, webhook }
        return { contacts: { ...before, secrets }, codes: ['webhook'], lost: known !== undefined }
      }),
    async removeWebhook(viewer) {
      await change(viewer, (before) => {
        const { webhook, ...secrets } = before.secrets
        if (!webhook) return undefined
        return { contacts: { ...before, secrets }, codes: ['webhook-removed'], lost: true }
      })
    },
    async test(viewer) {
      demand(viewer, 'manage-settings')
      await bell.test()
    },
    async sendCheckpoint(viewer) {
      demand(viewer, 'manage-settings')
      await bell.enclose()
      const data = { area: 'notices', changes: ['checkpoint-sent'] }
      await ledger.append({ type: 'settings.changed', actor: `person:${viewer.personId}`, data })
    },
  }
}

function recipientWrong(before: Contacts, recipient: Recipient): Refusal | undefined {
  for (const field of ['name', 'address'] as const)
    if (recipient[field] === '') return { kind: 'refused', field, code: 'required' }
  const isKnown = before.recipients.some(({ address }) => address === recipient.address)
  if (!isKnown && before.recipients.length >= MOST_RECIPIENTS)
    return { kind: 'refused', field: 'address', code: 'too-many' }
  if (isRecipient(recipient)) return undefined
  return { kind: 'refused', field: isRecipient({ ...recipient, name: 'x' }) ? 'name' : 'address', code: 'wrong' }
}

function serverChange(before: Contacts, input: MailServerInput): Change | Refusal | undefined {
  const [host, user, from] = [input.host.trim(), input.user.trim(), input.from.trim()]
  const certificate = input.certificate.trim()
  if (host === '') return { kind: 'refused', field: 'host', code: 'required' }
  if (from === '') return { kind: 'refused', field: 'from', code: 'required' }
  const port = input.port.trim() === '' ? PORTS[input.security] : Number(input.port.trim())
  const mail: MailServer = {
    host,
    port,
    security: input.security,
    from,
    ...(user === '' ? {} : { user }),
    ...(certificate === '' ? {} : { certificate: `${certificate}\n` }),
  }
  const password = passwordFor(before, mail, input.password)
  if (password === 'again')
    return { kind: 'refused', field: 'password', code: before.secrets.password ? 'again' : 'required' }
  const { password: _, ...others } = before.secrets
  const secrets = password === undefined ? others : { ...others, password }
  const contacts = { ...before, mail, secrets }
  const wrong = mailFieldWrong(contacts)
  if (wrong !== undefined) return { kind: 'refused', field: wrong, code: 'wrong' }
  const isOther = !isDeepStrictEqual(before.mail, mail)
  const isOtherPassword = before.secrets.password !== password
  if (!isOther && !isOtherPassword) return undefined
  const codes = [...(isOther ? ['mail'] : []), ...(isOtherPassword ? ['password'] : [])]
  return { contacts, codes, lost: before.mail !== undefined && isOther }
}

/**
 * The password that goes with a server. One that is kept goes only where it went before: else whoever holds a session for a
 * minute would have it sent to a server of theirs.
 */
function passwordFor({ mail: before, secrets }: Contacts, mail: MailServer, typed: string): string | undefined {
  if (mail.user === undefined) return undefined
  if (typed !== '') return typed
  const goes = ({ host, port, security, user, certificate }: MailServer) =>
    JSON.stringify([host, port, security, user, certificate])
  return before && secrets.password !== undefined && goes(before) === goes(mail) ? secrets.password : 'again'
}

async function notices({ bell, vault }: Institution, viewer: Viewer): Promise<Notices> {
  demand(viewer, 'manage-settings')
  const { mail, recipients, secrets } = await bell.contacts()
  const { open, troubled, lastTest } = await bell.state()
  const places = (await vault.otherPlaces.list()).map(({ id, name }) => [id, name] as const)
  const names = new Map([...(await vault.sources()).map(({ id, name }) => [id, name] as const), ...places])
  return withoutUndefined({
    mail: mail && withoutUndefined({ ...mail, hasPassword: secrets.password !== undefined }),
    recipients,
    webhook: secrets.webhook && new URL(secrets.webhook.url).host,
    open: open.map((alarm) => openNotice(alarm, names)),
    troubled: troubled.map(({ to, reason, at }) => ({ to: shown(to), reason: reason ?? 'failed', atMs: at })),
    test: lastTest && { atMs: lastTest.at, results: lastTest.deliveries.map(resultOf) },
  })
}

function openNotice({ code, about, figures }: Alarm, names: ReadonlyMap<string, string>): OpenNotice {
  const [ja, en] = [alarmWords(code, 'ja'), alarmWords(code, 'en')]
  return withoutUndefined({
    about,
    name: about === undefined ? undefined : names.get(about) || undefined,
    isUrgent: ALARMS[code] === 'urgent',
    what: { ja: ja.what, en: en.what },
    next: { ja: ja.next, en: en.next },
    sinceMs: figures.sinceMs,
  })
}

function resultOf({ to, outcome, reason }: Delivery): { to: string; reason?: NoticeReason } {
  return { to: shown(to), ...(outcome === 'sent' ? {} : { reason: reason ?? 'failed' }) }
}

/** `mail:…` and `webhook:host#fingerprint` as people read them. */
const shown = (to: string): string => to.replace(/^(mail|webhook):/, '').replace(/#[0-9a-f]{8}$/, '')
