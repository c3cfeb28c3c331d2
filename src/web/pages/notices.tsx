/** 知らせ方: what is being told, who is told, how mail is sent; each with its own form. */
import {
  ButtonLink,
  type Column,
  Confirmation,
  DataTable,
  EmptyState,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  Section,
  SelectField,
  SubmitButton,
  TextArea,
  TextField,
} from '../components/index.ts'
import { MAIL_SECURITIES, type NoticeResult } from '../ports.ts'
import type { Notices, OpenNotice } from '../read-models.ts'
import type { Ui } from '../ui.ts'

type Refusal = Extract<NoticeResult, { readonly kind: 'refused' }>

export interface NoticesModel {
  readonly notices: Notices
  readonly done?: 'saved' | 'removed' | 'tested' | 'enclosed' | undefined
  readonly refused?: Omit<Refusal, 'kind'> & {
    readonly form: 'server' | 'people' | 'webhook'
    readonly typed: Readonly<Record<string, string>>
  }
}

export function NoticesPage(props: { ui: Ui; model: NoticesModel }) {
  const { ui, model } = props
  const { notices } = model
  const t = ui.t.notices
  const tells = (notices.mail !== undefined && notices.recipients.length > 0) || notices.webhook !== undefined
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        {tells ? (
          <PostButton ui={ui} action="/notices/test" kind="primary">
            {t.test}
          </PostButton>
        ) : null}
      </PageHeading>
      {model.done ? <Notice ui={ui} kind="good" title={t[model.done]} live /> : null}
      {tells ? null : (
        <Notice ui={ui} kind="caution" title={t.nobody}>
          <p>{t.nobodyNext}</p>
        </Notice>
      )}
      <Troubled ui={ui} notices={notices} />
      <TestResult ui={ui} notices={notices} />
      <Section title={t.serverTitle} note={t.serverNote} id="server">
        <ServerForm ui={ui} model={model} />
      </Section>
      <Section title={t.peopleTitle} note={t.peopleNote} id="people">
        <People ui={ui} model={model} />
      </Section>
      <Section title={t.openTitle} id="open">
        {notices.open.length === 0 ? <p>{t.openNone}</p> : <OpenTable ui={ui} rows={notices.open} />}
      </Section>
      <Section title={t.whenTitle}>
        <ul>
          {t.when.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </Section>
      <Section title={t.checkpointTitle} id="checkpoint">
        <p>{t.checkpointLead}</p>
        <div class="actions">
          {tells ? (
            <PostButton ui={ui} action="/notices/checkpoint">
              {t.checkpointSend}
            </PostButton>
          ) : null}
          <ButtonLink href="/settings">{t.checkpointPrint}</ButtonLink>
        </div>
      </Section>
      <Section title={t.webhookTitle} note={t.webhookNote} id="webhook">
        <WebhookForm ui={ui} model={model} />
      </Section>
    </PageFrame>
  )
}

function Troubled(props: { ui: Ui; notices: Notices }) {
  const { ui, notices } = props
  const t = ui.t.notices
  if (notices.troubled.length === 0) return null
  return (
    <Notice ui={ui} kind="danger" title={t.troubledTitle}>
      <ul>
        {notices.troubled.map(({ to, reason, atMs }) => (
          <li>
            {to}（{ui.f.near(atMs, ui.nowMs)}）: {t.reason[reason]}
          </li>
        ))}
      </ul>
      <p>{t.troubledNext}</p>
    </Notice>
  )
}

function TestResult(props: { ui: Ui; notices: Notices }) {
  const { ui, notices } = props
  const t = ui.t.notices
  if (!notices.test) return null
  return (
    <Section title={t.testTitle} note={t.testNote} id="test">
      <p>{t.testAt(ui.f.near(notices.test.atMs, ui.nowMs))}</p>
      <DataTable
        ui={ui}
        caption={t.testTitle}
        hideCaption
        rows={notices.test.results}
        columns={[
          { key: 'to', head: t.to, isName: true, cell: ({ to }) => to },
          {
            key: 'result',
            head: t.result,
            cell: ({ reason }) =>
              reason === undefined ? t.sent : <span class="state-bad">{t.notSent(t.reason[reason])}</span>,
          },
        ]}
      />
    </Section>
  )
}

function OpenTable(props: { ui: Ui; rows: readonly OpenNotice[] }) {
  const { ui, rows } = props
  const t = ui.t.notices
  const columns: Column<OpenNotice>[] = [
    {
      key: 'what',
      head: t.openWhat,
      isName: true,
      cell: ({ what, isUrgent }) => `${isUrgent ? `× ${t.urgent}: ` : '▲ '}${what[ui.f.language]}`,
    },
    {
      key: 'about',
      head: t.openAbout,
      cell: ({ about, name }) => (
        <>
          {name ?? ui.t.home.placeNames[about ?? ''] ?? (about === undefined ? '－' : '')}
          {about === undefined ? null : <div class="quiet mono">{about}</div>}
        </>
      ),
    },
    {
      key: 'since',
      head: t.openSince,
      cell: ({ sinceMs }) => (sinceMs === undefined ? '－' : ui.f.near(sinceMs, ui.nowMs)),
    },
    { key: 'next', head: t.openNext, cell: ({ next }) => next[ui.f.language] },
  ]
  return <DataTable ui={ui} caption={t.openTitle} hideCaption rows={rows} columns={columns} />
}

/** What the form of that name shows: what was typed and refused, else what is kept. */
function refusedIn(ui: Ui, { refused }: NoticesModel, form: 'server' | 'people' | 'webhook') {
  const none: FieldErrors = {}
  if (refused?.form !== form) return { typed: undefined, errors: none }
  return { typed: refused.typed, errors: { [refused.field]: sentence(ui, refused) } as FieldErrors }
}

