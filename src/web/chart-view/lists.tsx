/** Problems, visits, examinations, documents, diets, insurance, contacts: dated rows with their words. */
import type { ClinicalDocument, Contacts, Coverage, Diet, Encounter, Examination, LabOrder, Problem } from '#chart'
import { placeWords } from '#sheets'
import { DocumentInPlace } from './document.tsx'
import { Folded, isHiddenOnPhone, OriginLine } from './part.tsx'
import { dateWords, statusWords, type ChartView } from './view.ts'

function ProblemLine(props: { view: ChartView; problem: Problem }) {
  const { view, problem } = props
  const { t } = view
  const hidden = problem.told === 'not-told' || isHiddenOnPhone(problem)
  return (
    <li class={hidden ? 'off-phone' : undefined}>
      <span class="row-date">
        {dateWords(problem.onset)}〜{dateWords(problem.endedOn)}
      </span>
      <span>
        <strong>{problem.name}</strong>
        {problem.main ? <span class="tag">{t.problem.main}</span> : null}
        {problem.suspected ? <span class="tag">{t.problem.suspected}</span> : null}
        {problem.told === 'not-told' ? <span class="tag tag-warning">{t.problem.notTold}</span> : null}
        {problem.told === 'unknown' ? <span class="quiet"> {t.problem.toldUnknown}</span> : null}
        <span class="quiet">
          {' '}
          {[
            problem.outcome ? `${t.problem.outcome} ${problem.outcome} ${dateWords(problem.outcomeOn)}` : '',
            problem.department,
            ...problem.notes,
          ]
            .filter(Boolean)
            .join('　')}
        </span>
        <OriginLine view={view} origin={problem.origin} />
      </span>
    </li>
  )
}

export function Problems(props: { view: ChartView; problems: readonly Problem[] }) {
  const { view, problems } = props
  const open = problems.filter((problem) => problem.open)
  const closed = problems.filter((problem) => !problem.open)
  return (
    <>
      {open.length > 0 ? <h3>{view.t.problem.openList}</h3> : null}
      <ul class="rows">
        {open.map((problem) => (
          <ProblemLine view={view} problem={problem} />
        ))}
      </ul>
      {closed.length > 0 ? (
        <details class="older" open={open.length === 0}>
          <summary>
            {view.t.problem.closedList} {view.f.count(closed.length)}
          </summary>
          <ul class="rows">
            {closed.map((problem) => (
              <ProblemLine view={view} problem={problem} />
            ))}
          </ul>
        </details>
      ) : null}
    </>
  )
}

export function Encounters(props: { view: ChartView; encounters: readonly Encounter[] }) {
  const { view } = props
  return (
    <ul class="rows">
      {props.encounters.map((encounter) => (
        <li>
          <span class="row-date">{dateWords(encounter.at)}</span>
          <span>
            <strong>{view.t.encounter.event[encounter.event]}</strong>{' '}
            {[encounter.department, placeWords(view, encounter), encounter.doctor].filter(Boolean).join('　')}
            {encounter.text ? <span class="quiet"> {encounter.text}</span> : null}
            <OriginLine view={view} origin={encounter.origin} />
          </span>
        </li>
      ))}
    </ul>
  )
}

export function Examinations(props: { view: ChartView; items: readonly Examination[] }) {
  const { view } = props
  const { t } = view
  return (
    <>
      <p class="part-note">{t.exam.imageNote}</p>
      {props.items.map((item) => (
        <article class="order">
          <h3>
            {dateWords(item.at)} {item.name}{' '}
            <span class="quiet">
              {[
                t.exam.modality[item.modality],
                t.exam.stage[item.stage],
                item.bodySite,
                item.department,
                statusWords(view, item.status),
              ]
                .filter(Boolean)
                .join('　')}
            </span>
          </h3>
          {item.report.map((part) => (
            <div class="report">
              {part.title ? <h4>{part.title}</h4> : null}
              <p class="source-text">
                {part.text}
                {part.flag ? <b class="flag"> {part.flag}</b> : null}
              </p>
            </div>
          ))}
          {item.report.length === 0 && item.stage === 'report' ? <p class="absent">{t.exam.noReport}</p> : null}
          <OriginLine view={view} origin={item.origin} />
        </article>
      ))}
    </>
  )
}

