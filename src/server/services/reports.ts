/** Reports and notices: facts of the case, files of three kinds, versions that stay. */
import { join } from 'node:path'
import { AppError } from '#base'
import { factsOf, FILE_KINDS, type FileKind, reportsOf } from '#notification'
import { docxOf, fillTemplate, readTemplate, type OfficeDocument, xlsxOfDocument } from '#office'
import { drawPages } from '#reading'
import { documentPages } from '#sheets'
import { INSIDE } from '#vault'
import { MESSAGES, type ReportService, type Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { READING_KEYS } from '../keys.ts'
import { readingOf } from './viewers.ts'

export function reportService(institution: Institution): ReportService {
  const { incidents, notifications, improvements, vault, folder } = institution
  const keyOf = (viewer: Viewer) => readingOf(viewer)?.key(READING_KEYS.patientSubject)
  const demandKey = (viewer: Viewer) => {
    const key = keyOf(viewer)
    if (!key) throw new AppError('NOTIFICATION_SEALED')
    return key
  }
  const writer = ({ personId, displayName, profession }: Viewer) => ({ id: personId, name: displayName, profession })
  const draw = async (document: OfficeDocument, kind: FileKind, by: string): Promise<Uint8Array> => {
    if (kind === 'docx') return docxOf(document)
    if (kind === 'xlsx') return xlsxOfDocument(document)
    const pages = documentPages(document, { what: document.footer ?? document.title, by })
    const { title, language } = document
    const { bytes } = await drawPages(
      pages,
      { title, language, missingNotice: MESSAGES[language].printing.missingGlyphs },
      join(folder.path, INSIDE.fonts),
    )
    return bytes
  }
  return {
    draw,
    async get(viewer, incident) {
      const key = keyOf(viewer)
      const one = await incidents.get(incident, key)
      if (!one) return undefined
      const institutionName = (await vault.setting('name')) ?? folder.info.institution
      const ground = {
        one,
        institution: institutionName,
        improvements: await improvements.list(`incident:${one.id}`),
      }
      const reports = reportsOf(one, factsOf(ground), await notifications.entries(one.id, key))
      return { incident: one.id, isReadable: key !== undefined, institution: institutionName, reports }
    },
    async overrule(viewer, incident, input) {
      demandKey(viewer)
      await notifications.overrule(incident, input, writer(viewer))
    },
    async send(viewer, incident, input, document) {
      demandKey(viewer)
      const drawn = await Promise.all(FILE_KINDS.map((kind) => draw(document, kind, viewer.displayName)))
      const [docx, xlsx, pdf] = drawn as [Uint8Array, Uint8Array, Uint8Array]
      await notifications.send(incident, { ...input, files: { docx, xlsx, pdf } }, writer(viewer))
    },
    async template(viewer, form) {
      const key = keyOf(viewer)
      return key && notifications.template(form, key)
    },
    async saveTemplate(viewer, form, file) {
      demandKey(viewer)
      readTemplate(file.bytes)
      await notifications.saveTemplate(form, file, writer(viewer))
    },
    async fill(viewer, form, values) {
      const key = demandKey(viewer)
      const template = await notifications.template(form, key)
      const bytes = template && (await notifications.templateBytes(template, key))
      return bytes && { ...fillTemplate(bytes, values, template.cells), kind: readTemplate(bytes).kind }
    },
    sent: (viewer, incident, sha256) => notifications.file(incident, sha256, demandKey(viewer)),
  }
}
