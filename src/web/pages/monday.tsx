/** 月曜の1枚: five lines and at most one request, for whoever directs the house. */
import { ButtonLink, PageFrame, PageHeading, Section } from '../components/index.ts'
import type { MondaySheet } from '../monday-ports.ts'
import type { Ui } from '../ui.ts'

export function MondayPage({ ui, sheet }: { ui: Ui; sheet: MondaySheet }) {
  const t = ui.t.monday
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        <ButtonLink href="/monday/sheet.pdf" kind="primary">
          {t.pdf}
        </ButtonLink>
      </PageHeading>
      <Section title={sheet.title}>
        <ul>
          {sheet.lines.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
        <p>
          <strong>{sheet.request}</strong>
        </p>
      </Section>
      <p class="quiet">{t.silence}</p>
    </PageFrame>
  )
}
