/** For the printer: the label of a disc, the cards of its envelopes, the sheet for a lost one. */
import { KDF_ITERATIONS } from '#edition/format'
import {
  ButtonLink,
  FactList,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  Section,
} from '../components/index.ts'
import type { EditionView } from '../edition-ports.ts'
import type { Ui } from '../ui.ts'
import { EditionSources } from './edition-sources.tsx'

export function EditionLabelPage(props: { ui: Ui; view: EditionView }) {
  const { ui, view } = props
  const { f } = ui
  const { edition, supportPhone } = view
  const t = ui.t.editions
  const discs = Array.from({ length: edition.discs }, (_, n) => n + 1)
  return (
    <PageFrame ui={ui} title={t.label.title}>
      <PageHeading title={t.label.title} lead={t.label.lead}>
        <PrintButton kind="primary">{ui.t.nav.print}</PrintButton>
        <ButtonLink href={`/editions/${edition.number}`}>{ui.t.form.back}</ButtonLink>
      </PageHeading>
      <div class="medium-labels">
        {discs.map((n) => (
          <div class="medium-label">
            <p>{ui.institution.name}</p>
            <p class="medium-number">
              {t.title}
              <strong>{t.number(String(edition.number))}</strong>
              {edition.discs > 1 ? t.label.disc(String(n), String(edition.discs)) : ''}
            </p>
            <p>{t.kind[edition.kind]}</p>
            {edition.sources.map(({ name, asOf }) => (
              <p>{ui.t.editionSources.source(name, `${f.fullDate(asOf)} ${f.time(asOf)}`)}</p>
            ))}
            {edition.papers.length > 0 ? <p>{ui.t.editionPapers.onLabel(edition.papers.join('、'))}</p> : null}
            <p>
              {t.one.key} <strong class="mono">{edition.fingerprint}</strong>
            </p>
            <p class="strong">{t.label.open}</p>
            <p>
              {t.label.hash}
              <br />
              <small class="mono">{edition.pageSha256}</small>
            </p>
            <p>{supportPhone ? t.label.found(supportPhone) : t.label.foundNoPhone}</p>
          </div>
        ))}
      </div>
    </PageFrame>
  )
}

/** Never on the envelope that holds the disc; shown to one person for some hours, and never stored. */
export function EditionCardPage(props: {
  ui: Ui
  view: EditionView
  slots: readonly { readonly name: string; readonly passphrase: string }[]
}) {
  const { ui, view, slots } = props
  const t = ui.t.editions.card
  const number = String(view.edition.number)
  return (
    <PageFrame ui={ui} title={t.title}>
      <div class="screen-only">
        <PageHeading title={t.title}>
          <PrintButton kind="primary">{ui.t.nav.print}</PrintButton>
          <PostButton ui={ui} action={`/editions/${number}/forget`}>
            {t.done}
          </PostButton>
        </PageHeading>
        <Notice ui={ui} kind="caution" title={t.lead} />
      </div>
      <EnvelopeCards ui={ui} heading={t.heading(number)} slots={slots} />
    </PageFrame>
  )
}

/** One sheet for each envelope. */
export function EnvelopeCards(props: {
  ui: Ui
  heading: string
  slots: readonly { readonly name: string; readonly passphrase: string }[]
}) {
  const { ui, heading, slots } = props
  const t = ui.t.editions.card
  return (
    <>
      {slots.map(({ name, passphrase }) => (
        <section class="block kit-sheet">
          <h2>{heading}</h2>
          <p>
            {ui.institution.name}　{t.slot(name)}
          </p>
          <p class="edition-passphrase mono" aria-label={t.rows}>
            {passphrase.split('-').map((group) => (
              <span>{group}</span>
            ))}
          </p>
          <ul class="plain">
            {t.rules.map((rule) => (
              <li>{rule}</li>
            ))}
          </ul>
          <p>{t.opened}</p>
          <div class="answer-line"></div>
          <div class="answer-line"></div>
        </section>
      ))}
    </>
  )
}

/** Answers what the authority asks of encryption with facts; whether to report is for people to decide. */
export function LostEditionPage(props: { ui: Ui; view: EditionView }) {
  const { ui, view } = props
  const { f, nowMs } = ui
  const { edition, history, names } = view
  const t = ui.t.editions.lostPage
  const one = ui.t.editions.one
  const lost = history.find(({ what }) => what === 'lost')
  return (
    <PageFrame ui={ui} title={t.title(String(edition.number))}>
      <PageHeading title={t.title(String(edition.number))} lead={t.lead}>
        <PrintButton kind="primary">{ui.t.nav.print}</PrintButton>
        <ButtonLink href={`/editions/${edition.number}`}>{ui.t.form.back}</ButtonLink>
      </PageHeading>
      <Section title={t.do}>
        <ol class="steps">
          {t.steps.map((step) => (
            <li>{step}</li>
          ))}
        </ol>
      </Section>
      <Section title={one.facts}>
        <FactList
          facts={[
            { term: ui.t.editions.heads.holder, value: edition.holder },
            { term: ui.t.editions.heads.place, value: edition.place },
            { term: one.patients, value: f.count(edition.patients) },
            { term: ui.t.editionSources.head, value: <EditionSources ui={ui} edition={edition} /> },
            { term: one.made, value: `${names.get(edition.madeBy) ?? ''} ${f.dateTime(edition.madeAt, nowMs)}` },
            lost ? { term: one.what.lost, value: f.dateTime(lost.at, nowMs) } : undefined,
          ]}
        />
        <p>
          <strong>{t.contents}</strong> {t.contentsOf[edition.kind]}
        </p>
      </Section>
      <Section title={t.facts}>
        <ul class="plain">
          {[t.encrypted, t.how(f.count(KDF_ITERATIONS)), t.strength, t.separate, t.but].map((fact) => (
            <li>{fact}</li>
          ))}
        </ul>
      </Section>
      <Section title={t.envelopes}>
        {edition.slots.map((name) => (
          <>
            <p>{name}</p>
            <div class="answer-line"></div>
          </>
        ))}
      </Section>
      <Section title={t.lastSeen}>
        <div class="answer-line"></div>
        <div class="answer-line"></div>
      </Section>
      <p class="quiet">{t.note}</p>
    </PageFrame>
  )
}
