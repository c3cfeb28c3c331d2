/** 役割カード: one for each duty, to be printed while all is calm. */
import { phonesOf, type RegisterEntry, type RoleCard } from '#governance'
import { ButtonLink, PageFrame, PageHeading, Section } from '../components/index.ts'
import type { Ui } from '../ui.ts'

export function RoleCardsPage({ ui, cards }: { ui: Ui; cards: readonly RoleCard[] }) {
  const t = ui.t.cards
  const words = ui.t.registers
  const person = (entry: RegisterEntry) =>
    [entry.values['name'], phonesOf(entry.values) || t.noPhone, entry.unverified ? `▲ ${words.unverified}` : '']
      .filter(Boolean)
      .join(' ')
  return (
    <PageFrame ui={ui} title={t.rolesTitle}>
      <PageHeading title={t.rolesTitle} lead={t.rolesLead}>
        <ButtonLink href="/registers/role-cards.pdf">{t.pdf}</ButtonLink>
      </PageHeading>
      {cards.map(({ duty, holder, deputies, calls }) => (
        <Section title={words.choice[duty] ?? duty}>
          <p>
            <strong>{t.holder}:</strong> {holder ? person(holder) : `▲ ${t.nobody}`}
          </p>
          {deputies.length > 0 ? (
            <p>
              <strong>{t.deputies}:</strong> {deputies.map(person).join('、')}
            </p>
          ) : null}
          <h3>{t.toDo}</h3>
          <ol>
            {(t.lines[duty] ?? []).map((line) => (
              <li>{line}</li>
            ))}
          </ol>
          <h3>{t.call}</h3>
          <ul class="bulleted">
            {calls.length === 0 ? <li>{t.callNone}</li> : calls.map((one) => <li>{person(one)}</li>)}
          </ul>
        </Section>
      ))}
    </PageFrame>
  )
}
