/** 職員の研修: who has had which lesson within a year, and the signed list of a group written down. */
import { type GroupTraining, isTrained, type Learner, LESSONS, lessonsHad } from '#exercise'
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
  PrintButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { Ui } from '../ui.ts'

export interface TrainingModel {
  readonly learners: readonly Learner[]
  readonly groups: readonly GroupTraining[]
  readonly today: string
  readonly said?: string | undefined
  readonly typed?: { readonly day: string; readonly lessons: readonly string[]; readonly people: readonly string[] }
  readonly errors?: FieldErrors
}

/** How many have had everything, and who has not, each with how many of how many. */
export function trainingWords(ui: Ui, learners: readonly Learner[]): string {
  const t = ui.t.proofs
  const count = (value: number): string => ui.f.count(value)
  const all = count(LESSONS.length)
  const missing = learners.filter((one) => !isTrained(one))
  const words = t.training(count(learners.length), count(learners.length - missing.length), all)
  // Who is behind is the business of those who look after it.
  if (missing.length === 0 || !ui.viewer?.can.has('manage-backup')) return words
  const names = missing.slice(0, NAMED).map((one) => t.behind(one.name, count(lessonsHad(one)), all))
  const rest = missing.length - names.length
  return `${words}${t.stillMissing(names, rest > 0 ? count(rest) : undefined)}`
}
const NAMED = 10

export function TrainingPage({ ui, model }: { ui: Ui; model: TrainingModel }) {
  const t = ui.t.training
  const { learners, groups, said } = model
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/drills#lessons">{ui.t.drills.title}</ButtonLink>
        <ButtonLink href="/drills/proofs">{ui.t.proofs.title}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      <p>
        {learners.every(isTrained) ? '✓' : '▲'} {trainingWords(ui, learners)}
      </p>
      <DataTable
        ui={ui}
        caption={t.title}
        hideCaption
        rows={learners}
        columns={[
          { key: 'who', head: t.who, isName: true, cell: ({ name }) => name },
          ...LESSONS.map((lesson) => ({
            key: lesson,
            head: ui.t.lessons[lesson].name,
            cell: ({ had }: Learner) => (had[lesson] ? `✓ ${ui.f.date(had[lesson], ui.nowMs)}` : `▲ ${t.notYet}`),
          })),
          { key: 'sign', head: t.signature, cell: () => '' },
        ]}
      />
      <GroupForm ui={ui} model={model} />
      {groups.length > 0 ? <Groups ui={ui} groups={groups} /> : null}
    </PageFrame>
  )
}

function GroupForm({ ui, model }: { ui: Ui; model: TrainingModel }) {
  const t = ui.t.training
  const { learners, today, errors = {}, typed = { day: today, lessons: [], people: [] } } = model
  return (
    <Section title={t.addTitle} note={t.addLead}>
      <Form
        ui={ui}
        action="/drills/training/add"
        errors={errors}
        labels={{ day: t.day, lessons: t.lessons, people: t.people }}
      >
        <TextField name="day" label={t.day} type="date" size="short" value={typed.day} error={errors['day']} />
        <ChoiceField
          name="lessons"
          label={t.lessons}
          kind="several"
          options={LESSONS.map((value) => ({ value, label: ui.t.lessons[value].name }))}
          chosen={typed.lessons}
          error={errors['lessons']}
        />
        <ChoiceField
          name="people"
          label={t.people}
          hint={t.peopleHint}
          kind="several"
          options={learners.map(({ name, keys: [value = ''] }) => ({ value, label: name }))}
          chosen={typed.people}
          error={errors['people']}
        />
        <SubmitButton>{t.add}</SubmitButton>
      </Form>
    </Section>
  )
}

function Groups({ ui, groups }: { ui: Ui; groups: readonly GroupTraining[] }) {
  const t = ui.t.training
  return (
    <Section title={t.groups}>
      <DataTable
        ui={ui}
        caption={t.groups}
        hideCaption
        rows={groups}
        columns={[
          { key: 'day', head: t.day, isName: true, cell: ({ day }) => ui.f.recordedDate(day) },
          {
            key: 'lessons',
            head: t.lessons,
            cell: ({ lessons }) => lessons.map((one) => <div>{ui.t.lessons[one].name}</div>),
          },
          {
            key: 'people',
            head: t.people,
            cell: ({ people }) => people.map(({ name }) => <div>{name}</div>),
          },
          {
            key: 'remove',
            head: t.removeHead,
            cell: ({ id }) => (
              <Confirmation
                ui={ui}
                label={t.remove}
                question={t.removeQuestion}
                note={t.removeNote}
                action={`/drills/training/${id}/remove`}
              />
            ),
          },
        ]}
      />
    </Section>
  )
}
