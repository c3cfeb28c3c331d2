/**
 * Prescriptions, injection orders and what was given. Never a bare amount: each dose names what it measures, and a
 * missing one says 記載なし (USERS.md, clinical safety). Nothing says that a drug is still taken.
 */
import type { Administration, Drug, InjectionOrder, PrescriptionOrder, RpGroup } from '#chart'
import { amountWords, doseWords, endWords, spanWords } from '#sheets'
import { OriginLine } from './part.tsx'
import { dateWords, statusWords, type ChartView } from './view.ts'

function DrugLine(props: { view: ChartView; drug: Drug }) {
  const { view, drug } = props
  return (
    <li class="drug">
      <span class="drug-name">
        {drug.name}
        {drug.status ? <span class="tag tag-warning">{statusWords(view, drug.status)}</span> : null}
      </span>
      <span class="drug-dose">{doseWords(view, drug.dose)}</span>
      {drug.dose.contradictory ? <strong class="warn">▲ {view.t.prescription.contradictory}</strong> : null}
      {drug.comments.map((comment) => (
        <small>{comment}</small>
      ))}
      <OriginLine view={view} origin={drug.origin} />
    </li>
  )
}

function Rp(props: { view: ChartView; group: RpGroup }) {
  const { view, group } = props
  const { t } = view
  return (
    <div class="rp">
      <ul>
        {group.drugs.map((drug) => (
          <DrugLine view={view} drug={drug} />
        ))}
      </ul>
      <p class="rp-usage">
        <span class="tag">{t.prescription.rp(group.rp)}</span>
        <strong>{group.usage ?? t.prescription.noUsage}</strong>
        {group.usageDecoded ? <span class="quiet">{t.prescription.usageDecoded}</span> : null}
        {group.route ? ` ${group.route}` : ''} {group.supply ?? ''}
      </p>
      <p class="quiet">
        {group.start ? `${t.prescription.start} ${dateWords(group.start)}　` : ''}
        {endWords(view, group.end)}
      </p>
    </div>
  )
}

function PrescriptionBlock(props: { view: ChartView; order: PrescriptionOrder }) {
  const { view, order } = props
  const { t } = view
  const facts = [
    t.prescription.setting[order.setting],
    t.prescription.dispensing[order.dispensing],
    order.department,
    order.prescriber,
  ].filter(Boolean)
  return (
    <article class="order">
      <h3>
        {dateWords(order.orderedOn)} <span class="quiet">{facts.join('　')}</span>
      </h3>
      {order.beforeAdmission ? (
        <p class="warn">
          <span aria-hidden="true">▲ </span>
          {t.prescription.beforeAdmission}
        </p>
      ) : null}
      {order.groups.map((group) => (
        <Rp view={view} group={group} />
      ))}
      <OriginLine view={view} origin={order.origin} />
    </article>
  )
}

/** Orders shown open; the earlier ones fold (and unfold on paper). */
const OPEN_ORDERS = 6

export function Prescriptions(props: { view: ChartView; orders: readonly PrescriptionOrder[] }) {
  const { view, orders } = props
  const before = orders.filter((order) => order.beforeAdmission)
  const others = orders.filter((order) => !order.beforeAdmission)
  const older = others.slice(OPEN_ORDERS)
  return (
    <>
      {others.slice(0, OPEN_ORDERS).map((order) => (
        <PrescriptionBlock view={view} order={order} />
      ))}
      {before.length > 0 ? (
        <div class="before-admission">
          <h3>{view.t.prescription.beforeAdmission}</h3>
          {before.map((order) => (
            <PrescriptionBlock view={view} order={{ ...order, beforeAdmission: false }} />
          ))}
        </div>
      ) : null}
      {older.length > 0 ? (
        <details class="older">
          <summary>{view.t.prescription.older(view.f.count(older.length))}</summary>
          {older.map((order) => (
            <PrescriptionBlock view={view} order={order} />
          ))}
        </details>
      ) : null}
    </>
  )
}

function InjectionBlock(props: { view: ChartView; order: InjectionOrder }) {
  const { view, order } = props
  const { t } = view
  return (
    <article class="order">
      <h3>
        {dateWords(order.orderedOn)}{' '}
        <span class="quiet">{[order.department, order.prescriber].filter(Boolean).join('　')}</span>
      </h3>
      {order.groups.map((group) => (
        <div class="rp">
          <ul>
            {group.drugs.map((drug) => (
              <li class="drug">
                <span class="drug-name">{drug.name}</span>
                <span class="drug-dose">
                  {drug.amount ? `${t.injection.amount} ${amountWords(drug.amount)}` : t.injection.amountMissing}
                </span>
              </li>
            ))}
          </ul>
          <p class="rp-usage">
            <span class="tag">{t.prescription.rp(group.rp)}</span>
            <strong>{[group.kind, group.usage].filter(Boolean).join(' ')}</strong>{' '}
            {group.status ? <span class="tag tag-warning">{statusWords(view, group.status)}</span> : null}
            {[
              group.route ? `${t.injection.route} ${group.route}` : '',
              group.site ? `${t.injection.site} ${group.site}` : '',
              group.volume ? `${t.injection.volume} ${amountWords(group.volume)}` : '',
              group.rate ? `${t.injection.rate} ${amountWords(group.rate)}` : '',
            ]
              .filter(Boolean)
              .join('　')}
          </p>
          <p class="quiet">
            {group.start ? `${t.prescription.start} ${dateWords(group.start)}　` : ''}
            {group.end ? endWords(view, group.end) : ''}
            {group.comments.join('　')}
          </p>
        </div>
      ))}
      <OriginLine view={view} origin={order.origin} />
    </article>
  )
}

export function Injections(props: { view: ChartView; orders: readonly InjectionOrder[] }) {
  return (
    <>
      {props.orders.map((order) => (
        <InjectionBlock view={props.view} order={order} />
      ))}
    </>
  )
}

export function Administrations(props: { view: ChartView; items: readonly Administration[] }) {
  const { view } = props
  const { t } = view
  return (
    <ul class="rows">
      {props.items.map((item) => (
        <li>
          <span class="row-date">{spanWords(item.start, item.end)}</span>
          <span>
            {item.drugs
              .map((drug) => `${drug.name} ${drug.amount ? amountWords(drug.amount) : t.injection.amountMissing}`)
              .join('、')}{' '}
            <span class="quiet">
              {[
                t.administration.kind[item.kind],
                item.route,
                item.rate,
                item.place,
                statusWords(view, item.status),
                item.by ? `${t.administration.by} ${item.by}` : '',
              ]
                .filter(Boolean)
                .join('　')}
              {item.comments.length > 0 ? `　${item.comments.join('、')}` : ''}
            </span>
            <OriginLine view={view} origin={item.origin} />
          </span>
        </li>
      ))}
    </ul>
  )
}
