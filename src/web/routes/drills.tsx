/** Drills, the monthly test, lessons. Everybody who signed in sees them and reads lessons; who keeps the backups leads. */
import { institutionDate, isDate } from '#base'
import { type Drill, LENGTHS, LESSONS, MOST_RULES, proposalsOf, scenarioId, TIMED_PARTS } from '#exercise'
import { secondsIn } from '../duration-text.ts'
import { field, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { dayFault } from '../day-text.ts'
import { refuse } from '../http/refuse.tsx'
import { renderPage } from '../http/respond.ts'
import { type DrillModel, DrillPage } from '../pages/drill.tsx'
import { type DrillsModel, DrillsPage } from '../pages/drills.tsx'
import { type RulesModel, RulesPage } from '../pages/rules.tsx'
import { LessonPage } from '../pages/lesson.tsx'
import { ProofsPage } from '../pages/proofs.tsx'
import { needs } from './guards.ts'
import { trainingRoutes } from './training.tsx'

const TYPES = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
} as const
const MOST_PEOPLE = 500
const MOST_TEXT = 4000

export function drillRoutes(app: WebApp, web: Web): void {
  const { drills } = web.services
  const keepers = needs('manage-backup')
  const list = async (c: WebContextOf, more: Partial<DrillsModel> = {}) => {
    const ui = c.get('ui')
    const model = {
      drills: await drills.list(),
      tests: await drills.tests(),
      lessons: await drills.lessons(viewerOf(c)),
      today: institutionDate(ui.nowMs),
      unannounced: await drills.unannounced(),
      ...more,
    }
    return renderPage(c, <DrillsPage ui={ui} model={model} />, more.errors ? 400 : 200)
  }
  app.get('/drills', (c) => list(c, { said: c.req.query('done') === 'saved' ? c.get('ui').t.drills.saved : undefined }))
  app.post('/drills/plan', keepers, async (c) => {
    const typed = { scenario: field(c, 'scenario'), minutes: field(c, 'minutes'), day: field(c, 'day') }
    const scenario = scenarioId(typed.scenario)
    const minutes = LENGTHS.find((known) => String(known) === typed.minutes)
    const fault = dayFault(typed.day)
    if (!scenario || !minutes || fault)
      return list(c, { typed, errors: { day: c.get('ui').t.field[fault ?? 'required'] } })
    return c.redirect(`/drills/${await drills.plan(viewerOf(c), scenario, minutes, typed.day)}`, 303)
  })
  app.post('/drills/year', keepers, async (c) => {
    for (const { scenario, minutes, day } of proposalsOf(await drills.list(), institutionDate(c.get('ui').nowMs)))
      await drills.plan(viewerOf(c), scenario, minutes, day)
    return c.redirect('/drills?done=saved', 303)
  })
  app.post('/drills/tests', keepers, async (c) => {
    const { t } = c.get('ui')
    const typed = Object.fromEntries(
      ['who', 'job', 'seconds', 'found', 'onStation'].map((key) => [key, field(c, key).trim()]),
    )
    const seconds = secondsIn(typed['seconds']!)
    const errors: Record<string, string> = {}
    if (typed['who'] === '' || typed['who']!.length > 60) errors['who'] = t.field.required
    if (seconds === undefined) errors['seconds'] = t.drills.problem.seconds
    if (seconds === undefined || Object.keys(errors).length > 0) return list(c, { typed, errors })
    await drills.addTest(viewerOf(c), {
      who: typed['who']!,
      job: typed['job']!.slice(0, 40),
      seconds,
      found: Math.min(3, Number(typed['found']) || 0),
      onStation: typed['onStation'] === 'yes',
    })
    return c.redirect('/drills?done=saved#tests', 303)
  })
  app.post('/drills/unannounced', keepers, async (c) => {
    const typed = { from: field(c, 'from'), until: field(c, 'until') }
    const isDrawn =
      isDate(typed.from) && isDate(typed.until) && (await drills.drawUnannounced(viewerOf(c), typed.from, typed.until))
    if (!isDrawn) return list(c, { typed, errors: { from: c.get('ui').t.drills.unannouncedWrong } })
    return c.redirect('/drills?done=saved#tests', 303)
  })
  ruleRoutes(app, web, keepers)
  trainingRoutes(app, web, keepers)
  app.get('/drills/proofs', async (c) => renderPage(c, <ProofsPage ui={c.get('ui')} facts={await drills.proofs()} />))
  const lessonOf = (c: WebContextOf) => LESSONS.find((known) => known === c.req.param('lesson'))
  app.get('/drills/lessons/:lesson', (c) => {
    const lesson = lessonOf(c)
    return lesson ? renderPage(c, <LessonPage ui={c.get('ui')} lesson={lesson} />) : refuse(c, 404, 'notFound')
  })
  app.post('/drills/lessons/:lesson', async (c) => {
    const lesson = lessonOf(c)
    if (!lesson) return refuse(c, 404, 'notFound')
    const { questions } = c.get('ui').t.lessons[lesson]
    const answers = questions.map((_, i) =>
      /^\d$/.test(field(c, `answer-${i}`)) ? Number(field(c, `answer-${i}`)) : undefined,
    )
    if (answers.every((one) => one !== undefined))
      await drills.readLesson(viewerOf(c), lesson, questions.filter(({ right }, i) => answers[i] === right).length)
    return renderPage(c, <LessonPage ui={c.get('ui')} lesson={lesson} answers={answers} />)
  })
  drillPageRoutes(app, web, keepers)
}

