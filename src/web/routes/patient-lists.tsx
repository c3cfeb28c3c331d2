/** Lists of patients: wards and expected patients. No patient's key leaves the session. */
import { institutionDate } from '#base'
import { decidesMinimum } from '#access'
import { MISSING_TOPICS } from '#chart'
import { field, fields, type ReadingServices, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { ExpectedPage, GROUPS } from '../pages/expected.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { WardMinimumPage } from '../pages/ward-minimum.tsx'
import { WardsPage } from '../pages/wards.tsx'
import type { PatientHit } from '../read-models.ts'

const A_DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

/** As notes keep names. */
const MOST_WARD_NAME = 60

export function patientListRoutes(app: WebApp, web: Web<ReadingServices>): void {
  const { charts } = web.services
  const behindToken = (c: WebContextOf) => {
    const { sessionId } = viewerOf(c)
    return (patient: PatientHit) => ({ ...patient, key: web.notes.patientToken(sessionId, patient.key) })
  }

  app.get('/charts/wards', async (c) => {
    if (viewerOf(c).keysClosed) return c.redirect(unlockPath(c.get('ui').path), 303)
    const generationId = c.req.query('generation')
    const found = await charts.inpatients(viewerOf(c), generationId)
    const hide = behindToken(c)
    const lists = found?.map((list) => ({
      ...list,
      wards: list.wards.map((ward) => ({
        ...ward,
        patients: ward.patients.map((row) => ({ ...row, patient: hide(row.patient) })),
      })),
    }))
    return renderPage(
      c,
      <WardsPage
        ui={c.get('ui')}
        model={{ lists, ward: c.req.query('ward'), generationId, printsStacks: 'paper' in web.services }}
      />,
    )
  })

  app.get('/charts/wards/minimum', async (c) => {
    if (!decidesMinimum(viewerOf(c))) return refuse(c, 403, 'denied')
    const ward = c.req.query('ward') ?? ''
    const minimum = (await charts.wardMinimums(viewerOf(c))).find((one) => one.ward === ward)
    return renderPage(c, <WardMinimumPage ui={c.get('ui')} ward={ward} minimum={minimum} />)
  })
  app.post('/charts/wards/minimum', async (c) => {
    const ward = field(c, 'ward').slice(0, MOST_WARD_NAME)
    const chosen = new Set(fields(c, 'topics'))
    await charts.saveWardMinimum(
      viewerOf(c),
      ward,
      MISSING_TOPICS.filter((topic) => chosen.has(topic)),
    )
    return c.redirect(`/charts/wards?${new URLSearchParams({ ward }).toString()}`, 303)
  })

  app.get('/charts/expected', async (c) => {
    if (viewerOf(c).keysClosed) return c.redirect(unlockPath(c.get('ui').path), 303)
    const asked = c.req.query('day')
    const wrongDay = asked !== undefined && !A_DAY.test(asked)
    const day = asked === undefined || wrongDay ? institutionDate(c.get('ui').nowMs) : asked
    const group = GROUPS.find((name) => name === c.req.query('group'))
    const found = await charts.expected(viewerOf(c), day)
    const hide = behindToken(c)
    const list = found && { ...found, rows: found.rows.map((row) => ({ ...row, patient: hide(row.patient) })) }
    return renderPage(c, <ExpectedPage ui={c.get('ui')} model={{ list, day, group, wrongDay }} />)
  })
}
