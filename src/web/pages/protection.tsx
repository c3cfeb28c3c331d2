/** 保護する患者: colleagues who are patients. Their charts open with a reason only. */
import {
  ButtonLink,
  Confirmation,
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
import type { ProtectedPatient } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export interface ProtectionModel {
  readonly rows: readonly ProtectedPatient[]
  readonly typed?: string
  readonly errors?: FieldErrors
  readonly saved?: boolean
}

export function ProtectionPage(props: { ui: Ui; model: ProtectionModel }) {
  const { ui, model } = props
  const { t } = ui
  const errors = model.errors ?? {}
  return (
    <PageFrame ui={ui} title={t.protection.title} patientPage>
      <PageHeading title={t.protection.title} lead={t.protection.lead}>
        <ButtonLink href="/erasures">{t.erasure.link}</ButtonLink>
        <ButtonLink href="/journal?kind=chart">{t.journal.title}</ButtonLink>
      </PageHeading>
      {model.saved ? <Notice ui={ui} kind="good" title={t.form.saved} live /> : null}
      <Form ui={ui} action="/protected" errors={errors} labels={{ patientId: t.search.id }}>
        <TextField
          name="patientId"
          label={t.search.id}
          hint={t.protection.hint}
          value={model.typed ?? ''}
          size="short"
          required
          maxlength={40}
          error={errors['patientId']}
        />
        <SubmitButton>{t.protection.add}</SubmitButton>
      </Form>
      <Section title={t.protection.listTitle}>
        {model.rows.length === 0 ? <p>{t.protection.none}</p> : <ProtectedTable ui={ui} rows={model.rows} />}
      </Section>
    </PageFrame>
  )
}

function ProtectedTable(props: { ui: Ui; rows: readonly ProtectedPatient[] }) {
  const { ui, rows } = props
  const { t } = ui
  const nameOf = (row: ProtectedPatient) => row.patientId ?? t.protection.unknown
  return (
    <DataTable
      ui={ui}
      caption={t.protection.listTitle}
      hideCaption
      rows={rows}
      columns={[
        { key: 'id', head: t.search.id, isName: true, cell: nameOf },
        {
          key: 'lift',
          head: t.protection.lift,
          cell: (row) => (
            <Confirmation
              ui={ui}
              label={t.protection.lift}
              question={t.protection.liftConfirm(nameOf(row))}
              note={t.protection.liftNote}
              action="/protected/lift"
              fields={{ id: row.id }}
            />
          ),
        },
      ]}
    />
  )
}
