/** 機器の設定と予備: the register of devices with the age of their records, and spare hardware. */
import type { RecordState } from '#governance'
import {
  ButtonLink,
  type Column,
  Confirmation,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { DeviceList } from '../read-models.ts'
import type { Ui } from '../ui.ts'

export interface DevicesModel {
  readonly list: DeviceList
  readonly done?: 'removed' | 'spareAdded' | 'spareSeen' | undefined
  readonly typed?: Readonly<Record<string, string>>
  readonly errors?: FieldErrors
}

type DeviceRow = DeviceList['devices'][number]
type SpareRow = DeviceList['spares'][number]

export function DevicesPage({ ui, model }: { ui: Ui; model: DevicesModel }) {
  const t = ui.t.devices
  const { devices, spares } = model.list
  const mayChange = ui.viewer?.can.has('manage-backup') ?? false
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
        {mayChange ? (
          <ButtonLink href="/devices/new" kind="primary">
            {t.add}
          </ButtonLink>
        ) : null}
      </PageHeading>
      {model.done ? <Notice ui={ui} kind="good" title={t[model.done]} live /> : null}
      {devices.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <Section title={t.listTitle}>
          <DataTable
            ui={ui}
            caption={t.listTitle}
            hideCaption
            rows={devices}
            columns={deviceColumns(ui, model.list, mayChange)}
          />
        </Section>
      )}
      <Section title={t.sparesTitle} id="spares">
        <p>{t.sparesLead}</p>
        {spares.length === 0 ? (
          <p class="quiet">{t.sparesNone}</p>
        ) : (
          <DataTable ui={ui} caption={t.sparesTitle} hideCaption rows={spares} columns={spareColumns(ui, mayChange)} />
        )}
        {mayChange ? <SpareForm ui={ui} model={model} /> : null}
      </Section>
    </PageFrame>
  )
}

const MARKS = { good: '✓', stale: '▲', none: '×' } as const
const COLOURS = { good: 'good', stale: 'soon', none: 'bad' } as const

function State(props: { state: RecordState; word: string }) {
  return (
    <span class={`state-${COLOURS[props.state]}`}>
      <span class="mark" aria-hidden="true">
        {MARKS[props.state]}
      </span>{' '}
      {props.word}
    </span>
  )
}

/** What stands of a device's record, here and on its own page. */
export function RecordStateText({ ui, device }: { ui: Ui; device: DeviceRow }) {
  const t = ui.t.devices
  const newest = device.versions[0]
  return (
    <>
      <State state={device.state} word={t.state[device.state]} />
      {newest ? (
        <div>
          {ui.f.date(newest.at, ui.nowMs)}（{t.versions(ui.f.count(device.versions.length))}）
        </div>
      ) : null}
      {t.stateNext[device.state] === '' ? null : <div class="quiet">{t.stateNext[device.state]}</div>}
    </>
  )
}

function deviceColumns(ui: Ui, { systems }: DeviceList, mayChange: boolean): Column<DeviceRow>[] {
  const t = ui.t.devices
  return [
    {
      key: 'name',
      head: t.name,
      isName: true,
      cell: ({ id, name }) => (mayChange ? <a href={`/devices/${id}`}>{name}</a> : name),
    },
    { key: 'kind', head: t.kindHead, cell: ({ kind }) => t.kind[kind] },
    { key: 'model', head: t.model, cell: ({ model }) => model || '－' },
    { key: 'location', head: t.location, cell: ({ location }) => location || '－' },
    {
      key: 'system',
      head: t.system,
      cell: ({ systemId }) => systems.find(({ id }) => id === systemId)?.name ?? '－',
    },
    { key: 'state', head: t.stateHead, cell: (device) => <RecordStateText ui={ui} device={device} /> },
  ]
}

function spareColumns(ui: Ui, mayChange: boolean): Column<SpareRow>[] {
  const t = ui.t.devices
  return [
    { key: 'what', head: t.spareWhat, isName: true, cell: ({ what }) => what },
    { key: 'for', head: t.spareFor, cell: ({ standsFor }) => standsFor || '－' },
    { key: 'location', head: t.location, cell: ({ location }) => location || '－' },
    {
      key: 'state',
      head: t.spareChecks,
      cell: ({ id, what, state, checkedOn }) => (
        <>
          <State state={state} word={t.spareState[state]} />
          {checkedOn === undefined ? null : <div>{t.spareChecked(ui.f.recordedDate(checkedOn))}</div>}
          {mayChange ? (
            <div class="actions">
              <PostButton ui={ui} action={`/devices/spares/${id}/check`}>
                {t.spareCheck}
              </PostButton>
              <Confirmation
                ui={ui}
                label={t.remove}
                question={t.spareRemoveConfirm(what)}
                note={t.spareRemoveNote}
                action={`/devices/spares/${id}/remove`}
              />
            </div>
          ) : null}
        </>
      ),
    },
  ]
}

function SpareForm({ ui, model }: { ui: Ui; model: DevicesModel }) {
  const t = ui.t.devices
  const { typed = {}, errors = {} } = model
  const labels = { what: t.spareWhat, standsFor: t.spareFor, location: t.location }
  return (
    <Form ui={ui} action="/devices/spares" errors={errors} labels={labels}>
      {(['what', 'standsFor', 'location'] as const).map((name) => (
        <TextField
          name={name}
          label={labels[name]}
          optional={name === 'what' ? undefined : ui.t.form.optional}
          value={typed[name]}
          maxlength={100}
          error={errors[name]}
        />
      ))}
      <SubmitButton kind="secondary">{t.spareAdd}</SubmitButton>
    </Form>
  )
}
