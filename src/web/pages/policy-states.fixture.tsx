/** Every state of the pages about how backups are kept, for the tests of all pages. */
import type { JSX } from 'hono/jsx/jsx-runtime'
import { NOW } from '../fixtures/house.ts'
import {
  fixtureHorizon,
  fixtureJudged,
  fixturePolicy,
  fixturePolicyService,
  fixturePreview,
  fixtureRefusedPreview,
} from '../fixtures/policy.ts'
import type { Ui } from '../ui.ts'
import { CalendarPage } from './calendar.tsx'
import { CleanCandidatePage } from './clean-candidate.tsx'
import { HorizonPage } from './horizon.tsx'
import { JournalPage } from './journal.tsx'
import { OverviewPage, SourceRulesPage } from './overview.tsx'
import { inputOf } from './policy-input.ts'
import { PolicyPreviewPage } from './policy-preview.tsx'
import { PolicyPage } from './policy.tsx'

const plan = inputOf(fixturePolicy.plan)
const candidates = (at: number) => fixturePolicyService().candidates(at)
const sinceMs = NOW - 30 * 86_400_000
const [found, none] = [await candidates(sinceMs), await candidates(0)]
const calendar = await fixturePolicyService().calendar()
const quick = () => '2026-11-21'
const empty = { numbers: { ...plan.numbers, floor: '2', 'daily-days': 'x' } }

export const POLICY_STATES: Record<string, (ui: Ui) => JSX.Element> = {
  overview: (ui) => <OverviewPage ui={ui} sources={fixtureJudged} />,
  'overview, nothing yet': (ui) => <OverviewPage ui={ui} sources={[]} />,
  'rules of a source': (ui) => <SourceRulesPage ui={ui} judged={fixtureJudged[0]!} />,
  horizon: (ui) => <HorizonPage ui={ui} sources={fixtureHorizon} />,
  'horizon, nothing yet': (ui) => <HorizonPage ui={ui} sources={[]} />,
  'clean candidate': (ui) => <CleanCandidatePage ui={ui} model={{ since: '' }} quick={quick} />,
  'clean candidate, found': (ui) => (
    <CleanCandidatePage ui={ui} model={{ since: '2026-10-23', found: { sinceMs, sources: found } }} quick={quick} />
  ),
  'clean candidate, frozen': (ui) => (
    <CleanCandidatePage
      ui={ui}
      model={{
        since: '',
        frozen: {
          untilMs: ui.nowMs + 30 * 86_400_000,
          places: [
            { name: '2階の専用機', told: true },
            { name: '別館', told: false },
          ],
        },
      }}
      quick={quick}
    />
  ),
  'clean candidate, none': (ui) => (
    <CleanCandidatePage ui={ui} model={{ since: '1970-01-01', found: { sinceMs: 0, sources: none } }} quick={quick} />
  ),
  'clean candidate, no date': (ui) => (
    <CleanCandidatePage ui={ui} model={{ since: 'x', error: ui.t.candidate.wrongDate }} quick={quick} />
  ),
  policy: (ui) => <PolicyPage ui={ui} model={{ source: fixturePolicy, input: plan, done: 'saved' }} />,
  'policy, one place, wrong': (ui) => (
    <PolicyPage
      ui={ui}
      model={{
        source: { ...fixturePolicy, places: [], history: [], raisePending: true },
        input: { ...plan, ...empty, places: ['keeper-4'] },
        errors: { floor: ui.t.policy.wrong.floor, 'daily-days': ui.t.policy.wrong.number },
      }}
    />
  ),
  'policy, before it is changed': (ui) => (
    <PolicyPreviewPage
      ui={ui}
      model={{ source: fixturePolicy, preview: fixturePreview, input: { ...plan, places: ['keeper-4'] }, version: 'v' }}
    />
  ),
  'policy, refused': (ui) => (
    <PolicyPreviewPage
      ui={ui}
      model={{ source: fixturePolicy, preview: fixtureRefusedPreview, input: plan, version: 'v' }}
    />
  ),
  'policy, nothing changed': (ui) => (
    <PolicyPreviewPage
      ui={ui}
      model={{
        source: fixturePolicy,
        preview: { ...fixturePreview, changes: [], after: fixturePreview.before, raised: undefined },
        input: plan,
        version: 'v',
      }}
    />
  ),
  calendar: (ui) => <CalendarPage ui={ui} model={{ ...calendar, saved: true }} />,
  'calendar, wrong': (ui) => (
    <CalendarPage
      ui={ui}
      model={{
        ...calendar,
        short: [],
        history: fixturePolicy.history,
        typed: { closedWeekdays: ['0'], closedOnHolidays: false, closedDays: 'おぼん', openDays: '' },
        errors: { closedDays: ui.t.calendar.wrong.date('おぼん') },
      }}
    />
  ),
  'journal, a changed policy': (ui) => (
    <JournalPage
      ui={ui}
      model={{
        filter: {},
        page: {
          rows: [
            {
              id: '9',
              atMs: NOW,
              kind: 'settings',
              type: 'policy.changed',
              who: '見本 花子',
              subject: '紹介状',
              changes: [
                ...fixturePolicy.history[0]!.changes,
                { field: 'closed-weekdays', from: ['0'], to: ['0', '6'], how: 'lowered' },
                { field: 'closed-on-holidays', from: ['true'], to: ['false'], how: 'raised' },
                { field: 'closed-days', from: ['12-29', '12-30'], to: ['12-30', '2026-08-13'], how: 'changed' },
              ],
            },
          ],
          total: 1,
          page: 1,
          pageSize: 50,
        },
      }}
    />
  ),
}
