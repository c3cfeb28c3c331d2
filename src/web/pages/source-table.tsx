/** One table: what each column is, by looking at the first rows. */
import {
  mappingFaults,
  ROLES_OF,
  TABLE_KINDS,
  type ExportsLook,
  type PatientPreview,
  type TableLook,
  type TableMapping,
} from '#intake'
import {
  ChoiceField,
  DataTable,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { SourceReading } from '../source-reading-ports.ts'
import type { Ui } from '../ui.ts'
import { PreviewBlock } from './source-preview.tsx'
import { readingPath } from './source-reading.tsx'

export interface TablePageProps {
  readonly ui: Ui
  readonly reading: SourceReading
  readonly part: number
  readonly file: { readonly number: number; readonly name: string }
  readonly look: TableLook
  readonly mapping: TableMapping
  /** Whether a mapping for this file is saved. */
  readonly isSaved: boolean
  /** Faults are shown once somebody has tried to go on. */
  readonly showFaults: boolean
  readonly preview?: PatientPreview | undefined
  readonly isCut: boolean
  readonly exportsLook: ExportsLook | undefined
}

const SAMPLES = 3

export function TablePage(props: TablePageProps) {
  const { ui, reading, part, file, look, mapping, preview } = props
  const words = ui.t.sourceReading
  const t = words.table
  const faults = props.showFaults ? mappingFaults(mapping) : []
  const isFine = preview?.first !== undefined
  return (
    <PageFrame ui={ui} title={t.title(file.name)} patientPage>
      <PageHeading title={t.title(file.name)} lead={t.lead} />
      <Notice ui={ui} kind="caution" title={words.private} />
      {faults.length > 0 ? (
        <Notice ui={ui} kind="danger" title={ui.t.form.errorTitle(faults.length)} live>
          <ul>
            {faults.map((fault) => (
              <li>{t.faults[fault]}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <Form ui={ui} action={`${readingPath(reading.source.id, part, 'tables', file.number)}#preview`}>
        <input type="hidden" name="lookedHeadingRow" value={String(mapping.headingRow)} />
        <SelectField
          name="kind"
          label={t.kind}
          options={TABLE_KINDS.map((kind) => ({ value: kind, label: t.kinds[kind] }))}
          value={mapping.kind}
        />
        <TextField
          name="headingRow"
          label={t.headingRow}
          hint={t.headingRowHint}
          value={String(mapping.headingRow)}
          size="short"
          inputmode="numeric"
        />
        <TextField name="file" label={t.file} hint={t.fileHint} value={mapping.file} required maxlength={200} />
        <ChoiceField
          name="exports"
          kind="one"
          label={t.exports}
          hint={[t.exportsHint, props.exportsLook && seenWords(ui, props.exportsLook)].filter(Boolean).join(' ')}
          options={(['whole', 'parts'] as const).map((value) => ({ value, label: t.exportsOf[value] }))}
          chosen={[mapping.exports ?? 'parts']}
        />
        <p class="quiet">{t.charset(look.form.charset.toUpperCase(), t.delimiters[look.form.delimiter])}</p>
        <Columns ui={ui} look={look} mapping={mapping} />
        <p>{t.emptyNote}</p>
        <div class="actions">
          <SubmitButton kind="secondary" name="do" value="again">
            {words.again}
          </SubmitButton>
          <SubmitButton kind={isFine ? 'secondary' : 'primary'} name="do" value="preview">
            {words.preview}
          </SubmitButton>
          <SubmitButton kind={isFine ? 'primary' : 'secondary'} name="do" value="save">
            {words.save}
          </SubmitButton>
          {props.isSaved ? (
            <SubmitButton kind="danger" name="do" value="remove">
              {t.remove}
            </SubmitButton>
          ) : null}
          <a href={readingPath(reading.source.id, part, 'tables')}>{ui.t.form.cancel}</a>
        </div>
      </Form>
      {preview ? <PreviewBlock ui={ui} preview={preview} isCut={props.isCut} /> : null}
    </PageFrame>
  )
}

const seenWords = (ui: Ui, { rows, kept }: ExportsLook): string =>
  ui.t.sourceReading.table.exportsSeen(ui.f.count(rows), ui.f.count(kept))

function Columns({ ui, look, mapping }: Pick<TablePageProps, 'ui' | 'look' | 'mapping'>) {
  const t = ui.t.sourceReading.table
  const options = ROLES_OF[mapping.kind].map((role) => ({ value: role, label: t.roles[role] }))
  const rows = mapping.columns.map((column, at) => ({ ...column, at }))
  return (
    <DataTable
      ui={ui}
      caption={t.columns}
      rows={rows}
      columns={[
        { key: 'name', head: t.column, cell: ({ heading, at }) => heading || t.untitled(String(at + 1)), isName: true },
        {
          key: 'sample',
          head: t.sample,
          cell: ({ at }) => (
            <>
              {samplesOf(look, at).map((sample) => (
                <div>{sample}</div>
              ))}
            </>
          ),
        },
        {
          key: 'role',
          head: t.role,
          cell: ({ heading, role, at }) => (
            <select
              class="input input-short"
              name={`role-${at}`}
              aria-label={`${heading || t.untitled(String(at + 1))}: ${t.role}`}
            >
              {options.map(({ value, label }) => (
                <option value={value} selected={value === role}>
                  {label}
                </option>
              ))}
            </select>
          ),
        },
      ]}
    />
  )
}

/** The first cells that say anything. */
function samplesOf({ rows }: TableLook, at: number): string[] {
  return rows
    .map((row) => row[at] ?? '')
    .filter((cell) => cell !== '')
    .slice(0, SAMPLES)
    .map(shortened)
}

const MOST_SAMPLE = 40

function shortened(text: string): string {
  const letters = Array.from(text)
  return letters.length > MOST_SAMPLE ? `${letters.slice(0, MOST_SAMPLE).join('')}…` : text
}
