/** The columns that say who a patient is, in every list alike: name with its warnings, birth date, sex, number. */
import type { Column } from '../components/index.ts'
import type { PatientHit } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export function birthWords(ui: Ui, hit: Pick<PatientHit, 'birthDate'>): string {
  if (hit.birthDate === undefined) return ui.t.search.noBirth
  const age = ui.f.age(hit.birthDate, ui.nowMs)
  return `${ui.f.recordedDate(hit.birthDate)}${age === undefined ? '' : ` ${ui.t.search.years(String(age))}`}`
}

export const nameWords = (ui: Ui, hit: Pick<PatientHit, 'kanji' | 'kana'>) =>
  hit.kanji ?? hit.kana ?? ui.t.search.noName

function SameWarnings(props: { ui: Ui; hit: PatientHit }) {
  return (
    <>
      {props.hit.linked ? <span class="tag tag-warning">{props.ui.t.search.linked}</span> : null}
      {props.hit.sameAs.map((same) => (
        <div>
          <span class="tag tag-warning">
            <span aria-hidden="true">▲ </span>
            {props.ui.t.search.same[same]}
          </span>
        </div>
      ))}
    </>
  )
}

/** @param generationOf where the patient of this row is opened */
export function patientColumns<Row extends { readonly patient: PatientHit }>(
  ui: Ui,
  generationOf: (row: Row) => string,
): Column<Row>[] {
  const { t } = ui
  return [
    {
      key: 'name',
      head: t.search.name,
      isName: true,
      cell: (row) => (
        <>
          <a class="hit-link" href={`/charts/${row.patient.key}/open?generation=${generationOf(row)}`}>
            {row.patient.kana ? <span class="kana">{row.patient.kana}</span> : null}
            {nameWords(ui, row.patient)}
          </a>
          <SameWarnings ui={ui} hit={row.patient} />
        </>
      ),
    },
    { key: 'birth', head: t.search.birth, cell: (row) => birthWords(ui, row.patient) },
    { key: 'sex', head: t.search.sexHead, cell: (row) => t.search.sex[row.patient.sex] },
    { key: 'id', head: t.search.id, cell: (row) => <span class="mono nowrap">{row.patient.patientId}</span> },
  ]
}
