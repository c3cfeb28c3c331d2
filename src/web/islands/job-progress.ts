/**
 * <job-progress src="/jobs/…/events">: replaces its content with the markup that the server sends whenever the job
 * changes, and loads the page anew when it has ended (the page then offers what comes next). EventSource reconnects by
 * itself; while it cannot, the page still has its "show the present state" link.
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
      location.reload()
    })
    document.documentElement.classList.add('live-progress')
  }

  disconnectedCallback(): void {
    this.events?.close()
  }
}
customElements.define('job-progress', JobProgressElement)
