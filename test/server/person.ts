/** The first account, signed in as the web does it. */
import type { ReadingKeys } from '#access'
import { bindServices, type Institution } from '#server'
import type { Viewer } from '#web'

export const PASSWORD = 'いろは-correct-horse-41'
export const LOGIN = {
  loginName: 'admin',
  displayName: '管理者',
  profession: 'doctor',
  duties: ['administrator', 'director'],
} as const

export interface SignedInViewer {
  readonly viewer: Viewer
  readonly reading: ReadingKeys | undefined
  readonly services: ReturnType<typeof bindServices>
}

export async function firstPerson(institution: Institution): Promise<SignedInViewer> {
  const first = await institution.access.people.firstAdministrator(LOGIN)
  if (!first) throw new Error('somebody has a password already')
  const result = await bindServices(institution).auth.firstSignIn(
    { loginName: LOGIN.loginName, code: first.code, password: PASSWORD },
    '127.0.0.1',
  )
  if (result.kind !== 'ok') throw new Error(`refused: ${result.kind}`)
  return viewer(institution, result.token)
}

/** Signs in with the password, after a restart. */
export async function signIn(institution: Institution): Promise<SignedInViewer> {
  const result = await bindServices(institution).auth.signIn(LOGIN.loginName, PASSWORD, '127.0.0.1')
  if (result.kind !== 'ok') throw new Error(`refused: ${result.kind}`)
  return viewer(institution, result.token)
}

async function viewer(institution: Institution, token: string): Promise<SignedInViewer> {
  const services = bindServices(institution)
  const [session, seen] = await Promise.all([institution.access.session(token), services.auth.session(token)])
  if (!session || !seen) throw new Error('no session')
  return { viewer: seen, reading: session.reading, services }
}
