/**
 * Mail by SMTP. One mail per recipient: nobody sees the others, and a 550 or a greylisting of one says nothing of the rest.
 * Without TLS only where it is told so, and then without a password.
 */
import { createHash, X509Certificate } from 'node:crypto'
import type { ConnectionOptions } from 'node:tls'
import { createTransport } from 'nodemailer'
import { z } from 'zod'
import { AppError, type Clock, systemClock } from '#base'
import type { Message } from './message.ts'
import type { Delivery, DeliveryReason, Notifier } from './notifier.ts'

const address = z.email().max(254)
const pem = z.string().startsWith('-----BEGIN CERTIFICATE-----').max(100_000)

export const mailSchema = z
  .strictObject({
    host: z.hostname().or(z.ipv4()).or(z.ipv6()),
    port: z.int().min(1).max(65_535),
    /** `tls`: from the first byte (465). `starttls`: refused where the server does not offer it. `none`: in the clear. */
    security: z.enum(['tls', 'starttls', 'none']),
    /** Instead of the system's authorities: one of the clinic's own, or exactly this certificate whatever name it bears. */
    trust: z.union([z.strictObject({ ca: pem }), z.strictObject({ certificate: pem })]).optional(),
    login: z.strictObject({ user: z.string().min(1).max(254), password: z.string().min(1).max(1000) }).optional(),
    from: address,
    to: z.array(address).min(1).max(20),
  })
  .refine(({ security, login }) => security !== 'none' || login === undefined, {
    message: 'a password is never sent in the clear',
    path: ['login'],
  })
export type MailConfig = Readonly<z.infer<typeof mailSchema>>

export interface MailOptions {
  readonly clock?: Clock
  /** For one mail, from the first packet to the last answer: a server that drips bytes does not hold an alarm up. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 60_000

/** @throws BASE_CONFIG_INVALID */
export function mailNotifier(
  input: unknown,
  { clock = systemClock, timeoutMs = TIMEOUT_MS }: MailOptions = {},
): Notifier {
  const config = parse(input)
  const transport = createTransport({
    host: config.host,
    port: config.port,
    secure: config.security === 'tls',
    requireTLS: config.security === 'starttls',
    ignoreTLS: config.security === 'none',
    tls: tlsOptions(config),
    ...(config.login && { auth: { user: config.login.user, pass: config.login.password } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const deliver = async (to: string, message: Message): Promise<Delivery> => {
    const mail = to.slice('mail:'.length)
    try {
      await transport.sendMail({
        from: config.from,
        to: { name: '', address: mail },
        envelope: { from: config.from, to: [mail] },
        subject: message.subject,
        text: message.text,
        ...(message.attachment && { attachments: [attached(message.attachment)] }),
        date: new Date(clock.now()),
        messageId: messageId(config, mail, message),
        priority: message.severity === 'urgent' ? 'high' : 'normal',
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { to, outcome: 'sent' }
    } catch (error) {
      return { to, ...failure(error as SmtpError) }
    }
  }
  const recipients = [...new Set(config.to)].map((mail) => `mail:${mail}`)
  return {
    recipients,
    send: (message, to = recipients) =>
      Promise.all(recipients.filter((one) => to.includes(one)).map((one) => deliver(one, message))),
  }
}

/** In base64: a signature holds for every byte, and mail servers turn lines. */
function attached({ name, text }: { readonly name: string; readonly text: string }) {
  return { filename: name, content: Buffer.from(text), contentType: 'text/plain; charset=utf-8', encoding: 'base64' }
}

function parse(input: unknown): MailConfig {
  const parsed = mailSchema.safeParse(input)
  if (parsed.success) return parsed.data
  // Without the values: one of them is a password.
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`)
  throw new AppError('BASE_CONFIG_INVALID', { detail: `mail: ${where.join(', ')}` })
}

function tlsOptions({ trust }: MailConfig): ConnectionOptions {
  const base = { minVersion: 'TLSv1.2', rejectUnauthorized: true } as const
  if (trust === undefined) return base
  if ('ca' in trust) return { ...base, ca: trust.ca }
  const pinned = new X509Certificate(trust.certificate).fingerprint256
  return {
    ...base,
    ca: trust.certificate,
    allowPartialTrustChain: true,
    // Called after the chain was found good; the name is of no matter, since the certificate is known.
    checkServerIdentity: (_, { fingerprint256 }) =>
      fingerprint256 === pinned ? undefined : new Error('another certificate than the pinned one'),
  }
}

/** The same message to the same person bears the same id: who gets it twice can tell. */
function messageId({ from }: MailConfig, to: string, { subject, text, attachment }: Message): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([to, subject, text, ...(attachment ? [attachment.text] : [])]))
    .digest('hex')
  return `<${hash.slice(0, 40)}@${from.slice(from.lastIndexOf('@') + 1)}>`
}

interface SmtpError {
  readonly code?: string
  readonly responseCode?: number
}

const REASONS: Readonly<Record<string, DeliveryReason>> = {
  ECONNECTION: 'unreachable',
  ESOCKET: 'unreachable',
  EDNS: 'unreachable',
  ETIMEDOUT: 'timeout',
  EABORT: 'timeout',
  ETLS: 'tls',
  EAUTH: 'sign-in',
}

/** A 5xx about the mail itself is final. One about TLS or sign-in is not: an alarm outlives a wrong password. */
function failure(error: SmtpError): Omit<Delivery, 'to'> {
  const { code = '', responseCode: status } = error
  const about = status === undefined ? {} : { status }
  const reason = isCertificateTrouble(error) ? 'tls' : REASONS[code]
  if (reason === 'tls' || reason === 'sign-in' || status === undefined)
    return { outcome: 'later', reason: reason ?? 'failed', ...about }
  return status >= 500
    ? { outcome: 'refused', reason: 'refused', status }
    : { outcome: 'later', reason: 'busy', status }
}

/** Node's own codes of certificates, which arrive under ESOCKET or as they are. */
function isCertificateTrouble(error: SmtpError & { cause?: SmtpError; message?: string }): boolean {
  const text = [error.code, error.cause?.code, error.message].join(' ')
  return /CERT|SELF.SIGNED|ALTNAME|UNABLE_TO_VERIFY|certificate|SSL|TLS/i.test(text)
}
