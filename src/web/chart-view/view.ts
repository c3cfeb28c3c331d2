/**
 * What the chart view needs beside the chart. Everything in this folder is a pure function from data to markup: no
 * server, no disk, no state, so that the station and an edition's browser script render the same code.
 */
import type { EpochMs } from '#base'
import type { Sensitivity } from '#chart'
import type { Format } from '../format.ts'
import type { ShownDocument } from './document.tsx'
import type { ChartMessages, Messages } from '../messages/index.ts'

export interface ChartView {
  readonly t: ChartMessages
  readonly words: Messages
  readonly f: Format
  readonly nowMs: EpochMs
  /** Shows under each item the file that it comes from. */
  readonly showOrigins: boolean
  /** All dates of the laboratory and vitals tables instead of the newest few. */
  readonly allColumns: boolean
  /** Where a document's file opens; undefined where it is not at hand. Absent where documents cannot be opened (paper). */
  documentHref?(path: string): string | undefined
  /** What is not in this part though the source has it (older than an edition's period); absent: nothing was cut. */
  partNote?(part: string): string | undefined
  /** Documents shown inside the chart; absent on paper and where they open by themselves only. */
  readonly inPlace?: {
    /** Names the document in the page, for the address. */
    id(path: string): string
    /** Shows this document, or none where it is shown already. */
    href(path: string): string
    /** The one that is shown now. */
    readonly shown?: { readonly path: string; readonly document: ShownDocument }
  }
  /** Where a reason can be given, and what it opens for this reader; absent on paper and where nothing is left to open. */
  readonly byReason?: { readonly href: string; readonly opens: ReadonlySet<Sensitivity> }
}

export { dateWords, statusWords } from '#sheets'
