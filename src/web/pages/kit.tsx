/** 復旧キット: whether there is one, who keeps its sheets where, making it, and replacing it. */
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
  Section,
  SelectField,
  SubmitButton,
  TextField,
  type Column,
} from '../components/index.ts'
import { type KitView, SHEET_PARTS, type SheetHolder, type SheetPart, type SheetView } from '../kit-ports.ts'
import type { Ui } from '../ui.ts'

/** What the form of a new kit holds. */
export interface KitInput {
  readonly which: 'all' | 'kit'
  readonly holders: readonly SheetHolder[]
}

export const emptyKitInput: KitInput = {
  which: 'all',
  holders: SHEET_PARTS.map((part) => ({ part, holder: '', keptAt: '', outside: part === 3 })),
}

export function KitPage(props: { ui: Ui; view: KitView; right?: boolean }) {
  const { ui, view } = props
  const { t, f } = ui
  const { kit } = view
  const mayMake = view.mayManage && (!view.needsRequest || view.request?.confirmed === true)
  return (
    <PageFrame ui={ui} title={t.kit.title}>
      <PageHeading title={t.kit.title} lead={t.kit.lead}>
        {mayMake && !view.mayPrint ? (
          <ButtonLink href="/recovery-kit/new" kind={view.condition === 'none' ? 'primary' : 'secondary'}>
            {t.kit.make}
          </ButtonLink>
        ) : null}
      </PageHeading>
      {props.right ? <Notice ui={ui} kind="good" title={t.kit.question.right} live /> : null}
      <Notice ui={ui} kind={view.condition === 'good' ? 'good' : 'caution'} title={t.kit.condition[view.condition]}>
        {kit ? (
          <p>
            {t.kit.made(f.dateTime(kit.issuedAtMs, ui.nowMs), kit.issuedBy)}（{t.kit.number(kit.id)}）
          </p>
        ) : (
          <p>{t.kit.makeNote}</p>
        )}
      </Notice>
      {view.mayPrint ? (
        <div class="actions">
          <ButtonLink href="/recovery-kit/print" kind="primary">
            {t.kit.printAgain}
          </ButtonLink>
          <span class="quiet">{t.kit.printAgainNote}</span>
        </div>
      ) : null}
      {kit ? (
        <Section title={t.kit.tableTitle}>
          <DataTable ui={ui} caption={t.kit.tableTitle} hideCaption columns={columns(ui)} rows={kit.sheets} />
          <ButtonLink href="/recovery-kit/places">{t.kit.factsLink}</ButtonLink>
        </Section>
      ) : null}
      {kit || view.needsRequest ? <Again ui={ui} view={view} /> : null}
    </PageFrame>
  )
}

function columns(ui: Ui): Column<SheetView>[] {
  const { t, f } = ui
  return [
    { key: 'sheet', head: t.kit.sheetHead, isName: true, cell: ({ part }) => t.kit.sheet[part] },
    { key: 'holder', head: t.kit.holderHead, cell: ({ holder }) => holder },
    {
      key: 'place',
      head: t.kit.placeHead,
      cell: ({ keptAt, outside }) => (
        <>
          {keptAt}
          <div class="quiet">{outside ? t.kit.outsideWord : t.kit.insideWord}</div>
        </>
      ),
    },
    {
      key: 'checked',
      head: t.kit.checkedHead,
      cell: ({ checkedAtMs }) => (checkedAtMs === undefined ? t.kit.neverChecked : f.date(checkedAtMs, ui.nowMs)),
    },
    {
      key: 'check',
      head: t.kit.check,
      cell: ({ part }) => <a href={`/recovery-kit/check/${part}`}>{t.kit.check}</a>,
    },
  ]
}

