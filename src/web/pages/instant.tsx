/** すぐに動かす: the disks in a generation, one of them chosen, and all sessions. */
import {
  ButtonLink,
  ChoiceField,
  type Column,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PathText,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { InstantImages, InstantSessionView } from '../instant-ports.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Ui } from '../ui.ts'
import { insidePath, instantPath } from './instant-paths.ts'
import { UnderSuspicionNotice } from './signs.tsx'

type Image = InstantImages['images'][number]

/** What was typed, for a form that comes back. */
export interface InstantDraft {
  readonly reason: string
  readonly changes: string
  /** `here`, or an address. */
  readonly reach: string
  readonly port: string
  readonly errors: FieldErrors
}

export const EMPTY_DRAFT: InstantDraft = { reason: '', changes: 'keep', reach: 'here', port: '10809', errors: {} }

function imageColumns(ui: Ui, { generationId, running }: InstantImages): Column<Image>[] {
  const { f, nowMs } = ui
  const t = ui.t.instant
  return [
    { key: 'name', head: t.name, isName: true, cell: ({ name }) => name },
    { key: 'folder', head: t.folder, cell: ({ folder }) => <PathText ui={ui} path={folder} /> },
    {
      key: 'size',
      head: t.size,
      align: 'right',
      cell: ({ format, sizeBytes, problem }) => (problem ? format : `${f.size(sizeBytes)} ${format}`),
    },
    {
      key: 'inside',
      head: t.inside.title,
      cell: (image) =>
        image.problem ? '' : <a href={insidePath({ generationId, image: image.at })}>{t.inside.open}</a>,
    },
    { key: 'changed', head: t.changed, cell: ({ mtimeMs }) => f.dateTime(mtimeMs, nowMs) },
    {
      key: 'start',
      head: t.choose,
      cell: (image) => {
        const session = running.get(`${image.folder}/${image.name}`)
        if (image.problem) return <Broken ui={ui} code={image.problem} />
        if (session !== undefined) return <a href={`/instant/${session}`}>{t.isRunning}</a>
        return <ButtonLink href={instantPath(generationId, image.at)}>{t.choose}</ButtonLink>
      },
    },
  ]
}

function Broken({ ui, code }: { ui: Ui; code: NonNullable<Image['problem']> }) {
  return (
    <>
      <span class="state-bad">× {ui.t.instant.broken}</span>
      <div class="quiet">{errorSentences(code, ui.f.language).why}</div>
    </>
  )
}

export function InstantImagesPage({ ui, found }: { ui: Ui; found: InstantImages }) {
  const t = ui.t.instant
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href={`/generations/${found.generationId}`}>{ui.t.files.toBackup}</ButtonLink>
        <ButtonLink href="/instant">{t.allSessions}</ButtonLink>
      </PageHeading>
      <UnderSuspicionNotice ui={ui} suspected={found.suspected} />
      <p class="strong">
        {found.sourceName} {ui.f.dateTime(found.takenAtMs, ui.nowMs)}
      </p>
      {found.images.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.imagesTitle}>
          <DataTable
            ui={ui}
            caption={t.imagesTitle}
            hideCaption
            columns={imageColumns(ui, found)}
            rows={found.images}
          />
        </Section>
      )}
      {found.more ? <p class="strong">{t.more}</p> : null}
    </PageFrame>
  )
}

export function InstantStartPage(props: { ui: Ui; found: InstantImages; image: Image; draft: InstantDraft }) {
  const { ui, found, image, draft } = props
  const t = ui.t.instant
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading
        title={t.startTitle(image.name)}
        lead={`${found.sourceName} ${ui.f.dateTime(found.takenAtMs, ui.nowMs)}`}
      >
        <ButtonLink href={instantPath(found.generationId)}>{t.imagesTitle}</ButtonLink>
      </PageHeading>
      <UnderSuspicionNotice ui={ui} suspected={found.suspected} />
      <Notice ui={ui} kind="caution" title={t.isolate}>
        <p>{t.powerCut}</p>
      </Notice>
      <Form
        ui={ui}
        action={instantPath(found.generationId, image.at)}
        errors={draft.errors}
        labels={{ reason: t.reasonLabel, port: t.portLabel, reach: t.reachLabel }}
      >
        <StartFields ui={ui} addresses={found.addresses} draft={draft} />
        <ChoiceField
          kind="one"
          name="changes"
          label={t.changesLabel}
          chosen={[draft.changes]}
          options={[
            { value: 'keep', label: t.changes.keep },
            { value: 'none', label: t.changes.none },
          ]}
        />
        <SubmitButton kind="primary">{t.start}</SubmitButton>
      </Form>
    </PageFrame>
  )
}

