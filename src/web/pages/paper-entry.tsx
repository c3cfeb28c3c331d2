/** One sheet: what it is, entering, another person's eyes, whose it is, comparing, the end. */
import { type Choice, FIELDS, type Item, itemsOf, type Match, SETTLINGS, type Sheet } from '#reconciliation'
import { nameWithKana } from '#sheets'
import {
  ButtonLink,
  ChoiceField,
  DataTable,
  FactList,
  FileField,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SubmitButton,
  TextArea,
  TextField,
  type Typed,
} from '../components/index.ts'
import type { Compared, FoundPatient } from '../paper-entry-ports.ts'
import type { Ui } from '../ui.ts'

export interface PaperEntryModel {
  readonly sheet: Sheet
  readonly choice: Choice
  readonly said?: string | undefined
  readonly refused?: string | undefined
  readonly compared?: Compared | undefined
  readonly found?: FoundPatient | undefined
  /** What was typed and refused. */
  readonly typed?: readonly Item[] | undefined
  /** Of the other forms. */
  readonly again?: Typed | undefined
  readonly noPatient?: string | undefined
  /** Other sheets with the same 仮番号. */
  readonly alike?: readonly Sheet[]
  /** Offered while somebody types what it is. */
  readonly names?: readonly string[] | undefined
}

/** Rows of the form: what is there, and a few more. */
const MORE_ROWS = 3
export const MOST_ROWS = 30

export function PaperEntryPage({ ui, model }: { ui: Ui; model: PaperEntryModel }) {
  const t = ui.t.paperEntry
  const { sheet, choice, said, refused } = model
  const isOpen = sheet.state !== 'settled'
  return (
    <PageFrame ui={ui} title={`${t.kinds[sheet.kind]} ${sheet.number}`} across>
      <PageHeading title={`${t.kinds[sheet.kind]} ${sheet.number}`} lead={t.state[sheet.state]}>
        <ButtonLink href="/paper-entry">{t.backToList}</ButtonLink>
      </PageHeading>
      {said ? <Notice ui={ui} kind="good" title={said} live /> : null}
      {refused ? <Notice ui={ui} kind="caution" title={refused} live /> : null}
      {sheet.isDouble ? <Notice ui={ui} kind="caution" title={t.double} /> : null}
      {sheet.isConflict ? <Notice ui={ui} kind="danger" title={t.conflict} /> : null}
      <Facts ui={ui} sheet={sheet} />
      {model.compared ? (
        <p>
          <a href="#compare">{t.seeCompared}</a>
        </p>
      ) : null}
      {isOpen && choice === 'structured' ? <Enter ui={ui} model={model} /> : null}
      {sheet.entered.length > 0 || choice !== 'structured' ? <Verify ui={ui} model={model} isOpen={isOpen} /> : null}
      <Join ui={ui} model={model} isOpen={isOpen} />
      {isOpen ? <Compare ui={ui} model={model} /> : null}
      <Settle ui={ui} model={model} isOpen={isOpen} />
    </PageFrame>
  )
}

function Facts({ ui, sheet }: { ui: Ui; sheet: Sheet }) {
  const t = ui.t.paperEntry
  return (
    <Section title={t.facts}>
      <dl class="facts">
        {(
          [
            [t.day, ui.f.recordedDate(sheet.day)],
            [t.patient, sheet.patient],
            ...(sheet.joined ? [[t.joinedName, `${sheet.joined.name}（${sheet.joined.patientId}）`] as const] : []),
            ...(sheet.temporary ? [[t.temporary, sheet.temporary] as const] : []),
            [t.author, sheet.author],
            [t.note, sheet.note],
          ] as const
        ).map(([word, value]) => (
          <>
            <dt>{word}</dt>
            <dd>{value || '－'}</dd>
          </>
        ))}
      </dl>
      {sheet.photos.map((sha) => (
        <div>
          <div class="photo-frame">
            <img
              class={`photo photo-turned-${sheet.turned.get(sha) ?? 0}`}
              src={`/paper-entry/${sheet.id}/photo/${sha}`}
              alt={t.photo}
            />
          </div>
          <PostButton ui={ui} action={`/paper-entry/${sheet.id}/turn`} fields={{ photo: sha }}>
            {t.turn}
          </PostButton>
        </div>
      ))}
      <details>
        <summary>{t.photoMore}</summary>
        <Form ui={ui} action={`/paper-entry/${sheet.id}/photos`} multipart>
          <FileField name="photo" label={t.photo} hint={t.photoLead} multiple />
          <SubmitButton kind="secondary">{t.photoSend}</SubmitButton>
        </Form>
      </details>
    </Section>
  )
}

const NAMES = 'names'

