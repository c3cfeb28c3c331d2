/** What is printed: the sheets of a kit that was just made, and the list of places, which holds no secret. */
import {
  ButtonLink,
  DataTable,
  FactList,
  Notice,
  PageFrame,
  PageHeading,
  PostButton,
  PrintButton,
  QrCode,
} from '../components/index.ts'
import type { KitFacts, PrintedKit, PrintedSheet } from '../kit-ports.ts'
import type { Ui } from '../ui.ts'

/** Never stored and, after half an hour or the first check, never reachable again. */
export function KitSheetsPage(props: { ui: Ui; kit: PrintedKit }) {
  const { ui, kit } = props
  const { t } = ui
  return (
    <PageFrame ui={ui} title={t.kit.printTitle}>
      <div class="screen-only">
        <PageHeading title={t.kit.printTitle}>
          <PrintButton kind="primary">{t.kit.print}</PrintButton>
          <ButtonLink href="/recovery-kit/places">{t.kit.factsLink}</ButtonLink>
          <ButtonLink href={`/recovery-kit/check/${kit.sheets[0]!.part}`}>{t.kit.printNext}</ButtonLink>
        </PageHeading>
        <Notice ui={ui} kind="caution" title={t.kit.printLead} />
      </div>
      {kit.sheets.map((sheet) => (
        <SheetOnPaper ui={ui} kit={kit} sheet={sheet} />
      ))}
    </PageFrame>
  )
}

function SheetOnPaper(props: { ui: Ui; kit: PrintedKit; sheet: PrintedSheet }) {
  const { ui, kit, sheet } = props
  const { t, f } = ui
  const words = t.kit.onSheet
  const rows = sheet.words.map((word, i) => ({ ...word, order: i + 1 }))
  return (
    <section class="block kit-sheet">
      <div class="kit-sheet-head">
        <h2>{t.kit.sheet[sheet.part]}</h2>
        <p class="strong">{t.kit.number(kit.id)}</p>
      </div>
      <p>{sheet.part === 0 ? words.purpose[0] : words.purpose.share}</p>
      <div class="kit-sheet-body">
        <DataTable
          ui={ui}
          caption={t.kit.sheet[sheet.part]}
          hideCaption
          rows={rows}
          columns={[
            { key: 'order', head: words.order, align: 'right', cell: ({ order }) => f.count(order) },
            { key: 'number', head: words.number, cell: ({ number }) => <span class="mono">{number}</span> },
            { key: 'word', head: words.word, isName: true, cell: ({ word }) => <span class="mono">{word}</span> },
          ]}
        />
        <div>
          <QrCode text={sheet.words.map(({ word }) => word).join(' ')} label={words.qr} />
          <p class="quiet">{words.qr}</p>
          <FactList
            facts={[
              { term: words.institution, value: ui.institution.name || words.byHand },
              { term: words.support, value: supportOf(ui) || words.byHand },
              { term: words.holder, value: sheet.holder },
              {
                term: words.keptAt,
                value: `${sheet.keptAt}（${sheet.outside ? t.kit.outsideWord : t.kit.insideWord}）`,
              },
              { term: words.madeOn, value: f.fullDate(kit.issuedAtMs) },
            ]}
          />
        </div>
      </div>
      <h3>{words.how}</h3>
      <ol>
        {words.steps.map((step) => (
          <li>{step}</li>
        ))}
      </ol>
      <p class="strong">{words.never}</p>
    </section>
  )
}

const supportOf = ({ institution }: Ui): string =>
  [institution.supportName, institution.supportPhone].filter(Boolean).join('　')

/** Bytes in one code: a phone reads it off a laser print. */
const QR_BYTES = 600

/** Lines of ASCII: addresses, keys and ids; what a person needs besides stands in the tables. */
export function factLines(facts: KitFacts): string[] {
  return [
    `toride-kit ${facts.kitId}`,
    `ledger ${facts.ledgerKey}`,
    ...facts.places
      .filter(({ kind }) => kind !== 'local')
      .map(({ kind, location, pin, client, key }) => [kind, location, pin, client, key].filter(Boolean).join(' ')),
    ...facts.repositories.map(({ folder, id }) => `repository ${folder} ${id}`),
  ].map((line) => encodeURI(line).replaceAll('%20', ' '))
}

function codes(lines: readonly string[]): string[] {
  const texts: string[] = []
  for (const line of lines) {
    const last = texts.at(-1)
    if (last !== undefined && last.length + line.length < QR_BYTES) texts[texts.length - 1] = `${last}\n${line}`
    else texts.push(line)
  }
  return texts
}

export function KitFactsPage(props: { ui: Ui; facts: KitFacts }) {
  const { ui, facts } = props
  const { t } = ui
  const words = t.kit.facts
  return (
    <PageFrame ui={ui} title={words.title}>
      <PageHeading title={words.title} lead={`${words.lead}（${t.kit.number(facts.kitId)}）`}>
        <PrintButton kind="primary">{t.kit.print}</PrintButton>
        <PostButton ui={ui} action="/recovery-kit/places">
          {words.printed}
        </PostButton>
      </PageHeading>
      <p class="screen-only quiet">{words.printedNote}</p>
      <h2>{words.places}</h2>
      {facts.places.map((place) => (
        <div class="kit-place">
          <FactList
            wide
            facts={[
              { term: words.place, value: place.kind === 'local' ? words.here : place.name },
              { term: words.address, value: <span class="mono">{place.location}</span> },
              ...(place.client ? [{ term: words.client, value: <span class="mono">{place.client}</span> }] : []),
              ...(place.pin ? [{ term: words.pin, value: <span class="mono kit-long">{place.pin}</span> }] : []),
              ...(place.key ? [{ term: words.key, value: <span class="mono kit-long">{place.key}</span> }] : []),
            ]}
          />
        </div>
      ))}
      <h2>{words.repositories}</h2>
      <DataTable
        ui={ui}
        caption={words.repositories}
        hideCaption
        rows={facts.repositories}
        columns={[
          { key: 'name', head: words.source, isName: true, cell: ({ name }) => name },
          { key: 'folder', head: words.folder, cell: ({ folder }) => <span class="mono">{folder}</span> },
          { key: 'id', head: words.id, cell: ({ id }) => <span class="mono">{id.slice(0, 16)}</span> },
        ]}
      />
      <h2>{words.ledger}</h2>
      <p class="mono kit-long">{facts.ledgerKey}</p>
      <div class="kit-codes">
        {codes(factLines(facts)).map((text) => (
          <QrCode text={text} label={words.qr} />
        ))}
      </div>
    </PageFrame>
  )
}
