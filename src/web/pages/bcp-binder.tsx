/** The printed binder and how old it is, what changed since the approval, two versions side by side. */
import type { Change, SectionChange } from '#bcp'
import {
  ButtonLink,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section as PageSection,
  SelectField,
  TextTable,
} from '../components/index.ts'
import type { BcpView, Comparison, StaleSection } from '../bcp-ports.ts'
import type { Ui } from '../ui.ts'

/** Of one section; the comparison holds the others. */
const MOST_SHOWN = 8

export function BinderSection({ ui, view: { binder } }: { ui: Ui; view: BcpView }) {
  const t = ui.t.bcp.binder
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  const printing = binder?.printing
  return (
    <PageSection title={t.section} id="binder">
      <p>{t.lead}</p>
      {binder ? null : <p>{t.needsPlan}</p>}
      {binder && !printing ? <p>{t.never}</p> : null}
      {binder && printing ? (
        <p>
          <strong>{t.age(ui.f.count(binder.ageDays), ui.f.fullDate(printing.printedAtMs), printing.printedBy)}</strong>{' '}
          {t.pages(ui.f.count(printing.pages), ui.t.bcp.version(String(printing.version)))}{' '}
          {binder.changed.length > 0 ? t.changed(partWords(ui, binder.changed)) : t.fresh}
        </p>
      ) : null}
      {binder && keeps ? (
        <>
          <p class="quiet">{t.makeNote}</p>
          <div class="actions screen-only">
            {printing ? <ButtonLink href="/bcp/binder.pdf">{t.open}</ButtonLink> : null}
            <PostButton ui={ui} action="/bcp/binder">
              {t.make}
            </PostButton>
          </div>
        </>
      ) : null}
    </PageSection>
  )
}

const partWords = (ui: Ui, parts: NonNullable<BcpView['binder']>['changed']): string =>
  parts.map((part) => ui.t.bcp.binder.part[part]).join(ui.t.policy.join)

export function binderNotice(ui: Ui, { binder }: BcpView) {
  const t = ui.t.bcp.binder
  if (!binder || (binder.printing && !binder.isOld && binder.changed.length === 0)) return null
  const title = !binder.printing
    ? t.neverTitle
    : binder.changed.length > 0
      ? t.changedTitle
      : t.oldTitle(ui.f.count(binder.ageDays))
  return (
    <Notice ui={ui} kind="caution" title={title}>
      {binder.changed.length > 0 ? <p>{t.changed(partWords(ui, binder.changed))}</p> : null}
      <p>
        {binder.printing ? t.printAgain : null} <a href="#binder">{t.section}</a>
      </p>
    </Notice>
  )
}

export function StaleNotice({ ui, view }: { ui: Ui; view: BcpView }) {
  const t = ui.t.bcp
  return (
    <Notice ui={ui} kind="caution" title={t.staleTitle(ui.f.count(view.changed.length))}>
      <p>{t.staleNext}</p>
      {view.stale.map((one) => (
        <>
          <p class="strong">
            <a href={`/bcp/sections/${one.code}`}>{t.section[one.code as keyof typeof t.section]}</a>{' '}
            {one.sinceMs === undefined ? '' : t.stale.since(ui.f.date(one.sinceMs, ui.nowMs))}
          </p>
          <Changes ui={ui} stale={one} />
        </>
      ))}
    </Notice>
  )
}

/** On the section's own page. */
export function StaleSince({ ui, stale }: { ui: Ui; stale: StaleSection | undefined }) {
  if (!stale) return null
  return (
    <Notice ui={ui} kind="caution" title={ui.t.bcp.stale.title}>
      <Changes ui={ui} stale={stale} />
    </Notice>
  )
}

function Changes({ ui, stale: { changes, isNew } }: { ui: Ui; stale: StaleSection }) {
  const t = ui.t.bcp.stale
  if (isNew || changes.length === 0) return <p>{isNew ? t.newSection : t.unclear}</p>
  return (
    <ul class="bulleted">
      {changes.slice(0, MOST_SHOWN).map((change) => (
        <li>{changeWords(ui, change)}</li>
      ))}
      {changes.length > MOST_SHOWN ? <li>{t.more(ui.f.count(changes.length - MOST_SHOWN))}</li> : null}
    </ul>
  )
}

function changeWords(ui: Ui, change: StaleSection['changes'][number]): string {
  const t = ui.t.bcp.stale
  const { kind, item, name = '', column = '', before, after, atMs } = change
  const date = atMs === undefined ? t.sometime : ui.f.date(atMs, ui.nowMs)
  if (kind === 'text') return t.text(item, date)
  if (kind === 'changed') return `${t.changed(name, column, date)} (${t.fromTo(before || t.empty, after || t.empty)})`
  return t[kind](item, name, date)
}

export interface CompareModel {
  readonly view: BcpView
  readonly compared: Comparison | undefined
  /** A version was asked for that there is not. */
  readonly isUnknown?: boolean
}

export function BcpComparePage({ ui, model }: { ui: Ui; model: CompareModel }) {
  const t = ui.t.bcp.compare
  const { view, compared } = model
  const versions = view.versions.map(({ number }) => ({
    value: String(number),
    label: ui.t.bcp.version(String(number)),
  }))
  const changed = compared?.sections.filter(({ changes }) => changes.length > 0) ?? []
  const same = compared?.sections.filter(({ changes }) => changes.length === 0) ?? []
  const sideOf = (number: number | undefined) => (number === undefined ? t.draft : ui.t.bcp.version(String(number)))
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/bcp">{ui.t.bcp.title}</ButtonLink>
      </PageHeading>
      {model.isUnknown ? <Notice ui={ui} kind="caution" title={t.unknown} /> : null}
      {versions.length === 0 ? (
        <p>{t.needsTwo}</p>
      ) : (
        <form method="get" action="/bcp/compare" class="screen-only">
          <SelectField name="from" label={t.from} options={versions} value={String(compared?.from ?? '')} />
          <SelectField
            name="to"
            label={t.to}
            options={[{ value: 'now', label: t.draft }, ...versions]}
            value={String(compared?.to ?? 'now')}
          />
          <button class="button button-secondary" type="submit">
            {t.show}
          </button>
        </form>
      )}
      {compared && changed.length === 0 ? <p>{t.none}</p> : null}
      {compared
        ? changed.map((section) => (
            <Sides ui={ui} section={section} head={[t.item, sideOf(compared.from), sideOf(compared.to)]} />
          ))
        : null}
      {same.length > 0 ? (
        <details>
          <summary>{t.sameSections(ui.f.count(same.length))}</summary>
          <ul class="bulleted">
            {same.map(({ title }) => (
              <li>{title}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </PageFrame>
  )
}

function Sides({ ui, section, head }: { ui: Ui; section: SectionChange; head: readonly string[] }) {
  const t = ui.t.bcp
  const side = (text: string) => text || t.stale.empty
  const rows = section.changes.map(({ item, name = '', column = '', before, after }: Change) => [
    t.compare.row(item, name, column),
    side(before),
    side(after),
  ])
  return (
    <PageSection title={section.title}>
      <TextTable ui={ui} caption={section.title} head={head} rows={rows} nameColumn={0} />
    </PageSection>
  )
}
