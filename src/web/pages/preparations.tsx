/** For who may not change settings: drills, lessons, back-entry, registers and what else is open to them. */
import { PageFrame, PageHeading } from '../components/index.ts'
import type { Ui } from '../ui.ts'
import { SettingsHub } from './settings-hub.tsx'

export function PreparationsPage({ ui }: { ui: Ui }) {
  return (
    <PageFrame ui={ui} title={ui.t.nav.preparations}>
      <PageHeading title={ui.t.nav.preparations} lead={ui.t.hub.preparationsLead} />
      <SettingsHub ui={ui} />
    </PageFrame>
  )
}
