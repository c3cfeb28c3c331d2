/** Lists of patients: wards and expected patients. No patient's key leaves the session. */
import { institutionDate } from '#base'
import { type ReadingServices, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { renderPage } from '../http/respond.ts'
import { ExpectedPage, GROUPS } from '../pages/expected.tsx'
import { unlockPath } from '../pages/sign-in.tsx'
import { WardsPage } from '../pages/wards.tsx'
import type { PatientHit } from '../read-models.ts'

const A_DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/

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
