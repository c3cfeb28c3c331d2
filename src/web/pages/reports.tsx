/** 報告・通知: all of an incident, and one: its fields with where each comes from, what went out. */
import { type FieldNow, FILE_KINDS, type ReportNow, type SentVersion, type TemplateFile, written } from '#notification'
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
  SubmitButton,
  TextArea,
  TextField,
  type Typed,
} from '../components/index.ts'
import type { ReportsView } from '../report-ports.ts'
import { digestOf, emptyFields, factLines, isNothingYet, isNotice } from '../reports/words.ts'
import type { Ui } from '../ui.ts'
import { clockName } from './incident-work.tsx'

export function ReportsPage({ ui, view }: { ui: Ui; view: ReportsView }) {
  const t = ui.t.reports
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href={`/incidents/${view.incident}`}>{ui.t.trouble.toCase}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {view.isReadable ? null : <Notice ui={ui} kind="caution" title={t.sealed} />}
      {view.isStation ? <Notice ui={ui} kind="info" title={t.onStation} /> : null}
      <DataTable
        ui={ui}
        caption={t.title}
        hideCaption
        rows={view.reports}
        columns={[
          {
            key: 'form',
            head: t.head.form,
            isName: true,
            cell: ({ form }) => (
              <>
                <a href={`/incidents/${view.incident}/reports/${form.code}`}>{t.form[form.code]}</a>
                {form.checked ? null : <small class="below">{t.unchecked}</small>}
              </>
            ),
          },
          { key: 'clock', head: t.head.clock, cell: (report) => clockWords(ui, report) },
          {
            key: 'sent',
            head: t.head.sent,
            cell: ({ sent }) => (sent.length === 0 ? t.none : t.versions(String(sent.length))),
          },
        ]}
      />
    </PageFrame>
  )
}

function dueWords(ui: Ui, { clock }: ReportNow): string {
  const t = ui.t.incident
  return clock?.dueMs === undefined ? t.promptly : t.until(ui.f.dateTime(clock.dueMs, ui.nowMs))
}

function clockWords(ui: Ui, report: ReportNow): string {
  const t = ui.t.reports
  if (!report.clock) return t.noClock
  if (report.clock.isClosed) return `✓ ${t.closed}`
  return `○ ${dueWords(ui, report)}${report.clock.checked ? '' : `（${t.unchecked}）`}`
}

export interface ReportModel {
  readonly view: ReportsView
  readonly report: ReportNow
  readonly template?: TemplateFile | undefined
  /** Cells of the authority's form that stayed as they were. */
  readonly notFilled?: readonly string[]
  readonly errors?: FieldErrors
  readonly typed?: Typed
  readonly refused?: { readonly what: string; readonly why: string; readonly next: string }
  readonly done?: boolean
}

export function ReportPage({ ui, model }: { ui: Ui; model: ReportModel }) {
  const t = ui.t.reports
  const { view, report, errors = {}, typed, refused } = model
  const base = `/incidents/${view.incident}/reports`
  const empty = emptyFields(report).length
  const { clock } = report
  return (
    <PageFrame ui={ui} title={t.form[report.form.code]} across>
      <PageHeading title={t.form[report.form.code]} lead={t.lead}>
        <ButtonLink href={base}>{t.title}</ButtonLink>
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      {model.done ? <Notice ui={ui} kind="good" title={t.done} live /> : null}
      {refused ? (
        <Notice ui={ui} kind="danger" title={refused.what} live>
          <p>{refused.why}</p>
          <p>{refused.next}</p>
        </Notice>
      ) : null}
      {view.isReadable ? null : <Notice ui={ui} kind="caution" title={t.sealed} />}
      {view.isStation ? <Notice ui={ui} kind="info" title={t.onStation} /> : null}
      {report.form.checked ? null : (
        <Notice ui={ui} kind="caution" title={t.unchecked}>
          <p>{t.uncheckedNote}</p>
        </Notice>
      )}
      {clock ? (
        <p>
          {clock.isClosed ? t.answered(clockName(ui, clock)) : t.answers(clockName(ui, clock), dueWords(ui, report))}
        </p>
      ) : null}
      <Section title={t.fields} id="fields">
        {empty > 0 ? (
          <p>
            <strong>▲ {t.emptyCount(ui.f.count(empty))}</strong> {isNotice(report) ? t.emptyNotice : t.emptyReport}
          </p>
        ) : null}
        <DataTable
          ui={ui}
          caption={t.fields}
          hideCaption
          rows={report.fields}
          columns={[
            { key: 'field', head: t.fieldHead.field, isName: true, cell: ({ code }) => t.field[code] },
            {
              key: 'content',
              head: t.fieldHead.content,
              cell: (field) => (
                <>
                  <Content ui={ui} field={field} />
                  {view.isReadable ? (
                    <Change ui={ui} base={base} report={report} field={field} errors={errors} typed={typed} />
                  ) : null}
                </>
              ),
            },
            { key: 'from', head: t.fieldHead.from, cell: (field) => <From ui={ui} view={view} field={field} /> },
          ]}
        />
      </Section>
      {view.isReadable ? (
        <div class="screen-only">
          <Section title={t.draft} id="draft">
            <p>
              {FILE_KINDS.map((kind) => (
                <>
                  <ButtonLink href={`${base}/${report.form.code}/draft/${kind}`}>{t.file[kind]}</ButtonLink>{' '}
                </>
              ))}
            </p>
          </Section>
          <Section title={t.template} note={t.templateLead} id="template">
            <OwnForm ui={ui} base={base} model={model} errors={errors} />
          </Section>
          <Section title={t.send} note={t.sendLead} id="send">
            <Send ui={ui} base={base} report={report} errors={errors} typed={typed} />
          </Section>
        </div>
      ) : null}
      <Section title={t.sentTitle} id="sent">
        <Sent ui={ui} base={base} report={report} />
      </Section>
    </PageFrame>
  )
}

