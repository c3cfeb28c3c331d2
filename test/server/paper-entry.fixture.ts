/** The sample clinic with one patient who has a prescription, and a second person of the house. */
import type { TestContext } from 'node:test'
import { chartItems } from '#reconciliation'
import { bindServices, type Institution } from '#server'
import type { Viewer } from '#web'
import { setUpSample } from '../../src/server/first-run.ts'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

export async function sampleHouse(t: TestContext) {
  const institution = await house(t, 'sample').open()
  await institution.vault.ensureOwnState()
  await setUpSample(institution, () => undefined, { patients: 80, months: 2 })
  const { viewer, services, reading } = await firstPerson(institution)
  const [newest] = await institution.charts.readable()
  const index = await institution.charts.index(newest!.id, reading)
  for (let row = 0; row < index.size; row++) {
    const { patientId, birthDate, kanji } = index.entry(row)
    if (index.similarTo(row).patients.length > 0) continue
    const { hits } = await services.charts.search(viewer, patientId, { page: 1, pageSize: 5 })
    const opened = await services.charts.open(viewer, hits[0]!.key, {
      generationId: newest!.id,
      reason: 'test',
      identifiers: [patientId, birthDate, kanji],
    })
    if (opened.kind !== 'ok' || opened.chart.prescriptions.access !== 'shown') continue
    const [order] = opened.chart.prescriptions.value
    const drug = order?.groups[0]?.drugs[0]?.name
    if (drug && order.orderedOn)
      return {
        institution,
        viewer,
        services,
        patient: { patientId, drug, day: order.orderedOn.slice(0, 10), items: chartItems(opened.chart) },
      }
  }
  throw new Error('nobody in the sample has a prescription')
}

export const SECOND = { loginName: 'second', password: 'はにほ-correct-horse-42' }

export async function anotherPerson(institution: Institution, by: Viewer): Promise<Viewer> {
  const services = bindServices(institution)
  const added = await services.people.add(by, {
    loginName: SECOND.loginName,
    displayName: '見本 二人目',
    profession: 'nurse',
    duties: [],
  })
  if (added.kind !== 'ok') throw new Error(added.kind)
  const signedIn = await services.auth.firstSignIn({ ...SECOND, code: added.code }, '127.0.0.1')
  if (signedIn.kind !== 'ok') throw new Error(signedIn.kind)
  return (await services.auth.session(signedIn.token))!
}
