/** Where each preparation is: the pages that the menu has no room for, each with what it is for. */
import { ButtonLink, Section } from '../components/index.ts'
import type { Capability } from '../ports.ts'
import type { Messages } from '../messages/ja.ts'
import type { Ui } from '../ui.ts'

type Path = keyof Messages['hub']['links']

/** In the order in which a new clinic needs them; each only for who may open it. */
const PAGES: readonly (readonly [Path, ...Capability[]])[] = [
  ['/places', 'manage-backup'],
  ['/media', 'carry-media'],
  ['/stations', 'manage-backup'],
  ['/editions', 'carry-media'],
  ['/recovery-kit', 'confirm-kit'],
  ['/emergency-accounts', 'confirm-kit'],
  ['/read-tokens', 'manage-people'],
  ['/notices', 'manage-settings'],
  ['/incidents'],
  ['/incidents/year/now'],
  ['/improvements'],
  ['/way-back'],
  ['/instant', 'restore'],
  ['/rehearsals'],
  ['/terminals', 'manage-backup'],
  ['/overview'],
  ['/settings/calendar', 'manage-settings'],
  ['/coverage-map', 'see-journal'],
  ['/machines', 'manage-backup'],
  ['/papers'],
  ['/slips'],
  ['/paper-entry', 'see-patients'],
  ['/monday'],
  ['/drills'],
  ['/drills/rules'],
  ['/drills/proofs'],
  ['/bcp'],
  ['/registers'],
  ['/devices', 'see-journal'],
  ['/erasures', 'protect-patients', 'see-patients'],
  ['/protected', 'protect-patients'],
]

export function SettingsHub(props: { ui: Ui }) {
  const { ui } = props
  const t = ui.t.hub
  const pages = PAGES.filter(([, ...needed]) => needed.every((one) => ui.viewer?.can.has(one)))
  return (
    <div class="screen-only">
      <Section title={t.title}>
        <ul class="choice-list">
          {pages.map(([path]) => {
            const [name, what] = t.links[path]
            return (
              <li>
                <ButtonLink href={path}>{name}</ButtonLink> <span>{what}</span>
              </li>
            )
          })}
        </ul>
      </Section>
    </div>
  )
}
