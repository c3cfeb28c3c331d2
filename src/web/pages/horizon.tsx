/** 消せない期限: per source until when nobody can delete what, as a sentence, a picture and a table. */
import { goodDays, LEGAL_FLOOR_GENERATIONS } from '#vault'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  LockHorizonPicture,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
} from '../components/index.ts'
import type { SourceHorizon } from '../policy-port.ts'
import type { Ui } from '../ui.ts'
import { lockEnd } from './home.tsx'

/** More lines make no picture that anybody reads. */
const MOST_PICTURED = 60

export function HorizonPage(props: { ui: Ui; sources: readonly SourceHorizon[] }) {
  const { ui, sources } = props
  const t = ui.t.horizon
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {sources.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        sources.map((source) => <SourceBlock ui={ui} source={source} />)
      )}
      <p class="actions screen-only">
        <ButtonLink href="/clean-candidate">{ui.t.candidate.title}</ButtonLink>
        <ButtonLink href="/overview">{ui.t.rules.overviewTitle}</ButtonLink>
      </p>
    </PageFrame>
  )
}

function SourceBlock({ ui, source }: { ui: Ui; source: SourceHorizon }) {
  const t = ui.t.horizon
  const { generations } = source
  return (
    <Section title={source.name}>
      {generations.length === 0 ? (
        <p>{t.nothingYet}</p>
      ) : (
        <>
          <Sentences ui={ui} source={source} />
          <LockHorizonPicture ui={ui} rows={generations.slice(0, MOST_PICTURED)} />
          {generations.length > MOST_PICTURED ? <p class="quiet">{t.more(ui.f.count(MOST_PICTURED))}</p> : null}
          <Ends ui={ui} source={source} />
        </>
      )}
    </Section>
  )
}

/** What a thief of this computer's administrator cannot do comes first; what only this computer holds is said as less. */
function Sentences({ ui, source: { any, outOfReach, generations } }: { ui: Ui; source: SourceHorizon }) {
  const t = ui.t.horizon
  const here = Math.max(0, ...generations.map((one) => (one.isGood ? (one.lockedHere ?? 0) : 0)))
  const isLogical = generations.some((one) => one.strengthHere === 'logical' && (one.lockedHere ?? 0) > ui.nowMs)
  return (
    <>
      {outOfReach.one === undefined ? (
        <>
          <p class="horizon-line">
            <span aria-hidden="true">▲ </span>
            {t.nowhere}
          </p>
          <p>{t.nowhereNext}</p>
        </>
      ) : (
        <>
          <p class="horizon-line">
            <span aria-hidden="true">{outOfReach.three === undefined ? '▲ ' : '✓ '}</span>
            {outOfReach.three === undefined
              ? t.one(lockEnd(ui, outOfReach.one))
              : t.three(lockEnd(ui, outOfReach.three))}
          </p>
          {outOfReach.three === undefined ? (
            <Fewer ui={ui} generations={generations} />
          ) : (
            <p>{t.longest(lockEnd(ui, outOfReach.one))}</p>
          )}
        </>
      )}
      <p>
        {any.one === undefined || here <= ui.nowMs
          ? t.hereNone
          : (isLogical ? t.hereLogical : t.here)(lockEnd(ui, here))}
      </p>
    </>
  )
}

/** Copies are made of the newest: whether one is still to come, and how many days are wanting. */
function Fewer({ ui, generations }: { ui: Ui; generations: SourceHorizon['generations'] }) {
  const t = ui.t.horizon
  const good = generations.filter((one) => one.isGood)
  const away = good.filter((one) => one.copies.some((copy) => (copy.lockedUntil ?? 0) > ui.nowMs))
  const days = goodDays(away).length
  return (
    <>
      <p>{t.fewer(ui.f.count(days), ui.f.count(LEGAL_FLOOR_GENERATIONS - days))}</p>
      {good[0] === away[0] ? null : <p>{t.newestHereOnly}</p>}
    </>
  )
}

function Ends({ ui, source }: { ui: Ui; source: SourceHorizon }) {
  const t = ui.t.horizon
  const end = (until: number | undefined) => (until === undefined || until <= ui.nowMs ? t.ended : lockEnd(ui, until))
  return (
    <details>
      <summary>{t.table}</summary>
      <DataTable
        ui={ui}
        caption={`${t.title}: ${source.name}`}
        rows={source.generations}
        columns={[
          {
            key: 'taken',
            head: t.taken,
            isName: true,
            cell: (one) => (
              <>
                <a href={`/generations/${one.id}`}>{ui.f.dateTime(one.takenAt, ui.nowMs)}</a>
                {one.isGood ? null : <div class="state-bad">{t.notGood}</div>}
              </>
            ),
          },
          { key: 'here', head: t.untilHere, cell: (one) => end(one.lockedHere) },
          {
            key: 'away',
            head: t.untilAway,
            cell: (one) =>
              one.copies.length === 0 ? (
                t.ended
              ) : (
                <ul class="plain">
                  {one.copies.map((copy) => (
                    <li>
                      {copy.placeName}: {end(copy.lockedUntil)}
                    </li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
    </details>
  )
}
