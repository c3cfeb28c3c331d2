/** The whole chart: one scroll, so that find-in-page and print reach everything. */
import { institutionDate } from '#base'
import type { Chart, Section } from '#chart'
import type { Child } from 'hono/jsx'
import { Administrations, Injections, Prescriptions } from './drugs.tsx'
import { nameOf, shownValue } from '#sheets'
import { allergySummary, ChartHeader } from './header.tsx'
import { Labs, VitalsTable } from './labs.tsx'
import {
  ContactList,
  Bookings,
  Coverages,
  Diets,
  Documents,
  Encounters,
  Examinations,
  FoldedLabOrders,
  Problems,
} from './lists.tsx'
import { MicrobiologyList } from './microbiology.tsx'
import { MissingBlock, UnshownBlock } from './missing.tsx'
import { Folded, isPresent, Part } from './part.tsx'
import { Timeline } from './timeline.tsx'
import type { ChartView } from './view.ts'

/** Stays on top while the chart scrolls: whose chart it is, what they must not get, and the ways to the parts. */
function Bar(props: { view: ChartView; chart: Chart; parts: readonly PartId[] }) {
  const { view, chart, parts } = props
  const identity = shownValue(chart.identity)
  const allergies = allergySummary(view, chart)
  return (
    <div class="chart-bar">
      <p class="chart-strip">
        <span>
          <strong>{nameOf(view, identity)}</strong> {view.t.identity.patientId} {identity?.patientId}
        </span>
        {allergies ? (
          <span class={hasAllergy(chart) ? 'chart-strip-allergy is-present' : 'chart-strip-allergy'}>
            {hasAllergy(chart) ? <span aria-hidden="true">▲ </span> : null}
            {view.t.section.allergies}: {allergies}
          </span>
        ) : null}
      </p>
      <nav class="chart-jump" aria-label={view.t.jump}>
        <ul>
          {parts.map((id) => (
            <li>
              <a href={`#${id}`}>{view.t.section[id]}</a>
            </li>
          ))}
          <li>
            <a href="#timeline">{view.words.pictures.timeline}</a>
          </li>
        </ul>
      </nav>
    </div>
  )
}

const hasAllergy = (chart: Chart) =>
  chart.allergies.access === 'shown'
    ? isPresent(chart.allergies)
    : shownValue(chart.drugAllergy)?.presence === 'present'

type PartId = (keyof ChartView['t']['section'] & keyof Chart) | 'bookings'

/** Order of reading in an emergency (emergency-edition.md, section 6). */
const ORDER: readonly PartId[] = [
  'prescriptions',
  'injections',
  'administrations',
  'labs',
  'labOrders',
  'microbiology',
  'vitals',
  'problems',
  'notes',
  'documents',
  'bookings',
  'examinations',
  'encounters',
  'diets',
  'coverage',
  'contacts',
]

/** On wide screens these stand in a second column; elsewhere they follow. */
const BESIDE: readonly PartId[] = [
  'problems',
  'notes',
  'documents',
  'bookings',
  'examinations',
  'encounters',
  'diets',
  'coverage',
  'contacts',
]

/** Bookings that a system files among its documents, or all others: they would drown a letter. */
function documentsOf({ documents }: Chart, areBookings: boolean): Chart['documents'] {
  if (documents.access === 'withheld') return documents
  return { ...documents, value: documents.value.filter(({ kind }) => (kind === 'booking') === areBookings) }
}

const hasBookings = (chart: Chart) => (shownValue(documentsOf(chart, true)) ?? []).length > 0

const isEmptyList = (list: readonly unknown[]) => list.length === 0

