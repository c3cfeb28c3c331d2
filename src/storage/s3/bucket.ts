import { createHash } from 'node:crypto'
import type { S3 } from '@aws-sdk/client-s3'
import { AppError, systemClock, type Clock, type FileKind, type FileRef } from '#base'
import { isFileName, relativePath } from '../layout.ts'
import { truncated } from '../local-sync.ts'
import { boundedAnswer, boundedBytes, Pages } from './bounds.ts'
import { s3Error } from './s3-error.ts'

export interface S3Config {
  /** `https://host[:port]`, never with credentials in it. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Folder in the bucket, without slashes at its ends; absent or '', the repository lies at the top. */
  readonly prefix?: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** The bucket in the path and not in the host's name; what servers in one's own house need. Default true. */
  readonly pathStyle?: boolean
  readonly clock?: Clock
  /** Sees the name of every request as it is sent: for counting what a provider charges. */
  readonly onRequest?: (operation: string) => void
}

/** One version of an object. */
export interface ObjectVersion {
  readonly versionId: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** All versions of one key, oldest first. `hidden`: the newest entry is a delete marker. */
export interface ObjectHistory {
  readonly versions: ObjectVersion[]
  readonly markers: string[]
  hidden: boolean
}

/** The lock of one version as the server tells it. */
export interface ObjectLock {
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE'
  readonly untilMs: number
}

/** A request never hangs: so long for a connection, so long without a byte. */
const CONNECT_MS = 10_000
const SILENCE_MS = 60_000

/**
 * A repository's corner of a bucket: names to keys, calls with classified errors, the server's clock. It tries nothing
 * again (`retry.ts` does) and loads the client library at the first call, so that processes without S3 do not pay for it.
 */
export class Bucket {
  readonly location: string
  readonly name: string
  readonly #config: S3Config
  readonly #prefix: string
  readonly #clock: Clock
  #client: Promise<S3> | undefined
  #offsetMs: number | undefined

  constructor(config: S3Config) {
    const url = URL.parse(config.endpoint)
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw new AppError('BASE_CONFIG_INVALID', { detail: 'the S3 endpoint is not an address without credentials' })
    }
    this.#config = config
    this.#clock = config.clock ?? systemClock
    this.#prefix = config.prefix ? `${config.prefix}/` : ''
    this.name = config.bucket
    // As restic writes it.
    this.location = `s3:${url.origin}/${config.bucket}/${config.prefix ?? ''}`
  }

  /** Key of a path below the repository's root. */
  key(path: string): string {
    return this.#prefix + path
  }

  /** Milliseconds by which the server's clock is ahead of ours, by its last answer; undefined before the first. */
  get offsetMs(): number | undefined {
    return this.#offsetMs
  }

  /** The time by which the server judges locks. */
  serverNow(): number {
    return this.#clock.now() + (this.#offsetMs ?? 0)
  }

  /** @param doing what is tried, in English, for the error */
  async call<T>(doing: string, run: (s3: S3) => Promise<T>): Promise<T> {
    try {
      this.#client ??= this.#connect()
      return await run(await this.#client)
    } catch (error) {
      throw s3Error(error, doing)
    }
  }

  async close(): Promise<void> {
    const client = await this.#client
    client?.destroy()
    this.#client = undefined
  }

  async #connect(): Promise<S3> {
    const { S3 } = await import('@aws-sdk/client-s3')
    const { endpoint, region, credentials, pathStyle = true, onRequest } = this.#config
    const s3 = new S3({
      endpoint,
      region,
      credentials,
      forcePathStyle: pathStyle,
      maxAttempts: 1,
      logger: SILENT,
      // Servers other than Amazon's neither check nor return the newer checksums; Content-MD5 is checked by all.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    })
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        onRequest?.(String(context['commandName']).replace(/Command$/, ''))
        const result = await next(args)
        const response = result.response as Response
        this.#noteTime(response.headers?.['date'])
        // An object's own bytes are bounded where they are read, by what was asked for.
        if (context['commandName'] !== 'GetObjectCommand' || response.statusCode >= 300)
          response.body = boundedAnswer(response.body)
        return result
      },
      // The innermost place: also a refusal tells the time.
      { step: 'deserialize', priority: 'low', name: 'torideWire' },
    )
    return s3
  }

