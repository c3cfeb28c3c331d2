/** Cases, their files for carrying, the sheets to go on with on paper, the review and the improvements. */
import { DAMAGES, IMPROVEMENT_STATES, type Improvement, type IncidentCase } from '#incident'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  type FieldErrors,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
  type Typed,
} from '../components/index.ts'
import type { BooksView, IncidentView, LackingPhotos, MergedBooks } from '../incident-ports.ts'
import type { Ui } from '../ui.ts'
import { CaseForm, type CasePage, codeOf, errorsOf, hasErrors, said, Written } from './incident-fields.tsx'
import { stepWords } from './incident-work.tsx'
import { valueWords } from './incident-words.ts'
import { CutList, Phones } from './trouble.tsx'

export interface IncidentsModel {
  readonly cases: readonly IncidentCase[]
  readonly books: BooksView
  readonly merged?: MergedBooks
  readonly errors?: FieldErrors
  readonly typed?: Typed
}

export function IncidentsPage({ ui, model }: { ui: Ui; model: IncidentsModel }) {
  const t = ui.t.incident
  const { cases, books, merged, errors = {}, typed } = model
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead} />
      {merged ? (
        <Notice
          ui={ui}
          kind={merged.refused + merged.strangers > 0 ? 'caution' : 'good'}
          title={t.merged(ui.f.count(merged.entries))}
          live
        >
          {merged.strangers > 0 ? <p>{t.mergedStrangers(ui.f.count(merged.strangers))}</p> : null}
          {merged.refused > 0 ? <p>{t.mergedRefused(ui.f.count(merged.refused))}</p> : null}
          {merged.forks > 0 ? <p>{t.mergedFork}</p> : null}
        </Notice>
      ) : null}
      {books.lacking.length > 0 ? <Lacking ui={ui} lacking={books.lacking} /> : null}
      {cases.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <DataTable
          ui={ui}
          caption={t.title}
          hideCaption
          rows={cases}
          columns={[
            {
              key: 'opened',
              head: t.listHead.opened,
              isName: true,
              cell: ({ id, openedAt }) => <a href={`/incidents/${id}`}>{ui.f.dateTime(openedAt, ui.nowMs)}</a>,
            },
            { key: 'kind', head: t.listHead.kind, cell: ({ kind }) => t.kind[kind] },
            { key: 'state', head: t.listHead.state, cell: ({ emergency }) => t.state[emergency ?? 'open'] },
            {
              key: 'entries',
              head: t.listHead.entries,
              align: 'right',
              cell: ({ entries }) => ui.f.count(entries.length),
            },
          ]}
        />
      )}
      <div class="screen-only">
        <Section title={t.export}>
          <p>{t.exportNote}</p>
          <p class="actions">
            {Array.from({ length: books.parts }, (_, i) => (
              <ButtonLink href={`/incidents/books?page=${i + 1}`}>
                {books.parts === 1 ? t.export : t.exportPart(`${i + 1}/${books.parts}`)}
              </ButtonLink>
            ))}
          </p>
          {books.parts > 1 ? <p>{t.exportParts}</p> : null}
          <p>
            {t.fingerprint}: <span class="mono">{books.fingerprint}</span>
          </p>
        </Section>
        <Section title={t.merge}>
          <Form ui={ui} action="/incidents/books" errors={errors} typed={typed} multipart>
            <FileField name="file" label={t.file} error={errors['file']} />
            <TextField name="fingerprint" label={t.fingerprintOf} hint={t.fingerprintHint} maxlength={40} />
            <SubmitButton kind="secondary">{t.merge}</SubmitButton>
          </Form>
        </Section>
      </div>
    </PageFrame>
  )
}

/** Photos that did not come with their entries: where they belong, and who has them. */
function Lacking({ ui, lacking }: { ui: Ui; lacking: readonly LackingPhotos[] }) {
  const t = ui.t.incident
  const name = (device: string): string => (device === 'server' ? t.lackingServer : t.lackingStation(device))
  const whereOf = ({ incident, sheet, number }: LackingPhotos) => {
    if (incident !== undefined) return <a href={`/incidents/${incident}`}>{t.lackingCase}</a>
    if (sheet === undefined) return '－'
    const words = t.lackingSheet(number)
    return ui.institution.station ? words : <a href={`/paper-entry/${sheet}`}>{words}</a>
  }
  const photos = lacking.reduce((sum, one) => sum + one.photos, 0)
  return (
    <Section title={t.lackingTitle(ui.f.count(photos))} id="lacking">
      <p>▲ {t.lackingNext}</p>
      <DataTable
        ui={ui}
        caption={t.lackingTitle(ui.f.count(photos))}
        hideCaption
        rows={lacking}
        columns={[
          { key: 'where', head: t.lackingHead.where, isName: true, cell: whereOf },
          { key: 'at', head: t.lackingHead.at, cell: ({ atMs }) => ui.f.dateTime(atMs, ui.nowMs) },
          { key: 'device', head: t.lackingHead.device, cell: ({ device }) => name(device) },
          { key: 'photos', head: t.lackingHead.photos, align: 'right', cell: (one) => ui.f.count(one.photos) },
        ]}
      />
    </Section>
  )
}

