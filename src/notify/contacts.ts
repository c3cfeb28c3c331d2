/** Whom a machine of its own tells (Keeper, verifier): `contacts.json` in its folder, with `mail`, `webhook`, or both. */
import { z } from 'zod'
import { mailNotifier } from './mail.ts'
import { joinNotifiers, type Notifier } from './notifier.ts'
import { webhookNotifier } from './webhook.ts'

const contactsSchema = z.strictObject({ mail: z.unknown().optional(), webhook: z.unknown().optional() })

/** @param value what the file holds; undefined: nobody is told @throws ZodError, BASE_CONFIG_INVALID */
export function contactsNotifier(value: unknown): Notifier {
  const { mail, webhook } = contactsSchema.parse(value ?? {})
  return joinNotifiers([
    ...(mail === undefined ? [] : [mailNotifier(mail)]),
    ...(webhook === undefined ? [] : [webhookNotifier(webhook)]),
  ])
}
