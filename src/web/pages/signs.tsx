/** 攻撃のあとの確認: for somebody who was woken by the alarm. What to do first, then why, then which files. */
import {
  ButtonLink,
  ChoiceField,
  EmptyState,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PathText,
  Section,
  SelectField,
  SubmitButton,
} from '../components/index.ts'
import type { ErrorCode } from '#base'
import { errorSentences } from '../messages/errors.ts'
import type { Source, UnderSuspicion } from '../read-models.ts'
import type { SuspicionView } from '../signs-ports.ts'
import type { Ui } from '../ui.ts'

/**
 * @param unclear generation that somebody wanted to clear without a reason
 * @param isCleared somebody just cleared one
 * @param unplanted why the files that watch could not be planted again after that
 */
export function SignsPage(props: {
  ui: Ui
  found: readonly SuspicionView[]
  unclear?: string
  isCleared?: boolean
  unplanted?: ErrorCode | undefined
}) {
  const { ui, found, unclear, isCleared, unplanted } = props
  const t = ui.t.signs
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={t.title} lead={t.lead} />
      {isCleared ? <Notice ui={ui} kind="good" title={t.cleared} /> : null}
      {unplanted ? <Unplanted ui={ui} code={unplanted} /> : null}
      {found.length === 0 ? <EmptyState title={t.none} next={t.noneNext} /> : null}
      {found.map((one) => (
        <Suspicion ui={ui} one={one} isUnclear={one.generationId === unclear} />
      ))}
    </PageFrame>
  )
}

/** On every page that leads to using such a backup: that it is one, why, and which to take instead. */
export function UnderSuspicionNotice({ ui, suspected }: { ui: Ui; suspected: UnderSuspicion | undefined }) {
  const t = ui.t.signs
  if (!suspected) return null
  const { lastClean } = suspected
  return (
    <Notice ui={ui} kind="danger" title={t.doubtful}>
      <p>{t.doubtfulNext}</p>
      <p>{lastClean ? t.clean(ui.f.dateTime(lastClean.takenAtMs, ui.nowMs)) : t.noClean}</p>
      <p class="actions screen-only">
        <ButtonLink href="/signs">{t.open}</ButtonLink>
        {lastClean ? <ButtonLink href={`/generations/${lastClean.generationId}`}>{t.openClean}</ButtonLink> : null}
      </p>
    </Notice>
  )
}

function Unplanted({ ui, code }: { ui: Ui; code: ErrorCode }) {
  const { what, why } = errorSentences(code, ui.f.language)
  const t = ui.t.signs.canaries
  return (
    <Notice ui={ui} kind="caution" title={t.unplanted}>
      <p>
        {what} {why}
      </p>
      <p class="strong">{t.unplantedNext}</p>
      <p class="quiet mono">{code}</p>
    </Notice>
  )
}

function Suspicion({ ui, one, isUnclear }: { ui: Ui; one: SuspicionView; isUnclear: boolean }) {
  const { f, nowMs } = ui
  const t = ui.t.signs
  const { supportName, supportPhone } = ui.institution
  return (
    <>
      <Notice ui={ui} kind="danger" title={t.found(one.sourceName, f.dateTime(one.takenAtMs, nowMs))}>
        <p class="strong">{t.nowTitle}</p>
        <ol class="steps">
          {t.now.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        {supportPhone ? <p class="strong">{ui.t.candidate.call(supportName ?? '', supportPhone)}</p> : null}
        <p>{t.safe}</p>
        <p class="screen-only">
          <ButtonLink href="/trouble" kind="primary">
            {ui.t.trouble.button}
          </ButtonLink>
        </p>
      </Notice>
      <Section title={t.whyTitle}>
        <ul>
          {one.signs.map(({ kind, files }) => (
            <li>{t.kind[kind](f.count(files))}</li>
          ))}
        </ul>
        <Clean ui={ui} one={one} />
      </Section>
      <Section title={t.filesTitle} note={t.filesNote}>
        {one.files ? (
          <ul>
            {one.files.map((path) => (
              <li>
                <PathText ui={ui} path={path} />
              </li>
            ))}
          </ul>
        ) : (
          <p>{t.filesHidden}</p>
        )}
      </Section>
      <Clear ui={ui} one={one} isUnclear={isUnclear} />
    </>
  )
}

function Clean({ ui, one: { lastClean } }: { ui: Ui; one: SuspicionView }) {
  const t = ui.t.signs
  return (
    <>
      <p>{lastClean ? t.clean(ui.f.dateTime(lastClean.takenAtMs, ui.nowMs)) : t.noClean}</p>
      <p class="actions screen-only">
        {lastClean ? <ButtonLink href={`/generations/${lastClean.generationId}`}>{t.openClean}</ButtonLink> : null}
        <ButtonLink href="/clean-candidate">{t.search}</ButtonLink>
        <ButtonLink href="/way-back">{ui.t.restore.toWayBack}</ButtonLink>
      </p>
    </>
  )
}

function Clear({ ui, one, isUnclear }: { ui: Ui; one: SuspicionView; isUnclear: boolean }) {
  const t = ui.t.signs
  if (!ui.viewer?.can.has('manage-backup')) return <p>{t.ask}</p>
  const reasons = Object.entries(t.reason).map(([value, label]) => ({ value, label }))
  const errors = isUnclear ? { reason: ui.t.field.required } : {}
  return (
    <Section title={t.clearTitle} note={t.clearNote}>
      <Form ui={ui} action={`/signs/${one.generationId}/clear`} errors={errors} labels={{ reason: t.reasonHead }}>
        <SelectField
          name="reason"
          label={t.reasonHead}
          options={[{ value: '', label: t.choose }, ...reasons]}
          error={errors.reason}
        />
        <SubmitButton kind="secondary">{t.clear}</SubmitButton>
      </Form>
    </Section>
  )
}

/** On the page of a folder: files that nobody needs, whose change tells of an attack. Off unless chosen. */
export function CanariesForm({ ui, source }: { ui: Ui; source: Source }) {
  const { canaries } = source
  if (!canaries) return null
  const t = ui.t.signs.canaries
  const gone = canaries.planted - canaries.standing
  return (
    <Section title={t.title}>
      <Form ui={ui} action={`/sources/${source.id}/canaries`} errors={{}} labels={{}}>
        <ChoiceField
          name="canaries"
          kind="several"
          label={t.label}
          hint={t.hint}
          options={[{ value: 'yes', label: t.choose }]}
          chosen={canaries.planted > 0 ? ['yes'] : []}
        />
        {gone > 0 ? <Notice ui={ui} kind="caution" title={t.gone(String(gone))} /> : null}
        <SubmitButton kind="secondary">{ui.t.form.save}</SubmitButton>
      </Form>
    </Section>
  )
}
