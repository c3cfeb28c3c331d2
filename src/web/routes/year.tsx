/** The year in figures; `now` is the one that goes on. */
import { institutionDate } from '#base'
import type { Worksheet } from '#office'
import { viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { keptAs, renderPage } from '../http/respond.ts'
import { YearPage } from '../pages/year.tsx'
import type { Ui } from '../ui.ts'
import type { YearCount, YearFigures } from '../year-ports.ts'

function yearOf(c: WebContextOf): number | undefined {
  const year = c.req.param('year') ?? ''
  if (year === 'now') return Number(institutionDate(c.get('ui').nowMs).slice(0, 4))
  return /^20\d\d$/.test(year) ? Number(year) : undefined
}

export function yearRoutes(app: WebApp, { services: { year } }: Web): void {
  app.get('/incidents/year/:year', async (c) => {
    const asked = yearOf(c)
    if (asked === undefined) return refuse(c, 404, 'notFound')
    return renderPage(c, <YearPage ui={c.get('ui')} figures={await year.figures(viewerOf(c), asked)} />)
  })
  app.get('/incidents/year/:year/file', async (c) => {
    const asked = yearOf(c)
    if (asked === undefined) return refuse(c, 404, 'notFound')
    const bytes = await year.file(sheetsOf(c.get('ui'), await year.figures(viewerOf(c), asked)))
    return c.body(new Uint8Array(bytes), 200, {
      'Content-Type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'Content-Disposition': keptAs(c.get('ui'), c.get('ui').t.yearPage.title(String(asked)), 'xlsx'),
    })
  })
}

/** Times in minutes, so that they can be counted with. */
const minutes = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms / 60_000))

function sheetsOf(ui: Ui, figures: YearFigures): Worksheet[] {
  const t = ui.t.yearPage
  const inMinutes = (head: string) => `${head}${t.minutes}`
  const row = (what: string, { count, good, middleMs }: YearCount) => [what, count, good, minutes(middleMs)]
  return [
    {
      name: ui.t.incident.title,
      header: [t.head.opened, t.head.kind, t.head.state, inMinutes(t.head.lasted), t.head.sent],
      rows: figures.incidents.map(({ openedAt, kind, state, lastedMs, sent }) => [
        { day: institutionDate(openedAt) },
        ui.t.incident.kind[kind],
        ui.t.incident.state[state],
        minutes(lastedMs),
        sent,
      ]),
      widths: [14, 30, 18, 20, 14],
    },
    {
      name: t.proofs,
      header: [t.head.what, t.head.count, t.head.good, inMinutes(t.head.middle)],
      rows: [
        row(t.rehearsals, figures.rehearsals),
        row(t.restores, figures.restores),
        row(t.drills, figures.drills),
        [t.drillPeople, figures.drills.people],
        [t.drillTests, figures.drills.tests, figures.drills.testsGood],
      ],
      widths: [30, 10, 14, 26],
    },
    {
      name: t.drills,
      header: [
        t.held.day,
        t.drills,
        inMinutes(t.held.took),
        t.held.people,
        t.held.reached,
        t.held.objectives,
        t.held.items,
        t.held.open,
      ],
      rows: figures.drills.held.map((one) => [
        { day: institutionDate(one.endedAt) },
        ui.t.scenarios[one.scenario].name,
        minutes(one.tookMs),
        one.people,
        one.reached,
        one.objectives,
        one.items,
        one.open,
      ]),
      widths: [14, 40, 20, 12, 14, 14, 12, 14],
    },
  ]
}
