/** Who looked, and whether the disc is whole. */
import type { LogLine, Verification } from '#edition/format'
import { PageHeading, Section } from '../components/heading.tsx'
import { EmptyState, Notice } from '../components/notice.tsx'
import { DataTable } from '../components/table.tsx'
import type { AccessLog } from './access-log.ts'
import type { Look } from './look.ts'

export function LogScreen(props: { look: Look; log: AccessLog; isOpen: boolean }) {
  const { look, log } = props
  const t = look.r.log
  return (
    <>
      <PageHeading title={t.title} lead={t.lead}>
        <button class="button button-primary" type="button" data-do="print-log">
          {t.print}
        </button>
        <button class="button" type="button" data-do="save-log">
          {t.save}
        </button>
        {props.isOpen ? null : (
          <button class="button" type="button" data-do="cover">
            {look.t.form.back}
          </button>
        )}
      </PageHeading>
      {log.lines.length === 0 ? (
        <EmptyState title={t.empty} />
      ) : (
        <DataTable
          ui={look}
          caption={t.title}
          hideCaption
          rows={log.lines}
          columns={[
            { key: 'at', head: t.at, isName: true, cell: ({ at }) => `${look.f.fullDate(at)} ${look.f.time(at)}` },
            { key: 'who', head: t.who, cell: ({ who }) => who },
            { key: 'what', head: t.what, cell: ({ did }) => t.did[did] },
            { key: 'patient', head: t.patient, cell: ({ patientId }) => patientId },
            { key: 'why', head: t.why, cell: (line) => reasonOf(look, line) },
          ]}
        />
      )}
    </>
  )
}

const reasonOf = (look: Look, { reason, why }: LogLine) =>
  [look.r.unlock.reasons[reason], why].filter(Boolean).join(' / ')

/** For a file: one line an entry, tabs between. */
export function logText(look: Look, log: AccessLog, about: string): string {
  const t = look.r.log
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ')
  const lines = log.lines.map((line) =>
    [look.f.iso(line.at), line.who, t.did[line.did], line.patientId, reasonOf(look, line)].map(clean).join('\t'),
  )
  return [about, [t.at, t.who, t.what, t.patient, t.why].join('\t'), ...lines, ''].join('\r\n')
}

export interface VerifyModel {
  readonly state: 'before' | 'running' | 'done'
  readonly done: number
  readonly of: number
  readonly found?: Verification
}

export function VerifyScreen(props: { look: Look; model: VerifyModel }) {
  const { look, model } = props
  const t = look.r.verify
  return (
    <>
      <PageHeading title={t.title} lead={t.lead}>
        {model.state === 'running' ? null : (
          <button class="button button-primary" type="button" data-do="verify">
            {t.start}
          </button>
        )}
      </PageHeading>
      <div id="verify">
        <VerifyProgress look={look} model={model} />
      </div>
    </>
  )
}

export function VerifyProgress(props: { look: Look; model: VerifyModel }) {
  const { look, model } = props
  const t = look.r.verify
  if (model.state === 'before') return null
  if (!model.found)
    return (
      <div class="progress progress-running">
        <p class="progress-line">{t.running(look.f.count(model.done), look.f.count(model.of))}</p>
        <progress class="bar" max={model.of} value={model.done} aria-label={t.title} />
      </div>
    )
  return <Found look={look} found={model.found} />
}

function Found(props: { look: Look; found: Verification }) {
  const { look, found } = props
  const t = look.r.verify
  const read = look.f.count(found.read)
  if (found.missing.length + found.changed.length + found.unreadable.length === 0)
    return <Notice ui={look} kind="good" title={t.good(read)} live />
  return (
    <>
      <Notice ui={look} kind="danger" title={t.bad} live>
        <p>{t.read(read)}</p>
        <p>{t.next}</p>
      </Notice>
      {found.unreadable.length > 0 ? (
        <Section title={t.unreadable}>
          <DataTable
            ui={look}
            caption={t.unreadable}
            hideCaption
            rows={found.unreadable}
            columns={[
              {
                key: 'name',
                head: look.r.hit.name,
                isName: true,
                cell: ({ kanji, kana }) => kanji || kana || look.t.chart.identity.noName,
              },
              { key: 'id', head: look.t.chart.identity.patientId, cell: ({ patientId }) => patientId },
              {
                key: 'birth',
                head: look.t.chart.identity.birth,
                cell: ({ birthDate }) => look.f.recordedDate(birthDate),
              },
            ]}
          />
        </Section>
      ) : null}
      <Files title={t.missing} names={found.missing} />
      <Files title={t.changed} names={found.changed} />
    </>
  )
}

function Files(props: { title: string; names: readonly string[] }) {
  if (props.names.length === 0) return null
  return (
    <Section title={props.title}>
      <ul class="plain">
        {props.names.map((name) => (
          <li class="mono">{name}</li>
        ))}
      </ul>
    </Section>
  )
}
