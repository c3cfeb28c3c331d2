export { alarmKey, ALARMS, alarmSchema } from './alarms.ts'
export type { Alarm, AlarmCode, AlarmInput, Figures, Severity } from './alarms.ts'
export { AlarmBook } from './book.ts'
export type { BookParts, WeekFigures } from './book.ts'
export { contactsNotifier } from './contacts.ts'
export { mailNotifier, mailSchema } from './mail.ts'
export type { MailConfig, MailOptions } from './mail.ts'
export {
  alarmMessage,
  alarmWords,
  digestMessage,
  lightsSchema,
  senderSchema,
  testMessage,
  weekWords,
  worstOf,
} from './message.ts'
export type { DigestFigures, Language, LedgerCheckpoint, Message, Sender, WeekLights } from './message.ts'
export { joinNotifiers } from './notifier.ts'
export type { Delivery, DeliveryReason, Notifier, Outcome } from './notifier.ts'
export { fileStore } from './store.ts'
export type { AlarmStore } from './store.ts'
export { webhookNotifier, webhookSchema } from './webhook.ts'
export type { WebhookOptions } from './webhook.ts'
