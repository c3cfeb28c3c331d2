/** The pattern page: every component in every state. New screens are built from what stands here alone. */
import type { Child } from 'hono/jsx'
import { ChartBody, type ChartView, SheetPages } from '../chart-view/index.ts'
import { sheetPages } from './chart.tsx'
import {
  AsOfBanner,
  ButtonLink,
  ChoiceField,
  Confirmation,
  DataTable,
  EmptyState,
  FactList,
  FiveLights,
  Form,
  GenerationTimeline,
  JobProgress,
  Notice,
  PageFrame,
  PageHeading,
  Pagination,
  PrintButton,
  SearchBox,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import { emptyFixtureChart, fixtureChart } from '../fixtures/chart.ts'
import {
  doneJob,
  failedJob,
  fixtureGenerations,
  fixtureLights,
  fixturePeople,
  NOW,
  runningJob,
  unlitFixtureLights,
} from '../fixtures/house.ts'
import type { Ui } from '../ui.ts'

const LONG = '見本長文字列'.repeat(30)

function Specimen(props: { id: string; title: string; children: Child }) {
  return (
    <Section title={props.title} id={`pattern-${props.id}`}>
      {props.children}
    </Section>
  )
}

const without = (chart: typeof fixtureChart): typeof fixtureChart => ({
  ...chart,
  infections: { access: 'withheld', why: 'reason-needed' },
  allergies: {
    access: 'shown',
    gaps: 2,
    without: ['stigma-infection', 'psychiatry'],
    value: {
      presence: 'none',
      items: [],
      statements: [
        { origin: { path: 'x' }, says: 'none', scope: 'medication', text: '薬', statedOn: '2026-10-29' },
        { origin: { path: 'x' }, says: 'unconfirmed', scope: 'food', text: '食べ物' },
      ],
    },
  },
})

function LightsAndPictures(props: { ui: Ui }) {
  const { ui } = props
  return (
    <>
      <Specimen id="lights" title="FiveLights: ✓ ▲ ×, vendor, open">
        <FiveLights ui={ui} lights={fixtureLights} open />
      </Specimen>
      <Specimen id="lights-unlit" title="FiveLights: unlit">
        <FiveLights ui={ui} lights={unlitFixtureLights.map((light) => ({ ...light, name: light.name }))} />
      </Specimen>
      <Specimen id="timeline" title="GenerationTimeline">
        <GenerationTimeline ui={ui} rows={fixtureGenerations} />
      </Specimen>
      <Specimen id="as-of" title="AsOfBanner: fresh, aging, old, wrong clock">
        {[5, 33, 100, -2].map((hours) => (
          <AsOfBanner ui={ui} asOfMs={ui.nowMs - hours * 3_600_000} />
        ))}
      </Specimen>
      <Specimen id="progress" title="JobProgress: busy, unknown total, failed, done">
        {[runningJob, { ...runningJob, filesTotal: undefined, bytesTotal: undefined }, failedJob, doneJob].map(
          (job) => (
            <JobProgress ui={ui} job={job as typeof runningJob} />
          ),
        )}
      </Specimen>
    </>
  )
}

function Forms(props: { ui: Ui }) {
  const { ui } = props
  const { t } = ui
  const options = [
    { value: 'a', label: t.form.yes },
    { value: 'b', label: LONG.slice(0, 60) },
  ]
  return (
    <>
      <Specimen id="form" title="Form with errors in place">
        <Form
          ui={ui}
          action="/pattern"
          errors={{ 'pattern-name': t.field.required }}
          labels={{ 'pattern-name': t.source.name }}
        >
          <TextField name="pattern-name" label={t.source.name} hint={t.source.nameHint} error={t.field.required} />
          <TextArea name="pattern-paths" label={t.source.paths} value={LONG} mono />
          <SelectField name="pattern-select" label={t.people.professionHead} options={options} value="b" />
          <ChoiceField name="pattern-choice" kind="one" label={t.source.kindHead} options={options} chosen={['a']} />
          <ChoiceField
            name="pattern-several"
            kind="several"
            label={t.people.dutiesHead}
            options={options}
            chosen={[]}
            error={t.field.required}
          />
          <SubmitButton>{t.form.save}</SubmitButton>
        </Form>
      </Specimen>
      <Specimen id="buttons" title="Buttons, Confirmation">
        <div class="actions">
          <ButtonLink href="#pattern-buttons" kind="primary">
            {t.form.save}
          </ButtonLink>
          <ButtonLink href="#pattern-buttons">{t.form.cancel}</ButtonLink>
          <PrintButton>{t.nav.print}</PrintButton>
        </div>
        <Confirmation
          ui={ui}
          label={t.job.cancel}
          question={t.job.cancelConfirm}
          note={t.job.cancelNote}
          action="/pattern"
          open
        />
      </Specimen>
      <Specimen id="search" title="SearchBox">
        <SearchBox ui={ui} query="ミホン" />
      </Specimen>
    </>
  )
}

function Lists(props: { ui: Ui }) {
  const { ui } = props
  const columns = [
    {
      key: 'name',
      head: ui.t.people.displayName,
      isName: true,
      cell: (person: (typeof fixturePeople)[number]) => person.displayName,
    },
    { key: 'login', head: ui.t.people.loginName, cell: (person: (typeof fixturePeople)[number]) => person.loginName },
    { key: 'long', head: ui.t.people.status, cell: () => LONG },
  ]
  return (
    <>
      <Specimen id="notices" title="Notice, EmptyState">
        {(['info', 'good', 'caution', 'danger'] as const).map((kind) => (
          <Notice ui={ui} kind={kind}>
            <p>{LONG.slice(0, 80)}</p>
          </Notice>
        ))}
        <EmptyState title={ui.t.source.empty} next={ui.t.source.emptyNext}>
          <ButtonLink href="#pattern-notices" kind="primary">
            {ui.t.firstHour.title}
          </ButtonLink>
        </EmptyState>
      </Specimen>
      <Specimen id="table" title="DataTable (cards on a phone), empty, Pagination">
        <DataTable ui={ui} caption={ui.t.people.title} columns={columns} rows={fixturePeople} />
        <DataTable ui={ui} caption={ui.t.people.title} columns={columns} rows={[]} />
        <Pagination
          ui={ui}
          page={{ rows: fixturePeople, total: 1284, page: 2, pageSize: 50 }}
          href={(n) => `/pattern?page=${n}`}
        />
      </Specimen>
      <Specimen id="facts" title="FactList">
        <FactList
          facts={[
            { term: ui.t.generation.files, value: '8,412' },
            undefined,
            { term: ui.t.generation.size, value: LONG },
          ]}
        />
        <FactList
          wide
          facts={[{ term: ui.t.generation.snapshot, value: <span class="mono">{'4f1c0b7e'.repeat(8)}</span> }]}
        />
      </Specimen>
    </>
  )
}

export function PatternPage(props: { ui: Ui }) {
  const ui: Ui = { ...props.ui, nowMs: NOW }
  const view: ChartView = { t: ui.t.chart, words: ui.t, f: ui.f, nowMs: NOW, showOrigins: false, allColumns: false }
  return (
    <PageFrame ui={ui} title={ui.t.patternTitle}>
      <PageHeading title={ui.t.patternTitle} />
      <LightsAndPictures ui={ui} />
      <Forms ui={ui} />
      <Lists ui={ui} />
      <Specimen id="chart-limits" title="Chart: なし・未確認・理由が必要・読めなかった記録">
        <ChartBody view={view} chart={without(emptyFixtureChart)} />
      </Specimen>
      <Specimen id="summary" title="SheetPages">
        <SheetPages pages={sheetPages(ui, fixtureChart, { kind: 'summary', audience: 'staff' })} title="SheetPages" />
      </Specimen>
    </PageFrame>
  )
}
