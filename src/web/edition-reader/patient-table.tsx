/** Patients in rows, with the source of each where there are several. */
import type { Edition, EditionPatient, SameNumberElsewhere } from '#edition/format'
import { DataTable } from '../components/table.tsx'
import { OtherWords } from './elsewhere.tsx'
import type { Look } from './look.ts'
import { birthOf, nameOf, sexOf } from './patient-words.ts'

/** Where the chart cannot be opened here, the list says so before anybody tries. */
function whereabouts(look: Look, edition: Edition, patient: EditionPatient): string {
  const { n, of } = edition.cover.manifest.head.disc
  if (patient.disc !== n && of > 1) return look.r.hit.otherDisc(String(patient.disc))
  return patient.chart ? '' : look.r.hit.notMade
}

export interface PatientRow {
  readonly patient: EditionPatient
  readonly note?: string
  /** Why this record stands under the one above. */
  readonly other?: SameNumberElsewhere
  readonly grouped?: 'first' | 'next'
}

const GROUPS = { first: 'same-number same-number-first', next: 'same-number' } as const

export function PatientTable(props: { look: Look; edition: Edition; caption: string; rows: readonly PatientRow[] }) {
  const { look, edition } = props
  const { t, r } = look
  const { sources } = edition.cover.manifest.head
  // Those of the same number stand side by side only where there are several.
  const several = sources.length > 1
  const withNotes = props.rows.some(({ note }) => note)
  return (
    <DataTable
      ui={look}
      caption={props.caption}
      hideCaption
      rows={props.rows}
      rowClass={({ grouped }) => grouped && GROUPS[grouped]}
      columns={[
        {
          key: 'name',
          head: r.hit.name,
          isName: true,
          cell: ({ patient }) => (
            <>
              <button class="link-button hit-link" type="button" data-patient={patient.row}>
                {nameOf(look, patient)}
              </button>
              {patient.kanji && patient.kana ? <small class="kana"> {patient.kana}</small> : null}
            </>
          ),
        },
        { key: 'id', head: t.chart.identity.patientId, cell: ({ patient }) => patient.patientId },
        { key: 'birth', head: t.chart.identity.birth, cell: ({ patient }) => birthOf(look, patient) },
        { key: 'sex', head: t.chart.identity.sexHead, cell: ({ patient }) => sexOf(look, patient) },
        ...(withNotes ? [{ key: 'note', head: r.hit.place, cell: ({ note }: PatientRow) => note ?? '' }] : []),
        ...(several
          ? [
              {
                key: 'source',
                head: t.editionSources.head,
                cell: ({ patient, other }: PatientRow) =>
                  other ? <OtherWords look={look} edition={edition} other={other} /> : sources[patient.source]!.name,
              },
            ]
          : []),
        {
          key: 'last',
          head: r.hit.last,
          cell: ({ patient }) => (
            <>
              {patient.lastCareDate}
              <span class="warn"> {whereabouts(look, edition, patient)}</span>
            </>
          ),
        },
      ]}
    />
  )
}
