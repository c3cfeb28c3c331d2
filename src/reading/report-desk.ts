/** Reports and notices of a case as the screens ask for them, for server and emergency PC alike: facts, files, versions that stay. */
import { AppError } from '#base'
import type { IncidentCase, Improvement, Incidents } from '#incident'
import { factsOf, FILE_KINDS, type FileKind, type Notifications, reportsOf } from '#notification'
import type { OfficeDocument } from '#office'
import { documentPages } from '#sheets'
import type { DrawnBy, ReportService, Viewer } from '#web'
import { drawPages } from './draw-pages.ts'

export interface ReportHouse {
  readonly incidents: Pick<Incidents, 'get'>
  readonly notifications: Notifications
  readonly isStation: boolean
  readonly readingKey: (viewer: Viewer) => Uint8Array | undefined
  readonly institution: () => Promise<string>
  readonly improvements: (one: IncidentCase) => Promise<readonly Improvement[]>
  /** The institution's own fonts (外字); absent: none. */
  readonly fontsFolder?: string
  /** Where the disk is full the room kept back is given up. */
  readonly spend: <T>(work: () => Promise<T>) => Promise<T>
}

/** Of a form of an authority: as large as what an exchange with an emergency PC carries. */
const MOST_TEMPLATE_BYTES = 10 * 1024 * 1024

export function reportDesk(house: ReportHouse): ReportService {
  const { incidents, notifications, spend } = house
  const demandKey = (viewer: Viewer) => {
    const key = house.readingKey(viewer)
    if (!key) throw new AppError('NOTIFICATION_SEALED')
    return key
  }
  const writer = ({ personId, displayName, profession }: Viewer) => ({ id: personId, name: displayName, profession })

  async function draw(given: OfficeDocument, kind: FileKind, drawn: DrawnBy): Promise<Uint8Array> {
    const { by, missingNotice, sample } = drawn
    const header = [sample, given.header].filter(Boolean).join('\u3000')
    const document = kind === 'pdf' || !sample ? given : { ...given, header }
    // Loaded when somebody asks: an emergency PC starts without it.
    if (kind === 'docx') return (await import('#office')).docxOf(document)
    if (kind === 'xlsx') return (await import('#office')).xlsxOfDocument(document)
    const foot = { ...(sample && { sample }), what: document.footer ?? document.title, by }
    const pages = documentPages(document, foot)
    const { title, language } = document
    return (await drawPages(pages, { title, language, missingNotice }, house.fontsFolder)).bytes
  }

  return {
    draw,
    async get(viewer, incident) {
      const key = house.readingKey(viewer)
      const one = await incidents.get(incident, key)
      if (!one) return undefined
      const [institution, improvements] = await Promise.all([house.institution(), house.improvements(one)])
      const facts = factsOf({ one, institution, improvements })
      const reports = reportsOf(one, facts, await notifications.entries(one.id, key))
      return { incident: one.id, isReadable: key !== undefined, isStation: house.isStation, institution, reports }
    },
    async overrule(viewer, incident, input) {
      demandKey(viewer)
      await spend(() => notifications.overrule(incident, input, writer(viewer)))
    },
    async send(viewer, incident, input, document, drawn) {
      demandKey(viewer)
      const [docx, xlsx, pdf] = (await Promise.all(FILE_KINDS.map((kind) => draw(document, kind, drawn)))) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ]
      await spend(() => notifications.send(incident, { ...input, files: { docx, xlsx, pdf } }, writer(viewer)))
    },
    async template(viewer, form) {
      const key = house.readingKey(viewer)
      return key && notifications.template(form, key)
    },
    async saveTemplate(viewer, form, file) {
      demandKey(viewer)
      if (file.bytes.length > MOST_TEMPLATE_BYTES)
        throw new AppError('OFFICE_TEMPLATE_REFUSED', { detail: 'too large' })
      const { readTemplate } = await import('#office')
      readTemplate(file.bytes)
      await spend(() => notifications.saveTemplate(form, file, writer(viewer)))
    },
    async fill(viewer, form, values) {
      const key = demandKey(viewer)
      const template = await notifications.template(form, key)
      const bytes = template && (await notifications.templateBytes(template, key))
      if (!bytes) return undefined
      const { fillTemplate, readTemplate } = await import('#office')
      return { ...fillTemplate(bytes, values, template.cells), kind: readTemplate(bytes).kind }
    },
    sent: (viewer, incident, sha256) => notifications.file(incident, sha256, demandKey(viewer)),
  }
}
