/** The port through which a message leaves the house. */
import type { Message } from './message.ts'

/** What became of a message for one recipient. `later`: worth another try. `refused`: not until somebody changes something. */
export type Outcome = 'sent' | 'later' | 'refused'

/** Codes, not the other side's words: those are free text of a stranger. */
export const DELIVERY_REASONS = [
  'unreachable',
  'timeout',
  'tls',
  'sign-in',
  'busy',
  'refused',
  'redirect',
  /** An address of this machine itself. */
  'own-address',
  'failed',
] as const
export type DeliveryReason = (typeof DELIVERY_REASONS)[number]

export interface Delivery {
  /** One of the notifier's recipients. */
  readonly to: string
  readonly outcome: Outcome
  readonly reason?: DeliveryReason
  /** SMTP reply or HTTP status. */
  readonly status?: number
}

export interface Notifier {
  /** Names of those it can send to: `mail:…` or `webhook:…`, without secrets. */
  readonly recipients: readonly string[]
  /**
   * Sends to all, or to those named. Never throws; one who is refused loses nobody else. At least once: where the answer is
   * lost, the outcome is `later` though it may have arrived; the same message carries the same id then.
   */
  send(message: Message, to?: readonly string[]): Promise<Delivery[]>
}

/** Several as one. */
export function joinNotifiers(notifiers: readonly Notifier[]): Notifier {
  return {
    recipients: notifiers.flatMap((notifier) => notifier.recipients),
    async send(message, to) {
      const wanted = (notifier: Notifier) => notifier.recipients.filter((one) => to?.includes(one) ?? true)
      const busy = notifiers.filter((notifier) => wanted(notifier).length > 0)
      return (await Promise.all(busy.map((notifier) => notifier.send(message, wanted(notifier))))).flat()
    },
  }
}
