/** What the rotating disks ask for today: the number, large, and one sentence with what to do now. On home and on their own page. */
import type { Child } from 'hono/jsx'
import { errorSentences } from '../messages/errors.ts'
import type { MediaView } from '../media-ports.ts'
import type { Ui } from '../ui.ts'
import { Notice } from './notice.tsx'

interface Said {
  readonly kind: 'good' | 'info' | 'caution' | 'danger'
  readonly what: string
  readonly next: string | undefined
}

const text = (number: number): string => String(number)

/** One sentence of what is, one of what to do. */
function mediaSentences(ui: Ui, view: MediaView): Said {
  const { stage } = ui.t.mediaPage
  const due = text(view.due?.number ?? 0)
  switch (view.stage) {
    case 'empty':
      return { kind: 'caution', what: stage.empty, next: stage.emptyNext }
    case 'closed':
      return { kind: 'info', what: stage.closed, next: undefined }
    case 'before':
      return before(ui, view)
    case 'copying':
      return { kind: 'info', what: stage.copying(due), next: stage.copyingNext }
    case 'done':
      return view.copy?.ejected === undefined
        ? { kind: 'caution', what: stage.notTakenOff(due), next: stage.notTakenOffNext }
        : { kind: 'good', what: stage.done(due), next: stage.doneNext(due, view.due?.shelf ?? '') }
    case 'damaged': {
      const { what, next } = errorSentences('VAULT_MEDIUM_DAMAGED', ui.f.language)
      return { kind: 'danger', what: `${ui.t.mediaPage.number(due)}: ${what}`, next }
    }
    case 'waiting':
      return waiting(ui, view)
  }
}

function before(ui: Ui, view: MediaView): Said {
  const { stage } = ui.t.mediaPage
  if (view.due === undefined)
    return { kind: 'danger', what: ui.t.media.finding['none-left'](), next: ui.t.media.next['none-left'] }
  const { checkAt } = view.kept.settings
  return { kind: 'info', what: stage.before(text(view.due.number), checkAt), next: stage.beforeNext(checkAt) }
}

function waiting(ui: Ui, { check, failure, due }: MediaView): Said {
  const { finding, next } = ui.t.media
  if (failure && failure.at >= (check?.at ?? 0)) {
    const sentences = errorSentences(failure.code, ui.f.language)
    return { kind: 'danger', what: sentences.what, next: sentences.next }
  }
  if (due === undefined) return { kind: 'danger', what: finding['none-left'](), next: next['none-left'] }
  if (check === undefined || check.finding === 'right')
    return { kind: 'info', what: ui.t.mediaPage.stage.waiting, next: undefined }
  const what = finding[check.finding](
    text(check.due ?? due.number),
    check.found.join(ui.f.language === 'ja' ? '番・' : ', '),
  )
  const lacks = check.missingBytes === undefined ? '' : ` ${ui.t.mediaPage.lacks(ui.f.size(check.missingBytes))}`
  return { kind: 'danger', what: `${what}${lacks}`, next: next[check.finding] }
}

export function MediaToday(props: { ui: Ui; view: MediaView; children?: Child }) {
  const { ui, view } = props
  const t = ui.t.mediaPage
  const { kind, what, next } = mediaSentences(ui, view)
  const isToday = view.stage !== 'closed'
  const shown = isToday ? view.due : view.nextDue
  return (
    <div class="media-today" data-live="media">
      {shown ? (
        <p class="media-number">
          <span>{isToday ? t.today : t.next}</span>
          <strong>{t.number(text(shown.number))}</strong>
        </p>
      ) : null}
      <div>
        <Notice ui={ui} kind={kind} title={what}>
          {next === undefined ? null : <p>{next}</p>}
          {isToday && view.carrierToday !== undefined ? <p>{t.carrier(view.carrierToday)}</p> : null}
          {(view.stage === 'done' || view.stage === 'closed') && view.nextDay && view.nextDue ? (
            <p>{t.nextTurn(dayText(ui, view.nextDay), text(view.nextDue.number))}</p>
          ) : null}
          {view.stage === 'waiting' && view.check ? (
            <p class="quiet">{t.checkedAt(ui.f.near(view.check.at, ui.nowMs))}</p>
          ) : null}
        </Notice>
        {props.children}
      </div>
    </div>
  )
}

/** A day in Japan as people read it. */
export function dayText({ f, nowMs }: Ui, day: string): string {
  return f.date(Date.parse(`${day}T12:00:00+09:00`), nowMs)
}
