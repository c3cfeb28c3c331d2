/** The year in figures, one page for the committee. */
import { ButtonLink, DataTable, EmptyState, PageFrame, PageHeading, PrintButton, Section } from '../components/index.ts'
import type { Ui } from '../ui.ts'
import type { YearCount, YearDrill, YearFigures } from '../year-ports.ts'

const took = (ui: Ui, ms: number | undefined): string => (ms === undefined ? '—' : ui.f.duration(ms))

export function YearPage({ ui, figures }: { ui: Ui; figures: YearFigures }) {
  const t = ui.t.yearPage
  const { year, incidents, improvements, drills } = figures
  const count = (value: number) => ui.f.count(value)
  const rows: readonly (readonly [string, YearCount])[] = [
    [t.rehearsals, figures.rehearsals],
    [t.restores, figures.restores],
    [t.drills, figures.drills],
  ]
  return (
    <PageFrame ui={ui} title={t.title(String(year))}>
      <PageHeading title={t.title(String(year))} lead={t.lead}>
        <ButtonLink href={`/incidents/year/${year - 1}`}>{t.title(String(year - 1))}</ButtonLink>
        <ButtonLink href={`/incidents/year/${year}/file`}>{ui.t.reports.file.xlsx}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Section title={t.incidents(count(incidents.length))}>
        {incidents.length === 0 ? (
          <EmptyState title={t.none} />
        ) : (
          <DataTable
            ui={ui}
            caption={t.incidents(count(incidents.length))}
            hideCaption
            rows={incidents}
            columns={[
              {
                key: 'opened',
                head: t.head.opened,
                isName: true,
                cell: ({ id, openedAt }) => <a href={`/incidents/${id}`}>{ui.f.dateTime(openedAt, ui.nowMs)}</a>,
              },
              { key: 'kind', head: t.head.kind, cell: ({ kind }) => ui.t.incident.kind[kind] },
              { key: 'state', head: t.head.state, cell: ({ state }) => ui.t.incident.state[state] },
              { key: 'lasted', head: t.head.lasted, cell: ({ lastedMs }) => took(ui, lastedMs) },
              { key: 'sent', head: t.head.sent, align: 'right', cell: ({ sent }) => count(sent) },
            ]}
          />
        )}
      </Section>
      <Section title={t.proofs}>
        <DataTable
          ui={ui}
          caption={t.proofs}
          hideCaption
          rows={rows}
          columns={[
            { key: 'what', head: t.head.what, isName: true, cell: ([what]) => what },
            { key: 'count', head: t.head.count, align: 'right', cell: ([, one]) => count(one.count) },
            { key: 'good', head: t.head.good, align: 'right', cell: ([, one]) => count(one.good) },
            { key: 'middle', head: t.head.middle, cell: ([, one]) => took(ui, one.middleMs) },
          ]}
        />
      </Section>
      <Section title={t.drills}>
        <p>{t.drillsHeld(count(drills.count), count(drills.people), count(drills.tests), count(drills.testsGood))}</p>
        {drills.held.length > 0 ? <Held ui={ui} held={drills.held} /> : null}
      </Section>
      <Section title={ui.t.improvements.title}>
        <p>{t.improvements(count(improvements.added), count(improvements.open), count(improvements.overdue))}</p>
      </Section>
    </PageFrame>
  )
}

function Held({ ui, held }: { ui: Ui; held: readonly YearDrill[] }) {
  const t = ui.t.yearPage
  const count = (value: number) => ui.f.count(value)
  return (
    <DataTable
      ui={ui}
      caption={t.drills}
      hideCaption
      rows={held}
      columns={[
        { key: 'day', head: t.held.day, cell: ({ endedAt }) => ui.f.fullDate(endedAt) },
        {
          key: 'what',
          head: t.drills,
          isName: true,
          cell: ({ id, scenario }) => <a href={`/drills/${id}`}>{ui.t.scenarios[scenario].name}</a>,
        },
        { key: 'took', head: t.held.took, cell: ({ tookMs }) => ui.f.duration(tookMs) },
        { key: 'people', head: t.held.people, align: 'right', cell: ({ people }) => count(people) },
        {
          key: 'reached',
          head: t.held.reached,
          cell: ({ reached, objectives }) => `${count(reached)}/${count(objectives)}`,
        },
        { key: 'items', head: t.held.items, cell: ({ items, open }) => t.heldItems(count(items), count(open)) },
      ]}
    />
  )
}
