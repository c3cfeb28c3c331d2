/** 備えの見通し: every source against the three aims and 3-2-1-1-0, and one source against every rule. */
import { AIMS, RULES, type RuleStrength } from '#vault'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  PageFrame,
  PageHeading,
  PrintButton,
  RuleMark,
  RuleReport,
  Section,
} from '../components/index.ts'
import type { SourceJudgement } from '../policy-port.ts'
import type { Ui } from '../ui.ts'

const brokenOf = ({ findings }: SourceJudgement, strengths: readonly RuleStrength[]): number =>
  findings.filter(({ rule, state }) => state === 'broken' && strengths.includes(RULES[rule].strength)).length

export function OverviewPage(props: { ui: Ui; sources: readonly SourceJudgement[] }) {
  const { ui, sources } = props
  const t = ui.t.rules
  return (
    <PageFrame ui={ui} title={t.overviewTitle}>
      <PageHeading title={t.overviewTitle} lead={t.overviewLead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {sources.length === 0 ? (
        <EmptyState title={t.none} next={ui.t.source.emptyNext}>
          <ButtonLink href="/first-hour" kind="primary">
            {ui.t.firstHour.title}
          </ButtonLink>
        </EmptyState>
      ) : (
        <Section title={t.aimsTitle}>
          <AimTable ui={ui} sources={sources} />
        </Section>
      )}
      <p class="actions screen-only">
        <ButtonLink href="/horizon">{ui.t.horizon.title}</ButtonLink>
        <ButtonLink href="/clean-candidate">{ui.t.candidate.title}</ButtonLink>
      </p>
    </PageFrame>
  )
}

function AimTable({ ui, sources }: { ui: Ui; sources: readonly SourceJudgement[] }) {
  const t = ui.t.rules
  return (
    <DataTable
      ui={ui}
      caption={t.overviewTitle}
      hideCaption
      rows={sources}
      columns={[
        {
          key: 'name',
          head: t.source,
          isName: true,
          cell: ({ id, name }) => <a href={`/overview/${id}`}>{name}</a>,
        },
        ...AIMS.map((aim) => ({
          key: aim,
          head: t.aim[aim],
          cell: ({ aims }: SourceJudgement) => {
            const { state } = aims.find((one) => one.aim === aim)!
            return <RuleMark state={state} word={t.aimState[state]} />
          },
        })),
        {
          key: '32110',
          head: t.threeTwoOneTitle,
          cell: ({ threeTwoOne: { met } }) => {
            const state = met ? 'met' : 'broken'
            return <RuleMark state={state} word={t.state[state]} />
          },
        },
        {
          key: 'rules',
          head: t.mustHead,
          cell: (one) =>
            t.mustCount(ui.f.count(brokenOf(one, ['must'])), ui.f.count(brokenOf(one, ['should', 'example']))),
        },
      ]}
    />
  )
}

export function SourceRulesPage(props: { ui: Ui; judged: SourceJudgement }) {
  const { ui, judged } = props
  const t = ui.t.rules
  const title = t.detail(judged.name)
  return (
    <PageFrame ui={ui} title={title}>
      <PageHeading title={title} lead={t.detailLead}>
        {ui.viewer?.can.has('manage-backup') ? (
          <ButtonLink href={`/sources/${judged.id}/policy`}>{t.change}</ButtonLink>
        ) : null}
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <RuleReport ui={ui} judged={judged} />
      <p class="screen-only">
        <a href="/overview">{t.overviewTitle}</a>
      </p>
    </PageFrame>
  )
}
