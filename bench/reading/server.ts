/** The server with 50 people signed in, over HTTP; and a program that reads FHIR from it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { benchPersonAt } from '#sample'
import { spreadOf } from './figures.ts'
import { dataFolder, readPeople } from './house.ts'
import { type Program, startProgram } from './program.ts'
import { type Looks, lookUp, noLooks } from './reader.ts'
import { Visitor } from './visitor.ts'

/** Charts that each reader opens. */
const ROUNDS = 5
/** Between two charts of one reader, where people are imitated: short for somebody who reads what they opened. */
const PAUSE_MS = 5_000

export async function benchServer(folder: string): Promise<Record<string, unknown>> {
  const { loginNames, password, token } = readPeople(folder)
  const patients = Number(readFileSync(join(folder, 'patients'), 'utf8'))
  const node = [
    ...process.execArgv.filter((arg) => !arg.includes('eval')),
    ...(process.env['SERVER_ARGS']?.split(' ') ?? []),
  ]
  const program = await startProgram(process.execPath, [
    ...node,
    '--disable-warning=ExperimentalWarning',
    'src/main.ts',
    '--data',
    dataFolder(folder),
    '--port',
    '0',
  ])
  try {
    const visitors = loginNames.map(() => new Visitor(program.url))
    for (const [n, visitor] of visitors.entries()) await signIn(visitor, loginNames[n]!, password)
    const readyMb = program.usage().nowMb
    const first = noLooks()
    await lookUp(visitors[0]!, 1, 0, first)
    const openMb = program.usage().nowMb
    const alone = await readersAtOnce(program, visitors.slice(0, 1), patients, { rounds: 30, pauseMs: 0, from: 10 })
    const people = await readersAtOnce(program, visitors, patients, { rounds: ROUNDS, pauseMs: PAUSE_MS, from: 5000 })
    const rush = await readersAtOnce(program, visitors, patients, { rounds: ROUNDS, pauseMs: 0, from: 20_000 })
    const wards = await wardLists(visitors[0]!)
    const fhir = await fhirSearches(program, token, patients)
    for (const visitor of visitors) visitor.close()
    return {
      readyMs: Math.round(program.readyMs),
      readyMb,
      openMb,
      firstSearchMs: Math.round(first.search[0]!),
      alone,
      people,
      rush,
      wards,
      fhir,
      usage: program.usage(),
    }
  } finally {
    await program.stop()
  }
}

async function signIn(visitor: Visitor, loginName: string, password: string): Promise<void> {
  await visitor.get('/sign-in?next=%2Fcharts')
  const sent = await visitor.post('/sign-in', [
    ['loginName', loginName],
    ['password', password],
    ['next', '/charts'],
  ])
  const page = await visitor.get('/charts')
  if (sent.status !== 303 || page.status !== 200) throw new Error(`sign-in: ${sent.status} ${page.status}`)
}

interface Plan {
  readonly rounds: number
  /** On average; readers begin spread over it. */
  readonly pauseMs: number
  /** Index of the first patient; every opening is another patient's. */
  readonly from: number
}

async function readersAtOnce(program: Program, visitors: readonly Visitor[], patients: number, plan: Plan) {
  const looks: Looks = noLooks()
  const before = program.usage().cpuSeconds
  const started = performance.now()
  await Promise.all(
    visitors.map(async (visitor, n) => {
      for (let round = 0; round < plan.rounds; round++) {
        // Golden-ratio steps: evenly spread, never in step with each other.
        if (plan.pauseMs > 0) await sleep(plan.pauseMs * (round === 0 ? 1 : 2) * ((0.618 * (n + 1) * (round + 1)) % 1))
        const index = (plan.from + (n * plan.rounds + round) * 7) % patients
        await lookUp(visitor, index, n + round, looks)
      }
    }),
  )
  const seconds = (performance.now() - started) / 1000
  return {
    readers: visitors.length,
    search: spreadOf(looks.search),
    identify: spreadOf(looks.identify),
    chart: spreadOf(looks.chart),
    pagesPerSecond: Math.round((looks.search.length * 2 + looks.identify.length * 2 + looks.chart.length) / seconds),
    cpuShare: Math.round(((program.usage().cpuSeconds - before) / seconds) * 100) / 100,
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function wardLists(visitor: Visitor) {
  const times: number[] = []
  for (let i = 0; i < 20; i++) {
    const page = await visitor.get('/charts/wards')
    if (page.status !== 200) throw new Error(`wards: ${page.status}`)
    times.push(page.ms)
  }
  return { first: Math.round(times[0]!), ...spreadOf(times.slice(1)) }
}

/** Each kind of question that a program asks, for different patients. */
async function fhirSearches({ url }: Program, token: string, patients: number) {
  const visitor = new Visitor(url)
  const ask = async (path: string): Promise<{ ms: number; body: string }> => {
    const answer = await visitor.get(`/fhir/${path}`, { authorization: `Bearer ${token}` })
    if (answer.status !== 200)
      throw new Error(`fhir ${path.split('?')[0]}: ${answer.status} ${answer.body.slice(0, 300)}`)
    return answer
  }
  const times: Record<string, number[]> = {}
  for (let i = 0; i < 40; i++) {
    const { id, kanji, kana, birthDate } = benchPersonAt((i * 911 + 3) % patients)
    const [family = ''] = kanji.split(' ')
    const day = birthDate.replace(/(....)(..)(..)/, '$1-$2-$3')
    const searches = {
      identifier: `Patient?identifier=${id}`,
      family: `Patient?family=${encodeURIComponent(family)}`,
      'name and birth date': `Patient?name=${encodeURIComponent(kana)}&birthdate=${day}`,
      'birth date': `Patient?birthdate=${day}`,
    }
    let found = ''
    for (const [name, path] of Object.entries(searches)) {
      const { ms, body } = await ask(path)
      ;(times[name] ??= []).push(ms)
      if (name === 'identifier')
        found = (JSON.parse(body) as { entry?: { resource: { id: string } }[] }).entry![0]!.resource.id
    }
    const clinical = { 'Patient by _id': `Patient?_id=${found}`, Observation: `Observation?patient=${found}` }
    for (const [name, path] of Object.entries(clinical)) (times[name] ??= []).push((await ask(path)).ms)
  }
  visitor.close()
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, spreadOf(all)]))
}
