/** One rehearsal, step by step: what, why, what to do, and for those who may see it, which files. */
import type { Rehearsal, StepResult, StepState } from '#rehearsal'
import {
  ButtonLink,
  DataTable,
  FactList,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import { figureOf, figureWords, passedWords } from '../rehearsal-words.ts'
import type { RehearsalDetail } from '../rehearsal-ports.ts'
import type { Ui } from '../ui.ts'
import { RehearsalFindings } from './rehearsal-findings.tsx'

const MINUTE_MS = 60_000
const KINDS = { passed: 'good', partly: 'caution', failed: 'danger', stopped: 'info', interrupted: 'info' } as const
const LOOKS: Record<StepState, readonly [string, string]> = {
  passed: ['✓', 'good'],
  partly: ['▲', 'soon'],
  failed: ['×', 'bad'],
  'not-done': ['▲', 'soon'],
  'not-needed': ['○', 'unlit'],
}

export function RehearsalPage({ ui, model }: { ui: Ui; model: RehearsalDetail }) {
  const { rehearsal, sourceName, details } = model
  const t = ui.t.rehearsal
  const { f, nowMs } = ui
  const { result } = rehearsal
  return (
    <PageFrame ui={ui} title={`${t.title} ${f.date(rehearsal.startedAt, nowMs)}`} patientPage={details !== undefined}>
      <PageHeading title={`${t.title} ${f.dateTime(rehearsal.startedAt, nowMs)}`} lead={sourceName}>
        {model.hasReport ? (
          <ButtonLink href={`/rehearsals/${rehearsal.id}/report.pdf`} kind="primary">
            {t.download}
          </ButtonLink>
        ) : null}
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {result ? (
        <Notice ui={ui} kind={KINDS[result]} title={t.result[result]}>
          <p>{t.resultSays[result]}</p>
        </Notice>
      ) : (
        <p>{t.going}</p>
      )}
      <Section title={t.stepsHead}>
        <ol class="steps">
          {rehearsal.steps.map((step) => (
            <Step ui={ui} step={step} declared={rehearsal.declared} />
          ))}
        </ol>
      </Section>
      <Times ui={ui} rehearsal={rehearsal} />
      {details ? <RehearsalFindings ui={ui} details={details} /> : <p class="quiet">{t.hidden}</p>}
      <Section title={t.report} note={t.reportNote}>
        <FactList
          wide
          facts={[
            {
              term: t.takenAt,
              value: <a href={`/generations/${rehearsal.generationId}`}>{f.dateTime(rehearsal.takenAt, nowMs)}</a>,
            },
            { term: t.by, value: rehearsal.by === 'schedule' ? t.bySchedule : t.byPerson },
            {
              term: t.reportHash,
              value: rehearsal.reportHash ? <span class="mono">{rehearsal.reportHash}</span> : t.noReport,
            },
            ...(model.hasNote
              ? [
                  {
                    term: t.note,
                    value: (
                      <>
                        <a href={`/rehearsals/${rehearsal.id}/report.note`}>{t.downloadNote}</a>
                        <br />
                        {t.noteSays}
                      </>
                    ),
                  },
                  { term: t.verifierKey, value: <span class="mono">{model.verifierKey}</span> },
                ]
              : []),
          ]}
        />
      </Section>
    </PageFrame>
  )
}

function Step({ ui, step, declared }: { ui: Ui; step: StepResult; declared: Rehearsal['declared'] }) {
  const t = ui.t.rehearsal
  const { state, code, durationMs, names = [] } = step
  const [mark, look] = LOOKS[state]
  const figures = figureWords(ui, step)
  const sentences = code && errorSentences(code, ui.f.language)
  return (
    <li>
      <p>
        <span class={`strong state-${look}`}>
          <span class="mark" aria-hidden="true">
            {mark}
          </span>{' '}
          {t.step[step.step]}: {t.state[state]}
        </span>{' '}
        <span class="quiet">{ui.f.duration(durationMs)}</span>
      </p>
      {figures === '' ? null : <p>{figures}</p>}
      {names.length > 0 ? <p class="quiet">{names.join(' / ')}</p> : null}
      {sentences ? (
        <>
          <p class="strong">{sentences.what}</p>
          <p>{sentences.why}</p>
          <p>
            {t.todo}: {sentences.next}
          </p>
          <p class="quiet mono">{code}</p>
        </>
      ) : (
        <p class="quiet">{state === 'passed' ? passedWords(ui, step, declared) : ''}</p>
      )}
    </li>
  )
}

function Times({ ui, rehearsal: { steps, declared } }: { ui: Ui; rehearsal: Rehearsal }) {
  const t = ui.t.rehearsal
  const rows = [
    { name: t.minimum, ms: figureOf(steps, 'minimumMs'), minutes: declared.minimumMinutes },
    {
      name: t.full,
      ms: figureOf(steps, 'wholeFullMs') ?? figureOf(steps, 'fullMs'),
      minutes: declared.fullMinutes,
    },
    { name: t.loss, ms: figureOf(steps, 'lossMs'), minutes: declared.lossMinutes },
  ]
  const isOver = (row: (typeof rows)[number]): boolean =>
    row.ms !== undefined && row.minutes !== undefined && row.ms > row.minutes * MINUTE_MS
  return (
    <Section title={t.timesHead}>
      <DataTable
        ui={ui}
        caption={t.timesHead}
        hideCaption
        rows={rows}
        columns={[
          { key: 'name', head: t.name, isName: true, cell: (row) => row.name },
          {
            key: 'measured',
            head: t.measured,
            align: 'right',
            cell: (row) => (
              <span class={isOver(row) ? 'state-bad' : undefined}>
                {isOver(row) ? '× ' : ''}
                {row.ms === undefined ? t.notMeasured : ui.f.duration(row.ms)}
              </span>
            ),
          },
          {
            key: 'declared',
            head: t.declared,
            align: 'right',
            cell: (row) => (row.minutes === undefined ? t.noAim : ui.f.duration(row.minutes * MINUTE_MS)),
          },
        ]}
      />
      {rows.every(({ minutes }) => minutes === undefined) && ui.viewer?.can.has('manage-backup') ? (
        <p class="screen-only">
          <a href="/rehearsals/settings">{t.setAims}</a>
        </p>
      ) : null}
    </Section>
  )
}