/** Two people, or the same one on a later day (USERS.md). What it cannot do is said beside it. */
function Again(props: { ui: Ui; view: KitView }) {
  const { ui, view } = props
  const { t, f } = ui
  const { request } = view
  const words = t.kit.again
  return (
    <Section title={words.title}>
      <p>{words.note}</p>
      <p>{words.honest}</p>
      {request ? (
        <>
          <p>{words.asked(f.dateTime(request.atMs, ui.nowMs), request.by, words.reasons[request.reason])}</p>
          <p class="strong">{request.confirmed ? words.confirmed : words.wait}</p>
          <div class="actions">
            {request.mayConfirm ? (
              <PostButton ui={ui} action="/recovery-kit/confirm" kind="primary">
                {words.confirm}
              </PostButton>
            ) : null}
            <PostButton ui={ui} action="/recovery-kit/withdraw">
              {words.withdraw}
            </PostButton>
          </div>
        </>
      ) : view.mayManage && view.needsRequest ? (
        <Form ui={ui} action="/recovery-kit/ask">
          <SelectField
            name="reason"
            label={words.reason}
            options={Object.entries(words.reasons).map(([value, label]) => ({ value, label }))}
          />
          <SubmitButton kind="secondary">{words.ask}</SubmitButton>
        </Form>
      ) : null}
      {view.kit && view.mayManage ? (
        <Confirmation
          ui={ui}
          label={words.revoke}
          question={words.revokeQuestion}
          note={words.revokeNote}
          action="/recovery-kit/revoke"
          fields={{ reason: request?.reason ?? 'lost' }}
        />
      ) : null}
    </Section>
  )
}

export function NewKitPage(props: { ui: Ui; input: KitInput; errors?: FieldErrors }) {
  const { ui, input, errors = {} } = props
  const { t } = ui
  const labels = Object.fromEntries(
    SHEET_PARTS.flatMap((part) => [
      [`holder${part}`, t.kit.holder(t.kit.sheet[part])],
      [`keptAt${part}`, t.kit.keptAt(t.kit.sheet[part])],
    ]),
  )
  return (
    <PageFrame ui={ui} title={t.kit.make}>
      <div class="narrow-page">
        <PageHeading title={t.kit.make} lead={t.kit.makeNote} />
        <Form ui={ui} action="/recovery-kit/new" errors={errors} labels={{ ...labels, outside: t.kit.outside }}>
          <ChoiceField
            name="which"
            kind="one"
            label={t.kit.which}
            hint={t.kit.whichNote}
            options={[
              { value: 'all', label: t.kit.whichAll },
              { value: 'kit', label: t.kit.whichKit },
            ]}
            chosen={[input.which]}
          />
          {SHEET_PARTS.map((part) => (
            <HolderFields ui={ui} part={part} holder={input.holders[part]!} errors={errors} />
          ))}
          <ChoiceField
            name="outside"
            kind="several"
            label={t.kit.outside}
            hint={t.kit.outsideHint}
            options={SHEET_PARTS.map((part) => ({ value: String(part), label: t.kit.sheet[part] }))}
            chosen={input.holders.filter(({ outside }) => outside).map(({ part }) => String(part))}
            error={errors['outside']}
          />
          <div class="actions">
            <SubmitButton>{t.kit.submit}</SubmitButton>
            <a href="/recovery-kit">{t.form.cancel}</a>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}

function HolderFields(props: { ui: Ui; part: SheetPart; holder: SheetHolder; errors: FieldErrors }) {
  const { ui, part, holder, errors } = props
  const { t } = ui
  const sheet = t.kit.sheet[part]
  return (
    <div class="columns">
      <TextField
        name={`holder${part}`}
        label={t.kit.holder(sheet)}
        value={holder.holder}
        maxlength={60}
        error={errors[`holder${part}`]}
      />
      <TextField
        name={`keptAt${part}`}
        label={t.kit.keptAt(sheet)}
        hint={part === 0 ? t.kit.keptAtHint : undefined}
        value={holder.keptAt}
        maxlength={60}
        error={errors[`keptAt${part}`]}
      />
    </div>
  )
}

export function CheckPage(props: {
  ui: Ui
  kitId: string
  part: SheetPart
  places: readonly number[]
  wrong?: boolean
}) {
  const { ui, part, places } = props
  const { t, f } = ui
  const words = t.kit.question
  return (
    <PageFrame ui={ui} title={words.title}>
      <div class="narrow-page">
        <PageHeading title={words.title} lead={words.lead(t.kit.sheet[part])} />
        {props.wrong ? (
          <Notice ui={ui} kind="danger" title={words.wrong} live>
            <p>{words.wrongAgain}</p>
          </Notice>
        ) : null}
        <p>{words.anotherKit(props.kitId)}</p>
        <Form ui={ui} action={`/recovery-kit/check/${part}`}>
          <input type="hidden" name="places" value={places.join(',')} />
          {places.map((place, i) => (
            <TextField
              name={`word${i}`}
              label={words.word(f.count(place))}
              size="short"
              maxlength={30}
              required
              autofocus={i === 0}
            />
          ))}
          <div class="actions">
            <SubmitButton>{words.submit}</SubmitButton>
            <a href="/recovery-kit">{t.form.cancel}</a>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}
