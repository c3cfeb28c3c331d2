/** The plan as a document of blocks, in Japanese: what is approved, printed and saved as DOCX. */
import {
  type Draft,
  gapsOf,
  hashOfText,
  type InstitutionKind,
  type Live,
  type Question,
  questionsOf,
  type Section,
  sectionsOf,
} from '#bcp'
import type { Block, OfficeDocument } from '#office'
import { FORMATS, gapWords, MESSAGES, planSectionTitle } from '#web'
import { liveTable, type PlanFacts } from './facts.ts'

const t = MESSAGES.ja
const words = { t, dateOf: (ms: number) => FORMATS.ja.fullDate(ms), isPrivateShown: false }

export interface PlanDocument {
  readonly document: OfficeDocument
  /** By section: hash of what stands there, without what changes by itself from day to day. */
  readonly sections: Readonly<Record<string, string>>
  /** By section: as it stands in the document. */
  readonly titles: Readonly<Record<string, string>>
}

export function planDocument(institution: string, kind: InstitutionKind, draft: Draft, facts: PlanFacts): PlanDocument {
  const sections = sectionsOf(kind)
  const blocks = sections.flatMap((section) => sectionBlocks(section, kind, draft, facts))
  return {
    document: {
      title: `${t.bcp.title} ${institution}`,
      language: 'ja',
      header: `${t.bcp.title} ${institution}`,
      blocks: [
        { kind: 'heading', level: 1, text: t.bcp.title },
        { kind: 'paragraph', text: institution },
        ...gapBlocks(kind, draft, facts),
        ...blocks,
      ],
    },
    sections: Object.fromEntries(
      sections.map((section) => [section.code, hashOfText(JSON.stringify(steady(section, kind, draft, facts)))]),
    ),
    titles: Object.fromEntries(sections.map((section) => [section.code, titleOf(section)])),
  }
}

const titleOf = (section: Section): string => planSectionTitle(t, section)

/** Before the first section, so that it is none: what was still open stands on the version that was approved with it. */
function gapBlocks(kind: InstitutionKind, draft: Draft, facts: PlanFacts): Block[] {
  const gaps = gapsOf(kind, draft, (live) => liveTable(live, facts, draft, words).rows.length === 0)
  if (gaps.length === 0) return []
  const items = gaps.map((gap) => gapWords(t, gap)).map(({ name, why }) => `${name}: ${why}`)
  return [
    { kind: 'paragraph', text: `▲ ${t.bcp.stillOpen}` },
    { kind: 'list', items },
  ]
}

function sectionBlocks(section: Section, kind: InstitutionKind, draft: Draft, facts: PlanFacts): Block[] {
  return [
    { kind: 'heading', level: 2, text: titleOf(section) },
    ...questionsOf(section, kind).flatMap((question): Block[] => [
      { kind: 'heading', level: 3, text: t.bcp.question[question.key as keyof typeof t.bcp.question] },
      { kind: 'paragraph', text: withUnit(question, answerText(question, draft)) },
    ]),
    ...section.live.flatMap((live) => liveBlocks(live, facts, draft)),
  ]
}

function liveBlocks(live: Live, facts: PlanFacts, draft: Draft): Block[] {
  const { head, rows } = liveTable(live, facts, draft, words)
  return [
    { kind: 'heading', level: 3, text: t.bcp.live[live] },
    rows.length === 0 ? { kind: 'paragraph', text: t.bcp.empty } : { kind: 'table', header: head, rows },
  ]
}

function answerText({ key, kind }: Question, { answers }: Draft): string {
  const value = answers[key] ?? ''
  if (value === '') return t.bcp.undecided
  if (kind !== 'choices') return value
  return value
    .split(',')
    .map((code) => t.bcp.choice[code] ?? code)
    .join('、')
}

const withUnit = ({ key }: Question, text: string): string =>
  /^\d+$/.test(text) ? `${text}${t.bcp.unit[key] ?? ''}` : text

/** A test of last night or paper counted anew makes no section stale; another place, another number of a vendor does. */
function steady(section: Section, kind: InstitutionKind, draft: Draft, facts: PlanFacts): unknown {
  const calm: PlanFacts = {
    ...facts,
    backups: facts.backups.map((one) => ({ ...one, testedAt: undefined })),
    bia: facts.bia.map((line) => ({ ...line, measuredHours: 0 })),
    registers: {
      ...facts.registers,
      supply: facts.registers.supply.map((one) => ({ ...one, values: { ...one.values, count: '' } })),
    },
  }
  return [
    questionsOf(section, kind).map((question) => answerText(question, draft)),
    section.live.map((live) => liveTable(live, calm, draft, words).rows),
  ]
}
