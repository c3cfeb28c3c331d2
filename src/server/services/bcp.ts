/** The continuity plan bound to one institution. */
import { AppError } from '#base'
import {
  type Draft,
  type Live,
  type Order,
  ORDERS,
  progressOf,
  questionsOf,
  SECTIONS,
  sectionsOf,
  type Version,
} from '#bcp'
import { docxOf, type OfficeDocument } from '#office'
import { type BcpService, type BcpView, FORMATS, MESSAGES, type Viewer } from '#web'
import { planDocument, type PlanDocument } from '../bcp/document.ts'
import { compared, staleOf, withoutPrivate } from '../bcp/changes.ts'
import { liveTable, planFacts } from '../bcp/facts.ts'
import { binderPaper, printBinder } from '../bcp/print-binder.ts'
import { houseName, planState } from '../bcp/state.ts'
import type { Institution } from '../institution.ts'
import { paperPdf } from '../paper-pdf.ts'
import { demand } from './viewers.ts'

export function bcpService(institution: Institution): BcpService {
  const { plans, ledger, registers } = institution
  const note = (viewer: Viewer, ...changes: string[]) =>
    ledger.append({ type: 'settings.changed', actor: `person:${viewer.personId}`, data: { area: 'bcp', changes } })
  const shown = async (version: Version, viewer: Viewer): Promise<OfficeDocument> =>
    viewer.can.has('manage-backup') || version.hidesPrivate
      ? (JSON.parse(version.document) as OfficeDocument)
      : withoutPrivate(version, await registers.list('person'))
  const made = async (draft: Draft): Promise<PlanDocument | undefined> =>
    draft.kind && planDocument(await houseName(institution), draft.kind, draft, await planFacts(institution, draft))

  return {
    async view(viewer, language): Promise<BcpView> {
      const draft = await plans.draft()
      const { facts, versions, now, stale, reviewDue, binder } = await planState(institution)
      const [newest] = versions
      const t = MESSAGES[language]
      const format = FORMATS[language]
      const words = { t, dateOf: (ms: number) => format.fullDate(ms), isPrivateShown: viewer.can.has('manage-backup') }
      const lives = new Set<Live>(SECTIONS.flatMap(({ live }) => live))
      return {
        kind: draft.kind,
        draft,
        progress: draft.kind && progressOf(draft.kind, draft),
        versions: versions.map(({ number, approvedAt, approvedBy, hash }) => ({
          number,
          approvedAt,
          approvedBy,
          hash,
        })),
        changed: stale,
        stale:
          newest && now ? await staleOf(institution, await shown(newest, viewer), now, stale, newest.approvedAt) : [],
        binder,
        live: Object.fromEntries([...lives].map((live) => [live, liveTable(live, facts, draft, words)])),
        reviewDue,
        systems: facts.bia,
      }
    },

    async setKind(viewer, kind) {
      demand(viewer, 'manage-backup')
      await plans.change((draft) => ({ ...draft, kind }))
      await note(viewer, 'kind')
    },

    async answer(viewer, answers) {
      demand(viewer, 'manage-backup')
      const { kind } = await plans.draft()
      const known = new Set(
        kind && sectionsOf(kind).flatMap((section) => questionsOf(section, kind).map(({ key }) => key)),
      )
      const given = Object.entries(answers).filter(([key]) => known.has(key))
      await plans.change((draft) => ({ ...draft, answers: { ...draft.answers, ...Object.fromEntries(given) } }))
      if (given.length > 0) await note(viewer, ...given.map(([key]) => key))
    },

    async setOrder(viewer, order: Order, codes) {
      demand(viewer, 'manage-backup')
      const known = codes.filter((code) => ORDERS[order].includes(code))
      await plans.change((draft) => ({ ...draft, orders: { ...draft.orders, [order]: known } }))
      await note(viewer, `order-${order}`)
    },

    async setBia(viewer, bia) {
      demand(viewer, 'manage-backup')
      await plans.change((draft) => ({ ...draft, bia }))
      await note(viewer, 'bia')
    },

    async approve(viewer, approver) {
      demand(viewer, 'manage-backup')
      const plan = await made(await plans.draft())
      if (!plan) throw new AppError('BASE_BUG', { detail: 'a plan of no kind' })
      const document = JSON.stringify(plan.document)
      const version = await plans.approve(
        { document, sections: plan.sections, approvedBy: approver },
        async ({ number, hash }) =>
          void (await ledger.append({
            type: 'bcp.approved',
            actor: `person:${viewer.personId}`,
            data: { version: number, document: hash },
          })),
      )
      return version?.number
    },

    async compare(viewer, from, to) {
      const old = await plans.version(from)
      const later = to === undefined ? undefined : await plans.version(to)
      const now = to === undefined ? (await made(await plans.draft()))?.document : later && (await shown(later, viewer))
      return old && now && { from, to, sections: compared(await shown(old, viewer), now) }
    },

    printBinder(viewer) {
      demand(viewer, 'manage-backup')
      return printBinder(institution, viewer)
    },

    // Numbers at home are in it.
    async binderFile(viewer) {
      demand(viewer, 'manage-backup')
      return (await binderPaper(institution))?.bytes
    },

    async file(viewer, format, number) {
      const version = number === undefined ? undefined : await plans.version(number)
      if (number !== undefined && !version) return undefined
      const draft = version ? undefined : await made(await plans.draft())
      const document = version ? await shown(version, viewer) : draft?.document
      if (!document) return undefined
      const t = MESSAGES.ja.bcp
      const state = version
        ? `${t.version(String(version.number))} ${t.approvedOn(FORMATS.ja.fullDate(version.approvedAt), version.approvedBy)} ${version.hash.slice(0, 16)}`
        : t.draftMark
      if (format === 'docx') return docxOf({ ...document, footer: state })
      return paperPdf(institution, document, { what: t.title, by: state })
    },
  }
}
