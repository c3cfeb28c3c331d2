/** One rotating disk: where it is, what it holds, what happened to it, and saying where it goes. */
import {
  ButtonLink,
  ChoiceField,
  Confirmation,
  DataTable,
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { MediaView, MediumContents, MediumEvent, MediumState } from '../media-ports.ts'
import type { Ui } from '../ui.ts'
import { FindForm, LINKS, placeText } from './media.tsx'

/** Where a disk can be carried; `lost` and `retired` are asked for by themselves. */
export const CARRIED_TO = ['shelf', 'vault', 'machine'] as const

export interface MoveTyped {
  readonly to: string
  readonly person: string
  readonly when: string
}

export interface MediumModel {
  readonly view: MediaView
  readonly state: MediumState
  readonly history: readonly MediumEvent[]
  readonly contents?: MediumContents | undefined
  readonly typed: MoveTyped
  readonly errors?: FieldErrors | undefined
  readonly done?: 'moved' | 'out' | undefined
}

export function MediumPage(props: { ui: Ui; model: MediumModel }) {
  const { ui, model } = props
  const { view, state } = model
  const t = ui.t.mediaPage
  const number = String(state.medium.number)
  const mayManage = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.mediumTitle(number)}>
      <PageHeading title={t.mediumTitle(number)} lead={view.kept.set.name}>
        <ButtonLink href="/media">{t.toMedia}</ButtonLink>
      </PageHeading>
      {model.done ? (
        <Notice ui={ui} kind="good" title={model.done === 'moved' ? t.moved : t.outDone} live>
          {model.done === 'out' ? <p>{t.back}</p> : null}
        </Notice>
      ) : null}
      <FindForm ui={ui} />
      <section class="block">
        <FactList
          facts={[
            { term: t.place, value: placeText(ui, view, state) },
            { term: t.shelfName, value: state.medium.shelf },
            { term: t.kind, value: ui.t.media.label.kinds[state.medium.kind] },
            { term: t.lastCopy, value: state.lastCopy ? ui.f.near(state.lastCopy.at, ui.nowMs) : t.never },
            { term: t.readBack, value: state.readBackAt ? ui.f.near(state.readBackAt, ui.nowMs) : t.never },
            { term: t.count, value: ui.f.count(state.generations) },
            { term: t.uuid, value: <span class="mono">{state.medium.uuid}</span> },
          ]}
        />
        <div class="actions">
          <PostButton ui={ui} action={`/media/${number}/eject`}>
            {t.takeOff(number)}
          </PostButton>
          <ButtonLink href={`${LINKS.labels}?number=${number}`}>{t.labels}</ButtonLink>
        </div>
      </section>
      {state.isInTurn ? <MoveForm ui={ui} model={model} /> : <p>{t.back}</p>}
      <Contents ui={ui} model={model} mayManage={mayManage} />
      <History ui={ui} model={model} />
      {mayManage && state.isInTurn ? <Out ui={ui} number={number} /> : null}
    </PageFrame>
  )
}

function MoveForm(props: { ui: Ui; model: MediumModel }) {
  const { ui, model } = props
  const { view, typed, errors } = model
  const t = ui.t.mediaPage
  const names = {
    shelf: `${t.places.shelf}（${model.state.medium.shelf}）`,
    vault: vaultName(ui, view),
    machine: t.places.machine,
  }
  return (
    <Section title={t.moveTitle} id="move">
      <Form
        ui={ui}
        action={`/media/${model.state.medium.number}/move`}
        errors={errors ?? {}}
        labels={{ to: t.moveTo, person: t.moveWho, when: t.moveWhen }}
      >
        <ChoiceField
          name="to"
          kind="one"
          label={t.moveTo}
          options={CARRIED_TO.map((value) => ({ value, label: names[value] }))}
          chosen={[typed.to]}
          error={errors?.['to']}
        />
        <SelectField
          name="person"
          label={t.moveWho}
          options={view.people.map(({ id, name }) => ({ value: id, label: name }))}
          value={typed.person}
        />
        <TextField
          name="when"
          label={t.moveWhen}
          hint={t.moveWhenHint}
          value={typed.when}
          size="short"
          maxlength={20}
          error={errors?.['when']}
        />
        <SubmitButton>{t.moveSubmit}</SubmitButton>
      </Form>
    </Section>
  )
}

function vaultName(ui: Ui, { kept }: MediaView): string {
  const { vault } = ui.t.mediaPage.places
  return kept.settings.vault.name === '' ? vault : `${vault}（${kept.settings.vault.name}）`
}

function Contents(props: { ui: Ui; model: MediumModel; mayManage: boolean }) {
  const { ui, model } = props
  const t = ui.t.mediaPage
  const { contents } = model
  return (
    <Section title={t.contentsTitle} id="contents">
      {contents ? (
        <>
          <p class="strong">{t.contentsFound(ui.f.count(contents.known.length))}</p>
          <DataTable
            ui={ui}
            caption={t.contentsTitle}
            hideCaption
            rows={contents.known}
            columns={[
              {
                key: 'taken',
                head: t.taken,
                isName: true,
                cell: (row) => <a href={`/generations/${row.id}`}>{ui.f.dateTime(row.takenAtMs, ui.nowMs)}</a>,
              },
              { key: 'source', head: t.source, cell: (row) => row.sourceName },
            ]}
          />
          {contents.others > 0 ? <p>{t.contentsOthers(ui.f.count(contents.others))}</p> : null}
          <p>{t.contentsRestore}</p>
        </>
      ) : (
        <p>{t.contentsNote}</p>
      )}
      {props.mayManage ? (
        <PostButton ui={ui} action={`/media/${model.state.medium.number}/contents`}>
          {t.contentsButton}
        </PostButton>
      ) : null}
    </Section>
  )
}

function History(props: { ui: Ui; model: MediumModel }) {
  const { ui, model } = props
  const t = ui.t.mediaPage
  const what = (event: MediumEvent): string => {
    if (event.kind === 'moved') return t.movedTo(t.places[event.to])
    if (event.damaged > 0) return t.copiedDamaged(ui.f.count(event.damaged))
    return event.readBackMs === undefined ? t.copied : t.copiedRead(ui.f.near(event.readBackMs, ui.nowMs))
  }
  return (
    <Section title={t.historyTitle}>
      <DataTable
        ui={ui}
        caption={t.historyTitle}
        hideCaption
        rows={model.history}
        columns={[
          { key: 'when', head: t.when, isName: true, cell: (row) => ui.f.near(row.atMs, ui.nowMs) },
          { key: 'what', head: t.what, cell: what },
          { key: 'who', head: t.who, cell: (row) => (row.kind === 'moved' ? row.who : ui.t.productName) },
        ]}
      />
    </Section>
  )
}

function Out(props: { ui: Ui; number: string }) {
  const { ui, number } = props
  const t = ui.t.mediaPage
  return (
    <Section title={t.outTitle}>
      <div class="actions">
        <Confirmation
          ui={ui}
          label={t.lost}
          question={t.lostConfirm(number)}
          note={t.lostNote}
          action={`/media/${number}/out`}
          fields={{ to: 'lost' }}
        />
        <Confirmation
          ui={ui}
          label={t.retired}
          question={t.retiredConfirm(number)}
          note={t.retiredNote}
          action={`/media/${number}/out`}
          fields={{ to: 'retired' }}
        />
      </div>
    </Section>
  )
}
