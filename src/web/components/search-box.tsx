import type { Ui } from '../ui.ts'

/** One box for ID, kana, kanji and birth date. A barcode reader is a keyboard that types and presses Enter. */
export function SearchBox(props: { ui: Ui; query: string; generationId?: string | undefined; autofocus?: boolean }) {
  const { ui } = props
  return (
    <scan-input>
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the search element is unknown to Chromium 90 */}
      <form class="search-box" method="post" action="/charts/search" role="search">
        <input type="hidden" name="csrf" value={ui.csrf} />
        {props.generationId ? <input type="hidden" name="generation" value={props.generationId} /> : null}
        <label class="field-label" for="field-query">
          {ui.t.search.label}
        </label>
        <div class="search-row">
          <input
            class="input"
            id="field-query"
            name="query"
            type="search"
            value={props.query}
            autocomplete="off"
            autofocus={props.autofocus}
            maxlength={100}
            aria-describedby="hint-query"
          />
          <button class="button button-primary" type="submit">
            {ui.t.search.submit}
          </button>
        </div>
        <p class="field-hint" id="hint-query">
          {ui.t.search.hint}
        </p>
      </form>
    </scan-input>
  )
}
