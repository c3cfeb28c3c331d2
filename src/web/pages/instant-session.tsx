/** One disk that runs or ran: how it stands, what to type where, and what becomes of what was written. */
import {
  ButtonLink,
  ChoiceField,
  Confirmation,
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PathText,
  PostButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { InstantSessionView } from '../instant-ports.ts'
import { errorSentences } from '../messages/errors.ts'
import type { Ui } from '../ui.ts'
import { type InstantDraft, nameOfSession, sessionState, StartFields, writtenWords } from './instant.tsx'
import { hostWords, type Served } from './instant-hosts.ts'

export interface WriteDraft {
  readonly folder: string
  readonly name: string
  readonly form: string
  readonly errors: FieldErrors
}

export interface InstantSessionModel {
  readonly session: InstantSessionView
  /** Only at the very start. */
  readonly keyLine?: string | undefined
  readonly addresses: readonly string[]
  readonly folders: readonly string[]
  readonly again: InstantDraft
  readonly write: WriteDraft
}

export function InstantSessionPage({ ui, model }: { ui: Ui; model: InstantSessionModel }) {
  const { session, keyLine } = model
  const t = ui.t.instant
  const path = `/instant/${session.id}`
  return (
    <PageFrame ui={ui} title={t.title} patientPage>
      <PageHeading title={nameOfSession(ui, session)} lead={t.lead}>
        {session.ended ? null : <ButtonLink href={path}>{t.refresh}</ButtonLink>}
        <ButtonLink href="/instant">{t.listTitle}</ButtonLink>
      </PageHeading>
      {session.trouble ? <Trouble ui={ui} code={session.trouble} /> : null}
      {keyLine === undefined ? null : (
        <Notice ui={ui} kind="caution" title={t.keyTitle}>
          <p>{t.keySave}</p>
          <pre class="mono command">{keyLine}</pre>
        </Notice>
      )}
      <Facts ui={ui} session={session} />
      {session.ended ? (
        session.keepsChanges ? (
          <After ui={ui} model={model} path={path} />
        ) : null
      ) : (
        <>
          <Hosts ui={ui} session={session} showsKeyGone={keyLine === undefined} />
          <Section title={t.stop}>
            <p>{t.stopNote}</p>
            <PostButton ui={ui} action={`${path}/stop`} kind="danger">
              {t.stop}
            </PostButton>
          </Section>
        </>
      )}
    </PageFrame>
  )
}

function Trouble({ ui, code }: { ui: Ui; code: NonNullable<InstantSessionView['trouble']> }) {
  const { what, why, next } = errorSentences(code, ui.f.language)
  return (
    <Notice ui={ui} kind="danger" title={ui.t.instant.trouble}>
      <p class="strong">{what}</p>
      <p>{why}</p>
      <p class="strong">{next}</p>
    </Notice>
  )
}

function Facts({ ui, session: one }: { ui: Ui; session: InstantSessionView }) {
  const { f, nowMs } = ui
  const t = ui.t.instant
  const { session: words } = t
  const address = one.address ?? one.socket
  return (
    <Section title={words.state} note={one.ended ? words.held : `${words.held} ${words.serverEnds}`}>
      <FactList
        wide
        facts={[
          { term: words.state, value: sessionState(ui, one) },
          { term: words.disk, value: one.path === undefined ? words.hiddenName : <PathText ui={ui} path={one.path} /> },
          {
            term: words.backup,
            value: (
              <a href={`/generations/${one.generationId}`}>
                {one.sourceName} {f.dateTime(one.takenAtMs, nowMs)}
              </a>
            ),
          },
          { term: words.since, value: f.dateTime(one.beganAtMs, nowMs) },
          one.ended ? { term: words.until, value: f.dateTime(one.ended.atMs, nowMs) } : undefined,
          { term: words.by, value: one.beganBy },
          { term: words.why, value: t.reason[one.reason] },
          one.sizeBytes === undefined
            ? undefined
            : { term: words.form, value: `${one.format ?? ''} ${f.size(one.sizeBytes)}` },
          { term: words.read, value: f.size(one.bytesRead) },
          { term: words.changes, value: writtenWords(ui, one) },
          one.ended || address === undefined
            ? undefined
            : { term: words.address, value: <span class="mono">{address}</span> },
          one.ended || one.clients === undefined ? undefined : { term: words.clients, value: f.count(one.clients) },
        ]}
      />
    </Section>
  )
}

function Hosts(props: { ui: Ui; session: InstantSessionView; showsKeyGone: boolean }) {
  const { ui, session, showsKeyGone } = props
  const t = ui.t.instant
  const served = servedAt(session)
  if (!served) return null
  return (
    <Section title={t.howTitle} note={t.howLead}>
      <p class="strong">{t.isolate}</p>
      {session.address !== undefined && showsKeyGone ? <p>{t.keyGone}</p> : null}
      {hostWords(served, session.canWrite).map(([host, words]) => (
        <details open={host === 'qemu'}>
          <summary>{t.host[host]}</summary>
          <pre class="mono command">{words}</pre>
        </details>
      ))}
    </Section>
  )
}

function servedAt({ address, socket }: InstantSessionView): Served | undefined {
  if (address !== undefined) return { address }
  return socket === undefined ? undefined : { socket }
}

function After({ ui, model, path }: { ui: Ui; model: InstantSessionModel; path: string }) {
  const { addresses, again, folders, write } = model
  const t = ui.t.instant
  return (
    <>
      <Section title={t.goOn}>
        <Form
          ui={ui}
          action={`${path}/go-on`}
          errors={again.errors}
          labels={{ reason: t.reasonLabel, port: t.portLabel, reach: t.reachLabel }}
        >
          <StartFields ui={ui} addresses={addresses} draft={again} />
          <SubmitButton kind="primary">{t.goOn}</SubmitButton>
        </Form>
      </Section>
      <Section title={t.writeTitle} note={t.writeLead}>
        <Form
          ui={ui}
          action={`${path}/write`}
          errors={write.errors}
          labels={{ folder: t.writeFolder, name: t.writeName, form: t.writeForm }}
        >
          <TextField
            name="folder"
            label={t.writeFolder}
            hint={folders.length > 0 ? t.writeFolderHint(folders.join('、')) : t.writeFolderNone}
            value={write.folder}
            error={write.errors['folder']}
          />
          <TextField name="name" label={t.writeName} value={write.name} error={write.errors['name']} maxlength={100} />
          <ChoiceField
            kind="one"
            name="form"
            label={t.writeForm}
            chosen={[write.form]}
            options={[
              { value: 'qcow2', label: t.forms.qcow2 },
              { value: 'raw', label: t.forms.raw },
            ]}
          />
          <SubmitButton kind="secondary">{t.write}</SubmitButton>
        </Form>
      </Section>
      <Section title={t.throwAway}>
        <Confirmation
          ui={ui}
          label={t.throwAway}
          question={t.throwQuestion}
          note={t.throwNote}
          action={`${path}/throw`}
        />
      </Section>
    </>
  )
}
