/**
 * A real S3 server with Object Lock for tests (tools/ceph-s3.sh), what stands between it and us when it must misbehave, and
 * s3rver, which takes locks and keeps none.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3 } from '@aws-sdk/client-s3'
import S3rver from 's3rver'

export interface Access {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

export interface Ceph {
  /** Why there is none here, or false. */
  readonly missing: string | false
  /** Owns the buckets and may do everything with them. */
  readonly owner: Access
  /** Another user, who may do what a bucket's policy gives. */
  readonly writer: Access
  stop(): Promise<void>
}

const PROGRAMS = ['/usr/bin/ceph-mon', '/usr/bin/ceph-osd', '/usr/bin/radosgw']
const ABSENT = 'no S3 server to test with: Debian packages ceph-mon ceph-osd radosgw'

export async function startCeph(): Promise<Ceph> {
  const port = await freePort()
  const access = (name: string): Access => ({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: `${name.toUpperCase()}KEY`, secretAccessKey: `${name}secret` },
  })
  const users = { owner: access('owner'), writer: access('writer') }
  if (!PROGRAMS.every((program) => existsSync(program))) return { missing: ABSENT, ...users, async stop() {} }
  const folder = mkdtempSync(join(tmpdir(), 'ceph-'))
  const child = spawn('bash', ['tools/ceph-s3.sh', folder, String(port), String(await freePort())], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.once('data', () => resolve(true))
    void ended.then(() => resolve(false))
  })
  const came = await ready
  return {
    missing: came ? false : `${ABSENT} (they did not start)`,
    ...users,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

/** With one bucket, in a temporary folder. */
export async function startS3rver(): Promise<Access & { readonly bucket: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 's3rver-'))
  const configureBuckets = [{ name: 'simple', configs: [] }]
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets })
  const { port } = await server.run()
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'simple',
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    async stop() {
      await server.close()
      rmSync(directory, { recursive: true })
    },
  }
}

export function client({ endpoint, region, credentials }: Access): S3 {
  return new S3({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    // What goes wrong is asserted; the library would tell the console too.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
}

/** What a request that passes through is made of. */
export interface Passing {
  readonly method: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  body: Buffer
}

/**
 * Stands before the server. `meddle` may change a request's body, answer in the server's place (true), or let it pass. The
 * Host header stays, so signatures hold.
 */
export async function between(
  endpoint: string,
  meddle: (passing: Passing, answer: ServerResponse) => boolean | void,
): Promise<{ endpoint: string; server: Server }> {
  const target = new URL(endpoint)
  const server = createServer((incoming, answer) => {
    void pass(target, incoming, answer, meddle)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

/** The whole answer in the server's place. */
export function reply(answer: ServerResponse, status: number, body = ''): true {
  answer.writeHead(status, { 'content-type': 'application/xml' }).end(body)
  return true
}

async function pass(
  target: URL,
  incoming: IncomingMessage,
  answer: ServerResponse,
  meddle: (passing: Passing, answer: ServerResponse) => boolean | void,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const query = new URL(incoming.url!, target).search
  const { method, headers, url: path } = incoming
  const passing: Passing = { method: method!, query, headers, body: Buffer.concat(chunks) }
  if (meddle(passing, answer)) return
  const onward = request({ host: target.hostname, port: target.port, method, path, headers }, (response) => {
    answer.writeHead(response.statusCode!, response.headers)
    response.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  onward.end(passing.body)
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** What docs/design/s3.md tells to allow a backup's credentials, and nothing else. */
export const ALLOWED: readonly string[] = [
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:PutObject',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectRetention',
  's3:GetObjectRetention',
]

/** Lets the writer do these things with a bucket of the owner's. */
export async function allowWriter(s3: S3, bucket: string, actions = ALLOWED): Promise<void> {
  const Principal = { AWS: ['arn:aws:iam:::user/writer'] }
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]
  const Statement = [
    { Effect: 'Allow', Principal, Action: actions, Resource },
    // On some servers whoever wrote an object may do everything with it that nobody forbids.
    { Effect: 'Deny', Principal, Action: ['s3:BypassGovernanceRetention'], Resource },
  ]
  await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) })
}
