/** 紙の用意: what lies ready, what hangs on the door, what each department does; all of it printed beforehand. */
import { SLIP_KINDS } from '#sheets'
import type { SheetStock } from '#downtime'
import {
  ButtonLink,
  DataTable,
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
import { KIT_PAPERS, type PaperName, type PapersView, SERVICE_CARDS } from '../papers-ports.ts'
import type { Ui } from '../ui.ts'

export interface PapersModel {
  readonly view: PapersView
  readonly said?: string | undefined
  readonly errors?: FieldErrors
}

/** A sheaf: with fewer a busy morning does not come to its end. */
const FEW = 20

export function PapersPage({ ui, model }: { ui: Ui; model: PapersModel }) {
  const t = ui.t.papers
  const { view, said, errors = {} } = model
  const low = view.stock.filter(({ left }) => left < FEW)
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/papers/file/stack.pdf" kind="primary">
          {t.stackPdf}
        </ButtonLink>
        <ButtonLink href="/papers/file/stack.docx">{t.stackDocx}</ButtonLink>
        <ButtonLink href="/slips">{t.slips}</ButtonLink>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {errors['carry'] ? <Notice ui={ui} kind="caution" title={errors['carry']} live /> : null}
      {low.length > 0 ? (
        <Notice ui={ui} kind="caution" title={t.lowTitle(ui.f.count(low.length))}>
          <p>{t.lowNext}</p>
        </Notice>
      ) : null}
      <Stock ui={ui} model={model} />
      <Section title={t.kitTitle}>
        <p>{t.kitLead}</p>
        <Files ui={ui} rows={KIT_PAPERS.map((one) => ({ name: `kit-${one}`, title: t.kit[one] }))} />
        {ui.viewer?.can.has('manage-settings') ? <Contact ui={ui} model={model} /> : null}
      </Section>
      <Manuals ui={ui} view={view} />
      <Section title={t.cardsTitle}>
        <p>{t.cardsLead}</p>
        <Files ui={ui} rows={SERVICE_CARDS.map((one) => ({ name: `card-${one}`, title: t.cards[one] }))} />
      </Section>
      <Carry ui={ui} view={view} />
    </PageFrame>
  )
}

const formName = (ui: Ui, form: number): string =>
  form === 0 ? ui.t.printing.temporaryTitle : (ui.t.paper.slip.kinds[SLIP_KINDS[form - 1]!] ?? String(form))

function Stock({ ui, model }: { ui: Ui; model: PapersModel }) {
  const t = ui.t.papers
  const { stock, ranges } = model.view
  const error = model.errors?.['lie']
  const state = ({ left, printed }: SheetStock) =>
    left >= FEW ? `✓ ${t.enough}` : printed === 0 ? `× ${t.neverPrinted}` : `▲ ${t.low}`
  return (
    <Section title={t.stockTitle}>
      <p>{t.stockLead}</p>
      <DataTable
        ui={ui}
        caption={t.stockTitle}
        hideCaption
        rows={stock}
        columns={[
          { key: 'form', head: t.form, isName: true, cell: ({ form }) => formName(ui, form) },
          { key: 'printed', head: t.printed, cell: ({ printed }) => ui.f.count(printed) },
          { key: 'used', head: t.used, cell: ({ used }) => ui.f.count(used) },
          {
            key: 'left',
            head: t.left,
            cell: ({ left, counted }) => (
              <>
                {ui.f.count(left)}
                {counted ? <div class="quiet">{t.countedBy(ui.f.date(counted.at, ui.nowMs), counted.by)}</div> : null}
              </>
            ),
          },
          { key: 'state', head: t.state, cell: state },
        ]}
      />
      <details open={error !== undefined}>
        <summary>{t.countTitle}</summary>
        <Form ui={ui} action="/papers/stock" errors={{ lie: error }} labels={{ lie: t.countLie }}>
          <SelectField
            name="form"
            label={t.form}
            options={stock.map(({ form }) => ({ value: String(form), label: formName(ui, form) }))}
          />
          <TextField name="lie" label={t.countLie} inputmode="numeric" size="short" error={error} />
          <SubmitButton kind="secondary">{t.count}</SubmitButton>
        </Form>
      </details>
      {ranges.length > 0 ? (
        <details>
          <summary>{t.rangesTitle}</summary>
          <p>{t.rangesLead}</p>
          <DataTable
            ui={ui}
            caption={t.rangesTitle}
            hideCaption
            rows={ranges}
            columns={[
              { key: 'pc', head: t.pc, isName: true, cell: ({ pc }) => pc },
              {
                key: 'range',
                head: t.range,
                cell: ({ device, first, last }) =>
                  `${device}-${String(first).padStart(5, '0')} – ${String(last).padStart(5, '0')}`,
              },
              { key: 'why', head: t.why, cell: ({ why }) => `${why === 'put-back' ? '▲ ' : ''}${t.whys[why]}` },
              { key: 'at', head: t.grantedAt, cell: ({ grantedAt }) => ui.f.date(grantedAt, ui.nowMs) },
              {
                key: 'said',
                head: t.saidAt,
                cell: ({ reportedAt }) => (reportedAt === undefined ? '－' : ui.f.dateTime(reportedAt, ui.nowMs)),
              },
            ]}
          />
        </details>
      ) : null}
    </Section>
  )
}

