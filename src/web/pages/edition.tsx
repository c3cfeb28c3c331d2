/** One edition: what to do with it now, what is in it, who holds it. */
import {
  ButtonLink,
  Confirmation,
  DataTable,
  FactList,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { EditionView } from '../edition-ports.ts'
import type { JournalRow } from '../read-models.ts'
import { leftOutLines } from '../components/left-out.ts'
import type { Ui } from '../ui.ts'
import { EditionSources } from './edition-sources.tsx'
import { Looks } from './edition-carry.tsx'
import { State } from './editions.tsx'

export function EditionPage(props: {
  ui: Ui
  view: EditionView
  looks: readonly JournalRow[]
  done?: 'saved' | 'refused' | 'reviewed' | undefined
}) {
  const { ui, view, done } = props
  const { edition } = view
  const t = ui.t.editions
  const isEnded = ['destroyed', 'lost', 'replaced'].includes(edition.state)
  const said = { ...t.one, reviewed: ui.t.editionCarry.log.reviewed }
  return (
    <PageFrame ui={ui} title={t.one.title(String(edition.number))}>
      <PageHeading title={t.one.title(String(edition.number))} lead={t.kind[edition.kind]}>
        {edition.state === 'lost' ? (
          <ButtonLink href={`/editions/${edition.number}/lost`} kind="primary">
            {t.lostPage.title(String(edition.number))}
          </ButtonLink>
        ) : (
          <PrintButton>{ui.t.nav.print}</PrintButton>
        )}
      </PageHeading>
      {done ? <Notice ui={ui} kind={done === 'refused' ? 'danger' : 'good'} title={said[done]} live /> : null}
      {isEnded ? null : <Next ui={ui} view={view} />}
      <Section title={t.one.facts}>
        <Facts ui={ui} view={view} />
      </Section>
      <Section title={t.one.history}>
        <History ui={ui} view={view} />
      </Section>
      <Section title={ui.t.editionCarry.log.head} id="looks">
        <Looks ui={ui} view={view} looks={props.looks} />
      </Section>
      <div class="screen-only">
        <Section title={t.one.move} id="move">
          <Moves ui={ui} view={view} />
        </Section>
      </div>
    </PageFrame>
  )
}

function Next(props: { ui: Ui; view: EditionView }) {
  const { ui, view } = props
  const t = ui.t.editions.one
  const { number } = view.edition
  const { steps } = t
  const path = `/editions/${number}`
  if (view.discs.length === 0) return <Notice ui={ui} kind="info" title={t.filesGone} />
  return (
    <div class="screen-only">
      <Section title={t.next}>
        <ol class="steps">
          <li>
            <p>{steps.card}</p>
            {view.hasPassphrases ? (
              <ButtonLink href={`${path}/card`} kind="primary">
                {t.card}
              </ButtonLink>
            ) : (
              <Notice ui={ui} kind="caution" title={t.cardGone} />
            )}
          </li>
          <li>
            <p>{steps.burn}</p>
            <ButtonLink href={`${path}/copy`}>{ui.t.editionCarry.copy.link}</ButtonLink>
            {view.discs.map(({ n, folder, isoBytes }) => (
              <div>
                {isoBytes === undefined ? (
                  <Notice ui={ui} kind="caution" title={t.noIso} />
                ) : (
                  <ButtonLink href={`${path}/disc-${n}.iso`}>{t.iso(String(n), ui.f.size(isoBytes))}</ButtonLink>
                )}
                <p class="field-hint mono">{t.folder(folder)}</p>
              </div>
            ))}
          </li>
          <li>
            <p>{steps.label}</p>
            <ButtonLink href={`${path}/label`}>{t.label}</ButtonLink>
          </li>
          <li>{steps.check}</li>
          <li>
            <p>{steps.remove}</p>
            <Confirmation
              ui={ui}
              label={t.remove}
              question={t.removeQuestion}
              note=""
              action={`${path}/remove-files`}
            />
          </li>
        </ol>
      </Section>
    </div>
  )
}

function Facts(props: { ui: Ui; view: EditionView }) {
  const { ui, view } = props
  const { f, nowMs } = ui
  const { edition, names } = view
  const t = ui.t.editions
  return (
    <FactList
      facts={[
        { term: t.heads.state, value: <State ui={ui} edition={edition} /> },
        { term: t.heads.holder, value: edition.holder },
        { term: t.heads.place, value: edition.place },
        { term: t.heads.returnOn, value: f.recordedDate(edition.returnOn) },
        { term: ui.t.editionSources.head, value: <EditionSources ui={ui} edition={edition} /> },
        {
          term: ui.t.editionPapers.head,
          value: edition.papers.length > 0 ? edition.papers.join('、') : ui.t.editionPapers.nothing,
        },
        { term: t.one.patients, value: f.count(edition.patients) },
        {
          term: t.one.discs,
          value: `${f.count(edition.discs)} ${t.medium[edition.medium]} ${f.size(edition.bytes)}`,
        },
        { term: t.one.leftOut, value: leftOutWords(ui, view) },
        { term: t.one.slots, value: edition.slots.join('、') },
        { term: t.one.key, value: <span class="mono">{edition.fingerprint}</span> },
        { term: t.one.page, value: <span class="mono">{edition.pageSha256}</span> },
        {
          term: t.one.made,
          value: `${names.get(edition.madeBy) ?? ui.t.editionNight.by} ${f.dateTime(edition.madeAt, nowMs)}`,
        },
      ]}
    />
  )
}

/** What is not in it, and why, in the words of the disc itself. */
export function leftOutWords(ui: Ui, { edition }: Pick<EditionView, 'edition'>): string {
  const all = leftOutLines(ui, edition.leftOut, edition.sources)
  return all.length === 0 ? ui.t.editionReader.leftOut.nothing : all.join(ui.f.language === 'ja' ? '、' : ', ')
}

function History(props: { ui: Ui; view: EditionView }) {
  const { ui, view } = props
  const t = ui.t.editions
  return (
    <DataTable
      ui={ui}
      caption={t.one.history}
      hideCaption
      rows={view.history}
      columns={[
        { key: 'at', head: ui.t.editionReader.log.at, isName: true, cell: ({ at }) => ui.f.dateTime(at, ui.nowMs) },
        { key: 'what', head: ui.t.editionReader.log.what, cell: ({ what }) => t.one.what[what] },
        {
          key: 'who',
          head: t.one.by,
          cell: ({ by, witness }) =>
            [
              by === 'night-edition' ? ui.t.editionNight.by : view.names.get(by),
              witness && t.one.witness(view.names.get(witness) ?? ''),
            ]
              .filter(Boolean)
              .join('、'),
        },
        { key: 'holder', head: t.heads.holder, cell: ({ holder }) => holder ?? '' },
        { key: 'place', head: t.heads.place, cell: ({ place }) => place ?? '' },
        {
          key: 'returnOn',
          head: t.heads.returnOn,
          cell: ({ returnOn }) => (returnOn ? ui.f.recordedDate(returnOn) : ''),
        },
      ]}
    />
  )
}

function Moves(props: { ui: Ui; view: EditionView }) {
  const { ui, view } = props
  const t = ui.t.editions
  const { number, state, holder, place, returnOn } = view.edition
  const action = `/editions/${number}/move`
  const simple = (what: 'returned' | 'found') => (
    <Form ui={ui} action={action}>
      <input type="hidden" name="what" value={what} />
      <SubmitButton kind="secondary">{t.one[what]}</SubmitButton>
    </Form>
  )
  if (state === 'destroyed' || state === 'replaced') return <p>{t.state[state]}</p>
  if (state === 'lost') return simple('found')
  return (
    <>
      {state === 'out' ? simple('returned') : null}
      <details>
        <summary>{t.one.handOn}</summary>
        <Form ui={ui} action={action}>
          <input type="hidden" name="what" value="handed-on" />
          <TextField name="holder" label={t.form.holder} value={holder} required maxlength={60} />
          <TextField name="place" label={t.form.place} value={place} required maxlength={60} />
          <TextField name="returnOn" label={t.form.returnOn} hint={t.form.returnHint} value={returnOn} required />
          <SubmitButton kind="secondary">{t.one.handOn}</SubmitButton>
        </Form>
      </details>
      <details>
        <summary>{t.one.destroy}</summary>
        <Form ui={ui} action={action}>
          <input type="hidden" name="what" value="destroyed" />
          <SelectField
            name="witness"
            label={t.one.destroyWitness}
            hint={t.one.destroyHint}
            value=""
            options={view.witnesses.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <SubmitButton kind="danger">{t.one.destroy}</SubmitButton>
        </Form>
      </details>
      <Confirmation
        ui={ui}
        label={t.one.lost}
        question={t.one.lostQuestion}
        note=""
        action={action}
        fields={{ what: 'lost' }}
      />
    </>
  )
}
