/** 加算の証拠: what Toride can show for each thing that fees ask for, and what it cannot. */
import { isTrained, lessonsHad } from '#exercise'
import { ButtonLink, DataTable, Notice, PageFrame, PageHeading, PrintButton } from '../components/index.ts'
import type { ProofFacts } from '../drill-ports.ts'
import type { Ui } from '../ui.ts'
import { trainingWords } from './training.tsx'

const YEAR_MS = 365 * 86_400_000

interface Row {
  readonly what: string
  /** Whether there is something to show; undefined: Toride does not know of it. */
  readonly isThere: boolean | 'partly' | undefined
  readonly shows: string
  readonly href?: string
}

export function ProofsPage({ ui, facts }: { ui: Ui; facts: ProofFacts }) {
  const t = ui.t.proofs
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Notice ui={ui} kind="caution" title={t.unverified} />
      <DataTable
        ui={ui}
        caption={t.title}
        hideCaption
        rows={rowsOf(ui, facts)}
        columns={[
          { key: 'what', head: t.head.what, isName: true, cell: ({ what }) => what },
          {
            key: 'state',
            head: t.head.state,
            cell: ({ isThere }) =>
              isThere === undefined ? t.outside : isThere === 'partly' ? t.partly : isThere ? t.there : t.missing,
          },
          {
            key: 'shows',
            head: t.head.shows,
            cell: ({ shows, href }) => (href ? <ButtonLink href={href}>{shows}</ButtonLink> : shows),
          },
        ]}
      />
      <p class="quiet">{t.sources}</p>
    </PageFrame>
  )
}

/** Some of the staff are no proof of all. */
const everybody = (people: number, staff: number): boolean | 'partly' =>
  people === 0 ? false : people >= staff ? true : 'partly'

function rowsOf(ui: Ui, { copies, locked, media, plan, drill, improvements, rules, learners }: ProofFacts): Row[] {
  const t = ui.t.proofs
  const count = (value: number): string => ui.f.count(value)
  const fullDate = (ms: number): string => ui.f.fullDate(ms)
  const trained = learners.filter(isTrained).length
  const detached = media ? t.media : locked > 0 ? t.lockedOnly : t.noDetached
  return [
    { what: t.what.officer, isThere: undefined, shows: t.officer, href: '/registers' },
    {
      what: t.what.copies,
      isThere: copies > 1,
      shows: t.copies(count(copies), count(locked)),
      ...(ui.viewer?.can.has('manage-backup') && { href: '/places' }),
    },
    { what: t.what.detached, isThere: media ? true : locked > 0 ? undefined : false, shows: detached },
    {
      what: t.what.plan,
      isThere: plan !== undefined,
      shows: plan ? t.plan(count(plan.number), fullDate(plan.approvedAtMs)) : t.none,
      href: '/bcp',
    },
    {
      what: t.what.drill,
      isThere: drill !== undefined && ui.nowMs - drill.endedAtMs <= YEAR_MS,
      shows: drill ? t.drill(fullDate(drill.endedAtMs), count(drill.people)) : t.none,
      href: drill ? `/drills/${drill.id}` : '/drills',
    },
    {
      what: t.what.improvements,
      isThere: improvements.all > 0,
      shows: t.improvements(count(improvements.all), count(improvements.open)),
      href: '/improvements',
    },
    {
      what: t.what.rules,
      isThere: rules !== undefined && everybody(rules.people, rules.staff),
      shows: rules ? t.rules(count(rules.number), count(rules.people), count(rules.staff)) : t.none,
      href: '/drills/rules',
    },
    {
      what: t.what.training,
      isThere: learners.every((one) => lessonsHad(one) === 0) ? false : everybody(trained, learners.length) || 'partly',
      shows: trainingWords(ui, learners),
      href: ui.viewer?.can.has('manage-backup') ? '/drills/training' : '/drills#lessons',
    },
  ]
}
