/** SMART v2 scopes of a token: `user/*.rs`, `user/Observation.r`. `user`: within what the token's role may see. */
import { Refusal } from './refusal.ts'

const SCOPE = /^user\/(\*|[A-Z][A-Za-z]{2,40})\.(rs|r|s)$/

/** Whether `scopes` (absent: all) open this type for reading (`r`) or searching (`s`). */
export function mayUse(scopes: readonly string[] | undefined, type: string, how: 'r' | 's'): boolean {
  if (scopes === undefined) return true
  return scopes.some((scope) => {
    const [, types, ways = ''] = SCOPE.exec(scope) ?? []
    return (types === '*' || types === type) && ways.includes(how)
  })
}

/** @throws Refusal */
export function demandScope(scopes: readonly string[] | undefined, type: string, how: 'r' | 's'): void {
  if (!mayUse(scopes, type, how)) throw new Refusal('scope', `${type}.${how}`)
}
