/** 職員の研修: who has had what, and the list of a group. For who keeps the backups: it names who is behind. */
import { institutionDate } from '#base'
import { LESSONS } from '#exercise'
import { field, fields, viewerOf, type Web, type WebApp, type WebContextOf } from '../context.ts'
import { dayFault } from '../day-text.ts'
import { renderPage } from '../http/respond.ts'
import { type TrainingModel, TrainingPage } from '../pages/training.tsx'
import type { needs } from './guards.ts'

export function trainingRoutes(app: WebApp, { services: { drills } }: Web, keepers: ReturnType<typeof needs>): void {
  const todayOf = (c: WebContextOf) => institutionDate(c.get('ui').nowMs)
  const show = async (c: WebContextOf, more: Partial<TrainingModel> = {}) => {
    const model = {
      learners: await drills.learners(),
      groups: await drills.groupTrainings(),
      today: todayOf(c),
      ...more,
    }
    return renderPage(c, <TrainingPage ui={c.get('ui')} model={model} />, more.errors ? 400 : 200)
  }
  app.get('/drills/training', keepers, (c) => {
    const t = c.get('ui').t.training
    return show(c, { said: { saved: t.saved, removed: t.removed }[c.req.query('done') ?? ''] })
  })
  app.post('/drills/training/add', keepers, async (c) => {
    const { t } = c.get('ui')
    const known = new Set((await drills.learners()).flatMap(({ keys }) => keys))
    const typed = {
      day: field(c, 'day'),
      lessons: fields(c, 'lessons'),
      people: fields(c, 'people').filter((key) => known.has(key)),
    }
    const lessons = LESSONS.filter((one) => typed.lessons.includes(one))
    const errors: Record<string, string> = {}
    const fault = dayFault(typed.day)
    if (fault) errors['day'] = t.field[fault]
    else if (typed.day > todayOf(c)) errors['day'] = t.field['day-to-come']
    if (lessons.length === 0) errors['lessons'] = t.training.choose
    if (typed.people.length === 0) errors['people'] = t.training.choose
    if (Object.keys(errors).length > 0) return show(c, { typed, errors })
    await drills.addGroupTraining(viewerOf(c), typed.day, lessons, typed.people)
    return c.redirect('/drills/training?done=saved', 303)
  })
  app.post('/drills/training/:training/remove', keepers, async (c) => {
    await drills.removeGroupTraining(viewerOf(c), c.req.param('training'))
    return c.redirect('/drills/training?done=removed', 303)
  })
}
