/** Drills, tests and lessons bound to one institution. */
import { institutionDate } from '#base'
import { type Drill, LESSONS } from '#exercise'
import { docxOf, type OfficeDocument } from '#office'
import { isOwnState } from '#vault'
import { type DrillService, MESSAGES, type Viewer } from '#web'
import { learnersOfHouse } from '../drills/learners.ts'
import { packetOf, reportOf } from '../drills/papers.ts'
import { proofFacts } from '../drills/proofs.ts'
import type { Institution } from '../institution.ts'
import { paperPdf } from '../paper-pdf.ts'
import { withoutUndefined } from './read-model.ts'
import { demand } from './viewers.ts'

export function drillService(institution: Institution): DrillService {
  const {
    drills,
    training,
    groupTrainings,
    rules,
    unannounced,
    improvements,
    vault,
    folder,
    rehearsals,
    access,
    registers,
  } = institution
  const testDays = async () => (await training.tests()).map(({ at }) => institutionDate(at))
  const contacts = async () => {
    const people = (await registers.list('person')).map(({ values }) => values)
    // Who decides first, then in the order of the register.
    const first = people.toSorted((a, b) => Number(!a['duties']) - Number(!b['duties']))
    return first.flatMap(({ name = '', phone = '' }) => (name && phone ? [{ name, phone }] : []))
  }
  const name = async (): Promise<string> => (await vault.setting('name')) ?? folder.info.institution
  const pdf = (document: OfficeDocument): Promise<Uint8Array> => paperPdf(institution, document)
  const leading = <T>(viewer: Viewer, work: () => Promise<T>): Promise<T> => {
    demand(viewer, 'manage-backup')
    return work()
  }
  const objectivesOf = ({ scenario }: Drill): number => MESSAGES.ja.scenarios[scenario].objectives.length
  const origin = (id: string): string => `exercise:${id}`

  return {
    proofs: () => proofFacts(institution),
    list: () => drills.list(),
    get: (id) => drills.get(id),
    plan: async (viewer, scenario, minutes, day) => leading(viewer, () => drills.plan(scenario, minutes, day)),
    drop: async (viewer, id) => leading(viewer, () => drills.drop(id)),
    start: async (viewer, id) => leading(viewer, () => drills.start(id)),
    pause: async (viewer, id) => leading(viewer, () => drills.pause(id)),
    bring: async (viewer, id, inject) => leading(viewer, () => drills.bring(id, inject)),
    time: async (viewer, id, part, by) => leading(viewer, () => drills.time(id, part, by)),
    took: async (viewer, id, part, seconds, by) => leading(viewer, () => drills.took(id, part, seconds, by)),
    write: async (viewer, id, fields) => leading(viewer, () => drills.write(id, fields)),
    contacts,
    call: async (viewer, id, who, answered) =>
      leading(viewer, async () => {
        const all = await contacts()
        if (all.some((one) => one.name === who)) await drills.call(id, who, answered, all.length)
      }),
    end: async (viewer, id) =>
      leading(viewer, async () => {
        const drill = await drills.get(id)
        return drill && drills.end(id, objectivesOf(drill), viewer.personId)
      }),
    async improvements(id) {
      const all = await improvements.list()
      const own = all.filter((one) => one.origin === origin(id))
      // What was mended since and no drill has looked at, and what is open still.
      const toCheck = all.filter(
        (one) => one.origin !== origin(id) && one.state !== 'dropped' && one.checked?.works !== true,
      )
      return { own, toCheck }
    },
    improve: async (viewer, id, input) =>
      leading(viewer, async () => void (await improvements.add({ origin: origin(id), ...input }, viewer.personId))),
    checkImprovement: async (viewer, id, item, works) =>
      leading(viewer, async () => {
        if (!(await improvements.list()).some((one) => one.id === item)) return
        await improvements.check(item, origin(id), works, viewer.personId)
      }),
    async report(id, format) {
      const drill = await drills.get(id)
      if (!drill?.endedAt) return undefined
      const document = reportOf(drill, await improvements.list(origin(id)), await name())
      return format === 'pdf' ? pdf(document) : docxOf(document)
    },
    async packet(id) {
      const drill = await drills.get(id)
      return drill && pdf(packetOf(drill, await name()))
    },
    async declaredMinutes() {
      const sources = (await vault.sources()).filter(({ id, replaced }) => !isOwnState(id) && !replaced)
      const declared = await Promise.all(sources.map(({ id }) => rehearsals.settings.declared(id)))
      const minutes = declared.flatMap(({ fullMinutes }) => fullMinutes ?? [])
      return minutes.length === 0 ? undefined : Math.min(...minutes)
    },
    async rules(viewer) {
      const versions = await rules.versions()
      const read = (await rules.read()).filter(({ number }) => number === versions[0]?.number)
      const readOf = (id: string) => read.find(({ personId }) => personId === id)?.at
      const people = (await access.people.list()).filter(({ disabled }) => !disabled)
      return {
        versions,
        people: people.map(({ id, displayName }) => withoutUndefined({ name: displayName, readAtMs: readOf(id) })),
        ...withoutUndefined({ readAtMs: readOf(viewer.personId) }),
      }
    },
    publishRules: async (viewer, text) =>
      leading(viewer, async () => void (await rules.publish(text, viewer.personId))),
    readRules: (viewer, version) => rules.markRead(version, viewer.personId),
    unannounced: async () => unannounced.state(await testDays()),
    drawUnannounced: async (viewer, from, until) => leading(viewer, () => unannounced.draw(from, until)),
    tests: () => training.tests(),
    addTest: async (viewer, test) => leading(viewer, () => training.addTest(test, viewer.personId)),
    learners: () => learnersOfHouse(institution),
    groupTrainings: () => groupTrainings.list(),
    addGroupTraining: async (viewer, day, lessons, keys) =>
      leading(viewer, async () => {
        const people = (await learnersOfHouse(institution)).flatMap(({ name, keys: own }) =>
          own.some((key) => keys.includes(key)) ? [{ keys: own, name }] : [],
        )
        await groupTrainings.add({ day, lessons, people }, viewer.personId)
      }),
    removeGroupTraining: async (viewer, id) => leading(viewer, () => groupTrainings.remove(id, viewer.personId)),
    async lessons(viewer) {
      const staff = await learnersOfHouse(institution)
      const own = staff.find(({ keys }) => keys.includes(`account:${viewer.personId}`))?.had
      return {
        staff: staff.length,
        all: LESSONS.map((lesson) => {
          const people = staff.filter(({ had }) => had[lesson] !== undefined).length
          return { lesson, people, ...withoutUndefined({ readAtMs: own?.[lesson] }) }
        }),
      }
    },
    readLesson: (viewer, lesson, right) => training.markRead(lesson, viewer.personId, right),
  }
}
