/** The five lights: shape and word first, colour last; a light that a vendor holds has a dashed frame and says so. */
import type { EpochMs } from '#base'
import type { Light, LightState, Reason } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { ButtonLink } from './button.tsx'

const LIGHT_MARKS: Record<LightState, string> = { good: '✓', soon: '▲', bad: '×', unlit: '－' }

/** Mark and word of a state, as used on cards, in tables and on paper. */
function StateLabel(props: { ui: Ui; state: LightState }) {
  return (
    <span class={`state state-${props.state}`}>
      <span class="mark" aria-hidden="true">
        {LIGHT_MARKS[props.state]}
      </span>
      {props.ui.t.lights.state[props.state]}
    </span>
  )
}

/** The hour matters for today and yesterday; before that the day is enough. */
const whenWords = (ui: Ui, ms: EpochMs) =>
  ui.nowMs - ms < 36 * 3_600_000 ? ui.f.near(ms, ui.nowMs) : ui.f.date(ms, ui.nowMs)

/** "今朝2:14", "12月13日まで", "38分", "21": the dated fact of a reason, in the order time, end, length, number. */
function factsOf(ui: Ui, reason: Reason): string[] {
  const parts = [
    reason.atMs === undefined ? '' : whenWords(ui, reason.atMs),
    reason.untilMs === undefined ? '' : ui.t.lights.until(ui.f.date(reason.untilMs, ui.nowMs)),
    reason.durationMs === undefined ? '' : ui.f.duration(reason.durationMs),
    reason.days === undefined ? '' : ui.t.lights.days(ui.f.count(reason.days)),
    reason.count === undefined ? '' : `${ui.f.count(reason.count)}${ui.f.language === 'ja' ? '件' : ''}`,
  ]
  return parts.filter(Boolean)
}

/** Each fact breaks as a whole. */
function Facts(props: { facts: readonly string[] }) {
  return (
    <>
      {props.facts.map((fact) => (
        <span class="whole">{fact}</span>
      ))}
    </>
  )
}

/** The reason that explains the light's state: the first of that state, else the first. */
const leading = (light: Light) => light.reasons.find((reason) => reason.state === light.state) ?? light.reasons[0]

/** Held in writing by somebody else: a mark of its own, never the green one. */
function VendorLabel(props: { ui: Ui }) {
  return (
    <span class="state state-vendor">
      <span class="mark" aria-hidden="true">
        ✓
      </span>
      {props.ui.t.lights.vendor}
    </span>
  )
}

function LightCard(props: { ui: Ui; light: Light; open?: boolean }) {
  const { ui, light } = props
  // A vendor's dates stand above already.
  const first = light.vendor ? undefined : leading(light)
  return (
    <li class={`light light-${light.state}${light.vendor ? ' light-vendor' : ''}`}>
      <h3 class="light-name">{ui.t.lights[light.name]}</h3>
      {light.vendor && light.state === 'good' ? <VendorLabel ui={ui} /> : <StateLabel ui={ui} state={light.state} />}
      {light.vendor ? (
        <p class="light-held">
          {light.state === 'good' ? '' : `${ui.t.lights.vendor}: `}
          {light.vendor.name}
          <br />
          {ui.t.lights.vendorDates(
            ui.f.date(light.vendor.writtenAtMs, ui.nowMs),
            ui.f.date(light.vendor.nextCheckMs, ui.nowMs),
          )}
        </p>
      ) : null}
      {first ? (
        <p class="light-fact">
          <strong>
            <Facts facts={factsOf(ui, first)} />
          </strong>
          <span>{ui.t.reason[first.code]}</span>
        </p>
      ) : null}
      <details open={props.open}>
        <summary>{ui.t.lights.open}</summary>
        <p class="quiet">{ui.t.lights.meaning[light.name]}</p>
        <ReasonList ui={ui} reasons={light.reasons} />
        {light.vendor ? <p class="quiet">{ui.t.lights.vendorLimit}</p> : null}
        {light.next.code === 'nothing' ? null : (
          <p class="light-next">
            <span>
              {ui.t.lights.next}: {ui.t.step[light.next.code].title}
            </span>
            {light.next.href ? (
              <ButtonLink href={light.next.href}>{ui.t.step[light.next.code].action}</ButtonLink>
            ) : null}
          </p>
        )}
      </details>
    </li>
  )
}

function ReasonList(props: { ui: Ui; reasons: readonly Reason[] }) {
  const { ui } = props
  return (
    <ul class="reasons">
      {props.reasons.map((reason) => {
        const facts = factsOf(ui, reason)
        const words = `${reason.subject ? `${reason.subject}: ` : ''}${ui.t.reason[reason.code]}`
        return (
          <li class={`reason reason-${reason.state}`}>
            <span class="mark" aria-hidden="true">
              {LIGHT_MARKS[reason.state]}
            </span>
            <span class="visually-hidden">{ui.t.lights.state[reason.state]}: </span>
            <span>
              {reason.href ? <a href={reason.href}>{words}</a> : words}
              {facts.length > 0 ? (
                <span class="reason-fact">
                  <Facts facts={facts} />
                </span>
              ) : null}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

export function FiveLights(props: { ui: Ui; lights: readonly Light[]; open?: boolean }) {
  return (
    <ol class="lights" data-live="lights">
      {props.lights.map((light) => (
        <LightCard ui={props.ui} light={light} open={props.open ?? false} />
      ))}
    </ol>
  )
}
