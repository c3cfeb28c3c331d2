/** Running work: the same markup is sent as a page and, while it changes, through the job's event stream. */
import type { Job } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { FactList } from './table.tsx'

/** 0 to 100, or undefined while the total is not known. */
function percent(job: Job): number | undefined {
  if (job.state === 'done') return 100
  if (job.bytesTotal) return Math.min(99, Math.floor((job.bytesDone / job.bytesTotal) * 100))
  return job.filesTotal ? Math.min(99, Math.floor((job.filesDone / job.filesTotal) * 100)) : undefined
}

/** A backup's total is what the one before found: past it, and at the end, it says nothing. */
function ofTotal(ui: Ui, job: Job, what: 'files' | 'bytes', say: (n: number) => string): string {
  const done = job[`${what}Done`]
  const total = job[`${what}Total`]
  const isTrue = total !== undefined && job.state === 'running' && done <= total
  return isTrue ? ui.t.job.ofTotal(say(done), say(total)) : say(done)
}

export function JobProgress(props: { ui: Ui; job: Job }) {
  const { ui, job } = props
  const { t, f } = ui
  const done = percent(job)
  const running = job.state === 'running'
  const label = `${t.job.kind[job.kind]}: ${job.subject}`
  return (
    <div class={`progress progress-${job.state}`}>
      <p class="progress-line">
        <strong>{running ? t.job.phase[job.phase] : t.job.state[job.state]}</strong>
        {done === undefined ? null : <span class="progress-percent">{done}%</span>}
      </p>
      {running ? <progress class="bar" max="100" value={done} aria-label={label} /> : null}
      <FactList
        facts={[
          {
            term: job.kind === 'edition' ? t.job.charts : t.job.files,
            value: ofTotal(ui, job, 'files', (n) => f.count(n)),
          },
          // Whoever counts charts counts no bytes.
          job.kind === 'edition'
            ? undefined
            : {
                term: t.job.bytes,
                value: ofTotal(ui, job, 'bytes', (n) => f.size(n)),
              },
          running && job.bytesPerSecond !== undefined
            ? { term: t.job.speed, value: t.job.perSecond(f.size(job.bytesPerSecond)) }
            : undefined,
          running && job.remainingMs !== undefined
            ? { term: t.job.remaining, value: f.duration(job.remainingMs) }
            : undefined,
          { term: t.job.elapsed, value: f.duration((job.endedAtMs ?? ui.nowMs) - job.startedAtMs) },
          job.skipped > 0 ? { term: t.job.skipped, value: f.count(job.skipped) } : undefined,
        ]}
      />
    </div>
  )
}
