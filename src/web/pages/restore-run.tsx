/** One restore: how far it is, how it ended, what is missing and why, and going on where it stopped. */
import {
  ButtonLink,
  Confirmation,
  DataTable,
  FactList,
  JobProgress,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { RestoreRunDetail } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'
import { Refusal } from './restore.tsx'

export function RestoreRunPage(props: { ui: Ui; run: RestoreRunDetail }) {
  const { ui, run } = props
  const { f, nowMs } = ui
  const t = ui.t.restore
  const what = run.takenAtMs === undefined ? run.sourceName : t.of(run.sourceName, f.dateTime(run.takenAtMs, nowMs))
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={t.stateOf[run.state]} lead={what}>
        <ButtonLink href="/restores">{t.toList}</ButtonLink>
      </PageHeading>
      {run.errorCode && run.state === 'failed' ? <Refusal ui={ui} code={run.errorCode} /> : null}
      {run.job?.state === 'running' ? <Running ui={ui} job={run.job} /> : <Result ui={ui} run={run} />}
      <FactList
        wide
        facts={[
          { term: t.where, value: run.kind === 'over' ? t.wasToOver : t.wasToNew },
          run.target === undefined ? undefined : { term: t.target_, value: run.target },
          { term: t.existing, value: t.existingOf[run.existing] },
          { term: t.started, value: f.dateTime(run.startedAtMs, nowMs) },
          run.endedAtMs === undefined ? undefined : { term: t.ended, value: f.dateTime(run.endedAtMs, nowMs) },
          { term: t.who, value: run.who },
        ]}
      />
      <Problems ui={ui} run={run} />
      {['stopped', 'failed', 'incomplete'].includes(run.state) ? (
        <div class="screen-only">
          <p>{t.resumeNote}</p>
          <PostButton ui={ui} action={`/restores/${run.id}/resume`} kind="primary">
            {t.resume}
          </PostButton>
          <ButtonLink href={`/generations/${run.generationId}/restore`}>{t.elsewhere}</ButtonLink>
        </div>
      ) : null}
    </PageFrame>
  )
}

/** As the restore names what it keeps beside. */
const asideEnding = (runId: string): string => `.toride-${runId.slice(0, 8)}`

function Running({ ui, job }: { ui: Ui; job: NonNullable<RestoreRunDetail['job']> }) {
  const t = ui.t.restore
  return (
    <section class="block">
      <job-progress src={`/jobs/${job.id}/events`}>
        <JobProgress ui={ui} job={job} />
      </job-progress>
      <p class="no-live">{ui.t.job.noScript}</p>
      <Confirmation
        ui={ui}
        label={t.stop}
        question={t.stopConfirm}
        note={t.stopNote}
        action={`/jobs/${job.id}/cancel`}
      />
    </section>
  )
}

function Result({ ui, run }: { ui: Ui; run: RestoreRunDetail }) {
  const { f } = ui
  const t = ui.t.restore
  const { result, state } = run
  const kind = state === 'complete' ? 'good' : 'caution'
  return (
    <Notice ui={ui} kind={kind} title={t.stateOf[state]}>
      {result ? (
        <>
          <p>{t.resultOf(f.count(result.files), f.count(result.verified))}</p>
          {result.kept > 0 ? <p>{t.keptOf[run.existing](f.count(result.kept), asideEnding(run.id))}</p> : null}
          {result.problems > 0 ? <p>{t.problems(f.count(result.problems))}</p> : null}
        </>
      ) : null}
      {state === 'complete' && run.kind === 'new' && run.scope === 'all' ? <p>{t.isProof}</p> : null}
    </Notice>
  )
}

function Problems({ ui, run }: { ui: Ui; run: RestoreRunDetail }) {
  const t = ui.t.restore
  if (!run.result?.problems) return null
  return (
    <Section title={t.problems(ui.f.count(run.result.problems))}>
      {run.problems ? (
        <DataTable
          ui={ui}
          caption={t.problems(ui.f.count(run.result.problems))}
          hideCaption
          rows={run.problems}
          columns={[
            { key: 'path', head: t.pathHead, isName: true, cell: ({ path }) => path },
            { key: 'why', head: t.problemHead, cell: ({ code }) => errorSentences(code, ui.f.language).why },
          ]}
        />
      ) : (
        <p>{t.seeProblems}</p>
      )}
    </Section>
  )
}
