/** Everybody compared at once: records without a sheet, what was entered twice, and who signed for each. */
import { type Rest, REST_ENDS, type RestFound, type WholeRun } from '#reconciliation'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Pagination,
  PostButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
  type Typed,
} from '../components/index.ts'
import type { PaperEntryList } from '../paper-entry-ports.ts'
import type { Ui } from '../ui.ts'
import { itemText } from './paper-entry.tsx'

export interface PaperAllModel {
  readonly list: PaperEntryList
  readonly period: { readonly from: string; readonly until: string }
  readonly page: number
  readonly said?: string | undefined
  readonly refused?: string | undefined
  /** What was typed into the form that was refused. */
  readonly again?: Typed
}

const PAGE_SIZE = 20

export function PaperAllPage({ ui, model }: { ui: Ui; model: PaperAllModel }) {
  const t = ui.t.paperEntry
  const { list, period, said, refused } = model
  const { rests, running } = list
  return (
    <PageFrame ui={ui} title={t.allTitle} across>
      <PageHeading title={t.allTitle} lead={t.allLead}>
        <ButtonLink href="/paper-entry">{t.backToList}</ButtonLink>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {refused ? <Notice ui={ui} kind="caution" title={refused} live /> : null}
      {list.isReadable ? null : <Notice ui={ui} kind="info" title={t.restSealed} />}
      {running?.failed ? <Notice ui={ui} kind="danger" title={t.allFailed} /> : null}
      {running && !running.failed ? (
        <Notice ui={ui} kind="info" title={t.allRunning(ui.f.count(running.done), ui.f.count(running.of))} live>
          <a href="/paper-entry/all">{t.allReload}</a>
        </Notice>
      ) : (
        <Form ui={ui} action="/paper-entry/all">
          <TextField name="from" label={t.allFrom} type="date" size="short" value={period.from} />
          <TextField name="until" label={t.allUntil} type="date" size="short" value={period.until} />
          <SubmitButton>{t.allStart}</SubmitButton>
        </Form>
      )}
      <Run ui={ui} run={rests.run} />
      <Section title={t.restTitle} id="rests">
        {rests.all.length === 0 ? (
          rests.run ? (
            <EmptyState title={t.restNone} next={t.restGone} />
          ) : null
        ) : (
          <>
            <p>
              <strong>{rests.open === 0 ? t.restNone : ui.t.incident.endSheets(ui.f.count(rests.open))}</strong>{' '}
              {t.restGone}
            </p>
            <Rests ui={ui} model={model} />
          </>
        )}
      </Section>
    </PageFrame>
  )
}

function Run({ ui, run }: { ui: Ui; run: WholeRun | undefined }) {
  const t = ui.t.paperEntry
  if (!run) return <Notice ui={ui} kind="caution" title={t.allNever} />
  const { f } = ui
  const { from, until } = run.period
  return (
    <>
      <p>
        {t.allDone(
          f.dateTime(run.at, ui.nowMs),
          run.who?.name ?? '',
          f.recordedDate(from),
          f.recordedDate(until),
          f.count(run.patients),
        )}{' '}
        {t.compared(f.dateTime(run.asOf, ui.nowMs))}
      </p>
      <p>{t.allCounts(f.count(run.same), f.count(run.differs), f.count(run.missing))}</p>
      {run.withheld > 0 ? <Notice ui={ui} kind="caution" title={t.allWithheld(f.count(run.withheld))} /> : null}
      {run.hasBefore ? null : <Notice ui={ui} kind="caution" title={t.allNoBefore} />}
    </>
  )
}

function Rests({ ui, model }: { ui: Ui; model: PaperAllModel }) {
  const { all } = model.list.rests
  const page = Math.min(model.page, Math.max(1, Math.ceil(all.length / PAGE_SIZE)))
  const rows = all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  return (
    <>
      {rows.map((rest) => (
        <OneRest ui={ui} rest={rest} again={model.again} />
      ))}
      <Pagination
        ui={ui}
        page={{ rows, total: all.length, page, pageSize: PAGE_SIZE }}
        href={(to) => `/paper-entry/all?page=${to}#rests`}
      />
    </>
  )
}

function OneRest({ ui, rest, again }: { ui: Ui; rest: Rest; again: Typed | undefined }) {
  const t = ui.t.paperEntry
  const { id, found, signed, outcome, kind } = rest
  return (
    <section class="notice notice-info" id={`rest-${id}`}>
      <h3>
        {signed ? '✓' : '▲'} {t.kinds[kind]}: {found ? t.restHead(found.name, found.patientId) : '－'}
      </h3>
      <p>{outcome === 'duplicate' ? t.restTwice : t.restOnly}</p>
      {found ? <Sides ui={ui} found={found} /> : null}
      {signed ? (
        <>
          <p>{t.restSigned(t.restEnd[signed.how], signed.who?.name ?? '', ui.f.dateTime(signed.at, ui.nowMs))}</p>
          {signed.note ? <p>{signed.note}</p> : null}
          <PostButton ui={ui} action={`/paper-entry/all/${id}/reopen`}>
            {t.reopen}
          </PostButton>
        </>
      ) : found ? (
        <Form ui={ui} action={`/paper-entry/all/${id}/sign`} typed={again}>
          <SelectField
            name={`how-${id}`}
            label={t.restHow}
            options={REST_ENDS.map((value) => ({ value, label: t.restEnd[value] }))}
          />
          <TextField name={`note-${id}`} label={t.restNote} optional={ui.t.form.optional} maxlength={500} />
          <SubmitButton kind="secondary">{t.restSign}</SubmitButton>
        </Form>
      ) : null}
    </section>
  )
}

function Sides({ ui, found }: { ui: Ui; found: RestFound }) {
  const t = ui.t.paperEntry
  const where = (sheet: string): string => (sheet === '' ? t.restSystem : t.restSheet(sheet))
  const sides = [
    { where: where(found.sheet), item: found.item },
    ...(found.other ? [{ where: `${t.restOther}: ${where(found.other.sheet)}`, item: found.other.item }] : []),
  ]
  return (
    <DataTable
      ui={ui}
      caption={t.restTitle}
      hideCaption
      rows={sides}
      columns={[
        { key: 'where', head: t.stateHead, isName: true, cell: (side) => side.where },
        { key: 'item', head: t.facts, cell: ({ item }) => itemText(ui, item) },
      ]}
    />
  )
}
