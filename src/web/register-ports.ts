import type { Problem, Register, RegisterEntry, Values } from '#governance'
import type { Viewer } from './ports.ts'

/** People, vendors, contacts, connections, supplies. Private fields are '' for who does not keep the registers. */
export interface RegisterService {
  list(viewer: Viewer, register: Register): Promise<readonly RegisterEntry[]>
  /** @returns problems by field, none where it was kept; an entry of the same name is told as `name-taken` */
  save(
    viewer: Viewer,
    register: Register,
    id: string | undefined,
    values: Values,
  ): Promise<Readonly<Record<string, Problem | 'name-taken'>>>
  remove(viewer: Viewer, id: string): Promise<void>
  /** Somebody called, looked or counted. */
  check(viewer: Viewer, id: string): Promise<void>
  /** Enters the usual contacts that are not there yet, each marked as unverified. @returns how many */
  propose(viewer: Viewer): Promise<number>
}
