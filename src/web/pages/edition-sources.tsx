/** What an edition was made of: each source with its time and its period, and the papers. */
import type { EditionRecord } from '../edition-ports.ts'
import type { Ui } from '../ui.ts'

export function EditionSources({ ui, edition }: { ui: Ui; edition: EditionRecord }) {
  const { t, f, nowMs } = ui
  const { one } = t.editions
  return (
    <ul class="plain">
      {edition.sources.map(({ name, asOf, since }) => (
        <li>
          {t.editionSources.period(
            t.editionSources.source(name, f.dateTime(asOf, nowMs)),
            since ? one.from(f.recordedDate(since)) : one.all,
          )}
        </li>
      ))}
    </ul>
  )
}
