/** 職員の決まり (R88): the newest version, who has read it, and writing the next. */
import {
  ButtonLink,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SubmitButton,
  TextArea,
} from '../components/index.ts'
import type { RulesState } from '../drill-ports.ts'
import type { Ui } from '../ui.ts'

export interface RulesModel {
  readonly rules: RulesState
  readonly said?: string | undefined
  readonly typed?: string
  readonly errors?: FieldErrors
}

export function RulesPage({ ui, model }: { ui: Ui; model: RulesModel }) {
  const t = ui.t.drills
  const { rules, said } = model
  const [newest, ...older] = rules.versions
  const keeps = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.rulesTitle} across>
      <PageHeading title={t.rulesTitle} lead={t.rulesLead}>
        <ButtonLink href="/drills">{t.title}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {newest ? (
        <Section title={t.rulesVersion(ui.f.count(newest.number), ui.f.date(newest.at, ui.nowMs))}>
          <Lines text={newest.text} />
          {rules.readAtMs === undefined ? (
            <>
              <p>▲ {t.rulesUnread}</p>
              <Form ui={ui} action="/drills/rules/read">
                <input type="hidden" name="version" value={String(newest.number)} />
                <SubmitButton>{t.rulesRead}</SubmitButton>
              </Form>
            </>
          ) : (
            <p>✓ {t.rulesReadAt(ui.f.date(rules.readAtMs, ui.nowMs))}</p>
          )}
        </Section>
      ) : (
        <EmptyState title={t.rulesNone} {...(keeps ? { next: t.rulesNoneNext } : {})} />
      )}
      {newest && keeps ? <People ui={ui} rules={rules} /> : null}
      {keeps ? <Write ui={ui} model={model} /> : null}
      {older.length > 0 ? (
        <Section title={t.rulesOld}>
          {older.map(({ number, at, text }) => (
            <details>
              <summary>{t.rulesVersion(ui.f.count(number), ui.f.date(at, ui.nowMs))}</summary>
              <Lines text={text} />
            </details>
          ))}
        </Section>
      ) : null}
    </PageFrame>
  )
}

const Lines = ({ text }: { text: string }) => (
  <ul>
    {text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => (
        <li>{line}</li>
      ))}
  </ul>
)

function People({ ui, rules }: { ui: Ui; rules: RulesState }) {
  const t = ui.t.drills
  const read = rules.people.filter(({ readAtMs }) => readAtMs !== undefined).length
  return (
    <Section title={t.rulesPeople(ui.f.count(read), ui.f.count(rules.people.length))}>
      <DataTable
        ui={ui}
        caption={t.rulesTitle}
        hideCaption
        rows={rules.people}
        columns={[
          { key: 'who', head: t.rulesWho, isName: true, cell: ({ name }) => name },
          {
            key: 'when',
            head: t.rulesWhen,
            cell: ({ readAtMs }) =>
              readAtMs === undefined ? `▲ ${t.rulesNever}` : `✓ ${ui.f.date(readAtMs, ui.nowMs)}`,
          },
        ]}
      />
    </Section>
  )
}

function Write({ ui, model }: { ui: Ui; model: RulesModel }) {
  const t = ui.t.drills
  const { rules, typed, errors = {} } = model
  return (
    <Section title={t.rulesWrite}>
      <Form ui={ui} action="/drills/rules/publish" errors={errors} labels={{ text: t.rulesText }}>
        <TextArea
          name="text"
          label={t.rulesText}
          value={typed ?? rules.versions[0]?.text ?? t.rulesModel}
          rows={8}
          error={errors['text']}
        />
        <SubmitButton kind="secondary">{t.rulesPublish}</SubmitButton>
      </Form>
    </Section>
  )
}
