/**
 * Data files are pages that post their base64. In a frame with `sandbox="allow-scripts"` alone they have an origin of their
 * own: whatever somebody wrote into one cannot reach this page, its keys or what it shows (measured in three browsers).
 */
import type { LoadPayload } from '#edition/format'

/** After the page is there its message is on its way; a page that is not there sends none. */
const GRACE_MS = 1500
/** The largest document, as base64 with its seal, is 90 million. */
const MOST_CHARACTERS = 100_000_000
/** A drive that spins up, a worn disc that is read again and again. */
const GIVE_UP_MS = 60_000

export const loadPayload: LoadPayload = (name) =>
  new Promise((resolve) => {
    const frame = document.createElement('iframe')
    frame.setAttribute('sandbox', 'allow-scripts')
    frame.setAttribute('aria-hidden', 'true')
    frame.hidden = true
    let timer = window.setTimeout(() => end(undefined), GIVE_UP_MS)
    const end = (payload: string | undefined): void => {
      clearTimeout(timer)
      window.removeEventListener('message', listen)
      frame.remove()
      resolve(payload)
    }
    const listen = (event: MessageEvent<unknown>): void => {
      if (event.source !== frame.contentWindow) return
      // Anything but text is nobody's base64: there, and not what was written.
      end(typeof event.data === 'string' && event.data.length <= MOST_CHARACTERS ? event.data : '')
    }
    window.addEventListener('message', listen)
    frame.addEventListener('load', () => {
      clearTimeout(timer)
      timer = window.setTimeout(() => end(undefined), GRACE_MS)
    })
    frame.src = name
    document.body.append(frame)
  })
