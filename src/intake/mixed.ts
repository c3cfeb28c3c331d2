/** A folder into which a clinic drops everything: each file goes to the reader that its name promises. */
import { AppError } from '#base'
import { parseTableSettings, tableFor, type TableSettings } from './csv/table.ts'
import { parseNameSettings, type NameSettings } from './documents/names.ts'
import { type IntakeKind } from './format.ts'
import { INTAKE_FORMATS } from './formats.ts'

/** How a folder is read: all of it in one format, or each file by its own. */
export type FolderFormat = IntakeKind | 'mixed'

export interface MixedSettings {
  readonly csv: TableSettings
  readonly documents: NameSettings
}

export interface FileReader {
  readonly kind: IntakeKind
  /** As `INTAKE_FORMATS[kind]` takes them. */
  readonly settings: unknown
}

/** @throws INTAKE_SETTINGS_INVALID */
export function parseFolderSettings(format: FolderFormat, settings: unknown): unknown {
  return format === 'mixed' ? parseMixed(settings) : INTAKE_FORMATS[format].parseSettings(settings)
}

function parseMixed(input: unknown): MixedSettings {
  if (typeof input !== 'object' || input === null) throw new AppError('INTAKE_SETTINGS_INVALID')
  const { csv, documents } = input as Partial<MixedSettings>
  // Nothing of it set up yet: those files are then listed as what no setting reads.
  const isUnset = documents === undefined || documents.patterns?.length === 0
  return {
    csv: csv === undefined ? { tables: [] } : parseTableSettings(csv),
    documents: isUnset ? { patterns: [] } : parseNameSettings(documents),
  }
}

/** Which reader takes a file. What none knows goes to the documents, which name it with its reason. @param path below the folder */
export function readerFor(format: FolderFormat, settings: unknown, path: string): FileReader {
  if (format !== 'mixed') return { kind: format, settings }
  const { csv, documents } = settings as MixedSettings
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/\.(ndjson|jsonl|json)$/i.test(name)) return { kind: 'fhir', settings: {} }
  // Claims, and the masters that name their codes.
  if (/\.(uke|ric)$|^RECEIPT[A-Z]?\d*\.(txt|csv)$|^[ysbzt]_(all)?\d{8}\.(txt|csv)$/i.test(name))
    return { kind: 'uke', settings: {} }
  const isTable = /\.(csv|tsv)$/i.test(name) || (/\.txt$/i.test(name) && tableFor(path, csv) !== undefined)
  return isTable ? { kind: 'csv', settings: csv } : { kind: 'documents', settings: documents }
}

/** Every format that may read a file of the folder. */
export const kindsIn = (format: FolderFormat): readonly IntakeKind[] =>
  format === 'mixed' ? ['fhir', 'csv', 'uke', 'documents'] : [format]
