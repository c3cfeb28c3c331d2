import { isAppError } from '#base'
import type { Bucket } from './bucket.ts'
import type { ProbeFinding, ProbeStep } from './probe.ts'

/**
 * Whether these credentials could change what the locks rest on. A stolen host has them, so they must not. Each is tried
 * with a request that changes nothing: a body no server accepts (rights are looked at before it), or the state as it is.
 * Refused for lack of rights is the only good answer; "malformed" means that the right was there.
 */
export async function tryCredentials(bucket: Bucket, path: string): Promise<ProbeFinding[]> {
  const at = { Bucket: bucket.name }
  return [
    await mayNot('may-not-lifecycle', () =>
      bucket.call('change the lifecycle', (s3) =>
        s3.putBucketLifecycleConfiguration({
          ...at,
          LifecycleConfiguration: { Rules: [{ ID: 'toride', Status: 'NoSuchStatus' as 'Disabled' }] },
        }),
      ),
    ),
    await mayNot('may-not-policy', () =>
      bucket.call('change the policy', (s3) => s3.putBucketPolicy({ ...at, Policy: '{' })),
    ),
    await mayNot('may-not-versioning', () =>
      bucket.call('switch versioning', (s3) =>
        s3.putBucketVersioning({ ...at, VersioningConfiguration: { Status: 'Enabled' } }),
      ),
    ),
    await mayNot('may-not-object-lock', () =>
      bucket.call('change the default lock', (s3) =>
        s3.putObjectLockConfiguration({
          ...at,
          ObjectLockConfiguration: { ObjectLockEnabled: 'NoSuchState' as 'Enabled' },
        }),
      ),
    ),
    await mayNot('may-not-bypass', () => bypass(bucket, `${path}-governance`)),
  ]
}

async function mayNot(step: ProbeStep, run: () => Promise<unknown>): Promise<ProbeFinding> {
  try {
    await run()
    return { step, outcome: 'fail', detail: 'the server did it' }
  } catch (error) {
    if (!isAppError(error) || error.context['status'] === undefined || error.retry === 'temporary') throw error
    const detail = `${error.context['s3']} (${error.context['status']})`
    return { step, outcome: error.code === 'STORAGE_DENIED' ? 'pass' : 'fail', detail }
  }
}

/** A lock of the weaker mode, ended by the right to bypass it. */
async function bypass(bucket: Bucket, path: string): Promise<void> {
  const versionId = await bucket.put(path, Buffer.from('governance'))
  await bucket.setLock(path, versionId, { mode: 'GOVERNANCE', untilMs: bucket.serverNow() + 5000 })
  await bucket.call('remove past the lock', (s3) =>
    s3.deleteObject({
      Bucket: bucket.name,
      Key: bucket.key(path),
      VersionId: versionId,
      BypassGovernanceRetention: true,
    }),
  )
}
