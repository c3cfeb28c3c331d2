/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- a picture that scrolls sideways must take the focus (WCAG 2.1.1) */
/** Sheets that are made of the registers, to be printed while all is calm: lines to cut, and whom to call. */
import { callTree, CUT_STAGES, phonesOf, type RegisterEntry } from '#governance'
import { treePicture } from '#sheets'
import { SheetPages } from '../chart-view/index.ts'
import { ButtonLink, EmptyState, PageFrame, PageHeading, PrintButton, Section, TextTable } from '../components/index.ts'
import { callRows, callTreeBox } from '../contact-tree.ts'
import type { Ui } from '../ui.ts'
import type { Everything } from './registers.tsx'

/** 線を抜く順番: by stage, each with a box, a time and a name to be written by hand. */
export function CutListPage({ ui, connections }: { ui: Ui; connections: readonly RegisterEntry[] }) {
  const t = ui.t.registers
  return (
    <PageFrame ui={ui} title={t.cutList} across>
      <PageHeading title={t.cutList} lead={t.cutLead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {connections.length === 0 ? <EmptyState title={t.cutEmpty} next={t.cutEmptyNext} /> : null}
      {CUT_STAGES.map((stage, i) => {
        const rows = connections.filter(({ values }) => values['stage'] === stage)
        return rows.length === 0 ? null : (
          <Section title={`${i + 1}. ${t.choice[stage]}`}>
            <TextTable
              nameColumn={1}
              ui={ui}
              caption={t.choice[stage] ?? stage}
              head={[t.sheetDone, t.field.name, t.field.place, t.field.stops, t.field.mayCut, t.sheetTime, t.sheetWho]}
              rows={rows.map(({ values }) => [
                '□',
                values['name']!,
                [values['place'], values['mark']].filter(Boolean).join('／'),
                values['stops'] || '－',
                values['mayCut'] || '－',
                '',
                '',
              ])}
            />
          </Section>
        )
      })}
    </PageFrame>
  )
}

/** 連絡網: people in their order, vendors, authorities. */
export function ContactSheetPage({ ui, all }: { ui: Ui; all: Everything }) {
  const t = ui.t.registers
  const groups = [
    ['person', all.person, ({ values }: RegisterEntry) => words(ui, values['duties'] ?? '', values['post'] ?? '')],
    [
      'vendor',
      all.vendor,
      ({ values }: RegisterEntry) => [values['looksAfter'], values['contract']].filter(Boolean).join('／'),
    ],
    [
      'contact',
      all.contact,
      ({ values }: RegisterEntry) => [values['when'], values['offers']].filter(Boolean).join('／'),
    ],
  ] as const
  const isEmpty = groups.every(([, entries]) => entries.length === 0)
  return (
    <PageFrame ui={ui} title={t.contactSheet} across>
      <PageHeading title={t.contactSheet}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {isEmpty ? <EmptyState title={t.contactEmpty} next={t.contactEmptyNext} /> : null}
      {groups.map(([register, entries, about]) =>
        entries.length === 0 ? null : (
          <Section title={t.names[register]}>
            <TextTable
              nameColumn={1}
              ui={ui}
              caption={t.names[register]}
              head={[t.sheetDone, t.field.name, t.field.phone, t.state, t.sheetAbout, t.sheetTime]}
              rows={entries.map((entry) => [
                '□',
                entry.values['name']!,
                phonesOf(entry.values) || '－',
                entry.unverified ? `▲ ${t.unverified}` : '',
                about(entry),
                '',
              ])}
            />
          </Section>
        ),
      )}
    </PageFrame>
  )
}

/** 連絡網の図: who calls whom, and the same as a table to be ticked off. */
export function ContactTreePage({ ui, all }: { ui: Ui; all: Everything }) {
  const t = ui.t.registers
  if (all.person.length + all.vendor.length + all.contact.length === 0)
    return (
      <PageFrame ui={ui} title={t.treeTitle}>
        <PageHeading title={t.treeTitle} />
        <EmptyState title={t.contactEmpty} next={t.contactEmptyNext} />
      </PageFrame>
    )
  const root = callTree(all)
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.treeTitle} across>
      <PageHeading title={t.treeTitle} lead={t.treeLead}>
        <ButtonLink href="/registers/contact-tree.pdf">{ui.t.cards.pdf}</ButtonLink>
      </PageHeading>
      {keeps ? null : <p class="quiet">{t.treeHidden}</p>}
      <section class="wide-picture" tabindex={0} aria-label={t.treePicture}>
        <SheetPages {...treePicture(callTreeBox(ui.t, root))} title={t.treePicture} />
      </section>
      <Section title={t.treeTable}>
        <p>{t.treeTableLead}</p>
        <TextTable ui={ui} caption={t.treeTable} head={t.treeHead} rows={callRows(ui.t, root)} nameColumn={2} />
      </Section>
    </PageFrame>
  )
}

const words = (ui: Ui, duties: string, post: string): string =>
  [post, ...duties.split(',').map((one) => ui.t.registers.choice[one] ?? '')].filter(Boolean).join('・')