function sentence(ui: Ui, { field, code }: Omit<Refusal, 'kind'>): string {
  const words = ui.t.notices.wrong
  if (code === 'required') return ui.t.field.required
  if (code === 'too-many') return words.tooMany
  if (code === 'again') return words.passwordAgain
  return (words as Readonly<Record<string, string>>)[field] ?? ui.t.notices.reason.failed
}

function ServerForm(props: { ui: Ui; model: NoticesModel }) {
  const { ui, model } = props
  const t = ui.t.notices
  const { mail } = model.notices
  const { typed, errors } = refusedIn(ui, model, 'server')
  const value = (name: 'host' | 'port' | 'user' | 'from' | 'certificate') =>
    typed ? typed[name] : mail?.[name] === undefined ? '' : String(mail[name])
  const optional = ui.t.form.optional
  const labels = { host: t.host, port: t.port, user: t.user, password: t.password, from: t.from }
  const hint = mail?.hasPassword ? t.passwordKept : t.passwordHint
  return (
    <>
      <Form ui={ui} action="/notices/server" errors={errors} labels={{ ...labels, certificate: t.certificate }}>
        <TextField name="host" label={t.host} hint={t.hostHint} value={value('host')} required error={errors['host']} />
        <SelectField
          name="security"
          label={t.security}
          value={typed ? typed['security'] : mail?.security}
          options={MAIL_SECURITIES.map((kind) => ({ value: kind, label: t.securities[kind] }))}
        />
        <TextField
          name="port"
          label={t.port}
          hint={t.portHint}
          optional={optional}
          value={value('port')}
          inputmode="numeric"
          size="short"
          error={errors['port']}
        />
        <TextField name="user" label={t.user} optional={optional} value={value('user')} error={errors['user']} />
        <TextField
          name="password"
          label={t.password}
          hint={hint}
          optional={optional}
          type="password"
          autocomplete="new-password"
          error={errors['password']}
        />
        <TextField name="from" label={t.from} value={value('from')} required error={errors['from']} />
        <TextArea
          name="certificate"
          label={t.certificate}
          hint={t.certificateHint}
          optional={optional}
          value={value('certificate')}
          mono
          error={errors['certificate']}
        />
        <SubmitButton kind={mail ? 'secondary' : 'primary'}>{ui.t.form.save}</SubmitButton>
      </Form>
      {mail ? (
        <Confirmation
          ui={ui}
          label={t.stopMail}
          question={t.stopMailConfirm}
          note={t.removeNote}
          action="/notices/server/remove"
        />
      ) : null}
    </>
  )
}

function People(props: { ui: Ui; model: NoticesModel }) {
  const { ui, model } = props
  const t = ui.t.notices
  const { typed, errors } = refusedIn(ui, model, 'people')
  const { recipients } = model.notices
  return (
    <>
      {recipients.length === 0 ? (
        <EmptyState title={t.peopleNone} />
      ) : (
        <DataTable
          ui={ui}
          caption={t.peopleTitle}
          hideCaption
          rows={recipients}
          columns={[
            { key: 'name', head: t.name, isName: true, cell: ({ name }) => name },
            { key: 'address', head: t.address, cell: ({ address }) => address },
            { key: 'language', head: t.language, cell: ({ language }) => t.languages[language] },
            {
              key: 'remove',
              head: t.remove,
              cell: ({ name, address }) => (
                <Confirmation
                  ui={ui}
                  label={t.remove}
                  question={t.removeConfirm(name)}
                  note={t.removeNote}
                  action="/notices/people/remove"
                  fields={{ address }}
                />
              ),
            },
          ]}
        />
      )}
      <Form ui={ui} action="/notices/people" errors={errors} labels={{ name: t.name, address: t.address }}>
        <TextField name="name" label={t.name} value={typed?.['name']} required maxlength={60} error={errors['name']} />
        <TextField name="address" label={t.address} value={typed?.['address']} required error={errors['address']} />
        <SelectField
          name="language"
          label={t.language}
          value={typed?.['language'] ?? ui.f.language}
          options={(['ja', 'en'] as const).map((value) => ({ value, label: t.languages[value] }))}
        />
        <SubmitButton kind={recipients.length > 0 ? 'secondary' : 'primary'}>{t.add}</SubmitButton>
      </Form>
    </>
  )
}

function WebhookForm(props: { ui: Ui; model: NoticesModel }) {
  const { ui, model } = props
  const t = ui.t.notices
  const { typed, errors } = refusedIn(ui, model, 'webhook')
  const { webhook } = model.notices
  return (
    <>
      {webhook === undefined ? null : <p>{t.webhookNow(webhook)}</p>}
      <Form ui={ui} action="/notices/webhook" errors={errors} labels={{ url: t.url, secret: t.secret }}>
        <TextField name="url" label={t.url} hint={t.urlHint} value={typed?.['url']} error={errors['url']} />
        <TextField
          name="secret"
          label={t.secret}
          hint={t.secretHint}
          type="password"
          autocomplete="new-password"
          error={errors['secret']}
        />
        <SubmitButton kind="secondary">{ui.t.form.save}</SubmitButton>
      </Form>
      {webhook === undefined ? null : (
        <Confirmation
          ui={ui}
          label={t.stopWebhook}
          question={t.stopWebhookConfirm}
          note={t.removeNote}
          action="/notices/webhook/remove"
        />
      )}
    </>
  )
}
