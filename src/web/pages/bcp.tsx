/** 事業継続計画: where it stands, its kind, its sections, the approval. */
import { emptyIn, type Gap, gapsOf, INSTITUTION_KINDS, type Live, openIn, type Section, sectionsOf } from '#bcp'
import { BinderSection, binderNotice, StaleNotice } from './bcp-binder.tsx'
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section as PageSection,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { BcpView } from '../bcp-ports.ts'
import { gapWords, planSectionTitle } from '../plan-gaps.ts'
import type { Ui } from '../ui.ts'

export interface BcpModel {
  readonly view: BcpView
  readonly said?: string | undefined
  readonly errors?: Readonly<Record<string, string>>
}

export function BcpPage({ ui, model }: { ui: Ui; model: BcpModel }) {
  const t = ui.t.bcp
  const { view, said } = model
  const { kind, progress } = view
  if (!kind || !progress) return <KindPage ui={ui} model={model} />
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  const isDone = progress.next === undefined && progress.orders.length === 0
  const next = progress.next ? `/bcp/sections/${progress.next}` : `/bcp/orders/${progress.orders[0] ?? 'care'}`
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        {keeps ? (
          <ButtonLink href={isDone ? '/bcp/approve' : next} kind="primary">
            {isDone ? t.approveNow : t.goOn}
          </ButtonLink>
        ) : null}
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      <Attention ui={ui} view={view} />
      <p>
        <strong>
          {isDone
            ? t.allAnswered
            : progress.next === undefined
              ? t.leftOrders(
                  progress.orders.map((order) => t.order[order]).join('」「'),
                  ui.f.count(progress.minutesLeft),
                )
              : t.left(ui.f.count(progress.questions - progress.answered), ui.f.count(progress.minutesLeft))}
        </strong>{' '}
        {t.progress(ui.f.count(progress.answered), ui.f.count(progress.questions))} {t.kind[kind]}{' '}
        {keeps ? <a href="/bcp/kind">{t.changeKind}</a> : null}
      </p>
      <PageSection title={t.sectionsTitle}>
        <SectionTable ui={ui} view={view} />
        {keeps ? (
          <p>
            <a href="/bcp/orders/care">{t.order.care}</a>
            {'　'}
            <a href="/bcp/orders/recovery">{t.order.recovery}</a>
            {'　'}
            <a href="/bcp/bia">{t.biaTitle}</a>
          </p>
        ) : null}
      </PageSection>
      <BinderSection ui={ui} view={view} />
      <PageSection title={t.documentTitle}>
        <p>{view.versions.length === 0 ? t.none : null}</p>
        <p>{t.draftMark}</p>
        <Files at="/bcp/plan" ui={ui} />
        {view.versions.map(({ number, approvedAt, approvedBy, hash }) => (
          <>
            <p>
              {t.version(String(number))} {t.approvedOn(ui.f.date(approvedAt, ui.nowMs), approvedBy)}{' '}
              <code>{hash.slice(0, 16)}</code>
            </p>
            <Files at={`/bcp/versions/${number}/plan`} ui={ui} />
          </>
        ))}
        {view.versions.length > 0 ? (
          <p>
            <ButtonLink href="/bcp/compare">{t.compare.title}</ButtonLink>
          </p>
        ) : null}
      </PageSection>
    </PageFrame>
  )
}

function Files({ ui, at }: { ui: Ui; at: string }) {
  return (
    <div class="actions">
      <ButtonLink href={`${at}.pdf`}>{ui.t.bcp.pdf}</ButtonLink>
      <ButtonLink href={`${at}.docx`}>{ui.t.bcp.docx}</ButtonLink>
    </div>
  )
}

function Attention({ ui, view }: { ui: Ui; view: BcpView }) {
  const t = ui.t.bcp
  const [newest] = view.versions
  return (
    <>
      {newest && view.changed.length > 0 ? <StaleNotice ui={ui} view={view} /> : null}
      {newest && view.reviewDue ? (
        <Notice ui={ui} kind="caution" title={t.reviewTitle}>
          <p>{t.reviewNext(ui.f.date(newest.approvedAt, ui.nowMs))}</p>
        </Notice>
      ) : null}
      {binderNotice(ui, view)}
    </>
  )
}

/** Where each live table is kept up. */
export const KEPT_AT: Readonly<Partial<Record<Live, string>>> = {
  people: '/registers/person',
  deciders: '/registers/person',
  contacts: '/registers/contact',
  connections: '/registers/connection',
  supplies: '/registers/supply',
  systems: '/coverage-map',
  backups: '/sources',
  reading: '/stations',
  'care-order': '/bcp/orders/care',
  'recovery-order': '/bcp/orders/recovery',
  bia: '/bcp/bia',
}

