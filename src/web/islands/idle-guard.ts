/**
 * <idle-guard minutes href>: leaves a page with patients after some minutes without a touch, and never shows such a page
 * again out of the browser's memory after signing out. The server ends idle sessions by itself; this clears the screen.
 */
class IdleGuardElement extends HTMLElement {
  private timer = 0

  connectedCallback(): void {
    for (const kind of ['keydown', 'pointerdown', 'scroll', 'wheel'])
      document.addEventListener(kind, this.restart, { passive: true })
    window.addEventListener('pageshow', (event) => {
      if (event.persisted) location.reload()
    })
    this.restart()
  }

  private readonly restart = (): void => {
    clearTimeout(this.timer)
    const minutes = Number(this.getAttribute('minutes'))
    this.timer = window.setTimeout(() => location.assign(this.getAttribute('href') ?? '/'), minutes * 60_000)
  }
}
customElements.define('idle-guard', IdleGuardElement)
