/** 感染前のバックアップを探す: for somebody who is frightened. A date in, one answer per source out; nothing is written. */
import {
  ButtonLink,
  DataTable,
  FactList,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { institutionDate, institutionInstant } from '#base'
import type { FreezeState, SourceCandidate } from '../policy-port.ts'
import type { SourceCandidates } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'
import { CleanCompare, type UnfinishedChoice } from './clean-compare.tsx'
import { lockEnd } from './home.tsx'

export interface CandidateModel {
  /** As typed, or ''. */
  readonly since: string
  readonly error?: string
  readonly frozen?: FreezeState
  /** Beside one another; absent: nothing was asked yet. */
  readonly compared?: { readonly sources: readonly SourceCandidates[]; readonly caseNumber: number | undefined }
  readonly unfinished?: UnfinishedChoice
  /** Undefined: nothing was asked yet. */
  readonly found?: { readonly sinceMs: number; readonly sources: readonly SourceCandidate[] }
}

const QUICK_DAYS = [1, 7, 30, 90] as const
const MOST_OLDER = 12

export function CleanCandidatePage(props: { ui: Ui; model: CandidateModel; quick: (days: number) => string }) {
  const { ui, model } = props
  const t = ui.t.candidate
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Calm ui={ui} />
      <form class="form screen-only" method="get" action="/clean-candidate">
        <TextField
          name="since"
          label={t.since}
          hint={t.sinceHint}
          value={model.since}
          size="short"
          inputmode="text"
          maxlength={20}
          error={model.error}
        />
        <SubmitButton>{t.find}</SubmitButton>
        <p>{t.quick}</p>
        <p class="actions">
          {QUICK_DAYS.map((days) => (
            <ButtonLink href={`/clean-candidate?since=${props.quick(days)}`}>{t.quickDays[days]}</ButtonLink>
          ))}
          <ButtonLink href="/clean-candidate?since=unknown">{ui.t.clean.unknownDay}</ButtonLink>
        </p>
      </form>
      {model.compared && !model.found ? <p>{ui.t.clean.unknownNote}</p> : null}
      {model.compared?.sources.map((found) => (
        <CleanCompare
          ui={ui}
          found={found}
          caseNumber={model.compared!.caseNumber}
          since={model.found ? model.since : 'unknown'}
          unfinished={model.unfinished}
        />
      ))}
      {model.found?.sources.map((source) => (
        <SourceAnswer ui={ui} source={source} sinceMs={model.found!.sinceMs} />
      ))}
      <Freeze ui={ui} frozen={model.frozen} />
    </PageFrame>
  )
}

/** What is over would go tonight, and might be the clean one. */
function Freeze({ ui, frozen }: { ui: Ui; frozen: FreezeState | undefined }) {
  const t = ui.t.freeze
  return (
    <Section id="freeze" title={t.title} note={t.lead}>
      {frozen ? (
        <Notice ui={ui} kind="good" title={t.until(ui.f.date(frozen.untilMs, ui.nowMs))}>
          <p>{t.untilNext}</p>
          {frozen.places.length === 0 ? null : (
            <ul>
              {frozen.places.map(({ name, told }) => (
                <li>{told ? t.told(name) : t.notTold(name)}</li>
              ))}
            </ul>
          )}
        </Notice>
      ) : null}
      {ui.viewer?.can.has('manage-backup') ? (
        <PostButton ui={ui} action="/freeze" kind="secondary">
          {frozen ? t.renew : t.act}
        </PostButton>
      ) : (
        <p>{t.ask}</p>
      )}
    </Section>
  )
}

function Calm({ ui }: { ui: Ui }) {
  const t = ui.t.candidate
  const { supportName, supportPhone } = ui.institution
  return (
    <Notice ui={ui} kind="caution" title={t.calm}>
      <p class="strong">{supportPhone ? t.call(supportName ?? '', supportPhone) : t.callNobody}</p>
    </Notice>
  )
}

function SourceAnswer({ ui, source, sinceMs }: { ui: Ui; source: SourceCandidate; sinceMs: number }) {
  const t = ui.t.candidate
  // A day alone was meant from its first moment on.
  const isDay = institutionInstant(institutionDate(sinceMs)) === sinceMs
  const since = isDay ? ui.f.date(sinceMs, ui.nowMs) : ui.f.dateTime(sinceMs, ui.nowMs)
  return (
    <Section title={source.name} note={t.resultTitle(since)}>
      {source.found ? (
        <Found ui={ui} found={source.found} />
      ) : (
        <Notice ui={ui} kind="danger" title={t.none(since)}>
          <p>{t.noneNext}</p>
        </Notice>
      )}
    </Section>
  )
}

type Candidate = NonNullable<SourceCandidate['found']>

function Found({ ui, found }: { ui: Ui; found: Candidate }) {
  const { f, nowMs } = ui
  const t = ui.t.candidate
  const { generation } = found
  return (
    <>
      <p class="horizon-line">{t.best(f.dateTime(generation.finishedAt, nowMs))}</p>
      <p>{t.notPromise}</p>
      <h3>{t.whyTitle}</h3>
      <ul>
        {found.reasons.map((reason) => (
          <li>{t.reason[reason]}</li>
        ))}
      </ul>
      <FactList
        wide
        facts={[
          {
            term: t.lockedUntil,
            value:
              generation.lockedUntil === undefined || generation.lockedUntil <= nowMs
                ? ui.t.lock.none
                : `${lockEnd(ui, generation.lockedUntil)} ${t.daysLocked(f.count(found.daysLocked))}`,
          },
          { term: t.kept, value: t.daysKept(f.count(found.daysKept)) },
          { term: t.lacks, value: t.daysBefore(f.count(found.daysBefore)) },
          { term: t.where, value: [t.here, ...generation.copies.map((copy) => copy.placeName)].join(ui.t.policy.join) },
          {
            term: t.verifiedAt,
            value: generation.verifiedAt === undefined ? t.never : f.near(generation.verifiedAt, nowMs),
          },
        ]}
      />
      <p class="screen-only">
        <ButtonLink href={`/generations/${generation.id}`} kind="primary">
          {t.open}
        </ButtonLink>
      </p>
      <Older ui={ui} found={found} />
    </>
  )
}

function Older({ ui, found }: { ui: Ui; found: Candidate }) {
  const { f, nowMs } = ui
  const t = ui.t.candidate
  if (found.older.length === 0) return <p>{t.noOlder}</p>
  return (
    <DataTable
      ui={ui}
      caption={t.olderTitle}
      rows={found.older.slice(0, MOST_OLDER)}
      columns={[
        {
          key: 'finished',
          head: t.finished,
          isName: true,
          cell: (one) => <a href={`/generations/${one.id}`}>{f.dateTime(one.finishedAt, nowMs)}</a>,
        },
        {
          key: 'lock',
          head: t.lockedUntil,
          cell: (one) =>
            one.lockedUntil === undefined || one.lockedUntil <= nowMs ? ui.t.lock.none : lockEnd(ui, one.lockedUntil),
        },
        {
          key: 'verified',
          head: t.verifiedAt,
          cell: (one) => (one.verifiedAt === undefined ? t.never : f.near(one.verifiedAt, nowMs)),
        },
      ]}
    />
  )
}
