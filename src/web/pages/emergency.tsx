/** 非常用アカウント: the envelopes, the way in with one, and who saw what with it. */
import { EMERGENCY_PROFESSIONS, EMERGENCY_REASONS, type EmergencyOpening } from '#access'
import {
  ButtonLink,
  ChoiceField,
  type Column,
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
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { EmergencyView, EnvelopeUse, EnvelopeView } from '../emergency-ports.ts'
import type { Ui } from '../ui.ts'
import { journalColumns } from './journal.tsx'

export interface DoorModel {
  readonly typed: Partial<Omit<EmergencyOpening, 'code' | 'address'>>
  readonly errors?: FieldErrors
  readonly refusal?: { readonly kind: 'wrong' } | { readonly kind: 'wait'; readonly untilMs: number }
}

/** For whoever holds an envelope; nobody is signed in here. */
export function EmergencyDoorPage(props: { ui: Ui; model: DoorModel }) {
  const { ui, model } = props
  const { typed, errors = {}, refusal } = model
  const t = ui.t.emergency
  return (
    <PageFrame ui={ui} title={t.door}>
      <div class="narrow-page">
        <PageHeading title={t.door} lead={t.doorLead} />
        {refusal?.kind === 'wrong' ? (
          <Notice ui={ui} kind="danger" title={t.wrong} live>
            <p>{t.wrongNext}</p>
          </Notice>
        ) : null}
        {refusal?.kind === 'wait' ? (
          <Notice ui={ui} kind="danger" title={ui.t.signIn.wait(ui.f.time(refusal.untilMs))} live />
        ) : null}
        <Form
          ui={ui}
          action="/emergency"
          errors={errors}
          labels={{ code: t.code, name: t.name, profession: t.profession, reasonText: t.reasonText }}
        >
          <TextField name="code" label={t.code} hint={t.codeHint} required maxlength={60} error={errors['code']} />
          <TextField name="name" label={t.name} value={typed.name} required maxlength={60} error={errors['name']} />
          <ChoiceField
            name="profession"
            kind="one"
            label={t.profession}
            options={EMERGENCY_PROFESSIONS.map((value) => ({ value, label: ui.t.people.profession[value] }))}
            chosen={typed.profession ? [typed.profession] : []}
            error={errors['profession']}
          />
          <ChoiceField
            name="reason"
            kind="one"
            label={t.reasonHead}
            options={EMERGENCY_REASONS.map((value) => ({ value, label: t.reason[value] }))}
            chosen={[typed.reason ?? 'down']}
          />
          <TextField
            name="reasonText"
            label={t.reasonText}
            hint={t.reasonHint}
            value={typed.reasonText}
            required
            maxlength={200}
            error={errors['reasonText']}
          />
          <p class="quiet">{t.enterNote}</p>
          <div class="actions">
            <SubmitButton>{t.enter}</SubmitButton>
            <a href="/sign-in">{t.back}</a>
          </div>
        </Form>
      </div>
    </PageFrame>
  )
}

export function EmergencyPage(props: { ui: Ui; view: EmergencyView }) {
  const { ui, view } = props
  const t = ui.t.emergency
  const waits = view.envelopes.some(({ state }) => state === 'asked')
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead} />
      {view.envelopes.length === 0 ? <Notice ui={ui} kind="caution" title={t.none} /> : null}
      {view.envelopes.length > 0 ? (
        <Section title={t.tableTitle}>
          <DataTable ui={ui} caption={t.tableTitle} hideCaption columns={columns(ui)} rows={view.envelopes} />
        </Section>
      ) : null}
      {view.mayAsk && !waits ? (
        <>
          <p>{t.askNote}</p>
          <PostButton ui={ui} action="/emergency-accounts/ask" kind="primary">
            {t.ask}
          </PostButton>
        </>
      ) : null}
    </PageFrame>
  )
}

function columns(ui: Ui): Column<EnvelopeView>[] {
  const t = ui.t.emergency
  return [
    { key: 'number', head: t.numberHead, isName: true, cell: ({ number }) => t.number(number) },
    { key: 'state', head: t.stateHead, cell: (row) => <EnvelopeState ui={ui} row={row} /> },
    { key: 'do', head: t.doHead, cell: (row) => <EnvelopeActions ui={ui} row={row} /> },
  ]
}

function EnvelopeState(props: { ui: Ui; row: EnvelopeView }) {
  const { ui, row } = props
  const { f } = ui
  const t = ui.t.emergency
  const when = (at: number) => f.dateTime(at, ui.nowMs)
  return (
    <>
      <div class={row.state === 'open' || row.state === 'ended' ? 'state-soon' : undefined}>{t.state[row.state]}</div>
      <div class="quiet">
        {row.state === 'asked' ? t.askedBy(row.askedBy, when(row.askedAtMs)) : null}
        {row.state === 'ready' && row.madeAtMs !== undefined ? t.madeAt(when(row.madeAtMs)) : null}
        {row.state === 'open' && row.untilMs !== undefined ? t.openUntil(when(row.untilMs)) : null}
        {row.state === 'ended' && row.endedAtMs !== undefined ? t.endedAt(when(row.endedAtMs)) : null}
        {row.reviewedAtMs !== undefined
          ? `${t.reviewedBy(row.reviewedBy ?? '', when(row.reviewedAtMs))} ${row.result ? t.result[row.result] : ''}`
          : null}
      </div>
    </>
  )
}