function body(view: ChartView, chart: Chart, id: PartId, labsHref: string | undefined): Child {
  const { t } = view
  const frame = { view, id, title: t.section[id] }
  const list = <T,>(section: Section<readonly T[]>, render: (items: readonly T[]) => Child, note?: string) => (
    <Part {...frame} section={section} isEmpty={isEmptyList} {...(note ? { note } : {})}>
      {render}
    </Part>
  )
  switch (id) {
    case 'prescriptions':
      return list(chart.prescriptions, (orders) => <Prescriptions view={view} orders={orders} />, t.prescription.note)
    case 'injections':
      return list(chart.injections, (orders) => <Injections view={view} orders={orders} />, t.injection.note)
    case 'administrations':
      return list(
        chart.administrations,
        (items) => (
          <Folded view={view} items={items} children={(some) => <Administrations view={view} items={some} />} />
        ),
        t.administration.note,
      )
    case 'labs':
      return (
        <Part {...frame} section={chart.labs} isEmpty={(matrix) => matrix.columns.length === 0} note={t.lab.flagsNote}>
          {(matrix) => <Labs view={view} matrix={matrix} href={labsHref} />}
        </Part>
      )
    case 'labOrders':
      return list(chart.labOrders, (orders) => <FoldedLabOrders view={view} orders={orders} />)
    case 'microbiology':
      return list(chart.microbiology, (items) => <MicrobiologyList view={view} items={items} />)
    case 'vitals':
      return (
        <Part {...frame} section={chart.vitals} isEmpty={(vitals) => vitals.rows.length === 0}>
          {(vitals) => <VitalsTable view={view} vitals={vitals} asOf={chart.generation.asOf} />}
        </Part>
      )
    case 'problems':
      return list(chart.problems, (problems) => <Problems view={view} problems={problems} />)
    case 'notes':
      return list(chart.notes, (notes) => <Documents view={view} documents={notes} />)
    case 'documents':
      return list(documentsOf(chart, false), (documents) => <Documents view={view} documents={documents} />)
    case 'bookings':
      return list(documentsOf(chart, true), (bookings) => (
        <Bookings view={view} bookings={bookings} today={institutionDate(chart.generation.asOf)} />
      ))
    case 'examinations':
      return list(chart.examinations, (items) => <Examinations view={view} items={items} />)
    case 'encounters':
      return list(chart.encounters, (encounters) => (
        <Folded view={view} items={encounters} children={(some) => <Encounters view={view} encounters={some} />} />
      ))
    case 'diets':
      return list(chart.diets, (diets) => <Diets view={view} diets={diets} />)
    case 'coverage':
      return list(chart.coverage, (items) => <Coverages view={view} items={items} />)
    case 'contacts':
      return (
        <Part
          {...frame}
          section={chart.contacts}
          isEmpty={({ addresses, phones, people }) => addresses.length + phones.length + people.length === 0}
        >
          {(contacts) => <ContactList view={view} contacts={contacts} />}
        </Part>
      )
    default:
      return null
  }
}

/** A part that this role never sees is left out of the page; `この画面に無いもの` names it. */
const partsFor = (chart: Chart): readonly PartId[] =>
  ORDER.filter((id) => {
    if (id === 'bookings') return hasBookings(chart)
    const section = chart[id] as Section<unknown>
    return section.access === 'shown' || section.why === 'reason-needed'
  })

export function ChartBody(props: {
  view: ChartView
  chart: Chart
  labsHref?: string | undefined
  actions?: Child
  /** Of a part of one file, to see how it would look: nothing was checked, and what is missing says nothing. */
  isTrial?: boolean
}) {
  const { view, chart, isTrial = false } = props
  const parts = partsFor(chart)
  return (
    <div class="chart">
      <ChartHeader view={view} chart={chart} />
      <p class="paper-only strong">{view.t.print.inHouseMark}</p>
      <p class="phone-only part-gap">{view.t.offPhone}</p>
      {isTrial ? null : <MissingBlock view={view} chart={chart} />}
      <UnshownBlock view={view} chart={chart} />
      {props.actions}
      {isTrial ? null : <Bar view={view} chart={chart} parts={parts} />}
      <div class="chart-parts">
        <div>{parts.filter((id) => !BESIDE.includes(id)).map((id) => body(view, chart, id, props.labsHref))}</div>
        <div>{parts.filter((id) => BESIDE.includes(id)).map((id) => body(view, chart, id, props.labsHref))}</div>
      </div>
      {isTrial ? null : <Timeline view={view} chart={chart} href={props.labsHref?.replace('#labs', '#timeline')} />}
      {isTrial ? null : <p class="quiet chart-checked">{view.t.checked(view.f.count(chart.files.read))}</p>}
    </div>
  )
}