function Enter({ ui, model: { sheet, typed, names: offered = [] } }: { ui: Ui; model: PaperEntryModel }) {
  const t = ui.t.paperEntry
  const items = typed ?? itemsOf(sheet)
  const rows = Math.min(MOST_ROWS, items.length + MORE_ROWS)
  const names = ['what', 'day', ...FIELDS[sheet.kind]]
  // On a phone the next step is not to stand below a form that is done with.
  return (
    <Section title={t.enterTitle}>
      <details open={sheet.entered.length === 0 || typed !== undefined}>
        <summary>{sheet.entered.length === 0 ? t.enterOpen : t.enterMend}</summary>
        <p>{t.enterLead}</p>
        {offered.length > 0 ? (
          <>
            <p class="quiet">{t.offered}</p>
            <datalist id={NAMES}>
              {offered.map((name) => (
                <option value={name}>{name}</option>
              ))}
            </datalist>
          </>
        ) : null}
        <Form ui={ui} action={`/paper-entry/${sheet.id}/items`}>
          <input type="hidden" name="after" value={sheet.entered.at(-1)?.id ?? ''} />
          {Array.from({ length: rows }, (_, i) => (
            <fieldset class="field">
              <legend class="field-label">{i + 1}</legend>
              {names.map((name) => (
                <TextField
                  name={`${name}-${i}`}
                  label={name === 'what' ? t.what[sheet.kind] : name === 'day' ? t.rowDay : (t.field[name] ?? name)}
                  type={name === 'day' ? 'date' : 'text'}
                  size={name === 'what' ? 'full' : 'short'}
                  value={items[i] ? partOf(items[i], name) : name === 'day' ? sheet.day : ''}
                  maxlength={100}
                  list={name === 'what' && offered.length > 0 ? NAMES : undefined}
                />
              ))}
            </fieldset>
          ))}
          <SubmitButton>{t.enter}</SubmitButton>
        </Form>
      </details>
    </Section>
  )
}

const partOf = (item: Item, name: string): string =>
  name === 'what' ? item.what : name === 'day' ? item.day : ((item.fields as Record<string, string>)[name] ?? '')

export const itemText = (ui: Ui, item: Item): string =>
  [
    item.what,
    item.day,
    ...Object.entries(item.fields).map(([key, value]) => `${ui.t.paperEntry.field[key] ?? key} ${value}`),
  ].join('、')

function Verify({ ui, model, isOpen }: { ui: Ui; model: PaperEntryModel; isOpen: boolean }) {
  const { sheet, choice, again } = model
  const t = ui.t.paperEntry
  const sides = sheet.isConflict ? sheet.entered : sheet.entered.slice(-1)
  return (
    <Section title={t.verifyTitle}>
      {choice === 'structured' || sides.length > 0 ? null : (
        <PostButton ui={ui} action={`/paper-entry/${sheet.id}/plain`}>
          {t.enter}
        </PostButton>
      )}
      {sides.map(({ id, at, who, items }) => (
        <div class="notice notice-info">
          <p>{t.enteredBy(who?.name ?? '', ui.f.dateTime(at, ui.nowMs))}</p>
          <ul>
            {items.map((item) => (
              <li>{itemText(ui, item)}</li>
            ))}
          </ul>
          {sheet.verified?.of === id ? (
            <p>✓ {t.verifiedBy(sheet.verified.who?.name ?? '', ui.f.dateTime(sheet.verified.at, ui.nowMs))}</p>
          ) : isOpen ? (
            <Form ui={ui} action={`/paper-entry/${sheet.id}/verify`} typed={again}>
              <input type="hidden" name="of" value={id} />
              <TextField name={`reason-${id}`} label={t.reason} optional={ui.t.form.optional} maxlength={200} />
              <SubmitButton kind="secondary">{t.verify}</SubmitButton>
            </Form>
          ) : null}
        </div>
      ))}
    </Section>
  )
}

/** Only an eye-opener: paper has short names, kana and slips of the pen; two people decide. */
export function isOtherName(onPaper: string, { name, kana }: Pick<FoundPatient, 'name' | 'kana'>): boolean {
  const bare = (text: string) =>
    text
      .normalize('NFKC')
      .replace(/[ぁ-ゖ]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0x60))
      .replace(/\s/g, '')
  const paper = bare(onPaper)
  return (
    paper !== '' && ![name, kana].some((one) => one !== '' && (paper.includes(bare(one)) || bare(one).includes(paper)))
  )
}

