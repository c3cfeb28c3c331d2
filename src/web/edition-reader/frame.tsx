/** The frame around every screen of the reader, and what stands at the foot of each printed sheet. */
import type { Child } from 'hono/jsx'
import type { EpochMs } from '#base'
import type { Head } from '#edition/format'
import { AsOfBanner } from '../components/as-of.tsx'
import { Notice } from '../components/notice.tsx'
import type { Look } from './look.ts'

/** Ways to go; each is a button with `data-go`. */
export type Place = 'search' | 'log' | 'verify' | 'close' | 'language'
const WHILE_OPEN: readonly Place[] = ['search', 'verify', 'log', 'close']

export function Frame(props: {
  look: Look
  head: Head | undefined
  /** Of the source whose chart is shown; else the oldest on the disc. */
  asOfMs: EpochMs | undefined
  isOpen: boolean
  /** Whose chart is printed. */
  footer?: string | undefined
  who?: string | undefined
  children: Child
}) {
  const { look, head } = props
  const { r } = look
  const printed = props.who ? r.printedBy(props.who, look.f.dateTime(look.nowMs, look.nowMs)) : ''
  return (
    <>
      <header class="site-header">
        <div class="site-bar">
          <span class="site-name">
            <strong>{r.title}</strong>
            <span>{head?.institution}</span>
          </span>
          <span class="account">
            {head ? <span>{r.cover.number(String(head.number))}</span> : null}
            {props.isOpen ? WHILE_OPEN.map((place) => <GoButton look={look} to={place} />) : null}
            <GoButton look={look} to="language" />
          </span>
        </div>
      </header>
      {head?.isSample ? (
        <aside class="sample-banner">
          <span class="sample-mark">{look.t.sample.mark}</span>
          <span>{r.cover.sample}</span>
        </aside>
      ) : null}
      <table class="sheet" role="presentation">
        <tbody>
          <tr>
            <td>
              <main id="content" tabindex={-1}>
                {props.asOfMs === undefined ? null : <AsOfBanner ui={look} asOfMs={props.asOfMs} />}
                {head && props.asOfMs === head.asOf && head.sources.some(({ asOf }) => asOf !== head.asOf) ? (
                  <p>{look.t.editionSources.oldest}</p>
                ) : null}
                {head ? <ClockWarning look={look} head={head} /> : null}
                {props.children}
              </main>
            </td>
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <td class="sheet-foot-room">&nbsp;</td>
          </tr>
        </tfoot>
      </table>
      <div class="sheet-foot" aria-hidden="true">
        {head?.isSample ? <span class="sample-mark">{look.t.sample.mark}</span> : null}
        <span>{props.footer ?? head?.institution}</span>
        <span>
          {r.confidential} {head ? r.cover.number(String(head.number)) : ''}
        </span>
        <span>{printed}</span>
      </div>
    </>
  )
}

function GoButton(props: { look: Look; to: Place }) {
  return (
    <button class="link-button" type="button" data-go={props.to}>
      {props.look.r.nav[props.to]}
    </button>
  )
}

/** A computer whose clock stands before the disc was made: nothing that depends on its time is to be believed. */
function ClockWarning(props: { look: Look; head: Head }) {
  const { look, head } = props
  if (look.nowMs >= head.madeAt) return null
  return (
    <Notice
      ui={look}
      kind="danger"
      title={look.r.cover.clockPast(`${look.f.fullDate(look.nowMs)} ${look.f.time(look.nowMs)}`)}
    />
  )
}
