/** Names of people as resources of many senders write them. */
import { EXTENSION, findExtension } from './extensions.ts'
import type { HumanName } from './types.ts'

/** A name that says nothing of its script counts as kanji, unless it is written in kana alone. */
export function nameOf(names: readonly HumanName[] | undefined, script: 'IDE' | 'SYL'): string | undefined {
  const marked = names?.find((name) => findExtension(name, EXTENSION.nameRepresentation)?.valueCode === script)
  const unmarked = names?.find((name) => !findExtension(name, EXTENSION.nameRepresentation))
  if (marked) return nameText(marked)
  const text = nameText(unmarked)
  return text && /^[\p{sc=Hira}\p{sc=Kana}ー\s]+$/u.test(text) === (script === 'SYL') ? text : undefined
}

function nameText(name: HumanName | undefined): string | undefined {
  return name?.text ?? ([name?.family, ...(name?.given ?? [])].filter(Boolean).join(' ') || undefined)
}