function Join({ ui, model, isOpen }: { ui: Ui; model: PaperEntryModel; isOpen: boolean }) {
  const t = ui.t.paperEntry
  const { sheet, found, again, alike = [] } = model
  const { joined, joins } = sheet
  return (
    <Section title={t.joinTitle} id="join">
      {joined ? <p>✓ {t.joined(joined.name, joined.patientId)}</p> : <p>{t.joinLead}</p>}
      {alike.length > 0 ? (
        <>
          <p>{t.alike(sheet.temporary)}</p>
          <ul>
            {alike.map((one) => (
              <li>
                <a href={`/paper-entry/${one.id}`}>{`${t.kinds[one.kind]} ${one.number}`}</a>
                {one.joined && joined && one.joined.patientKey !== joined.patientKey ? (
                  <span class="state-bad"> × {t.alikeOther(one.joined.name)}</span>
                ) : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <ul>
        {joins.map(({ who, name, patientId }) => (
          <li>{t.joinedBy(who?.name ?? '', `${name}（${patientId}）`)}</li>
        ))}
      </ul>
      {!joined && joins.length > 0 ? <p class="quiet">{t.waitsForSecond}</p> : null}
      {isOpen && !found ? (
        <Form
          ui={ui}
          action={`/paper-entry/${sheet.id}/find`}
          errors={{ patientId: model.noPatient }}
          labels={{ patientId: t.patientId }}
          typed={again}
        >
          <TextField name="patientId" label={t.patientId} error={model.noPatient} size="short" maxlength={60} />
          <SubmitButton kind="secondary">{t.find}</SubmitButton>
          <p>
            <a href="/charts">{t.lookUp}</a>
          </p>
        </Form>
      ) : null}
      {found ? (
        <Form ui={ui} action={`/paper-entry/${sheet.id}/join`} typed={again}>
          {/* The page opens here, however far down it stands. */}
          <p tabindex={-1} autofocus>
            <strong>{t.isIt(nameWithKana(found.name, found.kana), found.birthDate)}</strong>
          </p>
          {isOtherName(sheet.patient, found) ? (
            <Notice ui={ui} kind="caution" title={t.otherName}>
              <FactList facts={bothNames(ui, sheet.patient, nameWithKana(found.name, found.kana))} />
            </Notice>
          ) : sheet.patient ? (
            <p>{t.onPaperIs(sheet.patient)}</p>
          ) : null}
          <input type="hidden" name="patientId" value={found.patientId} />
          <TextField name="reason" label={t.reason} optional={ui.t.form.optional} maxlength={200} />
          <SubmitButton>{isOtherName(sheet.patient, found) ? t.joinAnyway : t.join}</SubmitButton>
        </Form>
      ) : null}
    </Section>
  )
}

const bothNames = (ui: Ui, paper: string, record: string) => [
  { term: ui.t.paperEntry.patient, value: paper },
  { term: ui.t.paperEntry.joinedName, value: record },
]

function Compare({ ui, model }: { ui: Ui; model: PaperEntryModel }) {
  const t = ui.t.paperEntry
  const { sheet, compared } = model
  return (
    <Section title={t.compareTitle} id="compare">
      {compared?.kind === 'ok' ? (
        <>
          <p tabindex={-1} autofocus>
            {t.comparedWith(compared.sourceName, ui.f.dateTime(compared.asOfMs, ui.nowMs))}
          </p>
          <Matches ui={ui} matches={compared.matches} />
        </>
      ) : null}
      {compared && compared.kind !== 'ok' ? (
        <div tabindex={-1} autofocus>
          <Notice ui={ui} kind="caution" title={t.comparedWhy[compared.kind]} live />
        </div>
      ) : null}
      <PostButton ui={ui} action={`/paper-entry/${sheet.id}/compare`}>
        {t.compare}
      </PostButton>
    </Section>
  )
}

const OUTCOME_MARKS = { same: '✓', differs: '▲', missing: '×', 'only-ehr': '▲', duplicate: '▲' } as const

function Matches({ ui, matches }: { ui: Ui; matches: readonly Match[] }) {
  const t = ui.t.paperEntry
  return (
    <DataTable
      ui={ui}
      caption={t.compareTitle}
      hideCaption
      rows={matches}
      columns={[
        { key: 'paper', head: t.onPaper, isName: true, cell: ({ paper }) => (paper ? itemText(ui, paper) : '－') },
        { key: 'ehr', head: t.inSystem, cell: ({ ehr }) => (ehr ? itemText(ui, ehr) : '－') },
        {
          key: 'outcome',
          head: t.stateHead,
          cell: ({ outcome, differences }) => (
            <>
              {OUTCOME_MARKS[outcome]} {t.outcome[outcome]}
              {differences.map(({ field, paper, ehr }) => (
                <div>
                  {t.field[field] ?? (field === 'day' ? t.rowDay : '')}: {paper || '－'} → {ehr || '－'}
                </div>
              ))}
            </>
          ),
        },
      ]}
    />
  )
}

function Settle({ ui, model, isOpen }: { ui: Ui; model: PaperEntryModel; isOpen: boolean }) {
  const t = ui.t.paperEntry
  const { sheet, again } = model
  const { settled } = sheet
  return (
    <Section title={t.settleTitle} id="settle">
      {settled ? (
        <>
          <p>✓ {t.settledBy(t.settle[settled.how], settled.who?.name ?? '', ui.f.dateTime(settled.at, ui.nowMs))}</p>
          <p>{settled.note}</p>
          <PostButton ui={ui} action={`/paper-entry/${sheet.id}/reopen`}>
            {t.reopen}
          </PostButton>
        </>
      ) : null}
      {isOpen ? (
        <Form ui={ui} action={`/paper-entry/${sheet.id}/settle`} typed={again}>
          <ChoiceField
            name="how"
            label={t.settleHow}
            kind="one"
            options={SETTLINGS.map((value) => ({ value, label: t.settle[value] }))}
            chosen={['same']}
          />
          <TextArea name="note" label={t.settleNote} optional={ui.t.form.optional} rows={2} />
          <SubmitButton>{t.end}</SubmitButton>
        </Form>
      ) : null}
    </Section>
  )
}
