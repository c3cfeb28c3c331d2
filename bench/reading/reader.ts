/** What a reader does, over HTTP: search, confirm who it is, read the chart; how long the pages took. */
import { benchPersonAt } from '#sample'
import type { Answer, Visitor } from './visitor.ts'

export interface Looks {
  /** Milliseconds of each page, in the order they came. */
  readonly search: number[]
  readonly identify: number[]
  readonly chart: number[]
}

export const noLooks = (): Looks => ({ search: [], identify: [], chart: [] })

/** What people type, by turns: number, whole name, family name's reading, name and birth year, birth date. */
const queriesOf = (index: number): string[] => {
  const { id, kanji, kana, birthDate } = benchPersonAt(index)
  const [family = ''] = kana.split(' ')
  return [id, kanji, family, `${kana} ${birthDate.slice(0, 4)}`, birthDate]
}

function demand(answer: Answer, what: string, good: boolean): void {
  if (!good) throw new Error(`${what}: ${answer.status} ${answer.location ?? answer.body.slice(0, 300)}`)
}

/** A search as typed, to the list of hits. @returns the page */
export async function search(visitor: Visitor, query: string, looks: Looks): Promise<Answer> {
  const sent = await visitor.post('/charts/search', [['query', query]])
  demand(sent, 'search', sent.status === 303)
  const page = await visitor.get(sent.location!)
  demand(page, 'hits', page.status === 200)
  looks.search.push(sent.ms + page.ms)
  return page
}

/** The nth patient, looked for in one of the ways people look, then opened by number and birth date. */
export async function lookUp(visitor: Visitor, index: number, turn: number, looks: Looks): Promise<Answer> {
  const person = benchPersonAt(index)
  const queries = queriesOf(index)
  await search(visitor, queries[turn % queries.length]!, looks)
  const hits = await search(visitor, person.id, looks)
  const [, token = '', generation = ''] = /\/charts\/([\w-]+)\/open\?generation=(\w+)/.exec(hits.body) ?? []
  demand(hits, 'hit', token !== '')
  const asked = await visitor.get(`/charts/${token}/open?generation=${generation}`)
  demand(asked, 'identify', asked.body.includes(person.id))
  const confirmed = asked.body.includes('name="birth"')
    ? ([
        ['birth', person.birthDate],
        ['confirmed', 'name'],
      ] as const)
    : ([
        ['confirmed', 'name'],
        ['confirmed', 'birth'],
      ] as const)
  const opened = await visitor.post(`/charts/${token}/open`, [['generation', generation], ...confirmed])
  demand(opened, 'open', opened.status === 303)
  looks.identify.push(asked.ms + opened.ms)
  const chart = await visitor.get(opened.location!)
  demand(chart, 'chart', chart.status === 200 && chart.body.includes('chart-header'))
  looks.chart.push(chart.ms)
  return chart
}