function Files({ ui, rows }: { ui: Ui; rows: readonly { name: PaperName; title: string }[] }) {
  const t = ui.t.papers
  return (
    <DataTable
      ui={ui}
      caption={t.files}
      hideCaption
      rows={rows}
      columns={[
        { key: 'title', head: t.paper, isName: true, cell: ({ title }) => title },
        { key: 'pdf', head: 'PDF', cell: ({ name, title }) => <FileLink name={name} kind="pdf" title={title} /> },
        { key: 'docx', head: 'Word', cell: ({ name, title }) => <FileLink name={name} kind="docx" title={title} /> },
      ]}
    />
  )
}

const FileLink = (props: { name: PaperName; kind: 'pdf' | 'docx'; title: string }) => (
  <a href={`/papers/file/${props.name}.${props.kind}`} aria-label={`${props.title} ${props.kind.toUpperCase()}`}>
    {props.kind === 'pdf' ? 'PDF' : 'Word'}
  </a>
)

function Contact({ ui, model }: { ui: Ui; model: PapersModel }) {
  const t = ui.t.papers
  const { contact } = model.view
  const { phone, fax } = model.errors ?? {}
  return (
    <details open={contact.phone === '' || phone !== undefined || fax !== undefined}>
      <summary>{t.contactTitle}</summary>
      <Form ui={ui} action="/papers/contact" errors={{ phone, fax }} labels={{ phone: t.phone, fax: t.fax }}>
        <TextField name="phone" label={t.phone} value={contact.phone} size="short" maxlength={40} error={phone} />
        <TextField
          name="fax"
          label={t.fax}
          optional={ui.t.form.optional}
          value={contact.fax}
          size="short"
          maxlength={40}
          error={fax}
        />
        <SubmitButton kind="secondary">{t.save}</SubmitButton>
      </Form>
    </details>
  )
}

function Manuals({ ui, view }: { ui: Ui; view: PapersView }) {
  const t = ui.t.papers
  return (
    <Section title={t.manualsTitle}>
      <p>{t.manualsLead}</p>
      {view.kind === undefined ? (
        <Notice ui={ui} kind="info" title={t.kindUnknown}>
          <a href="/bcp/kind">{t.kindChoose}</a>
        </Notice>
      ) : null}
      <DataTable
        ui={ui}
        caption={t.manualsTitle}
        hideCaption
        rows={view.manuals}
        columns={[
          {
            key: 'department',
            head: t.department,
            isName: true,
            cell: ({ department }) => <a href={`/papers/manuals/${department}`}>{t.departments[department]}</a>,
          },
          {
            key: 'version',
            head: t.version,
            cell: ({ newest }) =>
              newest
                ? t.versionOf(ui.f.count(newest.number), ui.f.date(newest.savedAt, ui.nowMs), newest.savedBy)
                : `▲ ${t.notYetOwn}`,
          },
          {
            key: 'pdf',
            head: 'PDF',
            cell: ({ department }) => (
              <FileLink name={`manual-${department}`} kind="pdf" title={t.departments[department]} />
            ),
          },
          {
            key: 'docx',
            head: 'Word',
            cell: ({ department }) => (
              <FileLink name={`manual-${department}`} kind="docx" title={t.departments[department]} />
            ),
          },
        ]}
      />
    </Section>
  )
}

function Carry({ ui, view }: { ui: Ui; view: PapersView }) {
  const t = ui.t.papers
  return (
    <Section title={t.carryTitle}>
      <p>{t.carryLead}</p>
      <p>{view.carriedAtMs === undefined ? t.notCarried : t.carriedAt(ui.f.dateTime(view.carriedAtMs, ui.nowMs))}</p>
      {ui.viewer?.can.has('manage-backup') ? (
        <PostButton ui={ui} action="/papers/carry">
          {t.carry}
        </PostButton>
      ) : null}
    </Section>
  )
}
