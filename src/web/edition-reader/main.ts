/** Entry of the page of an edition: binds the reader to the document. */
import './polyfill.ts'
import { Reader } from './app.tsx'
import { loadPayload } from './frame-transport.ts'

const IDLE_MS = 15 * 60_000

const root = document.getElementById('app')!
const reader = new Reader(root, loadPayload)

/** Of what a hostile disc says, something could not be drawn. */
const failed = (): void => reader.failed()

root.addEventListener('submit', (event) => {
  event.preventDefault()
  reader.submit(event.target as HTMLFormElement).catch(failed)
})
root.addEventListener('click', (event) => {
  const target = (event.target as HTMLElement).closest<HTMLElement>(
    '[data-go], [data-do], [data-patient], [data-extra], [data-stack], a',
  )
  if (!target) return
  const href = target.getAttribute('href')
  if (href === '#all-columns' || href?.startsWith('#document-')) event.preventDefault()
  reader.click(target).catch(failed)
})
root.addEventListener('input', (event) => {
  const field = event.target as HTMLInputElement
  // A barcode reader types and presses Enter; a person sees the list grow shorter.
  if (field.name === 'query' && !(event as InputEvent).isComposing) reader.search(field.value)
})
root.addEventListener('compositionend', (event) => {
  const field = event.target as HTMLInputElement
  if (field.name === 'query') reader.search(field.value)
})
window.addEventListener('beforeprint', () => reader.printed())
window.addEventListener('beforeunload', (event) => {
  if (!reader.isUnkept) return
  event.preventDefault()
  event.returnValue = ''
})

let idle = 0
const restart = (): void => {
  clearTimeout(idle)
  idle = window.setTimeout(() => reader.close('idle'), IDLE_MS)
}
for (const kind of ['keydown', 'pointerdown', 'scroll', 'wheel'])
  document.addEventListener(kind, restart, { passive: true })
restart()
// What stands in the page until now says that the browser is too old.
if ('subtle' in crypto) reader.start().catch(failed)
