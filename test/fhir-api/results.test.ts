/** How much is answered, in which form and with what beside it: parameters of the result, versions, leniency, includes. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Bundle, CapabilityStatement, OperationOutcome, Resource } from '@medplum/fhirtypes'
import { judge, sampleFiles, type Scene, scene } from './scene.ts'

const files = sampleFiles()
const wrong = judge()

async function got<T extends Resource = Bundle>(house: Scene, path: string, more: RequestOptions = {}): Promise<T> {
  const response = await house.get(path, more.token, more.headers)
  const text = await response.text()
  assert.equal(response.status, 200, `${path}: ${text.slice(0, 300)}`)
  return JSON.parse(text) as T
}
interface RequestOptions {
  readonly token?: string
  readonly headers?: Record<string, string>
}

const everybody = async (house: Scene): Promise<string[]> =>
  ((await got(house, '/Patient?birthdate=ge1900&_count=100')).entry ?? []).map(({ resource }) => resource!.id!)
const mode = (bundle: Bundle, wanted: string) =>
  (bundle.entry ?? []).flatMap(({ search, resource }) => (search?.mode === wanted ? resource! : []))
const nameOf = ({ resourceType, id }: Resource) => `${resourceType}/${id}`
const issuesOf = (bundle: Bundle) =>
  mode(bundle, 'outcome').flatMap((one) => (one as OperationOutcome).issue.map(({ code }) => code))

/** Somebody who has a report with results. */
async function reported(house: Scene): Promise<string> {
  for (const id of await everybody(house))
    if (JSON.stringify(await got(house, `/DiagnosticReport?patient=${id}&_count=2`)).includes('"Observation/'))
      return id
  throw new Error('nobody has a report')
}

test('_include and _revinclude bring what is pointed to and what points, each once and within scope', async (t) => {
  const house = await scene(t, [files])
  const id = await reported(house)
  const plain = await got(house, `/DiagnosticReport?patient=${id}&_count=2`)
  const full = await got(house, `/DiagnosticReport?patient=${id}&_count=2&_include=DiagnosticReport:result`)
  assert.deepEqual(mode(full, 'match'), mode(plain, 'match'))
  assert.equal(full.total, plain.total, 'what is included is not counted')
  const results = new Set(
    [...JSON.stringify(mode(plain, 'match')).matchAll(/"reference":"(Observation\/[^"]+)"/g)].map((found) => found[1]!),
  )
  assert.ok(results.size > 1)
  assert.deepEqual(new Set(mode(full, 'include').map(nameOf)), results)
  assert.equal(mode(full, 'include').length, results.size)
  const all = await got(house, `/DiagnosticReport?patient=${id}&_include=*`)
  assert.ok(mode(all, 'include').some((one) => nameOf(one) === `Patient/${id}`))
  const patientOnly = `/DiagnosticReport?patient=${id}&_include=*&_include:iterate=Observation:patient:Patient`
  assert.equal(mode(await got(house, patientOnly), 'include').filter((one) => one.id === id).length, 1)

  const observation = mode(full, 'include')[0]!
  const back = await got(house, `/Observation?_id=${observation.id}&_revinclude=DiagnosticReport:result`)
  assert.ok(mode(back, 'include').every((one) => JSON.stringify(one).includes(nameOf(observation))))
  assert.ok(mode(back, 'include').length > 0)
  assert.deepEqual([all, full, back].flatMap(wrong), [])
  // A token for one type gets no other along with it, and is told.
  const narrow = await got(house, `/MedicationRequest?patient=${id}&_include=*`, { token: 'only-drugs' })
  assert.deepEqual([mode(narrow, 'include').length, issuesOf(narrow).includes('suppressed')], [0, true])
  for (const odd of [
    '_include=Observation:result',
    '_include=Nothing:patient',
    '_include=Observation',
    '_revinclude=x:y',
  ])
    assert.equal((await house.get(`/Observation?patient=${id}&${odd}`)).status, 400, odd)
})

test('a record is found by what it points to', async (t) => {
  const house = await scene(t, [files])
  const id = await reported(house)
  const [report] = mode(await got(house, `/DiagnosticReport?patient=${id}&_count=1`), 'match')
  const [, result] = /"reference":"(Observation\/[^"]+)"/.exec(JSON.stringify(report))!
  for (const value of [result, result!.split('/')[1], `${house.url}/${result}`])
    assert.deepEqual(
      mode(await got(house, `/DiagnosticReport?patient=${id}&result=${encodeURIComponent(value!)}`), 'match'),
      [report],
    )
  assert.equal((await got(house, `/DiagnosticReport?patient=${id}&result=Observation/none`)).total, 0)
})