function EnvelopeActions(props: { ui: Ui; row: EnvelopeView }) {
  const { ui, row } = props
  const t = ui.t.emergency
  const isLive = row.state === 'asked' || row.state === 'ready' || row.state === 'open'
  return (
    <div class="actions">
      {row.mayMake ? (
        <Confirmation
          ui={ui}
          label={t.make}
          question={`${t.number(row.number)} — ${t.make}`}
          note={t.makeNote}
          action={`/emergency-accounts/${row.number}/make`}
        />
      ) : row.state === 'asked' ? (
        <span class="quiet">{t.makeOther}</span>
      ) : null}
      {row.openedAtMs === undefined ? null : (
        <ButtonLink href={`/emergency-accounts/${row.number}`} kind={row.state === 'ended' ? 'primary' : 'secondary'}>
          {row.state === 'ended' ? t.reviewNow : t.review}
        </ButtonLink>
      )}
      {isLive ? (
        <Confirmation
          ui={ui}
          label={row.state === 'open' ? t.endNow : t.end}
          question={t.endQuestion(t.number(row.number))}
          note={t.endNote}
          action={`/emergency-accounts/${row.number}/end`}
        />
      ) : null}
    </div>
  )
}

/** Answer to a post, never stored and never reachable again. */
export function EnvelopeSheetPage(props: { ui: Ui; number: number; code: string; address: string }) {
  const { ui, number, code, address } = props
  const t = ui.t.emergency
  return (
    <PageFrame ui={ui} title={t.sheetTitle(number)}>
      <div class="narrow-page">
        <div class="screen-only">
          <PageHeading title={t.sheetTitle(number)}>
            <PrintButton kind="primary">{t.print}</PrintButton>
            <ButtonLink href="/emergency-accounts">{t.title}</ButtonLink>
          </PageHeading>
          <Notice ui={ui} kind="caution" title={t.sheetLead} />
        </div>
        <section class="block">
          <h2>{t.sheetTitle(number)}</h2>
          <p class="strong">{ui.institution.name}</p>
          {[t.sheetFirst(address), ...t.sheetSteps].map((step, i) => (
            <p>
              {i + 1}. {step}
            </p>
          ))}
          <p class="one-time-code mono">{code}</p>
          <p>{t.sheetKeep}</p>
          <p>{t.sheetMade(ui.f.dateTime(ui.nowMs, ui.nowMs))}</p>
          <p>{t.sealed}: ＿＿＿＿＿＿＿＿　＿＿＿＿＿＿＿＿</p>
        </section>
      </div>
    </PageFrame>
  )
}

/** The review: everybody who used the envelope, what for, and every look. */
export function EnvelopePage(props: { ui: Ui; envelope: EnvelopeView; uses: readonly EnvelopeUse[] }) {
  const { ui, envelope, uses } = props
  const t = ui.t.emergency
  return (
    <PageFrame ui={ui} title={t.number(envelope.number)} patientPage>
      <PageHeading title={t.number(envelope.number)}>
        <ButtonLink href="/emergency-accounts">{t.title}</ButtonLink>
        <PrintButton>{t.print}</PrintButton>
      </PageHeading>
      <EnvelopeState ui={ui} row={envelope} />
      {uses.length === 0 ? <p>{t.noUses}</p> : null}
      {uses.map((use) => (
        <Use ui={ui} use={use} />
      ))}
      {envelope.state === 'ended' ? (
        <Section title={t.signTitle}>
          <p>{t.signNote}</p>
          <div class="actions">
            <PostButton ui={ui} action={`/emergency-accounts/${envelope.number}/right`} kind="primary">
              {t.right}
            </PostButton>
            <PostButton ui={ui} action={`/emergency-accounts/${envelope.number}/questioned`}>
              {t.questioned}
            </PostButton>
          </div>
        </Section>
      ) : null}
      {envelope.state === 'open' ? <Notice ui={ui} kind="info" title={t.waitEnd} /> : null}
    </PageFrame>
  )
}

function Use(props: { ui: Ui; use: EnvelopeUse }) {
  const { ui, use } = props
  const t = ui.t.emergency
  const profession = EMERGENCY_PROFESSIONS.find((known) => known === use.profession)
  const reason = EMERGENCY_REASONS.find((known) => known === use.reason)
  const words = profession ? ui.t.people.profession[profession] : use.profession
  return (
    <Section title={t.use(use.name ?? '―', words)}>
      <p>
        {ui.f.dateTime(use.atMs, ui.nowMs)}　{reason ? t.reason[reason] : use.reason}　{use.reasonText ?? t.unnamed}
      </p>
      {use.looks.length === 0 ? (
        <p>{t.noLooks}</p>
      ) : (
        <DataTable
          ui={ui}
          caption={t.looks(ui.f.count(use.looks.length))}
          columns={journalColumns(ui).filter(({ key }) => key !== 'who')}
          rows={use.looks}
        />
      )}
    </Section>
  )
}
