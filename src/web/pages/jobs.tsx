/** Running work, live through its event stream; without scripts the page has a link that shows the present state. */
import {
  ButtonLink,
  Confirmation,
  EmptyState,
  JobProgress,
  Notice,
  PageFrame,
  PageHeading,
  Section,
} from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Job, UnderSuspicion } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { UnderSuspicionNotice } from './signs.tsx'

/** What an ended job came to, beyond what it says of itself. */
export interface JobOutcome {
  /** Of a rehearsal. */
  readonly rehearsalId?: string | undefined
  /** Of a backup that looks as after an attack. */
  readonly suspected?: UnderSuspicion | undefined
}

export function JobPage(props: { ui: Ui; job: Job; outcome?: JobOutcome }) {
  const { ui, job, outcome = {} } = props
  const { t } = ui
  const running = job.state === 'running'
  const sentences = job.errorCode ? errorSentences(job.errorCode, ui.f.language) : undefined
  return (
    <PageFrame ui={ui} title={t.job.title}>
      <PageHeading title={`${t.job.kind[job.kind]}: ${job.subject}`} lead={t.job.title} />
      {sentences ? (
        <Notice ui={ui} kind="danger" title={sentences.what}>
          <p>
            {t.errorPage.why}: {sentences.why}
          </p>
          <p>
            {t.errorPage.next}: {sentences.next}
          </p>
        </Notice>
      ) : null}
      <UnderSuspicionNotice ui={ui} suspected={outcome.suspected} />
      <section class="block">
        {running ? (
          <job-progress src={`/jobs/${job.id}/events`}>
            <JobProgress ui={ui} job={job} />
          </job-progress>
        ) : (
          <JobProgress ui={ui} job={job} />
        )}
      </section>
      {running ? (
        <>
          <p class="no-live">{t.job.noScript}</p>
          <div class="actions">
            <ButtonLink href={`/jobs/${job.id}`}>{t.job.refresh}</ButtonLink>
            {ui.viewer?.can.has('manage-backup') ? (
              <Confirmation
                ui={ui}
                label={t.job.cancel}
                question={t.job.cancelConfirm}
                note={t.job.cancelNote}
                action={`/jobs/${job.id}/cancel`}
              />
            ) : null}
          </div>
        </>
      ) : (
        <div class="actions">
          {job.generationId ? (
            <ButtonLink href={`/generations/${job.generationId}`} {...(job.kind === 'backup' && { kind: 'primary' })}>
              {job.kind === 'backup' ? t.job.result : t.job.ofBackup}
            </ButtonLink>
          ) : null}
          {job.kind === 'rehearsal' ? (
            <ButtonLink href={`/rehearsals${outcome.rehearsalId ? `/${outcome.rehearsalId}` : ''}`} kind="primary">
              {outcome.rehearsalId ? t.rehearsal.seeResult : t.rehearsal.title}
            </ButtonLink>
          ) : null}
          {job.kind === 'edition' ? (
            <ButtonLink href="/editions" kind="primary">
              {t.job.editionResult}
            </ButtonLink>
          ) : null}
          <ButtonLink href="/">{t.errorPage.home}</ButtonLink>
        </div>
      )}
    </PageFrame>
  )
}

export function JobsPage(props: { ui: Ui; jobs: readonly Job[] }) {
  const { ui, jobs } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.job.listTitle}>
      <PageHeading title={t.job.listTitle} />
      {jobs.length === 0 ? <EmptyState title={t.job.none} /> : null}
      {jobs.map((job) => (
        <Section title={`${t.job.kind[job.kind]}: ${job.subject}`}>
          <JobProgress ui={ui} job={job} />
          <p>
            <a href={`/jobs/${job.id}`}>{t.job.seePage}</a>
          </p>
        </Section>
      ))}
    </PageFrame>
  )
}