function ruleRoutes(app: WebApp, { services: { drills } }: Web, keepers: ReturnType<typeof needs>): void {
  const show = async (c: WebContextOf, more: Partial<RulesModel> = {}) =>
    renderPage(
      c,
      <RulesPage ui={c.get('ui')} model={{ rules: await drills.rules(viewerOf(c)), ...more }} />,
      more.errors ? 400 : 200,
    )
  app.get('/drills/rules', (c) => {
    const t = c.get('ui').t.drills
    return show(c, { said: { saved: t.saved, published: t.rulesPublished }[c.req.query('done') ?? ''] })
  })
  app.post('/drills/rules/read', async (c) => {
    const version = Number(field(c, 'version'))
    if (Number.isSafeInteger(version)) await drills.readRules(viewerOf(c), version)
    return c.redirect('/drills/rules?done=saved', 303)
  })
  app.post('/drills/rules/publish', keepers, async (c) => {
    const ui = c.get('ui')
    const typed = field(c, 'text').replaceAll('\r\n', '\n').trim()
    if (typed === '') return show(c, { typed, errors: { text: ui.t.field.required } })
    if (typed.length > MOST_RULES)
      return show(c, { typed, errors: { text: ui.t.drills.rulesTooLong(ui.f.count(MOST_RULES)) } })
    await drills.publishRules(viewerOf(c), typed)
    return c.redirect('/drills/rules?done=published', 303)
  })
}

