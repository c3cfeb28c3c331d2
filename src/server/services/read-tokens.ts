/** Tokens of programs as the web manages them. */
import type { ReadToken } from '#access'
import { type ReadTokenService, type ReadTokenView, TOKEN_RANGES, type TokenRange } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, sessionOf } from './viewers.ts'

const DAY_MS = 86_400_000
/** Somebody looks at it again at least once a year. */
const MOST_DAYS = 366
const SAFETY = [
  'Patient',
  'AllergyIntolerance',
  'Condition',
  'MedicationRequest',
  'MedicationAdministration',
  'Observation',
]

const SCOPES: Readonly<Record<TokenRange, readonly string[]>> = {
  all: ['user/*.rs'],
  safety: SAFETY.map((type) => `user/${type}.rs`),
  names: ['user/Patient.rs'],
}

export function readTokenService({ access, charts, clock, vault }: Institution): ReadTokenService {
  const { readTokens } = access
  return {
    async view(viewer) {
      demand(viewer, 'manage-people')
      const people = new Map((await access.people.list()).map(({ id, displayName }) => [String(id), displayName]))
      const sources = new Map((await vault.sources()).map(({ id, name }) => [id, name]))
      const readable = new Set((await charts.readable()).map(({ sourceId }) => sourceId))
      return {
        tokens: (await readTokens.list()).map((token) => viewOf(token, people, sources)),
        sources: [...readable].map((id) => ({ id, name: sources.get(id) ?? id })),
      }
    },
    async make(viewer, { name, profession, sources, range, reason, days }) {
      demand(viewer, 'manage-people')
      if (name.trim() === '') return { kind: 'refused', field: 'name', code: 'required' }
      if (name.length > 60) return { kind: 'refused', field: 'name', code: 'too-long' }
      if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)
        return { kind: 'refused', field: 'days', code: 'not-a-date' }
      const { token } = await readTokens.make(sessionOf(viewer), {
        name: name.trim(),
        profession,
        sources: sources.length > 0 ? sources : undefined,
        scopes: SCOPES[range],
        reason: reason.trim() === '' ? undefined : reason.trim().slice(0, 200),
        until: clock.now() + days * DAY_MS,
      })
      return { kind: 'ok', token }
    },
    async withdraw(viewer, id) {
      demand(viewer, 'manage-people')
      await readTokens.withdraw(sessionOf(viewer), id)
    },
  }
}

function viewOf(
  token: ReadToken,
  people: ReadonlyMap<string, string>,
  sources: ReadonlyMap<string, string>,
): ReadTokenView {
  return withoutUndefined({
    id: token.id,
    name: token.name,
    profession: token.profession,
    sources: (token.sources ?? []).map((id) => sources.get(id) ?? id),
    range: TOKEN_RANGES.find((range) => SCOPES[range].join() === token.scopes.join()) ?? 'names',
    hasReason: token.reason !== undefined,
    madeAtMs: token.madeAt,
    madeBy: people.get(token.madeBy) ?? '',
    untilMs: token.until,
    usedAtMs: token.usedAt,
    state: token.state,
  })
}
