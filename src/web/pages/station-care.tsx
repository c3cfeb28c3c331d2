/** The emergency PC's own log, and its monthly test. */
import { EMERGENCY_REASONS } from '#access'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  FactList,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
} from '../components/index.ts'
import type { StationLogRow, StationState, StationTest } from '../station-ports.ts'
import type { Ui } from '../ui.ts'

export function StationLogPage({ ui, rows }: { ui: Ui; rows: readonly StationLogRow[] }) {
  const { f, nowMs } = ui
  const t = ui.t.station
  return (
    <PageFrame ui={ui} title={t.logTitle} patientPage>
      <PageHeading title={t.logTitle} lead={t.logLead}>
        <ButtonLink href="/log/file" kind="primary">
          {t.logSave}
        </ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {rows.length === 0 ? (
        <EmptyState title={t.logEmpty} />
      ) : (
        <DataTable
          ui={ui}
          caption={t.logTitle}
          hideCaption
          rows={rows}
          columns={[
            { key: 'when', head: t.logWhen, isName: true, cell: (row) => f.dateTime(row.atMs, nowMs) },
            { key: 'who', head: t.logWho, cell: (row) => [row.who, professionWord(ui, row)].filter(Boolean).join(' ') },
            { key: 'what', head: t.logWhat, cell: (row) => whatWord(ui, row) },
            { key: 'patient', head: t.logPatient, cell: (row) => <span class="mono">{row.patientId ?? ''}</span> },
            { key: 'reason', head: t.logReason, cell: (row) => reasonWords(ui, row) },
          ]}
        />
      )}
    </PageFrame>
  )
}

const professionWord = (ui: Ui, { profession }: StationLogRow): string =>
  Object.entries(ui.t.people.profession).find(([key]) => key === profession)?.[1] ?? ''
/** Why it was opened, and what was written besides. */
function reasonWords(ui: Ui, { reasonCode, reason }: StationLogRow): string {
  const code = EMERGENCY_REASONS.find((known) => known === reasonCode)
  return [code && ui.t.station.reason[code], reason].filter(Boolean).join('　')
}

/** A slip of the fingers is no wrong card. */
const whatWord = (ui: Ui, { what, refused }: StationLogRow): string =>
  Object.entries(ui.t.station.refused).find(([key]) => key === refused)?.[1] ??
  Object.entries(ui.t.event).find(([key]) => key === what)?.[1] ??
  what

const MONTH_MS = 31 * 86_400_000

export function StationTestPage({ ui, state }: { ui: Ui; state: StationState }) {
  const t = ui.t.station
  const { test } = state
  return (
    <PageFrame ui={ui} title={t.testTitle}>
      <PageHeading title={t.testTitle} lead={t.testLead}>
        <PostButton ui={ui} action="/test" kind="primary">
          {t.testRun}
        </PostButton>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {test ? <Results ui={ui} test={test} /> : <EmptyState title={t.testNever} />}
      <Section title={t.testPaper}>
        <p>{t.testPage}</p>
        <p class="station-glyphs">{t.testGlyphs}</p>
        <p class="screen-only">{t.testPrint}</p>
        <div class="actions screen-only">
          <PostButton ui={ui} action="/test" fields={{ printed: '1' }}>
            {t.testPrinted}
          </PostButton>
        </div>
      </Section>
    </PageFrame>
  )
}

function Results({ ui, test }: { ui: Ui; test: StationTest }) {
  const { f, nowMs } = ui
  const t = ui.t.station
  return (
    <Section title={t.testAt} note={f.dateTime(test.atMs, nowMs)}>
      {nowMs - test.atMs > MONTH_MS ? <Notice ui={ui} kind="caution" title={t.testOverdue} /> : null}
      <FactList
        facts={[
          { term: t.testCharts, value: t.testChartsValue(f.count(test.charts), f.count(test.fields)) },
          { term: t.testProblems, value: f.count(test.problems) },
          { term: t.testBattery, value: t.battery[test.battery] },
          { term: t.testPrinter, value: t.printer[test.printer] },
          { term: t.testNetwork, value: t.network[test.network] },
          { term: t.testPaper, value: t.paper[test.printed ? 'yes' : 'no'] },
        ]}
      />
    </Section>
  )
}
