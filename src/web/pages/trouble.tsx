/** 動かない・おかしい: one page for everybody who stands before a screen that does not work. Works without scripts, and on paper. */
import { CUT_GROUPS, type CutLine } from '#incident'
import {
  ButtonLink,
  Form,
  Notice,
  PageFrame,
  PageHeading,
  PrintButton,
  Section,
  SubmitButton,
  TextArea,
  TextField,
  type Typed,
} from '../components/index.ts'
import type { DoorView, Phone } from '../incident-ports.ts'
import type { Ui } from '../ui.ts'

export interface TroubleModel {
  /** Absent: an emergency PC that is not set up. */
  readonly door: DoorView | undefined
  readonly said?: 'kept' | 'bare'
  readonly typed?: Typed
}

export function TroublePage({ ui, model }: { ui: Ui; model: TroubleModel }) {
  const t = ui.t.trouble
  const { door, said } = model
  return (
    <PageFrame ui={ui} title={t.title}>
      <PageHeading title={t.title} lead={t.lead}>
        {/* On a phone the form stands below four steps. */}
        {door && !said ? (
          <ButtonLink href="#say" kind="primary">
            {t.say}
          </ButtonLink>
        ) : null}
        <PrintButton>{t.print}</PrintButton>
        {door && !door.isStation ? <ButtonLink href="/trouble/card.pdf">{ui.t.cards.fivePdf}</ButtonLink> : null}
      </PageHeading>
      {said ? (
        <Notice ui={ui} kind={said === 'kept' ? 'good' : 'caution'} title={said === 'kept' ? t.said : t.saidBare} live>
          <p>{said === 'kept' ? t.saidNext : t.saidBareNext}</p>
          {ui.viewer && said === 'kept' ? <a href="/incidents">{t.toCase}</a> : null}
        </Notice>
      ) : null}
      {door?.openSinceMs !== undefined && !said ? (
        <Notice ui={ui} kind="info" title={t.going(ui.f.near(door.openSinceMs, ui.nowMs))} />
      ) : null}
      <Section title={t.step1}>
        <ul class="bulleted">
          {t.handsOff.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </Section>
      <Section title={t.step2}>
        <p>{t.cutNote}</p>
        <CutList ui={ui} cuts={door?.cuts ?? []} />
      </Section>
      <Section title={t.step3}>
        <p class="strong">{t.fire}</p>
        {door && door.deciders.length > 0 ? <p>{t.deciders(door.deciders.join('、'))}</p> : null}
        {door && door.phones.length > 0 ? <Phones ui={ui} phones={door.phones} /> : <p>{t.phonesNone}</p>}
        {door?.hasPrivate ? <p>{t.phonesHidden}</p> : null}
      </Section>
      <Section title={t.step4}>
        <ul class="bulleted">
          {t.paper.map((line) => (
            <li>{line}</li>
          ))}
        </ul>
        <p class="actions screen-only">
          {ui.viewer ? <ButtonLink href="/slips">{t.slips}</ButtonLink> : null}
          {ui.viewer && !door?.isStation ? <ButtonLink href="/papers">{ui.t.papers.title}</ButtonLink> : null}
          {door?.isStation ? <ButtonLink href="/open">{t.station}</ButtonLink> : null}
        </p>
      </Section>
      <div class="screen-only">
        <Section title={t.say} id="say">
          {door ? <Say ui={ui} typed={model.typed} /> : <p>{t.notSetUp}</p>}
        </Section>
        <p>
          <ButtonLink href="/incidents">{ui.viewer ? t.toCase : t.decide}</ButtonLink>
        </p>
      </div>
    </PageFrame>
  )
}

function Say({ ui, typed }: { ui: Ui; typed: Typed | undefined }) {
  const t = ui.t.trouble
  return (
    <Form ui={ui} action="/trouble" typed={typed}>
      <p>{t.sayLead}</p>
      <input type="hidden" name="once" value={String(ui.nowMs)} />
      {ui.viewer ? null : <TextField name="name" label={t.name} maxlength={100} />}
      <TextField name="place" label={t.place} hint={t.placeHint} maxlength={100} />
      <TextArea name="what" label={t.what} hint={t.whatHint} />
      <SubmitButton>{t.say}</SubmitButton>
    </Form>
  )
}

/** In its order, with boxes for the time and the name: it is used on paper. */
export function CutList({ ui, cuts }: { ui: Ui; cuts: readonly CutLine[] }) {
  const t = ui.t.trouble
  return (
    <>
      {CUT_GROUPS.map((group) => {
        const lines = cuts.filter((line) => line.group === group)
        return (
          <>
            <h3>{t.cutGroup[group]}</h3>
            {lines.length === 0 ? <p class="quiet">{t.cutNone}</p> : null}
            <ol class="cut-list">
              {lines.map((line) => (
                <li>
                  <strong>{line.name}</strong>
                  {line.place ? ` ${t.cutPlace}: ${line.place}` : ''}
                  {line.how ? ` ${t.cutHow}: ${line.how}` : ''}
                  {line.stops ? ` ${t.cutStops}: ${line.stops}` : ''}
                  {line.phone ? ` ☎ ${line.phone}` : ''}
                  <span class="fill-in">
                    {t.cutTime} ＿＿:＿＿ {t.cutWho} ＿＿＿＿＿＿
                  </span>
                </li>
              ))}
            </ol>
          </>
        )
      })}
    </>
  )
}

export function Phones({ ui, phones }: { ui: Ui; phones: readonly Phone[] }) {
  return (
    <ul class="phone-list">
      {phones.map(({ who, phone, note, isUnchecked }) => (
        <li>
          <a href={`tel:${phone.replace(/[^\d+]/g, '')}`} class="strong">
            {phone}
          </a>{' '}
          {who} {note ? <small>{note}</small> : null}
          {isUnchecked ? <small class="below">▲ {ui.t.trouble.unchecked}</small> : null}
        </li>
      ))}
    </ul>
  )
}