test('_summary, _elements and _total: less is handed over, and marked', async (t: TestContext) => {
  const house = await scene(t, [files])
  const id = await reported(house)
  const of = (more: string) => got(house, `/Observation?patient=${id}&_count=5${more}`)
  const whole = await of('')
  const counted = await of('&_summary=count')
  assert.deepEqual([counted.total, mode(counted, 'match').length, counted.link?.length], [whole.total, 0, 1])
  assert.equal((await got(house, `/Observation?patient=${id}&_count=0`)).total, whole.total)
  const untold = await of('&_total=none')
  assert.deepEqual([untold.total, mode(untold, 'match')], [undefined, mode(whole, 'match')])
  const keysOf = (bundle: Bundle) => new Set(mode(bundle, 'match').flatMap((one) => Object.keys(one)))
  assert.deepEqual(
    keysOf(await of('&_elements=code')),
    new Set(['resourceType', 'id', 'meta', 'code', 'status', 'subject']),
  )
  const short = keysOf(await of('&_summary=true'))
  assert.ok(short.has('subject') && [...short].some((name) => name.startsWith('value')))
  assert.ok(keysOf(whole).has('referenceRange') && !short.has('referenceRange'))
  for (const more of ['&_elements=code', '&_summary=true', '&_summary=text', '&_summary=data']) {
    const part = await of(more)
    assert.deepEqual([part.total, wrong(part)], [whole.total, []], more)
    for (const one of mode(part, 'match')) assert.equal(JSON.stringify(one.meta).split('SUBSETTED').length, 2, more)
  }
  const one = mode(whole, 'match')[0]!
  const read = await got<Resource>(house, `/${nameOf(one)}?_elements=status`)
  assert.deepEqual(Object.keys(read).toSorted(), ['code', 'id', 'meta', 'resourceType', 'status', 'subject'])
  // The drugs of a mixture come with what points to them.
  const drugs = await Promise.all(
    (await everybody(house)).map((person) => got(house, `/MedicationRequest?patient=${person}&_summary=true`)),
  )
  const mixtures = drugs
    .flatMap((bundle) => mode(bundle, 'match'))
    .filter((m) => JSON.stringify(m).includes('"#mixture'))
  assert.ok(mixtures.length > 0 && mixtures.every((mixture) => 'contained' in mixture))
  for (const odd of ['_summary=most', '_elements=a.b', '_elements=id&_summary=true', '_total=some'])
    assert.equal((await house.get(`/Observation?patient=${id}&${odd}`)).status, 400, odd)
  assert.equal((await house.get(`/Observation?patient=${id}&_summary=text&_include=*`)).status, 400)
})

test('$everything comes in pages that hold everything once', async (t) => {
  const house = await scene(t, [files])
  const id = await reported(house)
  const whole = await got(house, `/Patient/${id}/$everything?_count=1000`)
  const seen: string[] = []
  let pages = 0
  for (let at: string | undefined = `/Patient/${id}/$everything?_count=20`; at !== undefined; pages++) {
    const page: Bundle = await got(house, at)
    seen.push(...mode(page, 'match').map(nameOf))
    at = page.link?.find(({ relation }) => relation === 'next')?.url?.replace(/^.*\/fhir/, '')
  }
  assert.ok(pages > 2)
  assert.equal(pages, Math.ceil(whole.total! / 20))
  assert.deepEqual([seen.length, new Set(seen).size], [whole.total, whole.total])
  const atOnce = mode(whole, 'match').map(nameOf)
  assert.deepEqual(seen.slice(0, atOnce.length), atOnce)
})

