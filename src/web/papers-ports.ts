import type { EpochMs } from '#base'
import type { InstitutionKind } from '#bcp'
import type { Department, KnownRange, ManualVersion, SheetStock } from '#downtime'
import type { Viewer } from './ports.ts'

/** For patients, visitors and pharmacies. */
export const KIT_PAPERS = ['door', 'phone', 'pharmacy', 'visitor'] as const
export type KitPaper = (typeof KIT_PAPERS)[number]

/** Services of the state: what to do while one is down. */
export const SERVICE_CARDS = ['eligibility', 'prescription', 'claims'] as const
export type ServiceCard = (typeof SERVICE_CARDS)[number]

/** Which paper: one of the kit, a card, a manual, or all one behind the other. */
export type PaperName = `kit-${KitPaper}` | `card-${ServiceCard}` | `manual-${Department}` | 'stack'

export interface HouseContact {
  readonly phone: string
  readonly fax: string
}

export interface PapersView {
  readonly contact: HouseContact
  /** Undefined: nobody chose it yet, and manuals are those of a small hospital. */
  readonly kind: InstitutionKind | undefined
  readonly manuals: readonly { readonly department: Department; readonly newest: ManualVersion | undefined }[]
  readonly stock: readonly SheetStock[]
  readonly ranges: readonly (KnownRange & { readonly pc: string })[]
  /** When the stack was last put onto discs and emergency PCs. */
  readonly carriedAtMs: EpochMs | undefined
}

export interface ManualView {
  readonly department: Department
  readonly text: string
  /** Newest first; empty while the template stands. */
  readonly versions: readonly ManualVersion[]
}

export interface PapersService {
  view(viewer: Viewer): Promise<PapersView>
  saveContact(viewer: Viewer, contact: HouseContact): Promise<void>
  /** @param lie how many of the form somebody counted */
  count(viewer: Viewer, form: number, lie: number): Promise<void>
  manual(viewer: Viewer, department: Department): Promise<ManualView>
  /** @param seen number of the version that the person had before them; 0: the template */
  saveManual(viewer: Viewer, department: Department, text: string, seen: number): Promise<'saved' | 'same' | 'conflict'>
  /** Undefined for a manual that this kind of house has none of. */
  file(viewer: Viewer, paper: PaperName, format: 'pdf' | 'docx'): Promise<Uint8Array | undefined>
  /** Puts the stack onto every edition and emergency PC, instead of the one before. @returns false where there is no room */
  carry(viewer: Viewer): Promise<boolean>
}
