/** One device: what it is, its records in versions, one version opened, two compared. */
import { DEVICE_KINDS, type DiffLine, STALE_MONTHS, type TextDiff } from '#governance'
import {
  ButtonLink,
  Confirmation,
  DataTable,
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
} from '../components/index.ts'
import type { DeviceList, DeviceRecord } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { RecordStateText } from './devices.tsx'

type DeviceRow = DeviceList['devices'][number]

export interface DeviceModel {
  readonly systems: DeviceList['systems']
  /** Undefined: a new one. */
  readonly device?: DeviceRow | undefined
  readonly typed: Readonly<Record<string, string>>
  readonly errors?: FieldErrors
  readonly done?: 'saved' | 'recorded' | 'unchanged' | undefined
}

export const DEVICE_FACTS = ['name', 'model', 'location'] as const

export function DevicePage({ ui, model }: { ui: Ui; model: DeviceModel }) {
  const { device, systems, typed, errors = {} } = model
  const t = ui.t.devices
  return (
    <PageFrame ui={ui} title={device?.name ?? t.add}>
      <div class="narrow-page">
        <PageHeading title={device?.name ?? t.add} />
        {model.done ? (
          <Notice ui={ui} kind={model.done === 'unchanged' ? 'info' : 'good'} title={t[model.done]} live />
        ) : null}
        {device ? <Records ui={ui} device={device} errors={errors} /> : null}
        <Form
          ui={ui}
          action={device ? `/devices/${device.id}` : '/devices/new'}
          errors={{ name: errors['name'], model: errors['model'], location: errors['location'] }}
          labels={{ name: t.name, model: t.model, location: t.location }}
        >
          <SelectField
            name="kind"
            label={t.kindHead}
            options={DEVICE_KINDS.map((value) => ({ value, label: t.kind[value] }))}
            value={typed['kind']}
          />
          {DEVICE_FACTS.map((name) => (
            <TextField
              name={name}
              label={t[name]}
              hint={name === 'name' ? t.nameHint : undefined}
              optional={name === 'name' ? undefined : ui.t.form.optional}
              value={typed[name]}
              maxlength={100}
              error={errors[name]}
            />
          ))}
          <SelectField
            name="systemId"
            label={t.system}
            hint={t.systemHint}
            options={[
              { value: '', label: t.systemNone },
              ...systems.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={typed['systemId']}
          />
          <SelectField
            name="staleMonths"
            label={t.stale}
            options={STALE_MONTHS.map((months) => ({ value: String(months), label: t.months(String(months)) }))}
            value={typed['staleMonths'] ?? '6'}
          />
          <div class="actions">
            <SubmitButton kind={device ? 'secondary' : 'primary'}>{ui.t.form.save}</SubmitButton>
            <a href="/devices">{t.back}</a>
          </div>
        </Form>
        {device ? (
          <Confirmation
            ui={ui}
            label={t.remove}
            question={t.removeConfirm(device.name)}
            note={t.removeNote}
            action={`/devices/${device.id}/remove`}
          />
        ) : null}
      </div>
    </PageFrame>
  )
}

function Records({ ui, device, errors }: { ui: Ui; device: DeviceRow; errors: FieldErrors }) {
  const { f, nowMs } = ui
  const t = ui.t.devices
  const record = errors['text'] ?? errors['file']
  return (
    <Section title={t.recordsTitle}>
      <div>
        <RecordStateText ui={ui} device={device} />
      </div>
      <p>{t.recordsLead}</p>
      {device.versions.length === 0 ? null : (
        <DataTable
          ui={ui}
          caption={t.recordsTitle}
          hideCaption
          rows={device.versions}
          columns={[
            { key: 'at', head: t.version, isName: true, cell: ({ at }) => f.dateTime(at, nowMs) },
            { key: 'size', head: t.size, align: 'right', cell: ({ sizeBytes }) => f.size(sizeBytes) },
            {
              key: 'open',
              head: t.open,
              cell: ({ id }) => (
                <span class="actions">
                  <a href={`/devices/${device.id}/records/${id}`}>{t.open}</a>
                  <a href={`/devices/${device.id}/records/${id}/file?save=1`}>{t.save}</a>
                </span>
              ),
            },
          ]}
        />
      )}
      {device.versions.length > 1 ? <CompareForm ui={ui} device={device} /> : null}
      <h3>{t.addTitle}</h3>
      <Form
        ui={ui}
        action={`/devices/${device.id}/records`}
        multipart
        errors={record ? { text: record } : {}}
        labels={{ text: t.text }}
      >
        <TextArea name="text" label={t.text} hint={t.textHint} rows={6} mono error={record} />
        <FileField name="file" label={t.file} hint={t.fileHint} />
        <SubmitButton>{t.record}</SubmitButton>
      </Form>
    </Section>
  )
}

/** A look, so a plain address; which versions are compared is no secret. */
function CompareForm({ ui, device }: { ui: Ui; device: DeviceRow }) {
  const t = ui.t.devices
  const options = device.versions.map(({ id, at }) => ({ value: id, label: ui.f.dateTime(at, ui.nowMs) }))
  return (
    <form class="form screen-only" method="get" action={`/devices/${device.id}/compare`}>
      <h3>{t.compareTitle}</h3>
      <SelectField name="before" label={t.compareBefore} options={options} value={options[1]?.value} />
      <SelectField name="after" label={t.compareAfter} options={options} value={options[0]?.value} />
      <SubmitButton kind="secondary">{t.compare}</SubmitButton>
    </form>
  )
}

/** @param text undefined: no text; the browser shows or saves it */
export function RecordPage(props: { ui: Ui; record: DeviceRecord; recordId: string; text: string | undefined }) {
  const { ui, record, recordId, text } = props
  const t = ui.t.devices
  const title = t.recordOf(record.device.name, ui.f.dateTime(record.at, ui.nowMs))
  const file = `/devices/${record.device.id}/records/${recordId}/file`
  return (
    <PageFrame ui={ui} title={title} patientPage>
      <PageHeading title={title} lead={record.name}>
        {text === undefined ? null : <PrintButton>{ui.t.nav.print}</PrintButton>}
        <ButtonLink href={`${file}?save=1`}>{t.save}</ButtonLink>
      </PageHeading>
      {text === undefined ? (
        <p>
          {t.notText} <a href={file}>{t.open}</a>
        </p>
      ) : (
        <pre class="file-text mono">{text}</pre>
      )}
      <p class="screen-only">
        <a href={`/devices/${record.device.id}`}>{t.backToDevice}</a>
      </p>
    </PageFrame>
  )
}

/** Lines alike beyond this many around a change are left out. */
const CONTEXT = 3
/** Rows on one page: more is nobody's reading, and tens of megabytes. */
const MOST_ROWS = 1000

export function ComparePage(props: {
  ui: Ui
  before: DeviceRecord
  after: DeviceRecord
  /** Undefined: one of them is no text. */
  diff: TextDiff | undefined
}) {
  const { ui, before, after, diff } = props
  const { lines = [], isWhole = true } = diff ?? {}
  const isSame = lines.every(({ kind }) => kind === 'same')
  const rows = isSame ? [] : folded(lines)
  const t = ui.t.devices
  const when = (record: DeviceRecord) => ui.f.dateTime(record.at, ui.nowMs)
  return (
    <PageFrame ui={ui} title={t.compareTitle} patientPage>
      <PageHeading title={before.device.name} lead={t.compareLead(when(before), when(after))}>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {diff === undefined ? <Notice ui={ui} kind="caution" title={t.compareNotText} /> : null}
      {diff && isWhole && isSame ? <p>{t.compareSame}</p> : null}
      {!isWhole || rows.length > MOST_ROWS ? (
        <Notice ui={ui} kind="caution" title={t.compareMore}>
          <p>{t.compareMoreNext}</p>
        </Notice>
      ) : null}
      {rows.length > 0 ? (
        <table class="diff mono">
          <caption class="visually-hidden">{t.compareTitle}</caption>
          <tbody>
            {rows.slice(0, MOST_ROWS).map((line) =>
              typeof line === 'number' ? (
                <tr>
                  <td colspan={2} class="quiet">
                    {t.skipped(ui.f.count(line))}
                  </td>
                </tr>
              ) : (
                <tr class={`diff-${line.kind}`}>
                  <th scope="row">
                    <span aria-hidden="true">{{ same: ' ', gone: '－', new: '＋' }[line.kind]}</span>
                    <span class="visually-hidden">{t.line[line.kind]}</span>
                  </th>
                  <td>{line.text}</td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      ) : null}
      <p class="screen-only">
        <a href={`/devices/${before.device.id}`}>{t.backToDevice}</a>
      </p>
    </PageFrame>
  )
}

/** Long runs of lines alike become their count. */
function folded(lines: readonly DiffLine[]): (DiffLine | number)[] {
  const isNear = new Uint8Array(lines.length)
  for (const [i, { kind }] of lines.entries())
    if (kind !== 'same') isNear.fill(1, Math.max(0, i - CONTEXT), i + CONTEXT + 1)
  const shown: (DiffLine | number)[] = []
  for (const [i, line] of lines.entries()) {
    const last = shown.at(-1)
    if (isNear[i]) shown.push(line)
    else if (typeof last === 'number') shown[shown.length - 1] = last + 1
    else shown.push(1)
  }
  return shown
}
