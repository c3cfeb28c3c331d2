/** Several sources in one house: no page looks only into whichever was taken last. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { house } from './house.ts'
import { firstPerson } from './person.ts'

const patients = (...numbers: string[]): string =>
  numbers
    .map((value) =>
      JSON.stringify({
        resourceType: 'Patient',
        id: `p${value}`,
        identifier: [{ system: 'urn:example:mrn', value }],
        name: [{ text: `試験 ${value}` }],
        birthDate: '1950-01-02',
      }),
    )
    .join('\n')

test('home, the records that cannot be read and the list of staff ask every source', async (t) => {
  const home = house(t)
  const institution = await home.open()
  const { vault } = institution
  const add = async (name: string, text: string) => {
    const folder = join(home.source, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'Patient.ndjson'), text)
    return vault.addSource({
      kind: 'intake',
      name,
      paths: [folder],
      options: { intake: [{ format: 'fhir', settings: {} }] },
    })
  }
  const hospital = await add('hospital', `${patients('0001', '0002', '0003')}\n{"resourceType":"Patient",\n`)
  const small = await add('small', `${patients('9001')}\n`)
  for (const { id } of [hospital, small]) await (await vault.runs.run(id)).done
  const { viewer, services } = await firstPerson(institution)
  const [last, first] = await institution.charts.readable()
  assert.deepEqual([last!.sourceId, first!.sourceId], [small.id, hospital.id])

  const { readable } = await services.home(viewer)
  assert.deepEqual([readable?.generationId, readable?.patients], [first!.id, 3])

  const { rows, total, counts } = await services.problems(viewer, { page: 1 })
  assert.deepEqual(
    rows.map(({ sourceName, group }) => [sourceName, group]),
    [['hospital', 'unread']],
  )
  assert.deepEqual([total, counts.unread], [1, 1])

  for (const patientId of ['0002', '9001'])
    assert.equal((await services.protection.protect(viewer, patientId)).kind, 'ok', patientId)
  assert.equal((await services.protection.protect(viewer, '0009')).kind, 'refused')
})
