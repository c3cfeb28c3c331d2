/** What is not on an emergency disc, and why: said by the disc and by the server that made it. */
import type { EditionSource, LeftOut } from '#edition/format'
import type { Ui } from '../ui.ts'

export function leftOutLines(
  { t, f }: Pick<Ui, 't' | 'f'>,
  { older, notFirst, noRoom, unreadable }: LeftOut,
  sources: readonly Pick<EditionSource, 'since'>[],
): string[] {
  const words = t.editionReader.leftOut
  const dates = [...new Set(sources.flatMap(({ since }) => since ?? []))].toSorted()
  return [
    older > 0 ? words.older(f.count(older), dates.map((date) => f.recordedDate(date)).join(' / ')) : '',
    notFirst > 0 ? words.notFirst(f.count(notFirst)) : '',
    noRoom > 0 ? words.noRoom(f.count(noRoom)) : '',
    unreadable > 0 ? words.unreadable(f.count(unreadable)) : '',
  ].filter(Boolean)
}
