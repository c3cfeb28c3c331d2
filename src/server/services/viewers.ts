/** Between a web session and the person behind it. */
import { createHash } from 'node:crypto'
import { chartAccess, isEmergencyAccount, mayDo, type Person, type ReadingKeys, type SignedIn } from '#access'
import { AppError } from '#base'
import type { Capability, Viewer } from '#web'

/** Which action of the matrix of roles opens which part of the screens. */
const CAPABILITIES = {
  'see-patients': 'open-charts',
  'see-problem-paths': 'open-charts',
  'manage-backup': 'run-backup',
  restore: 'restore',
  'carry-media': 'carry-media',
  'see-journal': 'read-journal',
  'manage-people': 'manage-people',
  'protect-patients': 'protect-patients',
  'manage-settings': 'manage-settings',
  'confirm-kit': 'confirm-kit',
} as const satisfies Record<Exclude<Capability, 'see-documents'>, Parameters<typeof mayDo>[1]>

/** A viewer is made per request; who signed in travels beside it, never inside what a page can print. */
const signedIn = new WeakMap<Viewer, SignedIn>()

export function viewerOf(session: SignedIn): Viewer {
  const { person, token } = session
  const names = Object.keys(CAPABILITIES) as (keyof typeof CAPABILITIES)[]
  const can: Capability[] = names.filter((name) => mayDo(person, CAPABILITIES[name]))
  // Whole files outside a chart: no reason could be asked for part by part, so only who may see documents anyway.
  // Not with an envelope's code: charts count how many were opened, files do not.
  const seesDocuments = mayDo(person, 'open-charts') && chartAccess(person, 'documents') === 'yes'
  if (seesDocuments && !isEmergencyAccount(person)) can.push('see-documents')
  const viewer: Viewer = {
    personId: person.id,
    displayName: person.displayName,
    profession: person.profession,
    duties: person.duties,
    can: new Set(can),
    sessionId: createHash('sha256').update(`session ${token}`).digest('base64url'),
    mustChangePassword: false,
    keysClosed: session.reading === undefined && can.includes('see-patients'),
  }
  signedIn.set(viewer, session)
  return viewer
}

/** @throws ACCESS_DENIED for a viewer that no session made */
export function sessionOf(viewer: Viewer): SignedIn {
  const session = signedIn.get(viewer)
  if (!session) throw new AppError('ACCESS_DENIED')
  return session
}

export const personOf = (viewer: Viewer): Person => sessionOf(viewer).person
export const readingOf = (viewer: Viewer): ReadingKeys | undefined => sessionOf(viewer).reading

/** The web hides what a viewer may not do; the service refuses it all the same. */
export function demand(viewer: Viewer, capability: Capability): void {
  if (!viewer.can.has(capability)) throw new AppError('ACCESS_DENIED')
}
