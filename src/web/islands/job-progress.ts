/**
 * <job-progress src="/jobs/…/events">: replaces its content with the markup that the server sends whenever the job
 * changes. At its end it loads the page anew (which then offers what comes next); with `stay` it renews only the parts
 * marked data-live, so that nobody who reads or tabs loses the place. EventSource reconnects by itself; while it cannot,
 * the page still has its "show the present state" link.
 */
class JobProgressElement extends HTMLElement {
  private events: EventSource | undefined

  connectedCallback(): void {
    this.events = new EventSource(this.getAttribute('src') ?? '')
    this.events.addEventListener('progress', (event: MessageEvent<string>) => {
      // The markup is the server's own component, escaped there.
      this.innerHTML = event.data
    })
    this.events.addEventListener('ended', () => {
      this.events?.close()
      if (this.hasAttribute('stay')) void renewParts()
      else location.reload()
    })
    document.documentElement.classList.add('live-progress')
  }

  disconnectedCallback(): void {
    this.events?.close()
  }
}
customElements.define('job-progress', JobProgressElement)

/** Once per ended job, never on a timer: asking again and again would keep an idle session alive. */
async function renewParts(): Promise<void> {
  const answer = await fetch(location.href).catch(() => undefined)
  // The link of the page remains.
  if (!answer?.ok) return
  if (answer.redirected) return location.reload()
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const old of document.querySelectorAll('[data-live]')) {
    const part = fresh.querySelector(`[data-live="${old.getAttribute('data-live')}"]`)
    if (part) replaceKeepingPlace(old, part)
  }
}

/** What was unfolded stays unfolded, and the focus stays on the element at the same position. */
function replaceKeepingPlace(old: Element, part: Element): void {
  const focusable = (root: Element) => [...root.querySelectorAll<HTMLElement>('summary, a')]
  const focused = focusable(old).findIndex((element) => element === document.activeElement)
  const unfolded = [...old.querySelectorAll('details')].map((details) => details.open)
  part.querySelectorAll('details').forEach((details, at) => {
    details.open = unfolded[at] ?? false
  })
  old.replaceWith(part)
  if (focused >= 0) focusable(part)[focused]?.focus({ preventScroll: true })
}
