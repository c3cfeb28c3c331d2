/** What every page function gets beside its read model: words, formats, the time, who looks, and the marks of the frame. */
import type { Clock, EpochMs } from '#base'
import { FORMATS, type Format, type Language } from './format.ts'
import { MESSAGES, type Messages } from './messages/index.ts'
import type { EmergencyMark } from './incident-ports.ts'
import type { Viewer } from './ports.ts'

interface Institution {
  readonly name: string
  readonly sample: boolean
  /** Backups stand still; what is looked at is written into the room kept back. */
  readonly diskFull?: boolean
  /** Emergency PC: its name. It has a menu of its own, and nobody has an account. */
  readonly station?: string
  readonly supportName?: string
  readonly supportPhone?: string
  readonly emergency?: EmergencyMark
}

interface Assets {
  readonly stylesheet: string
  readonly script: string
}

export interface Ui {
  readonly t: Messages
  readonly f: Format
  readonly nowMs: EpochMs
  /** Path with query of this page, for the language switch and for marking the menu. */
  readonly path: string
  readonly viewer: Viewer | undefined
  readonly institution: Institution
  /** Anti-forgery token of this session; every form carries it. */
  readonly csrf: string
  readonly assets: Assets
}

export function createUi(options: Omit<Ui, 't' | 'f' | 'nowMs'> & { language: Language; clock: Clock }): Ui {
  const { language, clock, ...rest } = options
  return { ...rest, t: MESSAGES[language], f: FORMATS[language], nowMs: clock.now() }
}
