/** The papers of a drill, in Japanese: the packet of sealed injects before it, the report after it. */
import { type Drill, elapsedMs, rolesOf, timetable } from '#exercise'
import type { Improvement } from '#incident'
import type { Block, OfficeDocument } from '#office'
import { FORMATS, MESSAGES } from '#web'

const t = MESSAGES.ja.drills
const f = FORMATS.ja
const MINUTE_MS = 60_000
const SIGNATURES = 18

export function packetOf(drill: Drill, institution: string): OfficeDocument {
  const words = MESSAGES.ja.scenarios[drill.scenario]
  const title = `${t.title}: ${words.name}`
  const sheet = (head: string, text: string): Block[] => [
    { kind: 'pageBreak' },
    { kind: 'heading', level: 1, text: head },
    { kind: 'paragraph', text: t.thisIsDrill },
    { kind: 'paragraph', text },
  ]
  return {
    title,
    language: 'ja',
    header: `${title} ${institution}`,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      {
        kind: 'paragraph',
        text: `${f.recordedDate(drill.plannedOn)} ${t.minutesOf(String(drill.minutes))} ${t.packetNote}`,
      },
      { kind: 'heading', level: 2, text: t.startState },
      { kind: 'paragraph', text: words.start },
      { kind: 'heading', level: 2, text: t.objectives },
      { kind: 'list', items: words.objectives },
      { kind: 'heading', level: 2, text: t.roles },
      { kind: 'paragraph', text: t.rolesNote, small: true },
      {
        kind: 'table',
        header: [t.rolesHead.role, t.rolesHead.does, t.rolesHead.who],
        rows: rolesOf(drill.scenario).map((role) => [...MESSAGES.ja.drillRoles[role], '']),
      },
      { kind: 'heading', level: 2, text: t.paper.signTitle },
      { kind: 'table', header: t.paper.signHead, rows: Array.from({ length: SIGNATURES }, () => ['　', '', '']) },
      ...timetable(words.injects.length, drill.minutes).flatMap(({ inject, atMs }) =>
        sheet(t.paper.openAt(String(Math.round(atMs / MINUTE_MS))), words.injects[inject]!),
      ),
      { kind: 'pageBreak' },
      { kind: 'heading', level: 1, text: t.goodAnswer },
      { kind: 'paragraph', text: t.answersNote },
      {
        kind: 'list',
        items: timetable(words.injects.length, drill.minutes).map(
          ({ inject }) => `${words.injects[inject]} → ${MESSAGES.ja.drillAnswers[drill.scenario][inject]}`,
        ),
      },
    ],
  }
}

export function reportOf(drill: Drill, improvements: readonly Improvement[], institution: string): OfficeDocument {
  const words = MESSAGES.ja.scenarios[drill.scenario]
  const title = `${t.paper.title}: ${words.name}`
  const startedAt = drill.startedAt ?? 0
  const took = Math.round(elapsedMs({ ...drill, startedAt }, drill.endedAt ?? startedAt) / MINUTE_MS)
  const people = drill.people.map(({ name, job }) => [name, job, ''])
  const timed = drill.timed.map(({ part, from, until, by }) => [
    t.part[part],
    until === undefined ? '－' : f.duration(until - from),
    by,
  ])
  const mark = { reached: `○ ${t.reached}`, not: `× ${t.not}` }
  return {
    title,
    language: 'ja',
    header: `${title} ${institution}`,
    blocks: [
      { kind: 'heading', level: 1, text: title },
      {
        kind: 'paragraph',
        text: t.paper.facts(
          `${f.fullDate(startedAt)} ${f.time(startedAt)}`,
          String(drill.minutes),
          String(took),
          String(drill.people.length),
        ),
      },
      { kind: 'paragraph', text: t.paper.noNames, small: true },
      { kind: 'heading', level: 2, text: t.startState },
      { kind: 'paragraph', text: words.start },
      { kind: 'heading', level: 2, text: t.objectives },
      {
        kind: 'table',
        header: [t.objectives, t.stateHead],
        widths: [3, 1],
        rows: words.objectives.map((text, i) => [text, drill.objectives[i] ? mark[drill.objectives[i]] : '－']),
      },
      ...(timed.length > 0
        ? [
            { kind: 'heading', level: 2, text: t.timedTitle } as const,
            { kind: 'table', header: [t.timedTitle, '', t.timeBy], widths: [3, 1, 1], rows: timed } as const,
          ]
        : []),
      { kind: 'heading', level: 2, text: t.good },
      { kind: 'paragraph', text: drill.good || '－' },
      { kind: 'heading', level: 2, text: t.bad },
      { kind: 'paragraph', text: drill.bad || '－' },
      { kind: 'heading', level: 2, text: t.improvements },
      improvements.length === 0
        ? { kind: 'paragraph', text: t.improvementsNone }
        : {
            kind: 'table',
            header: [t.what, t.owner, t.dueOn],
            widths: [3, 1, 1],
            rows: improvements.map(({ what, owner, dueOn }) => [what, owner, { day: dueOn }]),
          },
      { kind: 'heading', level: 2, text: t.people },
      { kind: 'table', header: t.paper.signHead, rows: people },
    ],
  }
}
