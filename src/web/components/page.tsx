/** The frame of every page: skip link, menu, 見本 banner, content, print marks. */
import type { Child } from 'hono/jsx'
import type { Capability } from '../ports.ts'
import type { Ui } from '../ui.ts'
import { Notice } from './notice.tsx'

interface NavItem {
  readonly href: string
  readonly key:
    | 'home'
    | 'charts'
    | 'sources'
    | 'generations'
    | 'places'
    | 'problems'
    | 'journal'
    | 'people'
    | 'settings'
    | 'preparations'
    | 'start'
    | 'log'
    | 'test'
    | 'incidents'
  readonly needs?: Capability
  /** Only for who has it not. */
  readonly lacks?: Capability
}
const NAV: readonly NavItem[] = [
  { href: '/', key: 'home' },
  { href: '/charts', key: 'charts', needs: 'see-patients' },
  { href: '/generations', key: 'generations' },
  { href: '/sources', key: 'sources', needs: 'manage-backup' },
  { href: '/places', key: 'places', needs: 'manage-backup' },
  { href: '/problems', key: 'problems' },
  { href: '/journal', key: 'journal', needs: 'see-journal' },
  { href: '/people', key: 'people', needs: 'manage-people' },
  { href: '/settings', key: 'settings', needs: 'manage-settings' },
  { href: '/preparations', key: 'preparations', lacks: 'manage-settings' },
]

/** Of an emergency PC. */
const STATION_NAV: readonly NavItem[] = [
  { href: '/', key: 'start' },
  { href: '/incidents', key: 'incidents' },
  { href: '/log', key: 'log' },
  { href: '/test', key: 'test' },
]

const isHere = (path: string, href: string) =>
  href === '/'
    ? path === '/' || path.startsWith('/?')
    : path === href || (/^[/?]/.test(path.slice(href.length)) && path.startsWith(href))

