/** A signed POST to a system of the clinic's: chat, telephone gateway, monitoring. */
import { createHash, createHmac } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { AppError, type Clock, systemClock } from '#base'
import type { Message } from './message.ts'
import type { Delivery, DeliveryReason, Notifier } from './notifier.ts'

export const webhookSchema = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).max(2000),
    /** Shared with the receiver; at least as long as the hash is wide. */
    secret: z.string().min(32).max(1000),
    /** Allows http: what is sent can then be read and held back on the way. */
    inTheClear: z.boolean().default(false),
  })
  .refine(({ url, inTheClear }) => inTheClear || url.startsWith('https:'), { message: 'https', path: ['url'] })
  .refine(({ url }) => !/^https?:\/\/[^/?#]*@/i.test(url), { message: 'no password', path: ['url'] })

export interface WebhookOptions {
  readonly clock?: Clock
  readonly timeoutMs?: number
  /**
   * Sends nowhere on this machine and to no link-local address (where clouds hand out credentials). For an address that is
   * typed on a screen: whoever administers Toride is not whoever administers its host.
   */
  readonly awayOnly?: boolean
}

const TIMEOUT_MS = 10_000

/**
 * The body is JSON. `Toride-Signature: t=SECONDS,v1=HEX` with HEX = HMAC-SHA256(secret, `SECONDS.BODY`): the receiver
 * compares it and refuses an old time. `Toride-Delivery` is the same for the same message. Redirects are not followed.
 * @throws BASE_CONFIG_INVALID
 */
export function webhookNotifier(input: unknown, options: WebhookOptions = {}): Notifier {
  const { clock = systemClock, timeoutMs = TIMEOUT_MS, awayOnly = false } = options
  const parsed = webhookSchema.safeParse(input)
  // Without the values: address and secret both open something.
  if (!parsed.success)
    throw new AppError('BASE_CONFIG_INVALID', {
      detail: `webhook: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`,
    })
  const { url, secret } = parsed.data
  // The path of an address may be a secret itself: people see host and a fingerprint.
  const recipient = `webhook:${new URL(url).host}#${sha256(url).slice(0, 8)}`
  const deliver = async (message: Message): Promise<Delivery> => {
    if (awayOnly && (await isOwnAddress(new URL(url).hostname)))
      return { to: recipient, outcome: 'refused', reason: 'own-address' }
    const body = JSON.stringify({
      key: message.key,
      severity: message.severity,
      subject: message.subject,
      text: message.text,
      ...(message.attachment && { attachment: message.attachment }),
    })
    const seconds = Math.floor(clock.now() / 1000)
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'toride-signature': `t=${seconds},v1=${signature}`,
          'toride-delivery': sha256(body).slice(0, 40),
        },
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      })
      // Nothing of the answer is read but its status.
      await response.body?.cancel()
      return { to: recipient, ...outcomeOf(response.status) }
    } catch (error) {
      return { to: recipient, outcome: 'later', reason: reasonOf(error) }
    }
  }
  return {
    recipients: [recipient],
    send: async (message, to = [recipient]) => (to.includes(recipient) ? [await deliver(message)] : []),
  }
}

const OWN = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  OWN.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  OWN.addSubnet(network, bits, 'ipv6')

/** A name that does not resolve is none: sending to it says why. */
async function isOwnAddress(host: string): Promise<boolean> {
  const bare = host.replace(/^\[|\]$/g, '')
  const found = isIP(bare) ? [{ address: bare }] : await lookup(bare, { all: true }).catch(() => [])
  return found.some(({ address }) => OWN.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Statuses that ask for another try although they name the sender's fault. */
const TRY_AGAIN = new Set([408, 425, 429])

function outcomeOf(status: number): Omit<Delivery, 'to'> {
  if (status >= 200 && status < 300) return { outcome: 'sent', status }
  if (status >= 500 || TRY_AGAIN.has(status)) return { outcome: 'later', reason: 'busy', status }
  return { outcome: 'refused', reason: status >= 300 && status < 400 ? 'redirect' : 'refused', status }
}

function reasonOf(error: unknown): DeliveryReason {
  if ((error as Error).name === 'TimeoutError') return 'timeout'
  const code = String((error as { cause?: { code?: string } }).cause?.code)
  return /CERT|SELF_SIGNED|ALTNAME|SSL|TLS|UNABLE_TO_VERIFY/.test(code) ? 'tls' : 'unreachable'
}