const nobodyFilled =
  ({ live }: BcpView) =>
  (one: Live): boolean =>
    (live[one]?.rows.length ?? 0) === 0

function mendedAt(gap: Gap): string {
  if (gap.what === 'section') return `/bcp/sections/${gap.section.code}`
  return gap.what === 'order' ? `/bcp/orders/${gap.order}` : (KEPT_AT[gap.live] ?? '/bcp')
}

export const sectionTitle = (ui: Ui, section: Section): string => planSectionTitle(ui.t, section)

function SectionTable({ ui, view }: { ui: Ui; view: BcpView }) {
  const t = ui.t.bcp
  const kind = view.kind!
  const isApproved = view.versions.length > 0
  const stateOf = (section: Section) => {
    if (openIn(section, kind, view.draft).length > 0) return ['×', 'bad', 'open'] as const
    if (isApproved && view.changed.includes(section.code)) return ['▲', 'soon', 'stale'] as const
    if (emptyIn(section, nobodyFilled(view)).length > 0) return ['▲', 'soon', 'empty'] as const
    return ['✓', 'good', section.questions.length === 0 ? 'auto' : 'done'] as const
  }
  return (
    <DataTable
      ui={ui}
      caption={t.sectionsTitle}
      hideCaption
      rows={sectionsOf(kind)}
      columns={[
        {
          key: 'section',
          head: t.sectionHead,
          isName: true,
          cell: (section) => <a href={`/bcp/sections/${section.code}`}>{sectionTitle(ui, section)}</a>,
        },
        {
          key: 'state',
          head: t.stateHead,
          cell: (section) => {
            const [mark, colour, code] = stateOf(section)
            return (
              <span class={`state-${colour}`}>
                <span aria-hidden="true">{mark}</span>{' '}
                {code === 'empty'
                  ? t.emptyOf(
                      emptyIn(section, nobodyFilled(view))
                        .map((live) => t.live[live])
                        .join('」「'),
                    )
                  : t.state[code]}
              </span>
            )
          },
        },
      ]}
    />
  )
}

export function KindPage({ ui, model }: { ui: Ui; model: BcpModel }) {
  const t = ui.t.bcp
  const errors = model.errors ?? {}
  const options = INSTITUTION_KINDS.map((value) => ({ value, label: t.kind[value] }))
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead} />
      <PageSection title={t.kindTitle}>
        <p>{t.kindLead}</p>
        <Form ui={ui} action="/bcp/kind" errors={errors} labels={{ kind: t.kindAsk }}>
          <ChoiceField
            name="kind"
            label={t.kindAsk}
            kind="one"
            options={options}
            chosen={model.view.kind ? [model.view.kind] : []}
            error={errors['kind']}
          />
          <SubmitButton>{t.choose}</SubmitButton>
        </Form>
      </PageSection>
    </PageFrame>
  )
}

export function ApprovePage({ ui, model }: { ui: Ui; model: BcpModel }) {
  const t = ui.t.bcp
  const { view, errors = {} } = model
  return (
    <PageFrame ui={ui} title={t.approveTitle}>
      <PageHeading title={t.approveTitle} lead={t.approveLead}>
        <ButtonLink href="/bcp/plan.pdf">{t.pdf}</ButtonLink>
        <ButtonLink href="/bcp">{t.toList}</ButtonLink>
      </PageHeading>
      <StillOpen ui={ui} view={view} />
      {view.versions.length > 0 && view.changed.length > 0 ? (
        <PageSection title={t.changedSince}>
          <ul>
            {sectionsOf(view.kind!)
              .filter(({ code }) => view.changed.includes(code))
              .map((section) => (
                <li>{sectionTitle(ui, section)}</li>
              ))}
          </ul>
        </PageSection>
      ) : null}
      <Form ui={ui} action="/bcp/approve" errors={errors} labels={{ approver: t.approver }}>
        <TextField name="approver" label={t.approver} maxlength={60} error={errors['approver']} />
        <SubmitButton>{t.approve}</SubmitButton>
      </Form>
    </PageFrame>
  )
}

/** What the version would leave undecided, each with where it is written. */
function StillOpen({ ui, view }: { ui: Ui; view: BcpView }) {
  const t = ui.t.bcp
  const all = gapsOf(view.kind!, view.draft, nobodyFilled(view))
  if (all.length === 0) return null
  return (
    <Notice ui={ui} kind="caution" title={t.stillOpen}>
      <ul>
        {all.map((gap) => {
          const { name, why } = gapWords(ui.t, gap)
          return (
            <li>
              <a href={mendedAt(gap)}>{name}</a>: {why}
            </li>
          )
        })}
      </ul>
      <p>{t.stillOpenNote}</p>
    </Notice>
  )
}