function NavList(props: { ui: Ui }) {
  const { ui } = props
  const items = (ui.institution.station ? STATION_NAV : NAV).filter(
    ({ needs, lacks }) => (!needs || ui.viewer?.can.has(needs)) && (!lacks || !ui.viewer?.can.has(lacks)),
  )
  return (
    <ul>
      {items.map((item) => (
        <li>
          <a href={item.href} aria-current={isHere(ui.path, item.href) ? 'page' : undefined}>
            {ui.t.nav[item.key]}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** The second, folded menu serves narrow screens; style sheets show one of the two. */
function Navigation(props: { ui: Ui }) {
  const { ui } = props
  return (
    <>
      <nav class="nav nav-wide" aria-label={ui.t.nav.label}>
        <NavList ui={ui} />
      </nav>
      <details class="nav nav-narrow">
        <summary>{ui.t.nav.menu}</summary>
        <nav aria-label={ui.t.nav.label}>
          <NavList ui={ui} />
        </nav>
      </details>
    </>
  )
}

function Account(props: { ui: Ui }) {
  const { ui } = props
  const other = ui.f.language === 'ja' ? 'en' : 'ja'
  return (
    <div class="account">
      <a class="trouble-button" href="/trouble">
        {ui.t.trouble.button}
      </a>
      {ui.viewer ? <span class="account-name">{ui.viewer.displayName}</span> : null}
      <a lang={other} href={`/language/${other}?back=${encodeURIComponent(ui.path)}`}>
        {ui.t.nav.otherLanguage}
      </a>
      {ui.viewer && !ui.institution.station ? <a href="/account">{ui.t.nav.account}</a> : null}
      {ui.viewer ? (
        <form method="post" action="/sign-out">
          <input type="hidden" name="csrf" value={ui.csrf} />
          <button class="link-button" type="submit">
            {ui.institution.station ? ui.t.nav.lock : ui.t.nav.signOut}
          </button>
        </form>
      ) : null}
    </div>
  )
}

/** Not a setting that can be forgotten: the mark hangs on the institution's data, on screen and on every printed sheet. */
function SampleBanner(props: { ui: Ui }) {
  const { ui } = props
  if (!ui.institution.sample) return null
  return (
    <aside class="sample-banner" aria-label={ui.t.sample.mark}>
      <span class="sample-mark">{ui.t.sample.mark}</span>
      <span>{ui.t.sample.banner}</span>
      {ui.viewer?.can.has('manage-backup') ? (
        <a class="screen-only" href="/first-hour">
          {ui.t.sample.next}
        </a>
      ) : null}
    </aside>
  )
}

/** While an emergency is declared: what that means for who looks at any page. */
function EmergencyBanner({ ui }: { ui: Ui }) {
  const { emergency } = ui.institution
  // A report alone is for who can judge it: somebody at the door of the house need not see it.
  if (!emergency || (emergency.state === 'reported' && !ui.viewer)) return null
  const t = ui.t.banner
  const time = (ms: number) => ui.f.dateTime(ms, ui.nowMs)
  return (
    <aside class="emergency-banner" aria-label={t.label}>
      {emergency.state === 'active' ? (
        <>
          <strong>
            {t.active(time(emergency.sinceMs))} {t.phase(ui.t.incident.phase[emergency.phase])}
          </strong>{' '}
          <span>{t.past}</span>
          {emergency.frozenUntilMs === undefined ? null : <span> {t.frozen(time(emergency.frozenUntilMs))}</span>}{' '}
        </>
      ) : (
        <strong>{t.reported(time(emergency.sinceMs))} </strong>
      )}
      {ui.viewer ? (
        <span class="screen-only">
          <a href={`/incidents/${emergency.id}`}>{t.toCase}</a> <a href="/slips">{t.toPaper}</a>
        </span>
      ) : null}
    </aside>
  )
}

const classes = (...names: (string | false | undefined)[]): string | undefined =>
  names.filter(Boolean).join(' ') || undefined

export function PageFrame(props: {
  ui: Ui
  title: string
  children: Child
  /** Pages with patients: ends on the sign-in page after a quarter of an hour without a touch. */
  patientPage?: boolean
  /** What stands at the foot of each printed sheet. */
  printFooter?: string
  /** Printed across the sheet: a wide table. */
  across?: boolean
  /** Sheets for the printer have no menu. */
  bare?: boolean
  /** Holds pages that are set as sheets: each has its own foot. */
  sheets?: boolean
}) {
  const { ui, title } = props
  return (
    <html lang={ui.f.language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="same-origin" />
        <title>{`${title} - ${ui.t.productName}`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href={ui.assets.stylesheet} />
        <script src={ui.assets.script} defer></script>
      </head>
      <body
        class={classes(ui.institution.sample && 'is-sample', props.across && 'across', props.sheets && 'is-sheets')}
      >
        <a class="skip-link" href="#content">
          {ui.t.skip}
        </a>
        {props.bare ? null : (
          <header class="site-header">
            <div class="site-bar">
              <a class="site-name" href="/">
                <strong>{ui.t.productName}</strong>
                <span>{ui.institution.name}</span>
              </a>
              <Account ui={ui} />
            </div>
            {ui.viewer ? <Navigation ui={ui} /> : null}
          </header>
        )}
        <SampleBanner ui={ui} />
        <EmergencyBanner ui={ui} />
        {ui.institution.diskFull ? (
          <div class="disk-banner">
            <Notice ui={ui} kind="danger" title={ui.t.diskFull.title}>
              <p>{ui.t.diskFull.next}</p>
            </Notice>
          </div>
        ) : null}
        {props.sheets ? (
          <main id="content" tabindex={-1}>
            {props.children}
          </main>
        ) : (
          <Sheet ui={ui} footer={props.printFooter}>
            <main id="content" tabindex={-1}>
              {props.children}
            </main>
          </Sheet>
        )}
        {props.patientPage && ui.viewer ? <idle-guard minutes="15" href="/sign-in?ended=1"></idle-guard> : null}
      </body>
    </html>
  )
}

/**
 * On paper each sheet ends with a foot that names what it is. Browsers repeat a fixed element on every sheet but let text
 * run beneath it; the foot of a layout table keeps the room free on every sheet. On screen the table is plain blocks.
 */
function Sheet(props: { ui: Ui; footer: string | undefined; children: Child }) {
  const { ui } = props
  const who = ui.viewer ? ui.t.printedBy(ui.viewer.displayName, ui.f.dateTime(ui.nowMs, ui.nowMs)) : ''
  return (
    <>
      <table class="sheet" role="presentation">
        <tbody>
          <tr>
            <td>{props.children}</td>
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <td class="sheet-foot-room">&nbsp;</td>
          </tr>
        </tfoot>
      </table>
      <div class="sheet-foot" aria-hidden="true">
        {ui.institution.sample ? <span class="sample-mark">{ui.t.sample.mark}</span> : null}
        <span>{props.footer ?? ui.institution.name}</span>
        <span>{who}</span>
      </div>
    </>
  )
}
