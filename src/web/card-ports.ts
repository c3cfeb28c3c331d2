import type { CallNode, RoleCard } from '#governance'
import type { Language } from './format.ts'
import type { DoorView } from './incident-ports.ts'

/** Sheets for the wall and the box as PDF, in the language of who asks. What they may show was decided by who asks. */
export interface CardService {
  /** One page of A4, whatever the registers hold. */
  fiveMinutes(door: DoorView, language: Language): Promise<Uint8Array>
  /** One page for each card, or more where many are to be called. */
  roles(cards: readonly RoleCard[], language: Language): Promise<Uint8Array>
  /** 連絡網 as a picture, with the table to tick off behind it. */
  contactTree(root: CallNode, language: Language): Promise<Uint8Array>
}
