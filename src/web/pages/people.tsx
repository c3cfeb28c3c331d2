/** 利用者: accounts and roles. Codes are shown once; ending an account asks first. */
import {
  ButtonLink,
  ChoiceField,
  Confirmation,
  DataTable,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
  type Column,
} from '../components/index.ts'
import type { PersonInput } from '../ports.ts'
import { DUTIES, PROFESSIONS, type Person } from '../read-models.ts'
import type { Ui } from '../ui.ts'

function columns(ui: Ui): Column<Person>[] {
  const { t, f } = ui
  return [
    {
      key: 'name',
      head: t.people.displayName,
      isName: true,
      cell: (person) => <a href={`/people/${person.id}`}>{person.displayName}</a>,
    },
    { key: 'login', head: t.people.loginName, cell: (person) => person.loginName },
    { key: 'profession', head: t.people.professionHead, cell: (person) => t.people.profession[person.profession] },
    {
      key: 'duties',
      head: t.people.dutiesHead,
      cell: (person) => person.duties.map((duty) => t.people.duty[duty]).join('、') || t.people.noDuty,
    },
    {
      key: 'status',
      head: t.people.status,
      cell: (person) => (!person.active ? t.people.disabled : person.waiting ? t.people.waiting : t.people.active),
    },
    {
      key: 'last',
      head: t.people.last,
      cell: (person) => (person.lastSignInMs === undefined ? t.people.never : f.near(person.lastSignInMs, ui.nowMs)),
    },
  ]
}

export function PeoplePage(props: { ui: Ui; people: readonly Person[] }) {
  const { ui, people } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.people.title}>
      <PageHeading title={t.people.title}>
        <ButtonLink href="/people/new" kind="primary">
          {t.people.add}
        </ButtonLink>
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      <section class="block">
        <DataTable ui={ui} caption={t.people.title} hideCaption columns={columns(ui)} rows={people} />
      </section>
      <Section title={t.people.matrixTitle}>
        <p>{t.people.matrixNote}</p>
      </Section>
    </PageFrame>
  )
}

function RoleFields(props: { ui: Ui; input: PersonInput; errors: FieldErrors }) {
  const { ui, input, errors } = props
  const { t } = ui
  return (
    <>
      <TextField
        name="displayName"
        label={t.people.displayName}
        value={input.displayName}
        required
        maxlength={60}
        error={errors['displayName']}
      />
      <SelectField
        name="profession"
        label={t.people.professionHead}
        value={input.profession}
        options={PROFESSIONS.map((value) => ({ value, label: t.people.profession[value] }))}
        error={errors['profession']}
      />
      <ChoiceField
        name="duties"
        kind="several"
        label={t.people.dutiesHead}
        optional={t.form.optional}
        options={DUTIES.map((value) => ({ value, label: t.people.duty[value] }))}
        chosen={input.duties}
        error={errors['duties']}
      />
    </>
  )
}

export function NewPersonPage(props: { ui: Ui; input: PersonInput; errors?: FieldErrors }) {
  const { ui, input, errors = {} } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.people.add}>
      <div class="narrow-page">
        <PageHeading title={t.people.add} />
        <Form
          ui={ui}
          action="/people/new"
          errors={errors}
          labels={{ loginName: t.people.loginName, displayName: t.people.displayName, duties: t.people.dutiesHead }}
        >
          <TextField
            name="loginName"
            label={t.people.loginName}
            hint={t.people.loginNameHint}
            value={input.loginName}
            required
            maxlength={40}
            error={errors['loginName']}
          />
          <RoleFields ui={ui} input={input} errors={errors} />
          <p class="quiet">{t.people.matrixNote}</p>
          <div class="actions">
            <SubmitButton>{t.people.add}</SubmitButton>
            <a href="/people">{t.form.cancel}</a>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}

export function PersonPage(props: {
  ui: Ui
  person: Person
  input: PersonInput
  errors?: FieldErrors
  saved?: boolean
}) {
  const { ui, person, input, errors = {} } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={person.displayName}>
      <div class="narrow-page">
        <PageHeading title={person.displayName} lead={person.loginName} />
        {props.saved ? <Notice ui={ui} kind="good" title={t.form.saved} live /> : null}
        <Form
          ui={ui}
          action={`/people/${person.id}`}
          errors={errors}
          labels={{ displayName: t.people.displayName, duties: t.people.dutiesHead }}
        >
          <RoleFields ui={ui} input={input} errors={errors} />
          <div class="actions">
            <SubmitButton>{t.form.save}</SubmitButton>
            <a href="/people">{t.form.cancel}</a>
          </div>
        </Form>
        <div class="actions">
          <Confirmation
            ui={ui}
            label={t.people.reset}
            question={t.people.resetConfirm(person.displayName)}
            note={t.people.resetNote}
            action={`/people/${person.id}/reset`}
          />
          {person.active ? (
            <Confirmation
              ui={ui}
              label={t.people.disable}
              question={t.people.disableConfirm(person.displayName)}
              note={t.people.disableNote}
              action={`/people/${person.id}/disable`}
            />
          ) : (
            <PostButton ui={ui} action={`/people/${person.id}/enable`}>
              {t.people.enable}
            </PostButton>
          )}
        </div>
      </div>
    </PageFrame>
  )
}

/** Answer to a post, never stored and never reachable again. */
export function OneTimeCodePage(props: { ui: Ui; name: string; loginName: string; code: string }) {
  const { ui } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.people.codeTitle(props.name)}>
      <div class="narrow-page">
        <PageHeading title={t.people.codeTitle(props.name)} lead={`${t.people.loginName}: ${props.loginName}`} />
        <p class="one-time-code mono">{props.code}</p>
        <Notice ui={ui} kind="caution" title={t.people.codeNote} />
        <ButtonLink href="/people" kind="primary">
          {t.people.title}
        </ButtonLink>
      </div>
    </PageFrame>
  )
}
