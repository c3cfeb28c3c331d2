/** PDFs that go onto every emergency disc. */
import {
  ButtonLink,
  Confirmation,
  DataTable,
  EmptyState,
  type FieldErrors,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { EditionPaper } from '../edition-ports.ts'
import type { Ui } from '../ui.ts'

export interface PapersModel {
  readonly papers: readonly EditionPaper[]
  readonly isSaved?: boolean
  readonly typed?: string
  readonly errors?: FieldErrors
}

export function EditionPapersPage({ ui, model }: { ui: Ui; model: PapersModel }) {
  const t = ui.t.editionPapers
  const { papers, errors = {} } = model
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/editions">{ui.t.editions.title}</ButtonLink>
      </PageHeading>
      {model.isSaved ? <Notice ui={ui} kind="good" title={t.saved} live /> : null}
      {papers.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.listTitle}>
          <PaperTable ui={ui} papers={papers} />
        </Section>
      )}
      <Section title={t.addTitle}>
        <Form ui={ui} action="/editions/papers" multipart errors={errors} labels={{ name: t.name, file: t.file }}>
          <TextField
            name="name"
            label={t.name}
            hint={t.nameHint}
            value={model.typed ?? ''}
            error={errors['name']}
            required
            maxlength={40}
          />
          <FileField name="file" label={t.file} hint={t.fileHint} error={errors['file']} />
          <SubmitButton>{t.add}</SubmitButton>
        </Form>
      </Section>
    </PageFrame>
  )
}

function PaperTable({ ui, papers }: { ui: Ui; papers: readonly EditionPaper[] }) {
  const t = ui.t.editionPapers
  return (
    <DataTable
      ui={ui}
      caption={t.listTitle}
      hideCaption
      rows={papers}
      columns={[
        {
          key: 'name',
          head: t.name,
          isName: true,
          cell: ({ id, title, isMissing }) =>
            isMissing ? (
              <>
                {title}
                <div class="warn">▲ {t.missing}</div>
              </>
            ) : (
              <a href={`/editions/papers/${id}.pdf`}>{title}</a>
            ),
        },
        { key: 'size', head: t.size, cell: ({ bytes }) => ui.f.size(bytes) },
        { key: 'added', head: t.added, cell: ({ addedMs }) => ui.f.dateTime(addedMs, ui.nowMs) },
        {
          key: 'remove',
          head: t.remove,
          cell: ({ id, title }) => (
            <Confirmation
              ui={ui}
              label={t.remove}
              question={t.removeQuestion(title)}
              note=""
              action={`/editions/papers/${id}/remove`}
            />
          ),
        },
      ]}
    />
  )
}
