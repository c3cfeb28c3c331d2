/** 事後入力: how much paper is left, one more sheet, and all of them in the order of work. */
import { CHOICES, ITEM_KINDS, type ItemKind, type Sheet, SHEET_STATES, type SheetState } from '#reconciliation'
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  EmptyState,
  type FieldErrors,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Pagination,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { PaperEntryList } from '../paper-entry-ports.ts'
import type { Ui } from '../ui.ts'

export interface PaperEntriesModel {
  readonly list: PaperEntryList
  readonly today: string
  readonly said?: string | undefined
  /** The sheet that has this number already. */
  readonly known?: string | undefined
  /** The sheet whose photo shows next to nothing. */
  readonly empty?: string
  /** The form of the sheet is of this kind. */
  readonly askedKind?: ItemKind
  readonly typed?: Readonly<Record<string, string | boolean>>
  readonly errors?: FieldErrors
  /** Names of photos that came with a form that was refused. */
  readonly photo?: string
  readonly shown?: { readonly state: SheetState | undefined; readonly page: number } | undefined
}

const PAGE_SIZE = 100

export function PaperEntriesPage({ ui, model }: { ui: Ui; model: PaperEntriesModel }) {
  const t = ui.t.paperEntry
  const { list, said, known } = model
  const { forecastDays } = list.burnDown
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/incidents">{t.incidents}</ButtonLink>
        <ButtonLink href="/paper-entry/all">{t.allLink(ui.f.count(list.rests.open))}</ButtonLink>
        <ButtonLink href="/paper-entry/unpaid">{t.unpaidLink}</ButtonLink>
        <ButtonLink href="/paper-entry/sheets.csv">{t.csv}</ButtonLink>
        <ButtonLink href="/paper-entry/sheets.json">{t.fhir}</ButtonLink>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {known ? (
        <Notice ui={ui} kind="caution" title={t.already} live>
          <a href={`/paper-entry/${known}`}>{t.openIt}</a>
        </Notice>
      ) : null}
      {model.empty ? (
        <Notice ui={ui} kind="caution" title={t.photoEmpty} live>
          <a href={`/paper-entry/${model.empty}`}>{t.openIt}</a>
        </Notice>
      ) : null}
      {list.isReadable ? null : <Notice ui={ui} kind="info" title={t.sealed} />}
      <p>
        <strong>{list.open === 0 ? t.leftNone : t.left(ui.f.count(list.open))}</strong>{' '}
        {list.open > 0 && forecastDays !== undefined ? t.forecast(ui.f.count(forecastDays)) : ''}
      </p>
      {list.isReadable ? <RegisterForm ui={ui} model={model} /> : null}
      <Section title={t.listTitle}>
        {list.sheets.length === 0 ? (
          <EmptyState title={t.none} next={t.noneNext} />
        ) : (
          <Sheets ui={ui} sheets={list.sheets} shown={model.shown} />
        )}
      </Section>
      {list.sheets.length > 0 ? <BurnDownPicture ui={ui} list={list} /> : null}
      {ui.viewer?.can.has('manage-settings') ? <Choices ui={ui} list={list} /> : null}
    </PageFrame>
  )
}

function RegisterForm({ ui, model }: { ui: Ui; model: PaperEntriesModel }) {
  const t = ui.t.paperEntry
  const { errors = {}, askedKind } = model
  const word = (name: string): string => String(model.typed?.[name] ?? '')
  const labels = { number: t.number, day: t.day, photo: t.photo, patient: t.patient, kind: t.kind }
  return (
    <Section title={t.registerTitle}>
      <Form
        ui={ui}
        action="/paper-entry/sheets"
        errors={errors}
        labels={labels}
        typed={model.photo ? { photo: model.photo } : undefined}
        multipart
      >
        <SelectField
          name="kind"
          label={t.kind}
          value={askedKind ?? word('kind')}
          error={errors['kind']}
          autofocus={Object.keys(errors).length === 0}
          options={ITEM_KINDS.map((value) => ({ value, label: t.kinds[value] }))}
        />
        <TextField
          name="day"
          label={t.day}
          type="date"
          size="short"
          value={word('day') || model.today}
          error={errors['day']}
        />
        <TextField
          name="patient"
          label={t.patient}
          hint={t.patientHint}
          value={word('patient')}
          maxlength={100}
          error={errors['patient']}
        />
        <TextField name="author" label={t.author} value={word('author')} maxlength={60} />
        <TextField name="note" label={t.note} optional={ui.t.form.optional} value={word('note')} maxlength={200} />
        <FileField
          name="photo"
          label={t.photo}
          hint={t.photoLead}
          optional={ui.t.form.optional}
          error={errors['photo']}
          multiple
        />
        <ChoiceField
          name="unnumbered"
          kind="several"
          label={t.unnumberedTitle}
          options={[{ value: 'yes', label: t.unnumbered }]}
          chosen={model.typed?.['isUnnumbered'] === true ? ['yes'] : []}
        />
        {askedKind ? <input type="hidden" name="askedKind" value={word('number')} /> : null}
        {/* Last: a barcode reader presses Enter, and that registers. */}
        <TextField
          name="number"
          label={t.number}
          hint={t.numberHint}
          value={word('number')}
          maxlength={60}
          error={errors['number']}
        />
        <SubmitButton>{t.register}</SubmitButton>
      </Form>
    </Section>
  )
}