/** Why, and to whom: asked at each start, also of one that goes on. */
export function StartFields(props: { ui: Ui; addresses: readonly string[]; draft: InstantDraft }) {
  const { ui, addresses, draft } = props
  const t = ui.t.instant
  const reasons = Object.entries(t.reason).map(([value, label]) => ({ value, label }))
  const others = addresses.map((address) => ({ value: address, label: t.reach.network(address) }))
  return (
    <>
      <SelectField
        name="reason"
        label={t.reasonLabel}
        value={draft.reason}
        error={draft.errors['reason']}
        options={[{ value: '', label: t.chooseReason }, ...reasons]}
      />
      <ChoiceField
        kind="one"
        name="reach"
        label={t.reachLabel}
        hint={t.reachHint}
        chosen={[draft.reach]}
        error={draft.errors['reach']}
        options={[{ value: 'here', label: t.reach.here }, ...others]}
      />
      {others.length > 0 ? (
        <TextField
          name="port"
          label={t.portLabel}
          value={draft.port}
          error={draft.errors['port']}
          inputmode="numeric"
          size="short"
          maxlength={5}
        />
      ) : null}
    </>
  )
}

export function sessionState(ui: Ui, { ended }: Pick<InstantSessionView, 'ended'>) {
  const t = ui.t.instant.session
  if (!ended)
    return (
      <span class="nowrap state-good">
        <span aria-hidden="true">●</span> {t.running}
      </span>
    )
  return (
    <>
      <span class={`nowrap state-${ended.how === 'failed' ? 'bad' : 'unlit'}`}>
        <span aria-hidden="true">{ended.how === 'failed' ? '×' : '○'}</span> {t.ended}
      </span>
      <div class="quiet">{t.how[ended.how]}</div>
    </>
  )
}

export function writtenWords(ui: Ui, one: InstantSessionView): string {
  const t = ui.t.instant.session
  if (!one.canWrite) return t.cannotWrite
  if (!one.ended) return ui.f.size(one.changedBytes)
  return one.keepsChanges ? t.kept(ui.f.size(one.changedBytes)) : t.thrown
}

export const nameOfSession = (ui: Ui, { path }: InstantSessionView): string =>
  path?.split('/').at(-1) ?? ui.t.instant.session.hiddenName

export function InstantListPage({ ui, sessions }: { ui: Ui; sessions: readonly InstantSessionView[] }) {
  const { f, nowMs } = ui
  const t = ui.t.instant
  const columns: Column<InstantSessionView>[] = [
    {
      key: 'disk',
      head: t.session.disk,
      isName: true,
      cell: (one) => <a href={`/instant/${one.id}`}>{nameOfSession(ui, one)}</a>,
    },
    { key: 'state', head: t.session.state, cell: (one) => sessionState(ui, one) },
    { key: 'since', head: t.session.since, cell: (one) => f.dateTime(one.beganAtMs, nowMs) },
    { key: 'by', head: t.session.by, cell: (one) => one.beganBy },
    { key: 'why', head: t.session.why, cell: (one) => t.reason[one.reason] },
    { key: 'backup', head: t.session.backup, cell: (one) => `${one.sourceName} ${f.dateTime(one.takenAtMs, nowMs)}` },
    { key: 'read', head: t.session.read, align: 'right', cell: (one) => f.size(one.bytesRead) },
    { key: 'written', head: t.session.changes, cell: (one) => writtenWords(ui, one) },
  ]
  return (
    <PageFrame ui={ui} title={t.listTitle} patientPage>
      <PageHeading title={t.listTitle} lead={t.lead}>
        <ButtonLink href="/generations">{t.toBackups}</ButtonLink>
      </PageHeading>
      {sessions.length === 0 ? (
        <EmptyState title={t.listNone} next={t.listNoneNext} />
      ) : (
        <section class="block">
          <DataTable ui={ui} caption={t.listTitle} hideCaption columns={columns} rows={sessions} />
        </section>
      )}
    </PageFrame>
  )
}