test('what is not understood is refused; whoever asks leniently gets an answer that names it, on each page', async (t) => {
  const house = await scene(t, [files])
  const id = await reported(house)
  const path = `/Observation?patient=${id}&colour=red&_sort=mood&_count=5`
  assert.equal((await house.get(path)).status, 400)
  assert.equal((await house.get(path, 'doctor', { prefer: 'handling=strict' })).status, 400)
  const first = await got(house, path, { headers: { prefer: 'handling=lenient' } })
  assert.equal(first.total, (await got(house, `/Observation?patient=${id}`)).total)
  const second = await got(
    house,
    first.link!.find(({ relation }) => relation === 'next')!.url!.replace(/^.*\/fhir/, ''),
  )
  for (const page of [first, second]) {
    const said = JSON.stringify(mode(page, 'outcome'))
    assert.ok(said.includes('colour, _sort=mood') && !said.includes('red'), said)
    assert.equal(page.link!.find(({ relation }) => relation === 'self')!.url!.includes('colour'), false)
  }
  // Leniency widens no list to everybody, and reads no broken value.
  const lenient = { prefer: 'handling=lenient' }
  assert.equal((await house.get('/Patient?colour=red', 'doctor', lenient)).status, 400)
  assert.equal((await house.get('/Observation?colour=red', 'doctor', lenient)).status, 400)
  assert.equal((await house.get(`/Observation?patient=${id}&date=soon`, 'doctor', lenient)).status, 400)
})

test('HEAD, OPTIONS, If-None-Match and _format', async (t) => {
  const house = await scene(t, [files, new Map(files)])
  const id = await reported(house)
  const authorization = 'Bearer doctor'
  const full = await house.get(`/Patient/${id}`)
  const tag = full.headers.get('etag')!
  const head = await fetch(`${house.url}/Patient/${id}`, { method: 'HEAD', headers: { authorization } })
  assert.deepEqual([head.status, head.headers.get('etag'), await head.text()], [200, tag, ''])
  const before = house.entries.length
  for (const held of [tag, tag.replace('W/', ''), `"x", ${tag}`, '*']) {
    const same = await house.get(`/Patient/${id}`, 'doctor', { 'if-none-match': held })
    assert.deepEqual([same.status, same.headers.get('etag'), await same.text()], [304, tag, ''], held)
  }
  assert.equal(house.entries.length, before + 4, 'a look is a look')
  assert.equal((await house.get(`/Patient/${id}`, 'doctor', { 'if-none-match': '"old"' })).status, 200)
  const older = await house.get(`/Patient/${id}/_history/${house.generations[1]}`, 'doctor', { 'if-none-match': tag })
  assert.equal(older.status, 200)
  // Who may not see it learns nothing by asking whether it changed.
  assert.equal((await house.get(`/Patient/${id}`, 'vendor', { 'if-none-match': tag })).status, 403)
  const options = await fetch(`${house.url}/Observation`, { method: 'OPTIONS' })
  assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, HEAD, OPTIONS, POST'])
  const root = await fetch(house.url, { method: 'OPTIONS' })
  assert.equal(((await root.json()) as Resource).resourceType, 'CapabilityStatement')
  const status = async (accept: string, format = '') =>
    (await house.get(`/Patient/${id}${format}`, 'doctor', { accept })).status
  assert.deepEqual(
    await Promise.all([
      status('application/fhir+xml', '?_format=json'),
      status('text/html', '?_format=application/fhir%2Bjson'),
      status('text/html,*/*;q=0.8'),
      status('application/fhir+json; fhirVersion=4.0'),
      status('application/fhir+json; fhirVersion=3.0'),
      status('application/json', '?_format=ttl'),
    ]),
    [200, 200, 200, 200, 406, 406],
  )
})

test('the capability statement says what is there: every parameter and include that it names is answered', async (t) => {
  const house = await scene(t, [files])
  const id = await reported(house)
  const statement = await got<CapabilityStatement>(house, '/metadata')
  assert.deepEqual(wrong(statement), [])
  const values: Readonly<Record<string, string>> = { date: 'gt1900', reference: 'x', token: 'x', string: 'x' }
  let asked = 0
  for (const { type, searchParam = [], searchInclude = [], searchRevInclude = [] } of statement.rest![0]!.resource!) {
    if (type === 'Binary' || type === 'Patient') continue
    const own = searchParam.filter(({ name }) => name !== 'patient' && name !== 'subject' && name !== 'beneficiary')
    const queries = [
      ...own
        .filter(({ name, type: kind }) => name !== '_id' && kind !== 'special')
        .map(({ name, type: kind }) => `${name}=${values[kind!]}`),
      ...searchInclude.map((value) => `_include=${encodeURIComponent(value)}`),
      ...searchRevInclude.map((value) => `_revinclude=${value}`),
    ]
    // Thirty at once are one search.
    for (let from = 0; from < queries.length; from += 25)
      await got(house, `/${type}?patient=${id}&${queries.slice(from, from + 25).join('&')}`)
    asked += queries.length
  }
  assert.ok(asked > 100, String(asked))
})