function DocumentFile(props: { view: ChartView; title: string; file: ClinicalDocument['files'][number] }) {
  const { view, title, file } = props
  const { inPlace } = view
  const shown = inPlace?.shown?.path === file.path ? inPlace.shown.document : undefined
  return (
    <div id={inPlace?.id(file.path)} class="document-file">
      {inPlace && file.sizeBytes !== 0 ? (
        <a class="document-link" href={inPlace.href(file.path)}>
          {shown ? view.words.reading.hide : view.words.reading.here}
          <span class="visually-hidden"> {title}</span>
        </a>
      ) : null}
      <DocumentLink view={view} title={title} file={file} />
      {shown ? <DocumentInPlace view={view} title={title} shown={shown} /> : null}
    </div>
  )
}

function DocumentItem(props: { view: ChartView; document: ClinicalDocument }) {
  const { view, document: doc } = props
  const { t } = view
  return (
    <li>
      <span class="row-date">{dateWords(doc.at)}</span>
      <div>
        <strong>{doc.title || t.document.untitled}</strong> <span class="tag">{t.document.kind[doc.kind]}</span>{' '}
        <span class="quiet">
          {[doc.department, doc.author, statusWords(view, doc.status)].filter(Boolean).join('　')}
        </span>
        {doc.kind === 'image' ? <span class="quiet"> {t.exam.imageNote}</span> : null}
        {view.documentHref ? doc.files.map((file) => <DocumentFile view={view} title={doc.title} file={file} />) : null}
        {doc.text ? (
          <details class="document-text">
            <summary>{t.document.text}</summary>
            <p class="source-text">{doc.text}</p>
          </details>
        ) : null}
        <OriginLine view={view} origin={doc.origin} />
      </div>
    </li>
  )
}

/** An empty file has nothing to open, and says so. */
function DocumentLink(props: { view: ChartView; title: string; file: ClinicalDocument['files'][number] }) {
  const { view, file } = props
  const kind = file.contentType.replace(/^.*\//, '').toUpperCase()
  if (file.sizeBytes === 0)
    return (
      <span class="quiet">
        {kind} {view.t.document.empty}
      </span>
    )
  const href = view.documentHref?.(file.path)
  if (href === undefined)
    return (
      <span class="quiet">
        {kind} {view.words.editionReader.document.notHere}
      </span>
    )
  return (
    <a class="document-link" href={href}>
      {view.t.document.open}
      <span class="visually-hidden"> {props.title}</span>
      <span class="quiet">
        {' '}
        {kind}
        {file.sizeBytes === undefined ? '' : ` ${view.f.size(file.sizeBytes)}`}
      </span>
    </a>
  )
}

export function Documents(props: { view: ChartView; documents: readonly ClinicalDocument[] }) {
  return (
    <ul class="rows">
      {props.documents.map((document) => (
        <DocumentItem view={props.view} document={document} />
      ))}
    </ul>
  )
}

/** What is still to come first, the next of it on top; what is past is folded. */
export function Bookings(props: { view: ChartView; bookings: readonly ClinicalDocument[]; today: string }) {
  const { view, bookings, today } = props
  const isPast = ({ at }: ClinicalDocument) => at !== undefined && at.slice(0, today.length) < today
  const coming = bookings.filter((one) => !isPast(one)).toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1))
  const past = bookings.filter(isPast)
  return (
    <>
      <Documents view={view} documents={coming} />
      {past.length > 0 ? (
        <details class="older">
          <summary>{view.t.pastBookings(view.f.count(past.length))}</summary>
          <Documents view={view} documents={past} />
        </details>
      ) : null}
    </>
  )
}

