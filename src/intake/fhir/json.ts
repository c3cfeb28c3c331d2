/** Looking into JSON whose shape nobody promised. */
export type Json = Record<string, unknown>

export function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

/** Not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function childrenOf(owner: Json, element: string): Json[] {
  return list(owner[element]).flatMap((entry): Json[] => {
    const child = object(entry)
    return child ? [child] : []
  })
}
