/** The first hour: from the EHR in use to one real thing of the clinic's own, and a letter to the vendor. */
import { ButtonLink, Notice, PageFrame, PageHeading, PrintButton, Section } from '../components/index.ts'
import type { Ui } from '../ui.ts'

export const EHR_CHOICES = ['cloud', 'onPremise', 'orca', 'paper', 'unknown'] as const
export type EhrChoice = (typeof EHR_CHOICES)[number]

export function FirstHourPage(props: { ui: Ui; choice?: EhrChoice | undefined }) {
  const { ui, choice } = props
  return (
    <PageFrame ui={ui} title={ui.t.firstHour.title}>
      <PageHeading title={ui.t.firstHour.title} lead={ui.t.firstHour.lead} />
      {choice ? <Steps ui={ui} choice={choice} /> : <Choices ui={ui} />}
      {ui.institution.sample && ui.viewer?.can.has('confirm-kit') ? (
        <p>
          {ui.t.recover.offer} <a href="/recover">{ui.t.recover.title}</a>
        </p>
      ) : null}
    </PageFrame>
  )
}

function Choices(props: { ui: Ui }) {
  const { t } = props.ui
  return (
    <ul class="choice-cards">
      {EHR_CHOICES.map((choice) => (
        <li>
          <a href={`/first-hour?ehr=${choice}`}>
            <strong>{t.firstHour.choice[choice]}</strong>
            {t.firstHour.choiceNote[choice]}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** Which ways in are offered, the likeliest first. */
const WAYS: Record<EhrChoice, readonly ('csv' | 'folder' | 'ssmix2')[]> = {
  cloud: ['csv', 'folder'],
  onPremise: ['ssmix2', 'folder', 'csv'],
  orca: ['csv', 'folder'],
  paper: ['folder'],
  unknown: [],
}

function Steps(props: { ui: Ui; choice: EhrChoice }) {
  const { ui, choice } = props
  const { t } = ui
  const words = { csv: t.firstHour.addCsv, folder: t.firstHour.addFolder, ssmix2: t.firstHour.addSsmix2 }
  return (
    <>
      <Section title={t.firstHour.choice[choice]} note={t.firstHour.steps}>
        <ol class="steps">
          {t.firstHour.step[choice].map((step) => (
            <li>{step}</li>
          ))}
        </ol>
        <div class="actions">
          {WAYS[choice].map((kind, index) => (
            <ButtonLink href={`/sources/new?kind=${kind}`} kind={index === 0 ? 'primary' : 'secondary'}>
              {words[kind]}
            </ButtonLink>
          ))}
          {choice === 'paper' || choice === 'unknown' ? null : (
            <ButtonLink href="/first-hour/letter">{t.firstHour.letter}</ButtonLink>
          )}
          {ui.viewer?.can.has('see-journal') ? (
            <ButtonLink href={`/coverage-map?ehr=${choice}`}>{t.coverage.toMap}</ButtonLink>
          ) : null}
        </div>
      </Section>
      {choice === 'cloud' ? (
        <Notice ui={ui} kind="caution">
          <p>{t.firstHour.cloudWarning}</p>
        </Notice>
      ) : null}
      {choice === 'unknown' ? <Choices ui={ui} /> : null}
      <p>
        <a href="/first-hour">{t.firstHour.again}</a>
      </p>
    </>
  )
}

/** A letter to print, sign and send; the vendor writes the answers into it. */
export function LetterPage(props: { ui: Ui }) {
  const { ui } = props
  const { t, f } = ui
  return (
    <PageFrame ui={ui} title={t.letter.title}>
      <div class="actions screen-only">
        <PrintButton kind="primary">{t.letter.print}</PrintButton>
        <a href="/first-hour">{t.form.back}</a>
      </div>
      <article class="letter">
        <p class="letter-right">{f.fullDate(ui.nowMs)}</p>
        <p>
          {t.letter.toBlank} {t.letter.to}
        </p>
        <p class="letter-right">
          {t.letter.from}: {ui.institution.name || t.kit.onSheet.byHand}
        </p>
        <h1>{t.letter.title}</h1>
        {t.letter.body.map((text) => (
          <p>{text}</p>
        ))}
        <ol class="steps">
          {t.letter.questions.map((question) => (
            <li>
              {question}
              <div class="answer-line"></div>
            </li>
          ))}
        </ol>
        <p>{t.letter.facts}</p>
        <p>
          {t.letter.reply}: {t.letter.replyBlank}
        </p>
        <p>{t.letter.sign}:</p>
        <div class="answer-line"></div>
      </article>
    </PageFrame>
  )
}
