/** A short lesson for everybody, with its questions and, after the answers, what was right. */
import type { Lesson } from '#exercise'
import {
  ButtonLink,
  ChoiceField,
  Form,
  PageFrame,
  PageHeading,
  PrintButton,
  SubmitButton,
} from '../components/index.ts'
import type { Ui } from '../ui.ts'

/** @param answers by place of the question; undefined: not answered yet */
export function LessonPage(props: { ui: Ui; lesson: Lesson; answers?: readonly (number | undefined)[] | undefined }) {
  const { ui, lesson, answers } = props
  const t = ui.t.drills
  const { name, text, questions } = ui.t.lessons[lesson]
  return (
    <PageFrame ui={ui} title={name}>
      <PageHeading title={name} lead={text}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Form ui={ui} action={`/drills/lessons/${lesson}`}>
        {questions.map(({ ask, choices, right }, i) => (
          <>
            <ChoiceField
              name={`answer-${i}`}
              label={ask}
              kind="one"
              options={choices.map((label, value) => ({ value: String(value), label }))}
              chosen={answers?.[i] === undefined ? [] : [String(answers[i])]}
            />
            {answers ? (
              <p>
                <strong>{answers[i] === right ? `✓ ${t.right}` : `× ${t.wrong(choices[right] ?? '')}`}</strong>
              </p>
            ) : null}
          </>
        ))}
        {answers ? <ButtonLink href="/drills#lessons">{t.title}</ButtonLink> : <SubmitButton>{t.answer}</SubmitButton>}
      </Form>
    </PageFrame>
  )
}