  /** The header has whole seconds: half of one is the best guess. */
  #noteTime(date: string | undefined): void {
    const serverMs = Date.parse(date ?? '')
    if (!Number.isNaN(serverMs)) this.#offsetMs = serverMs + 500 - this.#clock.now()
  }

  /**
   * Writes one object in one request (packs stay below 128 MiB, far from the 5 GiB limit; parts of a multipart upload
   * lose their lock on some servers) and reads back what the server now has. Its version.
   * @throws STORAGE_S3_READ_BACK_DIFFERS
   */
  async put(path: string, body: Uint8Array): Promise<string> {
    const md5 = createHash('md5').update(body)
    const hex = md5.copy().digest('hex')
    const at = { Bucket: this.name, Key: this.key(path) }
    const { VersionId } = await this.call('save a file', (s3) =>
      s3.putObject({ ...at, Body: body, ContentMD5: md5.digest('base64') }),
    )
    const there = await this.call('look at a saved file', (s3) => s3.headObject({ ...at, ...version(VersionId) }))
    if (there.ContentLength !== body.length || there.ETag?.replaceAll('"', '') !== hex) {
      // Where the server encrypts with keys of its own, the tag is no MD5: then only the bytes tell.
      const back = await this.read(path, { ...version(VersionId), most: body.length })
      if (!back.equals(body)) throw new AppError('STORAGE_S3_READ_BACK_DIFFERS')
    }
    return VersionId ?? NO_VERSION
  }

  /**
   * @param options `most`: how many bytes the whole object can have, where that is known; 512 MiB else
   * @throws STORAGE_NOT_FOUND; STORAGE_TRUNCATED where fewer bytes came than asked for, STORAGE_UNREACHABLE where more
   */
  async read(
    path: string,
    options: { VersionId?: string; offset?: number; length?: number; most?: number } = {},
  ): Promise<Buffer> {
    const { VersionId, offset = 0, length, most } = options
    const ranged = offset > 0 || length !== undefined
    const range = `bytes=${offset}-${length === undefined ? '' : offset + length - 1}`
    const bytes = await this.call('read a file', async (s3) => {
      const at = { Bucket: this.name, Key: this.key(path), ...version(VersionId) }
      const got = await s3.getObject({ ...at, ...(ranged && { Range: range }) })
      if (ranged && !got.ContentRange?.startsWith(`bytes ${offset}-`)) {
        throw new AppError('STORAGE_FAILED', { detail: 'the server does not know ranges' })
      }
      return boundedBytes(got.Body, got.ContentLength, length ?? most)
    })
    if (length !== undefined && bytes.length !== length) throw truncated(length, bytes.length)
    return bytes
  }

  /** Size of the newest version, or undefined where there is none or a delete marker hides it. */
  async size(path: string): Promise<number | undefined> {
    try {
      const at = { Bucket: this.name, Key: this.key(path) }
      return (await this.call('look at a file', (s3) => s3.headObject(at))).ContentLength
    } catch (error) {
      if (error instanceof AppError && error.code === 'STORAGE_NOT_FOUND') return undefined
      throw error
    }
  }

  async list(kind: FileKind): Promise<{ name: string; sizeBytes: number }[]> {
    const found: { name: string; sizeBytes: number }[] = []
    const at = { Bucket: this.name, Prefix: this.key(`${kind}/`) }
    const pages = new Pages('')
    let token: string | undefined
    do {
      const page = await this.call('list a folder', (s3) =>
        s3.listObjectsV2({ ...at, ...(token !== undefined && { ContinuationToken: token }) }),
      )
      for (const { Key, Size } of page.Contents ?? []) {
        const file = this.fileOf(kind, Key)
        if (file) found.push({ name: file.name, sizeBytes: Size ?? 0 })
      }
      token = page.IsTruncated ? (page.NextContinuationToken ?? '') : undefined
      if (token !== undefined) pages.turn(token, page.Contents?.length ?? 0)
    } while (token !== undefined)
    return found
  }

  /** The file of this kind that a key stands for; undefined for what is none of ours. */
  fileOf(kind: FileKind, key: string | undefined): FileRef | undefined {
    const name = key?.slice(key.lastIndexOf('/') + 1) ?? ''
    const file = { kind, name: kind === 'config' ? '' : name }
    const ours = kind === 'config' || isFileName(name)
    return ours && key === this.key(relativePath(file)) ? file : undefined
  }

  /** Every version and delete marker below a path, by key. */
  async histories(path: string): Promise<Map<string, ObjectHistory>> {
    const found = new Map<string, ObjectHistory>()
    const of = (key: string): ObjectHistory => {
      const history = found.get(key) ?? { versions: [], markers: [], hidden: false }
      found.set(key, history)
      return history
    }
    const at = { Bucket: this.name, Prefix: this.key(path) }
    const pages = new Pages('{}')
    let next: PageMarkers | undefined = {}
    while (next !== undefined) {
      const from: PageMarkers = next
      const page = await this.call('list the versions', (s3) => s3.listObjectVersions({ ...at, ...from }))
      // The newest comes first.
      for (const { Key = '', VersionId = NO_VERSION, Size = 0, LastModified } of page.Versions ?? []) {
        of(Key).versions.unshift({ versionId: VersionId, sizeBytes: Size, modifiedMs: LastModified?.getTime() ?? 0 })
      }
      for (const { Key = '', VersionId = NO_VERSION, IsLatest } of page.DeleteMarkers ?? []) {
        of(Key).markers.push(VersionId)
        if (IsLatest) of(Key).hidden = true
      }
      next = page.IsTruncated ? nextPage(page) : undefined
      if (next) pages.turn(JSON.stringify(next), (page.Versions?.length ?? 0) + (page.DeleteMarkers?.length ?? 0))
    }
    return found
  }

  async history(path: string): Promise<ObjectHistory | undefined> {
    return (await this.histories(path)).get(this.key(path))
  }

  /** Removes one version for ever, or without one hides the object behind a delete marker. */
  async remove(path: string, versionId?: string): Promise<void> {
    const at = { Bucket: this.name, Key: this.key(path), ...version(versionId) }
    await this.call('remove a file', (s3) => s3.deleteObject(at))
  }

  async lock(path: string, versionId: string): Promise<ObjectLock | undefined> {
    try {
      const at = { Bucket: this.name, Key: this.key(path), VersionId: versionId }
      const { Retention } = await this.call('read a lock', (s3) => s3.getObjectRetention(at))
      const { Mode, RetainUntilDate } = Retention ?? {}
      return Mode && RetainUntilDate ? { mode: Mode, untilMs: RetainUntilDate.getTime() } : undefined
    } catch (error) {
      if (error instanceof AppError && NO_LOCK.has(String(error.context['s3']))) return undefined
      throw error
    }
  }

  async setLock(path: string, versionId: string, { mode, untilMs }: ObjectLock): Promise<void> {
    const at = { Bucket: this.name, Key: this.key(path), VersionId: versionId }
    await this.call('set a lock', (s3) =>
      s3.putObjectRetention({ ...at, Retention: { Mode: mode, RetainUntilDate: new Date(untilMs) } }),
    )
  }
}

/** How Amazon and how Ceph say that a version has no lock. */
const NO_LOCK = new Set(['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError'])

/** The client library would write warnings to the console; what goes wrong is an error here. */
const SILENT = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** What of the client library's answer is looked at. */
interface Response {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  body?: unknown
}

/** What S3 calls the only version in a bucket without versions. */
const NO_VERSION = 'null'

function version(versionId: string | undefined): { VersionId?: string } {
  return versionId === undefined ? {} : { VersionId: versionId }
}

interface PageMarkers {
  readonly KeyMarker?: string
  readonly VersionIdMarker?: string
}

function nextPage(page: { NextKeyMarker?: string; NextVersionIdMarker?: string }): PageMarkers {
  const { NextKeyMarker: key, NextVersionIdMarker: versionId } = page
  return {
    ...(key !== undefined && { KeyMarker: key }),
    ...(versionId !== undefined && { VersionIdMarker: versionId }),
  }
}