const Lines = ({ lines }: { lines: readonly string[] }) => (
  <>
    {lines
      .flatMap((line) => line.split('\n'))
      .map((line) => (
        <div>{line}</div>
      ))}
  </>
)

function Content({ ui, field }: { ui: Ui; field: FieldNow }) {
  const t = ui.t.reports
  const own = written(field)
  if (own.length > 0)
    return (
      <>
        {own.map(({ text }) => (text === '' ? <div>（{t.leftEmpty}）</div> : <Lines lines={[text]} />))}
        {own.length > 1 ? <strong>▲ {t.twoWrote}</strong> : null}
        {field.fact ? (
          <small class="below">
            {t.wasFact}: <Lines lines={factLines(ui, field)} />
          </small>
        ) : null}
      </>
    )
  return field.fact ? <Lines lines={factLines(ui, field)} /> : <strong>▲ {t.empty}</strong>
}

function From({ ui, view, field }: { ui: Ui; view: ReportsView; field: FieldNow }) {
  const t = ui.t.reports
  const own = written(field)
  const time = (ms: number) => ui.f.dateTime(ms, ui.nowMs)
  if (own.length > 0)
    return (
      <>
        {own.map(({ by, at, reason }) => (
          <div>
            {t.overruled(by, time(at))}
            {reason === '' ? null : <small class="below">{t.reasonIs(reason)}</small>}
          </div>
        ))}
      </>
    )
  const { fact } = field
  if (!fact) return <>—</>
  const names = fact.by.filter((name) => name !== '')
  return (
    <>
      {fact.from === 'entries' ? (
        <a href={`/incidents/${view.incident}/timeline`}>{t.from.entries}</a>
      ) : (
        t.from[fact.from]
      )}
      {fact.at === undefined ? null : <small class="below">{time(fact.at)}</small>}
      {names.length > 0 ? <small class="below">{t.fromPeople(names.join('、'))}</small> : null}
      {fact.isConflict ? <strong class="below">▲ {t.conflict}</strong> : null}
    </>
  )
}

interface Part {
  ui: Ui
  base: string
  report: ReportNow
  errors: FieldErrors
  typed: Typed | undefined
}

function Change({ ui, base, report, field, errors, typed }: Part & { field: FieldNow }) {
  const t = ui.t.reports
  const { code } = field
  const error = errors[`reason~${code}`]
  const own = written(field)
  return (
    <details class="screen-only" open={error !== undefined}>
      <summary>{isNothingYet(field) ? t.fillIn : t.change}</summary>
      <Form ui={ui} action={`${base}/${report.form.code}/field`} errors={{ [`reason~${code}`]: error }} typed={typed}>
        <input type="hidden" name="field" value={code} />
        <input type="hidden" name="once" value={`${ui.nowMs}`} />
        {field.overrules.map(({ id }) => (
          <input type="hidden" name="seen" value={id} />
        ))}
        <TextArea
          name={`text~${code}`}
          label={t.text}
          hint={t.textHint}
          value={own.length > 0 ? own.map(({ text }) => text).join('\n') : factLines(ui, field).join('\n')}
        />
        <TextField
          name={`reason~${code}`}
          label={t.reason}
          optional={isNothingYet(field) ? t.reasonOptional : undefined}
          error={error}
          maxlength={300}
        />
        <SubmitButton kind="secondary">{t.save}</SubmitButton>
      </Form>
      {own.length > 0 ? (
        <Form ui={ui} action={`${base}/${report.form.code}/field`}>
          <input type="hidden" name="field" value={code} />
          <input type="hidden" name="withdraw" value="1" />
          <input type="hidden" name="once" value={`${ui.nowMs}w`} />
          {field.overrules.map(({ id }) => (
            <input type="hidden" name="seen" value={id} />
          ))}
          <SubmitButton kind="secondary">{t.withdraw}</SubmitButton>
        </Form>
      ) : null}
    </details>
  )
}

