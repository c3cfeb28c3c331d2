/**
 * <scan-input> around the search box: "/" puts the cursor into it from anywhere, and what a barcode reader types while
 * nothing has the focus goes into it too. Submitting stays the browser's: the reader sends Enter.
 */
/** Keys closer together than this come from a reader, not from fingers. */
const READER_GAP_MS = 50

class ScanInputElement extends HTMLElement {
  private typed = ''
  private lastAt = 0

  connectedCallback(): void {
    document.addEventListener('keydown', this.onKey)
  }

  disconnectedCallback(): void {
    document.removeEventListener('keydown', this.onKey)
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.isTyping(event.target)) return
    const input = this.querySelector<HTMLInputElement>('input[type=search]')
    if (!input) return
    if (event.key === '/') {
      event.preventDefault()
      input.focus()
      input.select()
      return
    }
    if (event.timeStamp - this.lastAt > READER_GAP_MS) this.typed = ''
    this.lastAt = event.timeStamp
    if (event.key.length === 1) this.typed += event.key
    else if (event.key === 'Enter' && this.typed.length >= 4) {
      event.preventDefault()
      input.value = this.typed
      input.form?.requestSubmit()
    }
  }

  private isTyping(target: EventTarget | null): boolean {
    return target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
  }
}
customElements.define('scan-input', ScanInputElement)
