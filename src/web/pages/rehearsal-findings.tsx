/** What a rehearsal found, with paths: for those who may see them. */
import type { Details, DumpResult } from '#rehearsal'
import { DataTable, PathText, Section } from '../components/index.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Ui } from '../ui.ts'

export function RehearsalFindings({ ui, details }: { ui: Ui; details: Details }) {
  const t = ui.t.rehearsal
  const { restore, found, overLimit, unreadable, charts, dumps, second } = details
  return (
    <>
      <Files
        ui={ui}
        title={t.restoreHead}
        rows={restore.map(({ path, code }) => ({ path, what: errorSentences(code, ui.f.language).what }))}
      />
      <Files ui={ui} title={t.foundHead} rows={found.map(({ path, name }) => ({ path, what: name }))} />
      <Files ui={ui} title={t.overLimitHead} rows={overLimit.map((path) => ({ path, what: '' }))} />
      <Files ui={ui} title={t.unreadableHead} rows={unreadable.map((path) => ({ path, what: '' }))} />
      {charts.length > 0 ? (
        <Section title={t.chartsHead}>
          <DataTable
            ui={ui}
            caption={t.chartsHead}
            hideCaption
            rows={charts}
            columns={[
              { key: 'patient', head: t.patient, isName: true, cell: (row) => row.patient },
              { key: 'field', head: t.fieldHead, cell: (row) => <span class="mono">{row.field}</span> },
            ]}
          />
        </Section>
      ) : null}
      {dumps.map((dump) => (
        <Dump ui={ui} dump={dump} />
      ))}
      {second === '' ? null : <Log title={t.secondHead} text={second} />}
    </>
  )
}

function Files(props: { ui: Ui; title: string; rows: readonly { readonly path: string; readonly what: string }[] }) {
  const { ui, title, rows } = props
  if (rows.length === 0) return null
  return (
    <Section title={title}>
      <ul>
        {rows.map(({ path, what }) => (
          <li>
            <PathText ui={ui} path={path} /> {what}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Dump({ ui, dump }: { ui: Ui; dump: DumpResult }) {
  const t = ui.t.rehearsal
  return (
    <Section title={`${t.dump}: ${dump.path.split('/').at(-1)}`}>
      <p>
        <PathText ui={ui} path={dump.path} />
      </p>
      <p class={dump.isLoaded ? 'state-good' : 'state-bad'}>
        {dump.isLoaded ? `✓ ${t.loaded}` : `× ${t.notLoaded}`}　{dump.server}　{t.tables} {ui.f.count(dump.tables)}
      </p>
      {dump.code ? <p>{errorSentences(dump.code, ui.f.language).what}</p> : null}
      {dump.answers.length > 0 ? (
        <DataTable
          ui={ui}
          caption={t.question}
          hideCaption
          rows={dump.answers}
          columns={[
            { key: 'name', head: t.question, isName: true, cell: (row) => row.name },
            { key: 'expected', head: t.expected, cell: (row) => row.expected },
            { key: 'answer', head: t.answer, cell: (row) => row.answer },
            {
              key: 'same',
              head: t.resultHead,
              cell: (row) => (
                <span class={row.same ? 'state-good' : 'state-bad'}>{row.same ? `✓ ${t.same}` : `× ${t.differs}`}</span>
              ),
            },
          ]}
        />
      ) : null}
      {dump.log === '' ? null : <Log title={t.logHead} text={dump.log} />}
    </Section>
  )
}

function Log({ title, text }: { title: string; text: string }) {
  return (
    <details>
      <summary>{title}</summary>
      <pre class="file-text mono">{text}</pre>
    </details>
  )
}
