/** One department's manual: what it says, its versions, and writing it over. */
import {
  ButtonLink,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Section,
  SubmitButton,
  TextArea,
} from '../components/index.ts'
import type { ManualView } from '../papers-ports.ts'
import type { Ui } from '../ui.ts'

export interface ManualModel {
  readonly view: ManualView
  readonly said?: string
  readonly error?: string
  /** What the person typed, where it was refused. */
  readonly typed?: string
  /** What the person typed while somebody else saved a version. */
  readonly conflict?: string
}

export function ManualPage({ ui, model }: { ui: Ui; model: ManualModel }) {
  const t = ui.t.papers
  const { view, said, error, typed, conflict } = model
  const { department, text, versions } = view
  const [newest] = versions
  const title = t.manualOf(t.departments[department])
  return (
    <PageFrame ui={ui} title={title}>
      <PageHeading title={title} lead={t.manualLead}>
        <ButtonLink href={`/papers/file/manual-${department}.pdf`}>PDF</ButtonLink>
        <ButtonLink href={`/papers/file/manual-${department}.docx`}>Word</ButtonLink>
        <ButtonLink href="/papers">{t.back}</ButtonLink>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {conflict === undefined ? null : (
        <Notice ui={ui} kind="caution" title={t.conflict} live>
          <p>{t.conflictNext}</p>
        </Notice>
      )}
      <p class="quiet">
        {newest
          ? t.versionOf(ui.f.count(newest.number), ui.f.date(newest.savedAt, ui.nowMs), newest.savedBy)
          : t.notYetOwn}
      </p>
      {ui.viewer?.can.has('manage-settings') ? (
        <Form ui={ui} action={`/papers/manuals/${department}/text`} errors={{ text: error }} labels={{ text: t.text }}>
          <input type="hidden" name="seen" value={String(newest?.number ?? 0)} />
          <TextArea
            name="text"
            label={t.text}
            hint={t.textHint}
            value={conflict ?? typed ?? text}
            rows={24}
            error={error}
          />
          <SubmitButton>{t.saveVersion}</SubmitButton>
        </Form>
      ) : (
        <Words text={text} />
      )}
      {conflict === undefined ? null : (
        <Section title={t.theirs}>
          <Words text={text} />
        </Section>
      )}
      {versions.length > 1 ? (
        <Section title={t.older}>
          {versions.slice(1).map((one) => (
            <details>
              <summary>{t.versionOf(ui.f.count(one.number), ui.f.date(one.savedAt, ui.nowMs), one.savedBy)}</summary>
              <Words text={one.text} />
            </details>
          ))}
        </Section>
      ) : null}
    </PageFrame>
  )
}

const Words = ({ text }: { text: string }) => (
  <>
    {text.split('\n').map((line) => (
      <p>{line}</p>
    ))}
  </>
)