function drillPageRoutes(app: WebApp, { services: { drills } }: Web, keepers: ReturnType<typeof needs>): void {
  const show = async (c: WebContextOf, more: Partial<DrillModel> = {}) => {
    const id = c.req.param('id') ?? ''
    const drill = await drills.get(id)
    if (!drill) return refuse(c, 404, 'notFound')
    const model = {
      drill,
      ...(await drills.improvements(id)),
      declaredMinutes: await drills.declaredMinutes(),
      contacts: await drills.contacts(),
      ...more,
    }
    return renderPage(c, <DrillPage ui={c.get('ui')} model={model} />, more.errors || more.lack ? 400 : 200)
  }
  const file = async (c: WebContextOf, bytes: Uint8Array | undefined, format: 'pdf' | 'docx', name: string) =>
    bytes
      ? c.body(new Uint8Array(bytes), 200, {
          'Content-Type': TYPES[format],
          'Content-Disposition': `attachment; filename="${name}.${format}"`,
        })
      : refuse(c, 404, 'notFound')
  /** Every button of the page that leads sends all that was typed; what is left empty takes nothing away. */
  const keep = async (c: WebContextOf): Promise<boolean> => {
    const drill = await drills.get(c.req.param('id') ?? '')
    if (drill && drill.endedAt === undefined) await drills.write(viewerOf(c), drill.id, writtenIn(c, drill))
    return drill !== undefined
  }
  const back = (c: WebContextOf, done = '') =>
    c.redirect(`/drills/${encodeURIComponent(c.req.param('id') ?? '')}${done}`, 303)

  app.get('/drills/:id', (c) => {
    const t = c.get('ui').t.drills
    const said = { saved: t.saved, ended: t.endedSaid }[c.req.query('done') ?? '']
    return show(c, said === undefined ? {} : { said })
  })
  app.get('/drills/:id/packet.pdf', keepers, async (c) =>
    file(c, await drills.packet(c.req.param('id')), 'pdf', 'drill'),
  )
  for (const format of ['pdf', 'docx'] as const)
    app.get(`/drills/:id/report.${format}`, async (c) =>
      file(c, await drills.report(c.req.param('id') ?? '', format), format, 'drill-report'),
    )
  for (const act of ['start', 'pause'] as const)
    app.post(`/drills/:id/${act}`, keepers, async (c) => {
      if (!(await keep(c))) return refuse(c, 404, 'notFound')
      await drills[act](viewerOf(c), c.req.param('id') ?? '')
      return back(c, '#clock')
    })
  app.post('/drills/:id/drop', keepers, async (c) => {
    await drills.drop(viewerOf(c), c.req.param('id'))
    return c.redirect('/drills', 303)
  })
  app.post('/drills/:id/bring/:inject', keepers, async (c) => {
    const inject = Number(c.req.param('inject'))
    if (!Number.isInteger(inject) || !(await keep(c))) return refuse(c, 404, 'notFound')
    await drills.bring(viewerOf(c), c.req.param('id'), inject)
    return back(c, '#clock')
  })
  app.post('/drills/:id/time/:part', keepers, async (c) => {
    const part = TIMED_PARTS.find((known) => known === c.req.param('part'))
    if (!part || !(await keep(c))) return refuse(c, 404, 'notFound')
    await drills.time(viewerOf(c), c.req.param('id'), part, field(c, `by-${part}`).trim().slice(0, 60))
    return back(c, '#timed')
  })
  app.post('/drills/:id/took/:part', keepers, async (c) => {
    const part = TIMED_PARTS.find((known) => known === c.req.param('part'))
    if (!part || !(await keep(c))) return refuse(c, 404, 'notFound')
    const [typed, by] = [field(c, `took-${part}`).slice(0, 40), field(c, `by-${part}`).trim().slice(0, 60)]
    const seconds = secondsIn(typed)
    if (seconds === undefined)
      return show(c, { watch: { [part]: typed }, errors: { [`took-${part}`]: c.get('ui').t.drills.problem.seconds } })
    await drills.took(viewerOf(c), c.req.param('id') ?? '', part, seconds, by)
    return back(c, '?done=saved#timed')
  })
  for (const answer of ['answered', 'notAnswered'] as const)
    app.post(`/drills/:id/calls/:n/${answer}`, keepers, async (c) => {
      const contact = (await drills.contacts())[Number(c.req.param('n'))]
      if (!contact || !(await keep(c))) return refuse(c, 404, 'notFound')
      await drills.call(viewerOf(c), c.req.param('id') ?? '', contact.name, answer === 'answered')
      return back(c, '#calls')
    })
  app.post('/drills/:id/written', keepers, async (c) => {
    if (!(await keep(c))) return refuse(c, 404, 'notFound')
    return back(c, '?done=saved')
  })
  app.post('/drills/:id/end', keepers, async (c) => {
    if (!(await keep(c))) return refuse(c, 404, 'notFound')
    const lack = await drills.end(viewerOf(c), c.req.param('id'))
    if (!lack) return back(c, '?done=ended')
    const words = c.get('ui').t.drills.lack[lack]
    if (lack === 'not-started') return show(c, { lack: words })
    return show(c, { errors: lack === 'nobody' ? { people: words } : unjudged(c, await drills.get(c.req.param('id'))) })
  })
  app.post('/drills/:id/improvements', keepers, async (c) => {
    if (!(await keep(c))) return refuse(c, 404, 'notFound')
    const { field: words } = c.get('ui').t
    const input = { what: field(c, 'what').trim(), owner: field(c, 'owner').trim(), dueOn: field(c, 'dueOn') }
    const errors: Record<string, string> = {}
    for (const key of ['what', 'owner'] as const) if (input[key] === '') errors[key] = words.required
    const fault = dayFault(input.dueOn)
    if (fault) errors['dueOn'] = words[fault]
    if (Object.keys(errors).length > 0) return show(c, { typed: input, errors })
    await drills.improve(viewerOf(c), c.req.param('id'), input)
    // A proposal that was taken leaves what somebody was writing.
    if ((await drills.get(c.req.param('id')))?.draft.what.trim() === input.what)
      await drills.write(viewerOf(c), c.req.param('id'), { draft: { what: '', owner: '', dueOn: '' } })
    return back(c, '?done=saved#improvements')
  })
  for (const answer of ['works', 'broken'] as const)
    app.post(`/drills/:id/check/:item/${answer}`, keepers, async (c) => {
      const [id, item] = [c.req.param('id') ?? '', c.req.param('item') ?? '']
      if (!(await keep(c))) return refuse(c, 404, 'notFound')
      await drills.checkImprovement(viewerOf(c), id, item, answer === 'works')
      return back(c, '?done=saved#improvements')
    })
}

