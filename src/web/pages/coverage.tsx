/** もれの確認: the table system × part, its first list, and printing it. */
import type { EpochMs } from '#base'
import { type Cell, type CellState, type CoveredSystem, EHR_KINDS, type EhrKind } from '#governance'
import {
  ButtonLink,
  ChoiceField,
  type Column,
  DataTable,
  EmptyState,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SubmitButton,
} from '../components/index.ts'
import type { CoverageMap } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export interface CoverageModel {
  readonly map: CoverageMap
  readonly done?: 'proposed' | 'saved' | 'removed'
  readonly ehr?: EhrKind | undefined
}

export function CoveragePage(props: { ui: Ui; model: CoverageModel }) {
  const { ui, model } = props
  const t = ui.t.coverage
  const mayChange = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
        <ButtonLink href="/devices">{ui.t.devices.title}</ButtonLink>
        {mayChange ? <ButtonLink href="/coverage-map/new">{t.add}</ButtonLink> : null}
      </PageHeading>
      {model.done ? <Notice ui={ui} kind="good" title={t[model.done]} live /> : null}
      {model.map.systems.length === 0 ? (
        <FirstList ui={ui} ehr={model.ehr} mayChange={mayChange} />
      ) : (
        <>
          <Gaps ui={ui} systems={model.map.systems} />
          <Section title={t.tableTitle}>
            <DataTable
              ui={ui}
              caption={t.tableTitle}
              hideCaption
              rows={model.map.systems}
              columns={columns(ui, mayChange)}
            />
            <p class="quiet">{t.legend}</p>
          </Section>
        </>
      )}
    </PageFrame>
  )
}

function Gaps(props: { ui: Ui; systems: readonly CoveredSystem[] }) {
  const { ui, systems } = props
  const t = ui.t.coverage
  const gaps = systems.flatMap(({ cells }) => cells.filter((cell) => cell.state === 'bad')).length
  return gaps > 0 ? (
    <Notice ui={ui} kind="danger" title={t.gaps(ui.f.count(gaps))}>
      <p>{t.gapsNext}</p>
    </Notice>
  ) : (
    <Notice ui={ui} kind="good" title={t.noGaps}>
      <p>{t.noGapsNote}</p>
    </Notice>
  )
}

function FirstList(props: { ui: Ui; ehr: EhrKind | undefined; mayChange: boolean }) {
  const { ui } = props
  const t = ui.t.coverage
  return (
    <EmptyState title={t.none} {...(props.mayChange ? { next: t.noneNext } : {})}>
      {props.mayChange ? (
        <Form ui={ui} action="/coverage-map/propose">
          <ChoiceField
            name="ehr"
            kind="one"
            label={t.ask}
            options={EHR_KINDS.map((value) => ({ value, label: ui.t.firstHour.choice[value] }))}
            chosen={[props.ehr ?? 'unknown']}
          />
          <SubmitButton>{t.propose}</SubmitButton>
        </Form>
      ) : null}
    </EmptyState>
  )
}

function columns(ui: Ui, mayChange: boolean): Column<CoveredSystem>[] {
  const t = ui.t.coverage
  return [
    {
      key: 'system',
      head: t.system,
      isName: true,
      cell: (system) => (
        <>
          {mayChange ? <a href={`/coverage-map/${system.id}`}>{system.name}</a> : system.name}
          <div class="quiet">
            {t.vendor}: {system.vendor || t.nobody}
          </div>
          <div class="quiet">
            {t.responsible}: {system.responsible || t.nobody}
          </div>
        </>
      ),
    },
    ...(['data', 'programs', 'settings', 'devices'] as const).map((part, i) => ({
      key: part,
      head: t.part[part],
      cell: (system: CoveredSystem) => <CellText ui={ui} cell={system.cells[i]!} />,
    })),
    { key: 'acceptance', head: t.acceptance, cell: (system) => <AcceptanceText ui={ui} system={system} /> },
  ]
}

const MARKS: Record<CellState, string> = { good: '✓', soon: '▲', bad: '×', vendor: '◇', none: '－' }

function State(props: { state: CellState; word: string }) {
  return (
    <span class={`state-${props.state === 'none' ? 'unlit' : props.state}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[props.state]}
      </span>{' '}
      {props.word}
    </span>
  )
}

/** What stands in one cell, here and on the system's own page. */
export function CellText(props: { ui: Ui; cell: Cell }) {
  const { ui, cell } = props
  const { f } = ui
  const t = ui.t.coverage
  return (
    <>
      <State state={cell.state} word={t.code[cell.code]} />
      {cell.sourceName === undefined ? null : <div>{cell.sourceName}</div>}
      {cell.newestAt === undefined ? null : <Newest ui={ui} at={cell.newestAt} id={cell.newestId} />}
      {cell.paperOn === undefined ? null : <div>{t.paper(f.recordedDate(cell.paperOn))}</div>}
      {cell.nextCheckOn === undefined ? null : <div>{t.nextCheck(f.recordedDate(cell.nextCheckOn))}</div>}
      {cell.reason === undefined ? null : <div class="quiet">{cell.reason}</div>}
      {t.next[cell.code] === '' ? null : <div class="quiet">{t.next[cell.code]}</div>}
    </>
  )
}

function Newest({ ui, at, id }: { ui: Ui; at: EpochMs; id: string | undefined }) {
  const words = ui.t.coverage.newest(ui.f.near(at, ui.nowMs))
  return <div>{id === undefined ? words : <a href={`/generations/${id}`}>{words}</a>}</div>
}

function AcceptanceText(props: { ui: Ui; system: CoveredSystem }) {
  const { ui } = props
  const t = ui.t.coverage
  const [newest] = props.system.acceptances
  if (!newest)
    return (
      <>
        <State state="soon" word={t.acceptanceNone} />
        <div class="quiet">{t.acceptanceNext}</div>
      </>
    )
  return (
    <>
      <State state={newest.result === 'ok' ? 'good' : 'bad'} word={t.acceptanceResult[newest.result]} />
      <div>{ui.f.recordedDate(newest.on)}</div>
      <div class="quiet">{newest.who}</div>
    </>
  )
}
