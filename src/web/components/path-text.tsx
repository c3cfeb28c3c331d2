import type { Ui } from '../ui.ts'

/** A path inside a source carries a patient id: only those who may see patients get it. */
export function PathText(props: { ui: Ui; path: string }) {
  return props.ui.viewer?.can.has('see-problem-paths') ? (
    <span class="mono">{props.path}</span>
  ) : (
    <span class="quiet">{props.ui.t.problems.pathHidden}</span>
  )
}