/** The sentence stands at each objective that is still to be judged. */
function unjudged(c: WebContextOf, drill: Drill | undefined): Record<string, string> {
  const { scenarios, drills: t } = c.get('ui').t
  const open = drill ? scenarios[drill.scenario].objectives.flatMap((_, i) => (drill.objectives[i] ? [] : [i])) : []
  return Object.fromEntries(open.map((i) => [`objective-${i}`, t.lack.objectives]))
}

/** Of what was sent, that which says something. */
function writtenIn(
  c: WebContextOf,
  drill: Drill,
): Partial<Pick<Drill, 'objectives' | 'people' | 'good' | 'bad' | 'draft'>> {
  const objectives = { ...drill.objectives }
  c.get('ui').t.scenarios[drill.scenario].objectives.forEach((_, i) => {
    const value = field(c, `objective-${i}`)
    if (value === 'reached' || value === 'not') objectives[i] = value
  })
  const people = peopleIn(field(c, 'people'))
  const [good, bad] = [field(c, 'good').slice(0, MOST_TEXT), field(c, 'bad').slice(0, MOST_TEXT)]
  const draft = {
    what: field(c, 'what').slice(0, 200),
    owner: field(c, 'owner').slice(0, 60),
    dueOn: field(c, 'dueOn').slice(0, 10),
  }
  return { objectives, draft, ...(people.length > 0 && { people }), ...(good && { good }), ...(bad && { bad }) }
}

/** A line each: name, then the profession behind a comma of either kind. */
function peopleIn(text: string): { name: string; job: string }[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, MOST_PEOPLE)
    .map((line) => {
      const [name = '', ...job] = line.split(/[、,，]/)
      return { name: name.trim().slice(0, 60), job: job.join(' ').trim().slice(0, 40) }
    })
    .filter(({ name }) => name !== '')
}
