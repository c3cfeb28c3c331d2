import type { MixedSettings, NameSettings, TableSettings } from '#intake'
import type { IntakePart, SourceReading } from '../source-reading-ports.ts'

/** One folder of a source whose reading is set up. */
export interface ReadingPart {
  readonly reading: SourceReading
  readonly part: number
}

/** Enough for the first rows of any table and some thousand lines of claims. */
export const LOOKED_AT_BYTES = 2 * 1024 * 1024

/** What is set up of a folder's tables and of its documents, whether it holds them alone or in a mixture. */
export function settingsIn({ reading, part }: ReadingPart): Partial<MixedSettings> {
  const { format, settings } = reading.parts[part]!
  if (format === 'csv') return { csv: settings as TableSettings }
  if (format === 'documents') return { documents: settings as NameSettings }
  return format === 'mixed' ? (settings as Partial<MixedSettings>) : {}
}

export const isMixed = ({ reading, part }: ReadingPart): boolean => reading.parts[part]!.format === 'mixed'

/** The folder's reading with other tables or documents; a mixture stays one. */
export function readingWith<K extends keyof MixedSettings>(
  found: ReadingPart,
  kind: K,
  own: MixedSettings[K],
): IntakePart {
  if (!isMixed(found)) return { format: kind, settings: own }
  return { format: 'mixed', settings: { ...settingsIn(found), [kind]: own } }
}