/** What people go on with when no screen is left: cut list, phone numbers, steps with boxes. */
export function IncidentPaperPage({ ui, view }: { ui: Ui; view: IncidentView }) {
  const t = ui.t.incident
  const { one } = view
  return (
    <PageFrame ui={ui} title={t.paperCase} printFooter={t.caseTitle(ui.f.dateTime(one.openedAt, ui.nowMs))}>
      <PageHeading
        title={t.caseTitle(ui.f.dateTime(one.openedAt, ui.nowMs))}
        lead={`${t.kind[one.kind]} ${t.state[one.emergency ?? 'open']}`}
      >
        <ButtonLink href={`/incidents/${one.id}`}>{ui.t.trouble.toCase}</ButtonLink>
        <PrintButton kind="primary">{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Section title={t.cutList}>
        <CutList ui={ui} cuts={view.cuts} />
      </Section>
      <Section title={t.phones}>
        {view.phones.length > 0 ? <Phones ui={ui} phones={view.phones} /> : <p>{ui.t.trouble.phonesNone}</p>}
      </Section>
      <Section title={t.steps}>
        <ul class="tick-list">
          {one.steps.map((row) => {
            const [what, how] = stepWords(ui, row)
            return (
              <li>
                <span aria-hidden="true">{row.state === 'open' ? '□' : '☑'}</span> <strong>{what}</strong> (
                {ui.t.runbook.who[row.step.who]}, {ui.f.dateTime(row.dueMs, ui.nowMs)}){' '}
                <small class="below">{how}</small>
                <span class="fill-in">＿＿:＿＿ ＿＿＿＿＿＿</span>
              </li>
            )
          })}
        </ul>
      </Section>
    </PageFrame>
  )
}

export function IncidentReviewPage({ ui, view, errors = {}, typed, done }: CasePage) {
  const t = ui.t.reviewPage
  const { one } = view
  const isOver = one.emergency === 'ended' || one.emergency === 'not'
  const review = one.topics.get('review')
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href={`/incidents/${one.id}`}>{ui.t.trouble.toCase}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Written ui={ui} done={done} />
      {(review?.heads ?? []).map((head) => (
        <Section title={ui.f.dateTime(head.at, ui.nowMs)} note={head.who?.name}>
          {(['course', 'well', 'improve'] as const).map((name) => (
            <>
              <h3>{t[name]}</h3>
              <p class="as-written">{said(head, name)}</p>
            </>
          ))}
        </Section>
      ))}
      {isOver ? (
        <div class="screen-only">
          <CaseForm
            ui={ui}
            id={one.id}
            act="review"
            topic="review"
            seen={review}
            fields={{ value: 'written' }}
            errors={{ course: errors['course'] }}
            typed={typed}
          >
            <TextArea
              name="course"
              label={t.course}
              error={errors['course']}
              value={review?.heads.at(-1) && said(review.heads.at(-1)!, 'course')}
            />
            <TextArea name="well" label={t.well} />
            <TextArea name="improve" label={t.improve} />
            <SubmitButton>{t.save}</SubmitButton>
          </CaseForm>
        </div>
      ) : (
        <p>{t.notYet}</p>
      )}
      <DamageSection ui={ui} one={one} errors={errors} typed={typed} />
      <Section title={t.items} note={t.itemsNote}>
        {view.isStation ? (
          <p>{t.onServer}</p>
        ) : (
          <>
            <ImprovementTable ui={ui} items={view.improvements} />
            <AddImprovement ui={ui} origin={`incident:${one.id}`} errors={errors} />
          </>
        )}
      </Section>
    </PageFrame>
  )
}

