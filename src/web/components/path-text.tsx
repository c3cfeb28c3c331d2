import type { Ui } from '../ui.ts'

/** A path inside a source carries a patient id: only those who may see patients get it. */
export function PathText(props: { ui: Ui; path: string }) {
  return props.ui.viewer?.can.has('see-problem-paths') ? (
    <span class="mono">{placeWords(props.ui, props.path)}</span>
  ) : (
    <span class="quiet">{props.ui.t.problems.pathHidden}</span>
  )
}

/** A place inside a file stands behind its path as `(row 12)` or `(line 12)`. */
function placeWords({ t }: Ui, path: string): string {
  const [, file = path, kind, number = ''] = /^(.*) \((row|line) (\d+)\)$/s.exec(path) ?? []
  if (kind === undefined) return path
  return `${file} （${kind === 'row' ? t.sourceReading.row(number) : t.sourceReading.line(number)}）`
}
