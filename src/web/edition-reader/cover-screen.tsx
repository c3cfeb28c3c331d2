/** Before the passphrase: whose disc this is, of when, whether it is what was made; and the way in. */
import { type Cover, type Head, LOOK_REASONS } from '#edition/format'
import { TextField } from '../components/form.tsx'
import { PageHeading, Section } from '../components/heading.tsx'
import { Notice } from '../components/notice.tsx'
import { FactList } from '../components/table.tsx'
import type { Look } from './look.ts'

export type UnlockProblem = keyof Look['r']['unlock']['problem']

export interface CoverModel {
  readonly cover: Cover
  /** With the passphrase as it was typed: who is told to compare it must see it. */
  readonly typed: { readonly name: string; readonly reason: string; readonly passphrase?: string }
  readonly nameMissing?: boolean
  readonly problem?: UnlockProblem
  readonly closedBy?: 'idle' | 'person'
}

export function CoverScreen(props: { look: Look; model: CoverModel }) {
  const { look, model } = props
  const { r } = look
  const { head } = model.cover.manifest
  return (
    <>
      <PageHeading title={r.cover.kind[head.kind]} />
      {model.closedBy ? (
        <Notice ui={look} kind="info" title={model.closedBy === 'idle' ? r.unlock.idleEnded : r.unlock.closed} live />
      ) : null}
      {model.cover.isSigned ? null : (
        <Notice ui={look} kind="danger" title={r.cover.notSigned}>
          <p>{r.cover.notSignedNext}</p>
        </Notice>
      )}
      <UnlockForm look={look} model={model} />
      <Facts look={look} cover={model.cover} />
    </>
  )
}

function UnlockForm(props: { look: Look; model: CoverModel }) {
  const { look, model } = props
  const t = look.r.unlock
  return (
    <section class="block">
      <h2>{t.title}</h2>
      <p>{t.lead}</p>
      <form class="form" data-form="unlock" novalidate>
        <TextField
          name="name"
          label={t.name}
          hint={t.nameHint}
          value={model.typed.name}
          error={model.nameMissing ? t.required : undefined}
          maxlength={60}
        />
        <div class="field">
          <label class="field-label" for="field-reason">
            {t.reason}
          </label>
          <select class="input" id="field-reason" name="reason">
            {LOOK_REASONS.map((reason) => (
              <option value={reason} selected={model.typed.reason === reason}>
                {t.reasons[reason]}
              </option>
            ))}
          </select>
        </div>
        <TextField
          name="passphrase"
          label={t.passphrase}
          hint={t.passphraseHint}
          value={model.typed.passphrase}
          error={model.problem && t.problem[model.problem]}
          maxlength={80}
        />
        <div class="actions">
          <button class="button button-primary" type="submit">
            {t.submit}
          </button>
        </div>
        <output id="working"></output>
      </form>
    </section>
  )
}

function Facts(props: { look: Look; cover: Cover }) {
  const { look, cover } = props
  const t = look.r.cover
  const { head } = cover.manifest
  const { here, all } = head.patients
  const count = (n: number) => look.f.count(n)
  return (
    <Section title={t.number(String(head.number))}>
      <FactList
        facts={[
          { term: t.facts.institution, value: head.institution },
          head.disc.of > 1
            ? { term: t.facts.number, value: t.disc(String(head.disc.n), String(head.disc.of)) }
            : undefined,
          {
            term: t.facts.contents,
            value: here === all ? t.patients(count(here)) : t.patientsOf(count(here), count(all)),
          },
          { term: look.t.editionSources.head, value: <SourceLines look={look} head={head} /> },
          { term: t.facts.period, value: <PeriodLines look={look} head={head} /> },
          { term: t.facts.made, value: `${look.f.fullDate(head.madeAt)} ${look.f.time(head.madeAt)}` },
          { term: t.facts.key, value: <strong class="mono">{cover.fingerprint}</strong> },
        ]}
      />
      <p class="field-hint">{t.keyHint}</p>
      {cover.isSigned ? (
        <p>
          <span class="mark" aria-hidden="true">
            ✓
          </span>{' '}
          {t.signed}
        </p>
      ) : null}
    </Section>
  )
}

function SourceLines({ look, head }: { look: Look; head: Head }) {
  const { t, f, nowMs } = look
  return (
    <ul class="plain">
      {head.sources.map(({ name, asOf }) => (
        <li>{t.editionSources.source(name, f.dateTime(asOf, nowMs))}</li>
      ))}
    </ul>
  )
}

/** Each source has the period before its own backup; said once where it is the same. */
function PeriodLines({ look, head }: { look: Look; head: Head }) {
  const { r, t, f } = look
  const words = (since: string | undefined) => (since ? r.cover.period(f.recordedDate(since)) : r.cover.periodAll)
  const isSame = head.sources.every(({ since }) => since === head.sources[0]!.since)
  if (isSame) return <>{words(head.sources[0]!.since)}</>
  return (
    <ul class="plain">
      {head.sources.map(({ name, since }) => (
        <li>{t.editionSources.period(name, words(since))}</li>
      ))}
    </ul>
  )
}

export function BrokenScreen(props: { look: Look; problem: 'missing' | 'unreadable' }) {
  const { look, problem } = props
  const t = look.r.broken
  return (
    <Notice ui={look} kind="danger" title={t[problem]}>
      <p>{problem === 'missing' ? t.missingNext : t.unreadableNext}</p>
    </Notice>
  )
}
