/** Reports and notices of an incident as the screens need them; on server and emergency PC alike. */
import type { OfficeDocument } from '#office/model'
import type { FileKind, FormCode, OverruleInput, ReportNow, SendInput, TemplateFile } from '#notification'
import type { Viewer } from './ports.ts'

export interface ReportsView {
  readonly incident: string
  /** False: names and free text stay sealed for this viewer, and nothing is sent. */
  readonly isReadable: boolean
  /** What improvements there are is not known there. */
  readonly isStation: boolean
  readonly institution: string
  readonly reports: readonly ReportNow[]
}

export interface DrawnBy {
  /** Who had it made, at the foot of the PDF. */
  readonly by: string
  /** What the sheet says of characters that no font has. */
  readonly missingNotice: (characters: string) => string
  /** 見本, where the house is the sample: on every page of every file. */
  readonly sample?: string
}

export interface ReportService {
  get(viewer: Viewer, incident: string): Promise<ReportsView | undefined>
  /** @throws NOTIFICATION_SEALED */
  overrule(viewer: Viewer, incident: string, input: OverruleInput): Promise<void>
  /** @throws NOTIFICATION_CHANGED, NOTIFICATION_SEALED */
  send(
    viewer: Viewer,
    incident: string,
    input: Omit<SendInput, 'files'>,
    document: OfficeDocument,
    drawn: DrawnBy,
  ): Promise<void>
  draw(document: OfficeDocument, kind: FileKind, drawn: DrawnBy): Promise<Uint8Array>
  template(viewer: Viewer, form: FormCode): Promise<TemplateFile | undefined>
  /** @throws OFFICE_TEMPLATE_REFUSED, NOTIFICATION_SEALED */
  saveTemplate(
    viewer: Viewer,
    form: FormCode,
    file: { readonly name: string; readonly bytes: Uint8Array; readonly cells: TemplateFile['cells'] },
  ): Promise<void>
  /** The authority's form filled; `notFilled`: addresses where no cell is, or a formula. */
  fill(
    viewer: Viewer,
    form: FormCode,
    values: Readonly<Record<string, string>>,
  ): Promise<{ bytes: Uint8Array; kind: 'docx' | 'xlsx'; notFilled: readonly string[] } | undefined>
  /** As it went out. */
  sent(viewer: Viewer, incident: string, sha256: string): Promise<Uint8Array | undefined>
}
