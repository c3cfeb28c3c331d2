/** Who is in hospital, ward by ward. */
import { decidesMinimum } from '#access'
import {
  AsOfBanner,
  ButtonLink,
  type Column,
  DataTable,
  EmptyState,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
} from '../components/index.ts'
import { dateWords, placeWords } from '#sheets'
import type { InpatientRow, WardList, WardRows } from '../list-models.ts'
import type { Ui } from '../ui.ts'
import { patientColumns } from './patient-columns.tsx'
import { MinimumLines } from '../components/lacking.tsx'

export interface WardsModel {
  readonly lists: readonly WardList[] | undefined
  /** Only this ward. */
  readonly ward?: string | undefined
  /** Where one generation was chosen, its id: links keep it. */
  readonly generationId?: string | undefined
  /** Sheets of a whole ward can be made here. */
  readonly printsStacks?: boolean
}

const wardId = (name: string) => `ward-${encodeURIComponent(name)}`

function place(ui: Ui, row: InpatientRow) {
  const { t } = ui
  return (
    <>
      {placeWords({ t: t.chart }, row) || t.wards.noPlace}
      {row.onLeave ? <div class="tag">{t.wards.onLeave}</div> : null}
      {row.deceased ? <div class="tag tag-warning">▲ {t.wards.deceased}</div> : null}
    </>
  )
}

function planned(ui: Ui, { dischargePlanned, transferPlanned }: InpatientRow): string {
  const { wards } = ui.t
  return [
    dischargePlanned && wards.discharge(dateWords(dischargePlanned)),
    transferPlanned && wards.transfer(dateWords(transferPlanned.at), transferPlanned.ward ?? ''),
  ]
    .filter(Boolean)
    .join('／')
}

function columns(ui: Ui, list: WardList): Column<InpatientRow>[] {
  const { wards } = ui.t
  return [
    { key: 'place', head: wards.place, cell: (row) => place(ui, row) },
    ...patientColumns<InpatientRow>(ui, () => list.generationId),
    { key: 'department', head: wards.department, cell: (row) => row.department ?? '' },
    { key: 'doctor', head: wards.doctor, cell: (row) => row.doctor ?? '' },
    {
      key: 'since',
      head: wards.since,
      cell: (row) => <span class="nowrap">{dateWords(row.since?.slice(0, 10))}</span>,
    },
    { key: 'planned', head: wards.planned, cell: (row) => planned(ui, row) },
  ]
}

/** The ward's minimum list, with who decided it and when. */
function Minimum(props: { ui: Ui; ward: WardRows }) {
  const { ui, ward } = props
  const { minimum } = ui.t
  const decides = ui.viewer !== undefined && decidesMinimum(ui.viewer)
  return (
    <>
      <MinimumLines ui={ui} minimum={ward.minimum} lacking={ward.lacking} />
      {decides ? (
        <p class="screen-only">
          <a href={`/charts/wards/minimum?${new URLSearchParams({ ward: ward.name }).toString()}`}>
            {ward.minimum ? minimum.change : minimum.set}
            <span class="visually-hidden">（{ward.name || ui.t.wards.noWard}）</span>
          </a>
        </p>
      ) : null}
    </>
  )
}

/** The wards of one source, under its banner. */
function Wards(props: { ui: Ui; list: WardList; model: WardsModel; several: boolean }) {
  const { ui, list, model, several } = props
  const { wards, nav } = ui.t
  const shown = list.wards.filter(({ name }) => model.ward === undefined || name === model.ward)
  const nameOf = (name: string) => name || wards.noWard
  const at = (ward?: string) =>
    `/charts/wards?${new URLSearchParams({
      ...(model.generationId && { generation: model.generationId }),
      ...(ward !== undefined && { ward }),
    }).toString()}`
  return (
    <>
      {several ? <h2>{list.sourceName}</h2> : null}
      <AsOfBanner ui={ui} asOfMs={list.asOfMs} use={{ for: 'inpatients' }} />
      <p class="strong">▲ {wards.notYet(ui.f.dateTime(list.asOfMs, ui.nowMs))}</p>
      {list.unreadable > 0 ? (
        <Notice ui={ui} kind="danger" title={wards.unreadable(ui.f.count(list.unreadable))}>
          {ui.institution.station ? null : (
            <p>
              <a href="/problems">{nav.problems}</a>
            </p>
          )}
        </Notice>
      ) : null}
      {list.total === 0 ? <EmptyState title={wards.none} next={wards.noneNext} /> : null}
      {list.total > 0 && model.ward === undefined ? (
        <nav class="chart-jump screen-only" aria-label={wards.jump}>
          <p>{wards.total(ui.f.count(list.total))}</p>
          <ul>
            {list.wards.map(({ name, patients }) => (
              <li>
                <a href={`#${wardId(name)}`}>
                  {nameOf(name)} {wards.count(ui.f.count(patients.length))}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
      {list.total > 0 && shown.length === 0 ? <p>{wards.noWardNext}</p> : null}
      {shown.map((ward) => {
        const { name, patients } = ward
        return (
          <Section title={nameOf(name)} note={wards.count(ui.f.count(patients.length))} id={wardId(name)}>
            <Minimum ui={ui} ward={ward} />
            <DataTable ui={ui} caption={nameOf(name)} hideCaption columns={columns(ui, list)} rows={patients} />
            {model.ward === undefined ? (
              <p class="screen-only">
                <a href={at(name)}>
                  {wards.onlyThis}
                  <span class="visually-hidden">（{nameOf(name)}）</span>
                </a>
              </p>
            ) : (
              <p class="screen-only">
                <a href={at()}>{wards.all}</a>
              </p>
            )}
          </Section>
        )
      })}
    </>
  )
}

export function WardsPage(props: { ui: Ui; model: WardsModel }) {
  const { ui, model } = props
  const { t } = ui
  const { lists } = model
  const asOf = lists?.map((list) => t.chart.asOfShort(ui.f.dateTime(list.asOfMs, ui.nowMs))) ?? []
  const footer = [t.wards.title, ...new Set(asOf)].join('　')
  return (
    <PageFrame ui={ui} title={t.wards.title} patientPage across printFooter={footer}>
      <PageHeading title={t.wards.title} lead={t.wards.lead}>
        <ButtonLink href="/charts">{t.search.title}</ButtonLink>
        {lists ? <PrintButton>{t.wards.print}</PrintButton> : null}
        {lists && model.printsStacks ? <ButtonLink href="/print">{t.printing.stacksTitle}</ButtonLink> : null}
      </PageHeading>
      {lists ? (
        lists.map((list) => <Wards ui={ui} list={list} model={model} several={lists.length > 1} />)
      ) : (
        <EmptyState title={t.search.noGeneration} next={t.search.noGenerationNext} />
      )}
    </PageFrame>
  )
}
