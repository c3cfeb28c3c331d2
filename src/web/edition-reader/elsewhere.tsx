/** Which source a chart is from, and records of the same number in the others: told beside it, never joined. */
import type { Edition, EditionSource, SameNumberElsewhere } from '#edition/format'
import { elsewhereLines as linesOnPaper } from '#sheets'
import { MatchWords } from '../components/match-words.tsx'
import { Notice } from '../components/notice.tsx'
import type { Look } from './look.ts'
import { birthOf, nameOf } from './patient-words.ts'

export const sourceOf = (edition: Edition, row: number): EditionSource =>
  edition.cover.manifest.head.sources[edition.index.entry(row).source]!

export function sourceWords(look: Look, edition: Edition, source: number): string {
  const { name, asOf } = edition.cover.manifest.head.sources[source]!
  return look.t.editionSources.source(name, look.f.dateTime(asOf, look.nowMs))
}

export function SourceLine({ look, edition, row }: { look: Look; edition: Edition; row: number }) {
  return (
    <p>
      {look.t.editionSources.head}：<strong>{sourceWords(look, edition, edition.index.entry(row).source)}</strong>
    </p>
  )
}

/** Names no other person above this one's name and allergies. */
export function ElsewhereNote({ look, edition, row }: { look: Look; edition: Edition; row: number }) {
  const { t } = look
  const others = edition.index.sameNumber(row)
  if (others.length === 0) return null
  const differs = others.some(({ match }) => match === 'differs')
  const names = [...new Set(others.map(({ patient }) => sourceOf(edition, patient.row).name))]
  return (
    <Notice ui={look} kind={differs ? 'caution' : 'info'} title={t.sameNumber.title}>
      <p>
        <a href="#elsewhere">{names.join(t.sameNumber.comma)}</a>
      </p>
      {differs ? <p class="strong">▲ {t.sameNumber.differs}</p> : null}
    </Notice>
  )
}

/** Each opens by itself, with its own question of who it is. */
export function ElsewherePanel({ look, edition, row }: { look: Look; edition: Edition; row: number }) {
  const { t } = look
  const others = edition.index.sameNumber(row)
  if (others.length === 0) return null
  return (
    <section class="block" id="elsewhere">
      <h2>{t.sameNumber.title}</h2>
      <p>{t.sameNumber.lead}</p>
      <ul class="rows elsewhere">
        {others.map((other) => (
          <li>
            <div>
              <button class="link-button" type="button" data-patient={other.patient.row}>
                {t.editionSources.elsewhereOpen(sourceOf(edition, other.patient.row).name)}
              </button>
            </div>
            <div>
              <strong>{nameOf(look, other.patient)}</strong> {birthOf(look, other.patient)} {t.search.id}{' '}
              <span class="mono">{other.patient.patientId}</span>
              <OtherWords look={look} edition={edition} other={other} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Under the name of a record of the same number: where it is, how much, and how far it agrees. */
export function OtherWords({ look, edition, other }: { look: Look; edition: Edition; other: SameNumberElsewhere }) {
  const { t, f } = look
  const { source, recordCount, documentCount } = other.patient
  return (
    <>
      <div>{sourceWords(look, edition, source)}</div>
      <div>{t.sameNumber.counts(f.count(recordCount), f.count(documentCount))}</div>
      <MatchWords ui={look} of={other} />
    </>
  )
}

/** For staff's paper. */
export function elsewhereLines(look: Look, edition: Edition, row: number): string[] {
  const others = edition.index.sameNumber(row)
  return linesOnPaper(
    look.t,
    others.map(({ patient, match }) => ({ source: sourceWords(look, edition, patient.source), match })),
  )
}
