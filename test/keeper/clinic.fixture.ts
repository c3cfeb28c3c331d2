/** A client that uploads what a repository has; a Keeper without keys cannot tell it from sealed bytes. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type ManifestObject, manifestText } from '#attest'
import { PATH, sha } from './house.fixture.ts'
import { ask, enrol, type RunningKeeper } from './running.ts'

/** Enrolled as `clinic`, with an empty repository that has its config and key. */
export async function clinic(keeper: RunningKeeper, quotaBytes = 1e9) {
  const who = await enrol(keeper, { name: 'clinic', kind: 'append', quotaBytes })
  const to = (method: string, path: string, body?: string | Uint8Array<ArrayBuffer>) =>
    ask(keeper, who, method, `${PATH}/${path}`, body)
  const upload = async (kind: ManifestObject['kind'], bytes = randomBytes(100)): Promise<ManifestObject> => {
    const name = kind === 'config' ? '' : sha(bytes)
    const answer = await to('POST', `${kind}${name && `/${name}`}`, bytes)
    assert.equal(answer.status, 200, answer.body)
    return { kind, name, sizeBytes: bytes.length }
  }
  await to('POST', '?create=true')
  const base = [await upload('config'), await upload('keys')]
  const generation = async (objects: readonly ManifestObject[] = []) => {
    const snapshot = await upload('snapshots')
    const text = manifestText([...base, ...objects, snapshot])
    const answer = await to('POST', `generations/${snapshot.name}`, text)
    return { answer, text, snapshot: snapshot.name, who }
  }
  return { who, to, upload, generation }
}