function OwnForm({ ui, base, model, errors }: { ui: Ui; base: string; model: ReportModel; errors: FieldErrors }) {
  const t = ui.t.reports
  const { template, report } = model
  const action = `${base}/${report.form.code}/template`
  const cells = Object.entries(template?.cells ?? {})
  return (
    <>
      <p>{template ? t.templateNow(template.name, ui.f.count(cells.length)) : t.templateNone}</p>
      {template ? <ButtonLink href={action}>{t.templateFill}</ButtonLink> : null}
      {model.notFilled ? <p>▲ {t.templateNotFilled(model.notFilled.join('、'))}</p> : null}
      <details open={errors['file'] !== undefined || errors['cells'] !== undefined}>
        <summary>{t.templateSave}</summary>
        <Form
          ui={ui}
          action={action}
          errors={{ file: errors['file'], cells: errors['cells'] }}
          typed={model.typed}
          multipart
        >
          <FileField name="file" label={t.templateFile} error={errors['file']} />
          <TextArea
            name="cells"
            label={t.templateCells}
            hint={t.templateCellsHint}
            error={errors['cells']}
            value={cells.map(([cell, field]) => `${cell} = ${field}`).join('\n')}
          />
          <p>
            {t.templateKeys}: {report.form.fields.map((code) => `${code}（${t.field[code]}）`).join('、')}
          </p>
          <SubmitButton kind="secondary">{t.templateSave}</SubmitButton>
        </Form>
      </details>
    </>
  )
}

function Send({ ui, base, report, errors, typed }: Part) {
  const t = ui.t.reports
  const own = { to: errors['to'], how: errors['how'], sentTime: errors['sentTime'] }
  return (
    <Form ui={ui} action={`${base}/${report.form.code}/send`} errors={own} typed={typed}>
      <input type="hidden" name="once" value={`${report.form.code}${report.version}`} />
      <input type="hidden" name="version" value={String(report.version)} />
      <input type="hidden" name="digest" value={digestOf(ui, report)} />
      <TextField name="to" label={t.to} error={errors['to']} maxlength={200} />
      <TextField name="how" label={t.how} hint={t.howHint} error={errors['how']} maxlength={200} />
      <TextField name="receipt" label={t.receipt} maxlength={100} />
      <div class="field-row">
        <TextField
          name="sentTime"
          label={t.sentTime}
          hint={ui.t.incident.happenedHint}
          error={errors['sentTime']}
          size="short"
          maxlength={12}
        />
        <TextField name="sentDay" type="date" label={ui.t.incident.happenedDay} size="short" />
      </div>
      <SubmitButton>{t.sendButton(String(report.version))}</SubmitButton>
    </Form>
  )
}

function Sent({ ui, base, report }: { ui: Ui; base: string; report: ReportNow }) {
  const t = ui.t.reports
  if (report.sent.length === 0) return <EmptyState title={t.sentNone} />
  return (
    <DataTable<SentVersion>
      ui={ui}
      caption={t.sentTitle}
      hideCaption
      rows={report.sent}
      columns={[
        {
          key: 'version',
          head: t.sentHead.version,
          isName: true,
          cell: ({ version }) => t.versionMark(String(version)),
        },
        { key: 'at', head: t.sentHead.at, cell: ({ sentAt }) => ui.f.dateTime(sentAt, ui.nowMs) },
        {
          key: 'where',
          head: t.sentHead.where,
          cell: ({ to, how, receipt }) => (
            <>
              {to} {how}
              {receipt ? (
                <small class="below">
                  {t.receipt}: {receipt}
                </small>
              ) : null}
            </>
          ),
        },
        { key: 'by', head: t.sentHead.by, cell: ({ by }) => by },
        {
          key: 'files',
          head: t.sentHead.files,
          cell: ({ version, files }) =>
            FILE_KINDS.map((kind) => (
              <div>
                <a href={`${base}/${report.form.code}/sent/${version}/${kind}`}>
                  {t.file[kind]}
                  <span class="visually-hidden"> {t.versionMark(String(version))}</span>
                </a>{' '}
                <small class="mono">{files[kind].slice(0, 16)}</small>
              </div>
            )),
        },
      ]}
    />
  )
}
