import type { RoleCard } from '#governance'
import type { DoorView } from './incident-ports.ts'

/** Sheets for the wall and the box as PDF, in Japanese. What they may show was decided by who asks. */
export interface CardService {
  /** One page of A4, whatever the registers hold. */
  fiveMinutes(door: DoorView): Promise<Uint8Array>
  /** One page for each card, or more where many are to be called. */
  roles(cards: readonly RoleCard[]): Promise<Uint8Array>
}
