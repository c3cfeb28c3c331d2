/** Ways to a patient that is searched by no name: wards and bookings; papers on the shelf; what is not on the disc. */
import type { Edition, PatientList } from '#edition/format'
import { placeWords } from '#sheets'
import { lackingIn, MinimumLines } from '../components/lacking.tsx'
import { leftOutLines } from '../components/left-out.ts'
import { Section } from '../components/heading.tsx'
import type { Look } from './look.ts'
import { PatientTable } from './patient-table.tsx'

/** Room and bed, or time and department of the appointment. */
export const whereWords = (look: Look, { note, bed }: PatientList['rows'][number]) =>
  placeWords({ t: look.t.chart }, { room: note, ...(bed && { bed }) })

export function Lists(props: { look: Look; edition: Edition }) {
  const { look, edition } = props
  const { lists, extras, head } = edition.index.about
  const { r } = look
  return (
    <>
      {lists.length > 0 ? (
        <Section title={r.lists.title} note={r.lists.byRecords}>
          {lists.map((list, n) => (
            <details>
              <summary>
                {titleOf(look, edition, list)}　{r.lists.count(look.f.count(list.rows.length))}
              </summary>
              {list.kind === 'ward' ? <WardNeeds look={look} edition={edition} list={list} /> : null}
              {head.kind === 'care' ? (
                <p>
                  <button class="button" type="button" data-stack={n}>
                    {r.stack.start}
                  </button>
                </p>
              ) : null}
              <PatientTable
                look={look}
                edition={edition}
                caption={titleOf(look, edition, list)}
                rows={list.rows.map((one) => ({ patient: edition.index.entry(one.row), note: whereWords(look, one) }))}
              />
            </details>
          ))}
        </Section>
      ) : null}
      {extras.length > 0 ? (
        <Section title={r.extras.title}>
          <ul class="rows">
            {extras.map(({ title, madeAt }, n) => (
              <li>
                <button class="link-button" type="button" data-extra={n}>
                  {title}
                </button>
                {madeAt === undefined ? null : <p class="quiet">{paperAge(look, madeAt)}</p>}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title={look.t.printing.slipsTitle}>
        <button class="button" type="button" data-do="slips">
          {r.stack.slips}
        </button>
      </Section>
      <LeftOutBlock look={look} edition={edition} />
    </>
  )
}

/** By the clock of this PC, which may be wrong: the date stands beside it. */
const paperAge = ({ r, f, nowMs }: Look, madeAt: number): string =>
  r.extras.age(f.fullDate(madeAt), f.count(Math.max(0, Math.floor((nowMs - madeAt) / 86_400_000))))

/** With the source where there are several: two wards of one name are two. */
export function titleOf(look: Look, edition: Edition, { kind, title, source }: PatientList): string {
  const { sources } = edition.cover.manifest.head
  const words = kind === 'ward' ? look.r.lists.ward(title) : look.r.lists.booking(look.f.recordedDate(title))
  return sources.length > 1 ? look.t.editionSources.ofList(words, sources[source]!.name) : words
}

/** What the ward cannot do without, and what of it this source has not. */
function WardNeeds({ look, edition, list }: { look: Look; edition: Edition; list: PatientList }) {
  const { minimums, sources } = edition.index.about
  const minimum = minimums.find(({ ward }) => ward === list.title)
  return <MinimumLines ui={look} minimum={minimum} lacking={lackingIn(minimum, sources[list.source]!.missing)} />
}

function LeftOutBlock(props: { look: Look; edition: Edition }) {
  const { look, edition } = props
  const { leftOut, head } = edition.index.about
  const t = look.r.leftOut
  const lines = leftOutLines(look, leftOut, head.sources)
  return (
    <Section title={t.title}>
      {lines.length === 0 ? (
        <p>{t.nothing}</p>
      ) : (
        <ul class="plain">
          {lines.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      )}
    </Section>
  )
}
