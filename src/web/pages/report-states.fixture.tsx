/** Reports and notices in each state, for the checks of every page. */
import type { JSX } from 'hono/jsx/jsx-runtime'
import { fixtureReportsView as view, fixtureTemplate, fixtureYear } from '../fixtures/reports.ts'
import type { Ui } from '../ui.ts'
import { YearPage } from './year.tsx'
import { ReportPage, ReportsPage } from './reports.tsx'

const of = (code: string) => view.reports.find(({ form }) => form.code === code)!
const sealed = { ...view, isReadable: false }

export const REPORT_STATES: Readonly<Record<string, (ui: Ui) => JSX.Element>> = {
  reports: (ui) => <ReportsPage ui={ui} view={view} />,
  'reports, sealed': (ui) => <ReportsPage ui={ui} view={sealed} />,
  'reports, on the station': (ui) => <ReportsPage ui={ui} view={{ ...view, isStation: true }} />,
  'report, sent twice': (ui) => (
    <ReportPage ui={ui} model={{ view, report: of('ppc-first'), done: true, errors: { 'reason~cause': 'x' } }} />
  ),
  'report, not sent': (ui) => (
    <ReportPage ui={ui} model={{ view, report: of('staff'), errors: { to: 'y', sentTime: 'z' } }} />
  ),
  'report, changed': (ui) => (
    <ReportPage
      ui={ui}
      model={{
        view,
        report: of('common'),
        template: fixtureTemplate,
        notFilled: ['Sheet1!B5'],
        refused: { what: 'x', why: 'y', next: 'z' },
      }}
    />
  ),
  'year in figures': (ui) => <YearPage ui={ui} figures={fixtureYear} />,
  'year, nothing': (ui) => <YearPage ui={ui} figures={{ ...fixtureYear, incidents: [] }} />,
  'notice, sealed': (ui) => <ReportPage ui={ui} model={{ view: sealed, report: of('patients') }} />,
}
