/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role -- a table that scrolls sideways must take the focus (WCAG 2.1.1) and a name */
/** A document shown where it stands in the chart: PDF in a frame, a picture, a CDA in our own markup, or text. */
import type { CdaBlock, CdaDocument } from '#chart'
import type { ChartView } from './view.ts'

/** What the frame of this chart (server, station, edition) found at a document's path. */
export type ShownDocument =
  | { readonly kind: 'pdf' | 'image'; readonly href: string }
  | { readonly kind: 'cda'; readonly document: CdaDocument }
  | { readonly kind: 'text'; readonly text: string }
  /** Cannot be shown here; `contentType` says what it is. */
  | { readonly kind: 'other'; readonly contentType: string }

/** Pictures that every browser shows; others (TIFF, DICOM) are saved. */
const PICTURES = ['image/jpeg', 'image/png', 'image/gif', 'image/bmp']

/** How a file of this type is shown; `text` where its words have to be read first. */
export function wayToShow(contentType: string): 'pdf' | 'image' | 'read' | 'other' {
  const type = contentType.split(';')[0]!.trim().toLowerCase()
  if (type === 'application/pdf') return 'pdf'
  if (PICTURES.includes(type)) return 'image'
  return type.startsWith('text/') || type.includes('xml') ? 'read' : 'other'
}

function Block(props: { view: ChartView; block: CdaBlock; title: string }) {
  const { block } = props
  if (block.kind === 'paragraph') return <p class="source-text">{block.text}</p>
  if (block.kind === 'picture')
    return (
      <figure>
        <figcaption class="strong">▲ {props.view.t.exam.imageNote}</figcaption>
        <img src={`data:${block.type};base64,${block.base64}`} alt={props.view.words.reading.picture(props.title)} />
      </figure>
    )
  if (block.kind === 'list')
    return (
      <ul class="plain">
        {block.items.map((item) => (
          <li class="source-text">{item}</li>
        ))}
      </ul>
    )
  return (
    <div class="cda-table" role="group" aria-label={block.caption || props.title} tabindex={0}>
      <table class="table compact">
        {block.caption ? <caption>{block.caption}</caption> : null}
        <tbody>
          {block.rows.map(({ cells }) => (
            <tr>
              {cells.map(({ text, head }) =>
                head ? <th class="source-text">{text}</th> : <td class="source-text">{text}</td>,
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Headings below the part's own (h2) and the document's (h3). */
function Heading(props: { level: number; children: string }) {
  return props.level <= 1 ? <h4>{props.children}</h4> : <h5>{props.children}</h5>
}

function Cda(props: { view: ChartView; document: CdaDocument }) {
  const { view, document } = props
  const { reading } = view.words
  return (
    <>
      {document.title ? <h3>{document.title}</h3> : null}
      {document.embedded ? <p class="part-gap">▲ {reading.embedded(document.embedded)}</p> : null}
      {document.sections.map((section) => (
        <section>
          {section.title ? <Heading level={section.level}>{section.title}</Heading> : null}
          {section.blocks.map((block) => (
            <Block view={view} block={block} title={section.title || document.title} />
          ))}
        </section>
      ))}
      {document.sections.length === 0 && !document.embedded ? <p class="absent">{reading.noText}</p> : null}
      {document.cut ? <p class="part-gap">▲ {reading.cut}</p> : null}
    </>
  )
}

export function DocumentInPlace(props: { view: ChartView; title: string; shown: ShownDocument }) {
  const { view, title, shown } = props
  const { reading } = view.words
  return (
    <div class="document-shown">
      {shown.kind === 'image' ? (
        <figure>
          <figcaption class="strong">▲ {view.t.exam.imageNote}</figcaption>
          <img src={shown.href} alt={reading.picture(title)} />
        </figure>
      ) : null}
      {shown.kind === 'pdf' ? (
        <>
          <iframe src={shown.href} title={reading.pdf(title)} />
          <p class="quiet">{reading.pdfNote}</p>
        </>
      ) : null}
      {shown.kind === 'cda' ? <Cda view={view} document={shown.document} /> : null}
      {shown.kind === 'text' ? <p class="source-text">{shown.text || reading.noText}</p> : null}
      {shown.kind === 'other' ? <p class="part-gap">▲ {reading.other(shown.contentType)}</p> : null}
    </div>
  )
}
