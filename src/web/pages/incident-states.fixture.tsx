/** An incident's pages in each state, for the checks of every page. */
import type { JSX } from 'hono/jsx/jsx-runtime'
import { caseOf } from '#incident'
import {
  fixtureEntries,
  fixtureImprovements,
  fixtureIncident,
  fixtureIncidentView,
  fixtureLacking,
} from '../fixtures/incidents.ts'
import type { Ui } from '../ui.ts'
import { IncidentEvidencePage } from './incident-evidence.tsx'
import { IncidentPage } from './incident.tsx'
import { IncidentTimelinePage } from './incident-timeline.tsx'
import { ImprovementsPage, IncidentPaperPage, IncidentReviewPage, IncidentsPage } from './incidents.tsx'
import { TroublePage } from './trouble.tsx'

const view = fixtureIncidentView
const begun = { ...view, one: caseOf('new', fixtureEntries.slice(0, 1)), others: [], phones: [], improvements: [] }
const station = {
  ...view,
  isStation: true,
  isReadable: false,
  left: { gates: [], openSheets: undefined, isCompared: undefined, isHere: false },
  others: [],
} as const
const ended = { ...view, one: { ...fixtureIncident, emergency: 'ended' as const } }
const door = {
  cuts: view.cuts,
  phones: view.phones,
  hasPrivate: true,
  deciders: ['院長'],
  openSinceMs: undefined,
  isStation: true,
}

const inEmergency = (ui: Ui, state: 'reported' | 'active'): Ui => ({
  ...ui,
  institution: {
    ...ui.institution,
    emergency: {
      state,
      id: fixtureIncident.id,
      sinceMs: fixtureIncident.openedAt,
      phase: fixtureIncident.phase,
      frozenUntilMs: ui.nowMs,
    },
  },
})

const books = { parts: 1, fingerprint: '7QK2-M8VD-0RTX-5HNA', lacking: [] }

export const INCIDENT_STATES: Readonly<Record<string, (ui: Ui) => JSX.Element>> = {
  trouble: (ui) => <TroublePage ui={ui} model={{ door }} />,
  'trouble, not set up': (ui) => <TroublePage ui={ui} model={{ door: undefined }} />,
  'trouble, told': (ui) => <TroublePage ui={ui} model={{ door: { ...door, cuts: [], phones: [] }, said: 'bare' }} />,
  'incidents, none': (ui) => <IncidentsPage ui={ui} model={{ cases: [], books }} />,
  incidents: (ui) => (
    <IncidentsPage
      ui={ui}
      model={{
        cases: [fixtureIncident],
        books,
        merged: { entries: 3, forks: 1, strangers: 2, refused: 1 },
        errors: { file: 'x' },
      }}
    />
  ),
  'trouble, in an emergency': (ui) => <TroublePage ui={inEmergency(ui, 'active')} model={{ door }} />,
  'incidents, somebody pressed': (ui) => (
    <IncidentsPage
      ui={inEmergency(ui, 'reported')}
      model={{ cases: [fixtureIncident], books: { ...books, parts: 3, lacking: fixtureLacking } }}
    />
  ),
  'incident, reported': (ui) => <IncidentPage ui={ui} model={{ view: begun, errors: { 'decider~active': 'x' } }} />,
  'incident, going on': (ui) => <IncidentPage ui={ui} model={{ view, refused: { what: 'x', next: 'y' } }} />,
  'incident, can end': (ui) => (
    <IncidentPage
      ui={ui}
      model={{ view: { ...view, left: { gates: [], openSheets: 3, isCompared: false, isHere: true } }, done: true }}
    />
  ),
  'incident, on the station': (ui) => <IncidentPage ui={ui} model={{ view: station }} />,
  'incident, ended': (ui) => <IncidentPage ui={ui} model={{ view: ended }} />,
  'incident timeline': (ui) => <IncidentTimelinePage ui={ui} view={view} errors={{ text: 'x' }} />,
  'incident timeline, sealed': (ui) => <IncidentTimelinePage ui={ui} view={station} />,
  'incident evidence': (ui) => <IncidentEvidencePage ui={ui} view={view} errors={{ hashAgain: 'x' }} />,
  'incident evidence, none': (ui) => <IncidentEvidencePage ui={ui} view={begun} />,
  'incident on paper': (ui) => <IncidentPaperPage ui={ui} view={view} />,
  'incident review': (ui) => <IncidentReviewPage ui={ui} view={ended} errors={{ course: 'x' }} />,
  'incident review, early': (ui) => <IncidentReviewPage ui={ui} view={station} />,
  improvements: (ui) => <ImprovementsPage ui={ui} items={fixtureImprovements} errors={{ dueOn: 'x' }} refused="x" />,
  'improvements, none': (ui) => <ImprovementsPage ui={ui} items={[]} />,
}
