/** <print-button hidden><button>…: shown where scripts run; prints the page. */
class PrintButtonElement extends HTMLElement {
  connectedCallback(): void {
    this.hidden = false
    this.addEventListener('click', () => window.print())
  }
}
customElements.define('print-button', PrintButtonElement)