const MARKS = { registered: '×', entered: '▲', verified: '▲', settled: '✓' } as const

function Sheets(props: { ui: Ui; sheets: readonly Sheet[]; shown: PaperEntriesModel['shown'] }) {
  const { ui, sheets, shown } = props
  const t = ui.t.paperEntry
  const of = sheets.filter(({ state }) => shown?.state === undefined || state === shown.state)
  const page = Math.min(shown?.page ?? 1, Math.max(1, Math.ceil(of.length / PAGE_SIZE)))
  const rows = of.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
  const href = (state: SheetState | undefined, to = 1) =>
    `/paper-entry?${state ? `state=${state}&` : ''}page=${to}#list`
  return (
    <>
      <nav class="actions" id="list" aria-label={t.show}>
        {([undefined, ...SHEET_STATES] as const).map((state) => {
          const count = sheets.filter((one) => state === undefined || one.state === state).length
          return (
            <a href={href(state)} aria-current={state === shown?.state ? 'true' : undefined}>
              {state ? t.state[state] : t.all}（{ui.f.count(count)}）
            </a>
          )
        })}
      </nav>
      <SheetTable ui={ui} rows={rows} />
      <Pagination
        ui={ui}
        page={{ rows, total: of.length, page, pageSize: PAGE_SIZE }}
        href={(to) => href(shown?.state, to)}
      />
    </>
  )
}

function SheetTable({ ui, rows }: { ui: Ui; rows: readonly Sheet[] }) {
  const t = ui.t.paperEntry
  return (
    <DataTable
      ui={ui}
      caption={t.listTitle}
      hideCaption
      rows={rows}
      columns={[
        {
          key: 'number',
          head: t.numberHead,
          isName: true,
          cell: ({ id, number }) => <a href={`/paper-entry/${id}`}>{number}</a>,
        },
        { key: 'kind', head: t.kind, cell: ({ kind }) => t.kinds[kind] },
        { key: 'day', head: t.dayHead, cell: ({ day }) => ui.f.recordedDate(day) },
        { key: 'patient', head: t.patient, cell: ({ patient }) => patient || '－' },
        { key: 'joined', head: t.joinedName, cell: ({ joined }) => joined?.name || '－' },
        {
          key: 'state',
          head: t.stateHead,
          cell: ({ state, isConflict, isDouble }) => (
            <>
              {MARKS[state]} {t.state[state]}
              {isConflict ? <div class="state-bad">× {t.conflict}</div> : null}
              {isDouble ? <div class="state-soon">▲ {t.double}</div> : null}
            </>
          ),
        },
      ]}
    />
  )
}

const WIDTH = 640
const HEIGHT = 150
const LEFT = 50
const MOST_DAYS = 40
/** One day is a bar, no wall. */
const WIDEST_BAR = 28

function BurnDownPicture({ ui, list }: { ui: Ui; list: PaperEntryList }) {
  const t = ui.t.paperEntry
  const days = list.burnDown.days.slice(-MOST_DAYS)
  const most = Math.max(1, ...days.map(({ open }) => open))
  const y = (open: number) => HEIGHT - 10 - (open / most) * (HEIGHT - 24)
  const step = Math.min(WIDEST_BAR, (WIDTH - LEFT) / days.length)
  return (
    <>
      <svg class="timeline timeline-wide" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t.picture}>
        <text class="tl-text" x={LEFT - 6} y={y(most) + 4} text-anchor="end">
          {ui.f.count(most)}
        </text>
        <path class="tl-grid" d={`M${LEFT} ${y(0)}H${WIDTH}`} />
        {days.map(({ open }, i) => (
          <rect
            class="tl-bar"
            x={LEFT + i * step + 2}
            y={y(open)}
            width={Math.max(2, step - 4)}
            height={Math.max(0, y(0) - y(open))}
          />
        ))}
      </svg>
      <DataTable
        ui={ui}
        caption={t.picture}
        rows={days.toReversed()}
        columns={[
          { key: 'day', head: t.dayHead, isName: true, cell: ({ day }) => ui.f.recordedDate(day) },
          { key: 'open', head: t.openHead, cell: ({ open }) => ui.f.count(open) },
          { key: 'settled', head: t.settledHead, cell: ({ settled }) => ui.f.count(settled) },
        ]}
      />
    </>
  )
}

function Choices({ ui, list }: { ui: Ui; list: PaperEntryList }) {
  const t = ui.t.paperEntry
  return (
    <Section title={t.choicesTitle}>
      <p>{t.choicesLead}</p>
      <Form ui={ui} action="/paper-entry/choices">
        {ITEM_KINDS.map((kind) => (
          <SelectField
            name={kind}
            label={t.kinds[kind]}
            value={list.choices[kind]}
            options={CHOICES.map((value) => ({ value, label: t.choice[value] }))}
          />
        ))}
        <SubmitButton kind="secondary">{t.save}</SubmitButton>
      </Form>
    </Section>
  )
}
