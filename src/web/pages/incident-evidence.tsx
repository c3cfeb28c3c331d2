/** 証拠の台帳: what was preserved, and through whose hands it went. */
import { CUSTODY_MOVES, EVIDENCE_ITEMS, type EvidenceRecord, happenedAt } from '#incident'
import {
  ButtonLink,
  DataTable,
  EmptyState,
  FileField,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SelectField,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { IncidentView } from '../incident-ports.ts'
import type { Ui } from '../ui.ts'
import { CaseForm, type CasePage, errorsOf, said, TimeFields, whoOf, Written } from './incident-fields.tsx'

export function IncidentEvidencePage({ ui, view, errors = {}, typed, done }: CasePage) {
  const t = ui.t.evidencePage
  const { one } = view
  return (
    <PageFrame ui={ui} title={t.title} across>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href={`/incidents/${one.id}`}>{ui.t.trouble.toCase}</ButtonLink>
        {view.isStation ? null : <ButtonLink href="/way-back#next">{t.toGate}</ButtonLink>}
        <PrintButton>{ui.t.nav.print}</PrintButton>
      </PageHeading>
      <Written ui={ui} done={done} />
      {one.evidence.length === 0 ? (
        <EmptyState title={t.none} next={t.noneNext} />
      ) : (
        <>
          <Register ui={ui} records={one.evidence} />
          <p>{t.anchored}</p>
          <p>
            {t.heads}: <span class="mono">{one.entries.at(-1)?.hash.slice(0, 16)}</span>
          </p>
          <p>{t.spares}</p>
        </>
      )}
      <div class="screen-only">
        <Section title={t.add} id="add">
          <AddForm ui={ui} view={view} errors={errors} typed={typed} />
        </Section>
        {one.evidence.length > 0 ? (
          <Section title={t.moveTitle} id="move">
            <MoveForm ui={ui} view={view} errors={errors} typed={typed} />
          </Section>
        ) : null}
      </div>
    </PageFrame>
  )
}

function Register({ ui, records }: { ui: Ui; records: readonly EvidenceRecord[] }) {
  const t = ui.t.evidencePage
  const time = (ms: number) => ui.f.dateTime(ms, ui.nowMs)
  return (
    <DataTable
      ui={ui}
      caption={t.title}
      hideCaption
      rows={records}
      columns={[
        {
          key: 'item',
          head: t.head.item,
          isName: true,
          cell: ({ item, entry }) => (
            <>
              {t.item[item]} {said(entry, 'what')}
              <small class="below">{said(entry, 'place')}</small>
            </>
          ),
        },
        { key: 'sha256', head: t.head.sha256, cell: ({ sha256 }) => <span class="mono">{sha256 || '—'}</span> },
        {
          key: 'kept',
          head: t.head.kept,
          cell: ({ entry }) => (
            <>
              {said(entry, 'who') || whoOf(entry)}
              <small class="below">{time(happenedAt(entry))}</small>
            </>
          ),
        },
        {
          key: 'chain',
          head: t.head.chain,
          cell: ({ chain }) =>
            chain.length === 0
              ? '—'
              : chain.map(({ move, entry }) => (
                  <div>
                    {t.chainOf(t.move[move], said(entry, 'gave'), said(entry, 'took'), time(happenedAt(entry)))}{' '}
                    {said(entry, 'receipt')}
                  </div>
                )),
        },
        {
          key: 'state',
          head: t.head.state,
          cell: ({ isSeized, isCorrected }) =>
            isCorrected ? t.state.corrected : isSeized ? t.state.seized : t.state.here,
        },
      ]}
    />
  )
}

function AddForm({ ui, view, errors = {}, typed }: CasePage) {
  const t = ui.t.evidencePage
  const items = EVIDENCE_ITEMS.map((value) => ({ value, label: t.item[value] }))
  const kept = keptOf(ui, view)
  const own = {
    ...errorsOf(errors, 'evidence'),
    what: errors['what'],
    place: errors['place'],
    hash: errors['hash'],
    hashAgain: errors['hashAgain'],
  }
  return (
    <CaseForm ui={ui} id={view.one.id} act="evidence" errors={own} typed={typed} multipart>
      <SelectField name="item" label={t.head.item} options={items} />
      <TextField name="what" label={t.what} hint={t.whatHint} error={errors['what']} maxlength={300} />
      <TextField name="place" label={t.place} error={errors['place']} maxlength={300} />
      <TextField name="who" label={t.who} maxlength={100} />
      <TimeFields ui={ui} name="happened" of="evidence" errors={errors} />
      <TextField name="hash" label={t.hash} error={errors['hash']} maxlength={64} />
      <TextField name="hashAgain" label={t.hashAgain} error={errors['hashAgain']} maxlength={64} />
      <FileField name="file" label={t.upload} error={errors['file']} />
      {kept.length > 0 ? (
        <SelectField name="seen" label={t.correct} options={[{ value: '', label: t.correctNone }, ...kept]} />
      ) : null}
      <SubmitButton>{t.save}</SubmitButton>
    </CaseForm>
  )
}

/** What stands: not what another entry took the place of. */
const keptOf = (ui: Ui, { one }: IncidentView) =>
  one.evidence
    .filter(({ isCorrected }) => !isCorrected)
    .map(({ id, item, entry }) => ({ value: id, label: `${ui.t.evidencePage.item[item]} ${said(entry, 'what')}` }))

function MoveForm({ ui, view, errors = {}, typed }: CasePage) {
  const t = ui.t.evidencePage
  const items = keptOf(ui, view)
  const moves = CUSTODY_MOVES.map((value) => ({ value, label: t.move[value] }))
  const own = { ...errorsOf(errors, 'custody'), gave: errors['gave'], took: errors['took'] }
  return (
    <CaseForm ui={ui} id={view.one.id} act="custody" errors={own} typed={typed}>
      <SelectField name="itemId" label={t.head.item} options={items} />
      <SelectField name="move" label={t.moveHead} options={moves} />
      <TextField name="gave" label={t.gave} error={errors['gave']} maxlength={100} />
      <TextField name="took" label={t.took} error={errors['took']} maxlength={100} />
      <TextField name="receipt" label={t.receipt} maxlength={200} />
      <TimeFields ui={ui} name="happened" of="custody" errors={errors} />
      <SubmitButton kind="secondary">{t.save}</SubmitButton>
    </CaseForm>
  )
}
