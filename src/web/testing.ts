/** For tests beside the pages: a Ui without a server, and a strict reading of the markup. */
import { manualClock } from '#base'
import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5'
import { fixtureViewer } from './fixtures/services.ts'
import { NOW } from './fixtures/house.ts'
import type { Language } from './format.ts'
import type { Viewer } from './ports.ts'
import { createUi, type Ui } from './ui.ts'

export function testUi(options: { language?: Language; viewer?: Viewer; sample?: boolean; path?: string } = {}): Ui {
  return createUi({
    language: options.language ?? 'ja',
    clock: manualClock(NOW),
    path: options.path ?? '/',
    viewer: options.viewer ?? fixtureViewer,
    institution: { name: '青葉記念病院（見本）', sample: options.sample ?? true },
    csrf: 'token',
    assets: { stylesheet: '/assets/a.css', script: '/assets/a.js' },
  })
}

export interface Read {
  /** Faults of the markup that a browser would silently repair. */
  readonly errors: readonly string[]
  readonly elements: readonly Tree.Element[]
  /** All text, spaces folded. */
  readonly text: string
}

export function readHtml(html: string): Read {
  const errors: string[] = []
  const document = parse(html, { sourceCodeLocationInfo: true, onParseError: (error) => errors.push(error.code) })
  const elements: Tree.Element[] = []
  const texts: string[] = []
  const visit = (node: Tree.Node): void => {
    if ('tagName' in node) elements.push(node)
    if (node.nodeName === '#text') texts.push((node as Tree.TextNode).value)
    if ('childNodes' in node) for (const child of node.childNodes) visit(child)
  }
  visit(document)
  return { errors, elements, text: texts.join(' ').replace(/\s+/g, ' ') }
}

export const attribute = (element: Tree.Element, name: string) =>
  element.attrs.find((candidate) => candidate.name === name)?.value

/** Ids that stand twice, and references (label for, aria-…) that lead nowhere. */
export function brokenReferences({ elements }: Read): string[] {
  const ids = elements.flatMap((element) => attribute(element, 'id') ?? [])
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index)
  const wanted = elements.flatMap((element) =>
    ['for', 'aria-describedby', 'aria-labelledby'].flatMap((name) => attribute(element, name)?.split(' ') ?? []),
  )
  return [
    ...twice.map((id) => `twice: ${id}`),
    ...wanted.filter((id) => !ids.includes(id)).map((id) => `nowhere: ${id}`),
  ]
}
