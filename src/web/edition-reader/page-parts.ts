/** Small things between the reader's state and the document. */
import type { ChartModel } from './chart-screen.tsx'

export interface Markup {
  toString(): string
}

/** Every text in it was escaped by the shared components, and the page's policy runs no script but this one. */
export function fill(element: Element, markup: Markup): void {
  element.innerHTML = markup.toString()
}

export function describe(model: ChartModel, path: string): { title: string; contentType: string } {
  const { notes, documents } = model.opened.chart
  for (const section of [notes, documents])
    if (section.access === 'shown')
      for (const document of section.value) {
        const file = document.files.find((one) => one.path === path)
        if (file) return { title: document.title, contentType: file.contentType }
      }
  return { title: '', contentType: 'application/octet-stream' }
}

/** Only kinds that cannot run anything are named to the browser; the rest is bytes to be saved. */
export function addressOf(bytes: Uint8Array<ArrayBuffer> | undefined, contentType: string): string | undefined {
  if (!bytes) return undefined
  const isHarmless = /^image\/(?:png|jpeg|gif|bmp|webp)$|^application\/pdf$|^text\/plain$/.test(contentType)
  return URL.createObjectURL(new Blob([bytes], { type: isHarmless ? contentType : 'application/octet-stream' }))
}

/** Asks the browser to save a text beside the disc, which itself cannot be written. */
export function saveText(name: string, text: string): void {
  const link = document.createElement('a')
  // With a mark, or spreadsheets take it for another character set.
  link.href = addressOf(new TextEncoder().encode(`\uFEFF${text}`), 'text/plain')!
  link.download = name
  link.click()
}
