import {
  FactList,
  type FieldErrors,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SubmitButton,
  TextField,
} from '../components/index.ts'
import type { Settings } from '../read-models.ts'
import type { Ui } from '../ui.ts'
import { SettingsHub } from './settings-hub.tsx'

export function SettingsPage(props: { ui: Ui; settings: Settings; errors?: FieldErrors; saved?: boolean }) {
  const { ui, settings: s, errors = {} } = props
  const { t, f } = ui
  return (
    <PageFrame ui={ui} title={t.settings.title}>
      <PageHeading title={t.settings.title}>
        <PrintButton>{t.nav.print}</PrintButton>
      </PageHeading>
      {props.saved ? <Notice ui={ui} kind="good" title={t.form.saved} live /> : null}
      <SettingsHub ui={ui} />
      <div class="columns">
        <Section title={t.settings.house}>
          <Form ui={ui} action="/settings" errors={errors} labels={{ institutionName: t.settings.institutionName }}>
            <TextField
              name="institutionName"
              label={t.settings.institutionName}
              value={s.institutionName}
              required
              maxlength={60}
              error={errors['institutionName']}
            />
            <TextField
              name="supportName"
              label={t.settings.supportName}
              optional={t.form.optional}
              value={s.supportName}
              maxlength={60}
            />
            <TextField
              name="supportPhone"
              label={t.settings.supportPhone}
              optional={t.form.optional}
              type="tel"
              inputmode="tel"
              value={s.supportPhone}
              maxlength={30}
              size="short"
            />
            <SubmitButton>{t.form.save}</SubmitButton>
          </Form>
        </Section>
        <Section title={t.settings.facts}>
          <FactList
            wide
            facts={[
              { term: t.settings.dataFolder, value: <span class="mono">{s.dataFolder}</span> },
              { term: t.settings.version, value: s.version },
              {
                term: t.settings.retentionHead,
                value: t.settings.retention(
                  f.count(s.retention.daily),
                  f.count(s.retention.weekly),
                  f.count(s.retention.monthly),
                ),
              },
              {
                term: t.settings.lockDays,
                value:
                  s.retention.sampleLockMs === undefined
                    ? t.settings.days(f.count(s.retention.lockDays))
                    : t.settings.sampleLock(f.duration(s.retention.sampleLockMs)),
              },
              { term: t.settings.keyHead, value: t.settings.key[s.keyKept] },
            ]}
          />
        </Section>
      </div>
      {s.checkpoint ? (
        <Section title={t.settings.checkpointHead} note={t.settings.checkpointSize(f.count(s.checkpoint.size))}>
          <pre class="mono checkpoint">{s.checkpoint.lines.join('\n')}</pre>
          <p>{t.settings.checkpointNote}</p>
        </Section>
      ) : null}
    </PageFrame>
  )
}
