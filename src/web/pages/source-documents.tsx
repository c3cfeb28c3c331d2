/** A drop folder's names, and claim files: what is read of them, before it is saved. */
import { readName, type PatientPreview, type PatternFit } from '#intake'
import {
  ChoiceField,
  DataTable,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { SourceFile, SourceReading } from '../source-reading-ports.ts'
import type { Ui } from '../ui.ts'
import { PreviewBlock } from './source-preview.tsx'
import { NoFiles, readingPath } from './source-reading.tsx'

interface PageProps {
  readonly ui: Ui
  readonly reading: SourceReading
  readonly part: number
  readonly more: boolean
}

/** Names shown of those that are there. */
const MOST_SHOWN = 30

export function DocumentsPage(
  props: PageProps & {
    /** Those that a drop folder takes. */
    readonly documents: readonly SourceFile[]
    readonly others: number
    readonly fits: readonly PatternFit[]
    readonly patterns: readonly string[]
    readonly own: string
    readonly errors: FieldErrors
  },
) {
  const { ui, reading, part, documents, fits, patterns } = props
  const words = ui.t.sourceReading
  const t = words.documents
  const read = documents.map((file) => ({ file, named: readName(file.path, { patterns }) }))
  const matched = read.filter(({ named }) => named)
  const patients = new Set(matched.map(({ named }) => named!.patientId)).size
  const twice = duplicates(matched.map(({ named }) => JSON.stringify(named)))
  const chosen = [...new Set([...fits.map(({ pattern }) => pattern), ...patterns])]
  const countOf = (pattern: string): string =>
    ui.f.count(documents.filter(({ path }) => readName(path, { patterns: [pattern] })).length)
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={t.title} lead={reading.parts[part]!.path} />
      <Notice ui={ui} kind="caution" title={words.private} />
      <p>{t.lead}</p>
      {documents.length === 0 ? <NoFiles ui={ui} /> : null}
      <Form
        ui={ui}
        action={readingPath(reading.source.id, part, 'documents')}
        errors={props.errors}
        labels={{ patterns: t.chosen, own: t.own }}
      >
        {chosen.length > 0 ? (
          <ChoiceField
            name="patterns"
            kind="several"
            label={t.chosen}
            options={chosen.map((pattern) => ({
              value: pattern,
              label: t.fits(pattern, countOf(pattern), ui.f.count(documents.length)),
            }))}
            chosen={patterns}
            error={props.errors['patterns']}
          />
        ) : null}
        <TextField name="own" label={t.own} hint={t.ownHint} value={props.own} error={props.errors['own']} />
        <div class="actions">
          <SubmitButton kind="secondary" name="do" value="again">
            {words.again}
          </SubmitButton>
          <SubmitButton name="do" value="save">
            {words.save}
          </SubmitButton>
          <a href={readingPath(reading.source.id)}>{ui.t.form.cancel}</a>
        </div>
      </Form>
      <Section title={t.read}>
        {props.more ? <p>{words.moreFiles}</p> : null}
        <p>{t.counts(ui.f.count(matched.length), ui.f.count(documents.length), ui.f.count(patients))}</p>
        {twice > 0 ? <p>▲ {t.twice(ui.f.count(twice))}</p> : null}
        {props.others > 0 ? <p>{t.otherKinds(ui.f.count(props.others))}</p> : null}
        <DataTable
          ui={ui}
          caption={t.read}
          hideCaption
          // What cannot be read comes first: that is what there is to do.
          rows={[...read.filter(({ named }) => !named), ...matched].slice(0, MOST_SHOWN)}
          columns={[
            { key: 'name', head: words.name, cell: ({ file }) => file.path, isName: true },
            { key: 'id', head: t.patientId, cell: ({ named }) => named?.patientId ?? t.unmatched },
            { key: 'date', head: t.date, cell: ({ named }) => named && (named.date || t.noDate) },
            { key: 'title', head: t.documentTitle, cell: ({ named }) => named?.title },
          ]}
        />
      </Section>
    </PageFrame>
  )
}

const duplicates = (keys: readonly string[]): number => keys.length - new Set(keys).size

export function ClaimsPage(
  props: PageProps & { readonly files: readonly SourceFile[]; preview: PatientPreview | undefined; isCut: boolean },
) {
  const { ui, reading, part, files, preview } = props
  const words = ui.t.sourceReading
  const t = words.claims
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={t.title} lead={reading.parts[part]!.path} />
      <Notice ui={ui} kind="caution" title={words.private} />
      <p>{t.lead}</p>
      <ul>
        {t.notes.map((note) => (
          <li>{note}</li>
        ))}
      </ul>
      {files.length === 0 ? (
        <Notice ui={ui} kind="caution" title={t.none}>
          <p>{words.noFilesNext}</p>
        </Notice>
      ) : (
        <Section title={words.files}>
          <ul class="plain mono">
            {files.slice(-MOST_SHOWN).map(({ path, sizeBytes }) => (
              <li>
                {path} {ui.f.size(sizeBytes)}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Form ui={ui} action={readingPath(reading.source.id, part, 'claims')}>
        <div class="actions">
          <SubmitButton>{words.save}</SubmitButton>
          <a href={readingPath(reading.source.id)}>{ui.t.form.cancel}</a>
        </div>
      </Form>
      {preview ? <PreviewBlock ui={ui} preview={preview} isCut={props.isCut} /> : null}
    </PageFrame>
  )
}