export function Diets(props: { view: ChartView; diets: readonly Diet[] }) {
  return (
    <ul class="rows">
      {props.diets.map((diet) => (
        <li>
          <span class="row-date">
            {dateWords(diet.start)}〜{dateWords(diet.end)}
          </span>
          <span>
            <strong>{diet.text}</strong>{' '}
            <span class="quiet">
              {[...diet.details, statusWords(props.view, diet.status)].filter(Boolean).join('、')}
            </span>
            <OriginLine view={props.view} origin={diet.origin} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** An order without its result must not be overlooked among the older ones. */
export function FoldedLabOrders({ view, orders }: { view: ChartView; orders: readonly LabOrder[] }) {
  const waiting = (older: readonly LabOrder[]) => {
    const { length } = older.filter(({ resulted }) => !resulted)
    return length > 0 ? view.t.ofThemWaiting(view.f.count(length)) : ''
  }
  return (
    <Folded view={view} items={orders} note={waiting} children={(some) => <LabOrders view={view} orders={some} />} />
  )
}

function LabOrders(props: { view: ChartView; orders: readonly LabOrder[] }) {
  const { view } = props
  return (
    <ul class="rows">
      {props.orders.map((order) => (
        <li>
          <span class="row-date">{dateWords(order.collectAt ?? order.orderedOn)}</span>
          <span>
            <span class="tag">{order.resulted ? view.t.lab.resulted : view.t.lab.waiting}</span>{' '}
            {order.items.join('、')}{' '}
            <span class="quiet">{[order.department, statusWords(view, order.status)].filter(Boolean).join('　')}</span>
            <OriginLine view={view} origin={order.origin} />
          </span>
        </li>
      ))}
    </ul>
  )
}

export function Coverages(props: { view: ChartView; items: readonly Coverage[] }) {
  const { t } = props.view
  return (
    <ul class="rows">
      {props.items.map((item) => (
        <li>
          <span class="row-date">
            {dateWords(item.from)}〜{dateWords(item.until)}
          </span>
          <span>
            <strong>{item.kind}</strong>{' '}
            {[
              item.insurer ? `${t.coverage.insurer} ${item.insurer}` : '',
              item.symbol ? `${t.coverage.symbol} ${item.symbol}` : '',
              item.number ? `${t.coverage.number} ${item.number}` : '',
              item.branch ? `${t.coverage.branch} ${item.branch}` : '',
              item.relation ? `${t.coverage.relation} ${item.relation}` : '',
            ]
              .filter(Boolean)
              .join('　')}
            <OriginLine view={props.view} origin={item.origin} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** "電話（自宅）"; a use that is not FHIR's is the source's own word. */
function useWords(view: ChartView, use: string | undefined, name: string): string {
  return use === undefined ? name : `${name}（${view.t.contacts.use[use] ?? use}）`
}

export function ContactList(props: { view: ChartView; contacts: Contacts }) {
  const { view, contacts } = props
  const { t } = view
  return (
    <dl class="facts facts-wide">
      {contacts.addresses.map((address) => (
        <div>
          <dt>{useWords(view, address.use, t.contacts.address)}</dt>
          <dd>
            {address.postalCode ? `〒${address.postalCode} ` : ''}
            {address.text}
          </dd>
        </div>
      ))}
      {contacts.phones.map((phone) => (
        <div>
          <dt>{useWords(view, phone.use, t.contacts.phone)}</dt>
          <dd>{phone.text}</dd>
        </div>
      ))}
      {contacts.people.map((person) => (
        <div>
          <dt>{person.relation ?? t.contacts.people}</dt>
          <dd>
            {person.name} {person.phones.join('、')}
          </dd>
        </div>
      ))}
    </dl>
  )
}
