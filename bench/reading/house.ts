/** The institution that is read from: opened on the folder's data, with people, a program's token and an emergency PC. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SignedIn, stationCardWords } from '#access'
import { systemClock as clock } from '#base'
import { type Institution, openInstitution } from '#server'
import { stationFacts } from '../../src/server/station-facts.ts'

export const READERS = 50

/** What the readers need, written once. All of it opens synthetic people only. */
export interface People {
  readonly password: string
  readonly loginNames: readonly string[]
  readonly token: string
  /** What the emergency PC's card says, and its file. */
  readonly card: string
  readonly station: string
}

export const dataFolder = (folder: string): string => join(folder, 'data')
export const readPeople = (folder: string): People =>
  JSON.parse(readFileSync(join(folder, 'people.json'), 'utf8')) as People

export function openHouse(folder: string): Promise<Institution> {
  const fresh = { kind: 'own', institution: '測定の病院（見本）', createdAt: clock.now() } as const
  return openInstitution({ dataFolder: dataFolder(folder), fresh, clock, version: 'bench' })
}

/** After the first backup: what an emergency PC is given names the sources. */
export async function mintPeople(folder: string, institution: Institution): Promise<void> {
  if (existsSync(join(folder, 'people.json'))) return
  const password = 'みどりの 自転車 で 山へ行く'
  const { access, stations } = institution
  const first = await access.people.firstAdministrator({
    loginName: 'admin',
    displayName: '管理者',
    profession: 'doctor',
    duties: ['administrator', 'director'],
  })
  const admin = await begin(institution, 'admin', first!.code, password)
  const loginNames = Array.from({ length: READERS }, (_, n) => `reader${n + 1}`)
  for (const loginName of loginNames) {
    const roles = { profession: 'doctor', duties: [] } as const
    const { code } = await access.people.create(admin, { loginName, displayName: loginName, ...roles })
    await begin(institution, loginName, code, password)
  }
  const { token } = await access.readTokens.make(admin, {
    name: 'bench',
    profession: 'doctor',
    sources: undefined,
    scopes: ['user/*.rs'],
    reason: undefined,
    until: clock.now() + 30 * 86_400_000,
  })
  const made = await stations.make({ name: 'bench', server: '' }, await stationFacts(institution), Buffer.alloc(32, 7))
  const card = stationCardWords(made)
    .map(({ word }) => word)
    .join(' ')
  const station = (await stations.file(made.station, await stationFacts(institution)))!
  const people: People = { password, loginNames, token, card, station }
  writeFileSync(join(folder, 'people.json'), JSON.stringify(people))
}

async function begin({ access }: Institution, loginName: string, code: string, password: string): Promise<SignedIn> {
  const result = await access.setFirstPassword({ loginName, password: code, newPassword: password, address: 'bench' })
  if (!result.ok) throw new Error(`first sign-in: ${result.why}`)
  return result.signedIn
}