/** What it cost, by kind: each figure a version, none is changed. */
function DamageSection(props: Pick<CasePage, 'ui' | 'typed'> & { one: IncidentCase; errors: FieldErrors }) {
  const { ui, one, errors, typed } = props
  const t = ui.t.reviewPage
  const rows = DAMAGES.map((kind) => ({ kind, topic: one.topics.get(`damage:${kind}`) }))
  const known = rows.flatMap(({ topic }) => (topic?.heads ?? []).map((head) => Number(codeOf(head, 'value'))))
  return (
    <Section title={t.damage} note={t.damageNote} id="damage">
      <DataTable
        ui={ui}
        caption={t.damage}
        hideCaption
        rows={rows}
        columns={[
          { key: 'kind', head: t.damageHead.kind, isName: true, cell: ({ kind }) => t.damageKind[kind] },
          {
            key: 'yen',
            head: t.damageHead.yen,
            align: 'right',
            cell: ({ topic }) =>
              topic ? topic.heads.map((head) => <div>{valueWords(ui, 'damage:', codeOf(head, 'value'))}</div>) : '—',
          },
          {
            key: 'note',
            head: t.damageHead.note,
            cell: ({ kind, topic }) => (
              <>
                {topic?.all.map((head) => (
                  <div>
                    {said(head, 'text')} <small>{ui.f.dateTime(head.at, ui.nowMs)}</small>
                  </div>
                ))}
                <details class="screen-only" open={hasErrors(errorsOf(errors, kind))}>
                  <summary>{t.damageSave}</summary>
                  <CaseForm
                    ui={ui}
                    id={one.id}
                    act="damage"
                    topic={`damage:${kind}`}
                    seen={topic}
                    errors={errorsOf(errors, kind)}
                    typed={typed}
                  >
                    <TextField
                      name={`text~${kind}`}
                      label={t.damageWhat}
                      error={errors[`text~${kind}`]}
                      maxlength={300}
                    />
                    <TextField
                      name={`yen~${kind}`}
                      label={t.damageYen}
                      error={errors[`yen~${kind}`]}
                      inputmode="numeric"
                      size="short"
                      maxlength={20}
                    />
                    <SubmitButton kind="secondary">{t.damageSave}</SubmitButton>
                  </CaseForm>
                </details>
              </>
            ),
          },
        ]}
      />
      <p>{t.damageSum(ui.f.count(known.reduce((sum, yen) => sum + yen, 0)))}</p>
    </Section>
  )
}

export function ImprovementsPage(props: {
  ui: Ui
  items: readonly Improvement[]
  errors?: FieldErrors
  typed?: Typed
  refused?: string
}) {
  const { ui, items, errors = {}, typed, refused } = props
  const t = ui.t.improvements
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {refused ? <Notice ui={ui} kind="danger" title={refused} live /> : null}
      {items.length === 0 ? <EmptyState title={t.none} /> : <ImprovementTable ui={ui} items={items} typed={typed} />}
      <Section title={t.add}>
        <AddImprovement ui={ui} origin={typed?.['origin'] ?? 'house'} errors={errors} typed={typed} />
      </Section>
    </PageFrame>
  )
}

function AddImprovement(props: { ui: Ui; origin: string; errors: FieldErrors; typed?: Typed | undefined }) {
  const { ui, origin, errors, typed } = props
  const t = ui.t.improvements
  const own = { what: errors['what'], owner: errors['owner'], dueOn: errors['dueOn'] }
  return (
    <div class="screen-only">
      <Form ui={ui} action="/improvements" errors={own} typed={typed}>
        <input type="hidden" name="origin" value={origin} />
        <TextField name="what" label={t.what} error={errors['what']} maxlength={300} />
        <TextField name="owner" label={t.owner} error={errors['owner']} maxlength={100} />
        <TextField name="dueOn" type="date" label={t.due} hint={t.dueHint} error={errors['dueOn']} size="short" />
        <SubmitButton kind="secondary">{t.add}</SubmitButton>
      </Form>
    </div>
  )
}

function ImprovementTable(props: { ui: Ui; items: readonly Improvement[]; typed?: Typed | undefined }) {
  const { ui, items, typed } = props
  const t = ui.t.improvements
  return (
    <DataTable
      ui={ui}
      caption={t.title}
      hideCaption
      rows={items}
      columns={[
        { key: 'what', head: t.what, isName: true, cell: ({ what }) => what },
        { key: 'owner', head: t.owner, cell: ({ owner }) => owner },
        {
          key: 'due',
          head: t.due,
          cell: ({ dueOn, isOverdue }) => (
            <>
              {dueOn} {isOverdue ? <strong>× {t.overdue}</strong> : null}
            </>
          ),
        },
        {
          key: 'origin',
          head: t.origin,
          cell: ({ origin }) =>
            origin.startsWith('exercise:') ? t.fromExercise : origin.startsWith('incident:') ? t.fromIncident : '—',
        },
        {
          key: 'state',
          head: t.stateHead,
          cell: ({ id, state, outcome, checked }) => (
            <>
              {t.state[state]} {outcome}
              {checked ? <small class="below">{t.checked(checked.works ? 'yes' : 'no')}</small> : null}
              <details class="screen-only" open={typed?.[`outcome~${id}`] !== undefined}>
                <summary>{t.settle}</summary>
                <Form ui={ui} action={`/improvements/${id}`} typed={typed}>
                  <SelectField
                    name={`state~${id}`}
                    label={t.stateHead}
                    options={IMPROVEMENT_STATES.map((value) => ({ value, label: t.state[value] }))}
                    value={state}
                  />
                  <TextField name={`outcome~${id}`} label={t.outcome} maxlength={300} />
                  <SubmitButton kind="secondary">{t.settle}</SubmitButton>
                </Form>
              </details>
            </>
          ),
        },
      ]}
    />
  )
}
