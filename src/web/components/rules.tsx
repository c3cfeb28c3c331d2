/** A source held against every rule of every edition: the aims, 3-2-1-1-0, and what to do for what is missing. */
import { AIMS, EDITIONS, PROFILES, type Reference, type RuleFinding, RULES, type Rule } from '#vault'
import type { SourceJudgement } from '../policy-port.ts'
import type { Ui } from '../ui.ts'
import { Section } from './heading.tsx'
import { DataTable } from './table.tsx'

type State = 'met' | 'broken' | 'unknown' | 'not-asked'
const MARKS: Record<State, string> = { met: '✓', broken: '×', unknown: '▲', 'not-asked': '－' }
const LOOKS: Record<State, string> = { met: 'good', broken: 'bad', unknown: 'soon', 'not-asked': 'unlit' }
const ORDER: readonly State[] = ['broken', 'unknown', 'met', 'not-asked']
const THREE_TWO_ONE = ['copies', 'media', 'offsite', 'outOfReach', 'errors'] as const

/** Shape and word; colour only supports them. */
export function RuleMark(props: { state: State; word: string }) {
  return (
    <span class={`nowrap state-${LOOKS[props.state]}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[props.state]}
      </span>{' '}
      {props.word}
    </span>
  )
}

/** What to do, by what is really the matter. */
export function todoWords(ui: Ui, { rule, cause, have = 0, need = 0 }: RuleFinding): string {
  const t = ui.t.rules
  if (cause === undefined) return t.todo[rule]
  return cause === 'few-days' ? t.cause[cause](ui.f.count(need - have)) : t.cause[cause]
}

export const ruleOf = ({ rule }: RuleFinding): Rule => RULES[rule]

export function RuleReport(props: { ui: Ui; judged: SourceJudgement }) {
  const { ui, judged } = props
  return (
    <>
      <Aims ui={ui} judged={judged} />
      <ThreeTwoOneTable ui={ui} judged={judged} />
      <Editions ui={ui} judged={judged} />
      <RuleTable ui={ui} judged={judged} />
    </>
  )
}

function Aims({ ui, judged }: { ui: Ui; judged: SourceJudgement }) {
  const t = ui.t.rules
  const rows = AIMS.map((aim) => judged.aims.find((one) => one.aim === aim)!)
  return (
    <Section title={t.aimsTitle}>
      <DataTable
        ui={ui}
        caption={t.aimsTitle}
        hideCaption
        rows={rows}
        columns={[
          {
            key: 'aim',
            head: t.aimHead,
            isName: true,
            cell: ({ aim }) => (
              <>
                {PROFILES[aim].words.name[ui.f.language]}
                <div class="quiet">{PROFILES[aim].words.why[ui.f.language]}</div>
              </>
            ),
          },
          { key: 'state', head: t.stateHead, cell: ({ state }) => <RuleMark state={state} word={t.aimState[state]} /> },
          {
            key: 'missing',
            head: t.missing,
            cell: ({ missing }) => (
              <Words words={missing.map(({ sort, count }) => t.demand[sort](ui.f.count(count)))} />
            ),
          },
          {
            key: 'rules',
            head: t.brokenRules,
            cell: ({ broken }) => <Words words={broken.map((rule) => RULES[rule].words[ui.f.language])} />,
          },
        ]}
      />
    </Section>
  )
}

function Words(props: { words: readonly string[] }) {
  if (props.words.length === 0) return <>－</>
  return (
    <ul class="plain">
      {props.words.map((word) => (
        <li>{word}</li>
      ))}
    </ul>
  )
}

function ThreeTwoOneTable({ ui, judged }: { ui: Ui; judged: SourceJudgement }) {
  const t = ui.t.rules
  const isMet = (key: (typeof THREE_TWO_ONE)[number]) => {
    const { have, need } = judged.threeTwoOne[key]
    return key === 'errors' ? have === need : have >= need
  }
  return (
    <Section title={t.threeTwoOneTitle} note={t.threeTwoOneLead}>
      <DataTable
        ui={ui}
        caption={t.threeTwoOneTitle}
        hideCaption
        rows={THREE_TWO_ONE}
        columns={[
          { key: 'what', head: t.rule, isName: true, cell: (key) => t.threeTwoOne[key] },
          { key: 'have', head: t.have, align: 'right', cell: (key) => ui.f.count(judged.threeTwoOne[key].have) },
          { key: 'need', head: t.need, align: 'right', cell: (key) => ui.f.count(judged.threeTwoOne[key].need) },
          {
            key: 'state',
            head: t.stateHead,
            cell: (key) => (
              <RuleMark state={isMet(key) ? 'met' : 'broken'} word={t.state[isMet(key) ? 'met' : 'broken']} />
            ),
          },
        ]}
      />
    </Section>
  )
}

function Editions({ ui, judged }: { ui: Ui; judged: SourceJudgement }) {
  const t = ui.t.rules
  const rows = EDITIONS.map((edition) => {
    const own = judged.findings.filter((one) => ruleOf(one).references.some((place) => place.edition === edition))
    const count = (state: State) => own.filter((one) => one.state === state).length
    return { edition, met: count('met'), broken: count('broken'), unknown: count('unknown') }
  })
  return (
    <Section title={t.editionsTitle}>
      <DataTable
        ui={ui}
        caption={t.editionsTitle}
        hideCaption
        rows={rows}
        columns={[
          { key: 'edition', head: t.editionHead, isName: true, cell: ({ edition }) => t.edition[edition] },
          ...(['met', 'broken', 'unknown'] as const).map((state) => ({
            key: state,
            head: t.state[state],
            align: 'right' as const,
            cell: (row: (typeof rows)[number]) => ui.f.count(row[state]),
          })),
        ]}
      />
    </Section>
  )
}

function RuleTable({ ui, judged }: { ui: Ui; judged: SourceJudgement }) {
  const t = ui.t.rules
  const rows = judged.findings.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
  return (
    <Section title={t.listTitle}>
      <DataTable
        ui={ui}
        caption={t.listTitle}
        hideCaption
        rows={rows}
        columns={[
          {
            key: 'rule',
            head: t.rule,
            isName: true,
            cell: (row) => (
              <>
                {ruleOf(row).words[ui.f.language]}
                <div class="quiet">{t.strength[ruleOf(row).strength]}</div>
              </>
            ),
          },
          { key: 'state', head: t.stateHead, cell: (row) => <State ui={ui} finding={row} /> },
          {
            key: 'todo',
            head: t.todoHead,
            cell: (row) => (row.state === 'broken' || row.state === 'unknown' ? todoWords(ui, row) : '－'),
          },
          {
            key: 'where',
            head: t.where,
            cell: (row) => (
              <ul class="plain">
                {ruleOf(row).references.map((place) => (
                  <li>
                    <Where ui={ui} place={place} />
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
    </Section>
  )
}

function State({ ui, finding: { state, have, need } }: { ui: Ui; finding: RuleFinding }) {
  const t = ui.t.rules
  return (
    <>
      <RuleMark state={state} word={t.state[state]} />
      {state === 'broken' && have !== undefined && need !== undefined ? (
        <div class="quiet">{t.figures(ui.f.count(have), ui.f.count(need))}</div>
      ) : null}
    </>
  )
}

function Where({ ui, place }: { ui: Ui; place: Reference }) {
  const t = ui.t.rules
  return (
    <>
      {t.edition[place.edition]} {place.clause}
      {place.certainty === 'read' ? null : <span class="tag">{t.unverified}</span>}
    </>
  )
}
