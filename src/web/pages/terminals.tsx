/** 端末の入れ直し: how many are left and until when, whose turn it is, and a work list for the hand. */
import {
  ButtonLink,
  DataTable,
  EmptyState,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  Pagination,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import { institutionInstant } from '#base'
import { TERMINAL_STATES, type TerminalQueue } from '#recovery'
import type { TerminalsView } from '../recovery-ports.ts'
import type { Ui } from '../ui.ts'

const WIDTH = 700
const HEIGHT = 180
const SIDE = 44

export interface TerminalsModel {
  readonly view: TerminalsView
  readonly state: string
  readonly words: string
  readonly said?: string
  readonly errors?: Readonly<Record<string, string>>
}

export function TerminalsPage({ ui, model }: { ui: Ui; model: TerminalsModel }) {
  const t = ui.t.terminals
  const { view, said, errors = {} } = model
  const { counts } = view.queue
  const known = Object.values(counts).reduce((sum, one) => sum + one, 0)
  return (
    <PageFrame ui={ui} title={t.title} printFooter={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        {known > 0 ? <PrintButton>{t.print}</PrintButton> : null}
        {known > 0 ? <ButtonLink href="/terminals/list.csv">{t.csv}</ButtonLink> : null}
        <ButtonLink href="/way-back">{ui.t.restore.toWayBack}</ButtonLink>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {known === 0 ? <EmptyState title={t.none} next={t.noneNext} /> : <Progress ui={ui} queue={view.queue} />}
      {known === 0 ? null : <List ui={ui} model={model} />}
      <div class="screen-only">
        <Section title={t.enter}>
          <Form ui={ui} action="/terminals/list" multipart errors={{ file: errors['file'] }} labels={{ file: t.file }}>
            <FileField name="file" label={t.file} hint={t.fileHint} error={errors['file']} />
            <SubmitButton kind={known === 0 ? 'primary' : 'secondary'}>{t.enter}</SubmitButton>
          </Form>
        </Section>
      </div>
    </PageFrame>
  )
}

function Progress({ ui, queue }: { ui: Ui; queue: TerminalQueue }) {
  const t = ui.t.terminals
  const { f } = ui
  const { counts, perDay, forecast } = queue
  const left = counts.waiting + counts.working
  const end = forecast === undefined ? undefined : f.date(institutionInstant(forecast), ui.nowMs)
  const pace = perDay === undefined || end === undefined ? t.noPace : t.pace(f.count(Math.round(perDay)), end)
  return (
    <Section title={t.left(f.count(left))}>
      <p>{left === 0 ? t.allDone : pace}</p>
      <p>{TERMINAL_STATES.map((state) => `${t.state[state]} ${f.count(counts[state])}`).join('　')}</p>
      {queue.burnDown.length > 1 ? <BurnDown ui={ui} queue={queue} /> : null}
    </Section>
  )
}

function BurnDown({ ui, queue: { burnDown } }: { ui: Ui; queue: TerminalQueue }) {
  const t = ui.t.terminals
  const { f } = ui
  const most = Math.max(1, ...burnDown.map(({ left }) => left))
  const x = (index: number): number => SIDE + (index / (burnDown.length - 1)) * (WIDTH - SIDE - 16)
  const y = (left: number): number => 16 + (1 - left / most) * (HEIGHT - 46)
  const line = burnDown.map(({ left }, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(left)}`).join('')
  const [first, last] = [burnDown[0]!, burnDown.at(-1)!]
  return (
    <>
      <figure class="timeline-figure">
        <svg
          class="burn-down"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label={t.picture(f.count(first.left), f.count(last.left))}
        >
          <path class="tl-grid" d={`M${SIDE} ${y(most)}H${WIDTH - 16}M${SIDE} ${y(0)}H${WIDTH - 16}`} />
          <text class="tl-text" x={SIDE - 6} y={y(most) + 5} text-anchor="end">
            {f.count(most)}
          </text>
          <text class="tl-text" x={SIDE - 6} y={y(0) + 5} text-anchor="end">
            0
          </text>
          <path class="burn-line" d={line} />
          <text class="tl-text" x={SIDE} y={HEIGHT - 8}>
            {first.day}
          </text>
          <text class="tl-text" x={WIDTH - 16} y={HEIGHT - 8} text-anchor="end">
            {last.day}
          </text>
        </svg>
      </figure>
      <details class="screen-only">
        <summary>{t.burnTable}</summary>
        <DataTable
          ui={ui}
          caption={t.burnTable}
          hideCaption
          rows={burnDown}
          columns={[
            { key: 'day', head: t.dayHead, isName: true, cell: ({ day }) => day },
            { key: 'left', head: t.leftHead, align: 'right', cell: ({ left }) => f.count(left) },
          ]}
        />
      </details>
    </>
  )
}

function List({ ui, model }: { ui: Ui; model: TerminalsModel }) {
  const t = ui.t.terminals
  const { view, state, words, errors = {} } = model
  const states = TERMINAL_STATES.map((value) => ({ value, label: t.state[value] }))
  const query = new URLSearchParams({ ...(state && { state }), ...(words && { words }) }).toString()
  return (
    <Section title={t.list}>
      <form class="form screen-only" method="get" action="/terminals">
        <TextField name="words" label={t.words} value={words} maxlength={100} />
        <SelectField
          name="state"
          label={t.stateHead}
          value={state}
          options={[{ value: '', label: t.all }, ...states]}
        />
        <SubmitButton kind="secondary">{t.find}</SubmitButton>
      </form>
      <Form ui={ui} action="/terminals/move" errors={{ picked: errors['picked'] }}>
        <input type="hidden" name="query" value={query} />
        <DataTable ui={ui} caption={t.list} hideCaption rows={view.page.rows} columns={columns(ui)} />
        <div class="screen-only">
          <SelectField name="to" label={t.moveTitle} options={states} value="done" />
          <TextField name="who" label={t.whoField} maxlength={100} />
          <SubmitButton>{t.move}</SubmitButton>
        </div>
      </Form>
      <Pagination ui={ui} page={view.page} href={(page) => `/terminals?${query ? `${query}&` : ''}page=${page}`} />
    </Section>
  )
}

function columns(ui: Ui) {
  const t = ui.t.terminals
  type Row = TerminalsView['page']['rows'][number]
  return [
    {
      key: 'pick',
      head: t.checkHead,
      cell: (row: Row) => <input type="checkbox" name="picked" value={row.id} aria-label={t.pick(row.name)} />,
    },
    { key: 'name', head: t.nameHead, isName: true, cell: (row: Row) => row.name },
    { key: 'place', head: t.placeHead, cell: (row: Row) => row.place },
    { key: 'priority', head: t.priorityHead, cell: (row: Row) => String(row.priority) },
    { key: 'state', head: t.stateHead, cell: (row: Row) => t.state[row.state] },
    { key: 'who', head: t.whoHead, cell: (row: Row) => row.who },
  ]
}
