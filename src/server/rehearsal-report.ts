/** The report of a rehearsal as PDF: in Japanese, for the file of the institution and for whoever checks it. */
import type { Declared, Rehearsal, ReportFacts, StepResult } from '#rehearsal'
import { drawPages } from '#reading'
import { type Report, reportPages } from '#sheets'
import { errorSentences, figureOf, figureWords, FORMATS, MESSAGES, passedWords } from '#web'

export interface ReportHouse {
  readonly institution: string
  readonly isSample: boolean
  readonly fontsFolder: string
  /** The ledger's, in one line. */
  readonly verifierKey: string
}

const MINUTE_MS = 60_000
/** Paper may be black only. */
const MARKS = { passed: '○', partly: '▲', failed: '×', 'not-done': '▲', 'not-needed': '－' } as const
const tongue = { t: MESSAGES.ja, f: FORMATS.ja }
const t = MESSAGES.ja.rehearsal
const { f } = tongue

/** @throws what drawing throws */
export async function rehearsalReport(facts: ReportFacts, house: ReportHouse): Promise<Uint8Array> {
  const { bytes } = await drawPages(
    reportPages(reportOf(facts, house)),
    { title: t.paper.title, language: 'ja', missingNotice: MESSAGES.ja.printing.missingGlyphs },
    house.fontsFolder,
  )
  return bytes
}

function reportOf({ rehearsal, sourceName, earlier }: ReportFacts, house: ReportHouse): Report {
  const { startedAt, endedAt = startedAt, takenAt, steps, result = 'failed', generationId } = rehearsal
  const at = (ms: number): string => `${f.fullDate(ms)}${f.time(ms)}`
  return {
    title: t.paper.title,
    lead: [t.paper.of(sourceName, at(takenAt)), t.paper.result(t.result[result]), t.resultSays[result]],
    sections: [
      { title: t.stepsHead, lines: steps.flatMap((step) => stepLines(step, rehearsal.declared)) },
      { title: t.timesHead, lines: timeLines(rehearsal).map((text) => ({ text })) },
      {
        title: t.paper.earlier,
        lines:
          earlier.length === 0
            ? [{ text: t.paper.noEarlier }]
            : earlier.map((one) => ({ text: earlierLine(one, endedAt) })),
      },
      {
        title: t.paper.about,
        lines: [
          t.paper.from(at(startedAt), at(endedAt), f.duration(endedAt - startedAt)),
          t.paper.snapshot(generationId),
          t.paper.noPatients,
          t.paper.verify,
          t.paper.note,
          t.paper.key(house.verifierKey),
        ].map((text) => ({ text })),
      },
      { title: t.paper.sign, lines: [{ text: t.paper.signLine }] },
    ],
    foot: {
      ...(house.isSample && { sample: MESSAGES.ja.sample.mark }),
      what: `${t.paper.title} ${sourceName} ${at(startedAt)}`,
      by: t.paper.by(house.institution, at(endedAt)),
    },
  }
}

function stepLines(step: StepResult, declared: Declared): Report['sections'][number]['lines'] {
  const { state, code, durationMs, names = [] } = step
  const figures = figureWords(tongue, step)
  const words = `${MARKS[state]} ${t.step[step.step]}: ${t.state[state]}（${f.duration(durationMs)}）${figures === '' ? '' : `\u3000${figures}`}`
  const { what, why, next } = code ? errorSentences(code, 'ja') : { what: '', why: '', next: '' }
  return [
    { text: words, strong: state !== 'passed' && state !== 'not-needed' },
    ...(state === 'passed' ? [{ text: passedWords(tongue, step, declared), small: true }] : []),
    ...(names.length > 0 ? [{ text: names.join(' / '), small: true }] : []),
    ...(code ? [what, why, next, t.paper.codes(code)].map((text) => ({ text, small: true })) : []),
  ]
}

function timeLines({ steps, declared }: Rehearsal): string[] {
  const line = (name: string, ms: number | undefined, minutes: number | undefined): string => {
    const measured = ms === undefined ? t.notMeasured : f.duration(ms)
    const aim = minutes === undefined ? t.noAim : f.duration(minutes * MINUTE_MS)
    return `${name}: ${t.measured} ${measured} ／ ${t.declared} ${aim}`
  }
  return [
    line(t.minimum, figureOf(steps, 'minimumMs'), declared.minimumMinutes),
    line(t.full, figureOf(steps, 'wholeFullMs') ?? figureOf(steps, 'fullMs'), declared.fullMinutes),
    line(t.loss, figureOf(steps, 'lossMs'), declared.lossMinutes),
  ]
}

function earlierLine({ startedAt, result, steps }: Rehearsal, now: number): string {
  const ms = figureOf(steps, 'wholeFullMs') ?? figureOf(steps, 'fullMs')
  const took = ms === undefined ? t.notMeasured : f.duration(ms)
  return `${f.dateTime(startedAt, now)}\u3000${result ? t.result[result] : t.going}\u3000${t.full} ${took}`
}
