/** A real mail server on loopback, for the suites of the whole product. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface Mail {
  readonly to: string
  /** Subject and text as people read them. */
  readonly subject: string
  readonly text: string
  /** Bytes of the attachment. */
  readonly attached: Buffer | undefined
  readonly id: string
}

export interface Post {
  readonly port: number
  readonly mails: Mail[]
  stop(): Promise<void>
}

/** @param options `port` to come back where it was; `refuse` answers a recipient with 550 */
export async function post(
  t: TestContext,
  options: SMTPServerOptions & { port?: number; refuse?: string } = {},
): Promise<Post> {
  const { port = 0, refuse, ...rest } = options
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth: ({ username, password }, _, done) =>
      password === 'right-password'
        ? done(null, { user: username })
        : done(Object.assign(new Error('no'), { responseCode: 535 })),
    onRcptTo: ({ address }, _, done) =>
      done(address === refuse ? Object.assign(new Error('no'), { responseCode: 550 }) : undefined),
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        mails.push(read(session.envelope.rcptTo[0]!.address, Buffer.concat(parts).toString('latin1')))
        done()
      })
    },
    ...rest,
  })
  server.on('error', () => undefined)
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  let isOpen = true
  const stop = async (): Promise<void> => {
    if (isOpen) await new Promise<void>((done) => server.close(() => done()))
    isOpen = false
  }
  t.after(stop)
  return { port: (listening.address() as AddressInfo).port, mails, stop }
}

function read(to: string, raw: string): Mail {
  const [head = '', body = ''] = split(raw)
  const boundary = /boundary="([^"]+)"/.exec(head)?.[1]
  const [first = '', second] = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, 3)
  return {
    to,
    subject: subjectOf(head),
    text: decoded(first).toString().replaceAll('\r\n', '\n'),
    attached: boundary === undefined ? undefined : decoded(second!),
    id: /^message-id: *(\S+)/im.exec(head)![1]!,
  }
}

const split = (part: string): string[] => {
  const at = part.indexOf('\r\n\r\n')
  return [part.slice(0, at), part.slice(at + 4)]
}

function decoded(part: string): Buffer {
  const [head = '', body = ''] = split(part)
  if (/encoding: base64/i.test(head)) return Buffer.from(body, 'base64')
  if (!/encoding: quoted-printable/i.test(head)) return Buffer.from(body, 'latin1')
  const bytes = body
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}

/** RFC 2047 in UTF-8. */
function subjectOf(head: string): string {
  const line = /^subject: *((?:.*)(?:\r\n[ \t].*)*)/im.exec(head)![1]!
  return line
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?(b|q)\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('latin1')
        : text
            .replaceAll('_', ' ')
            .replace(/=([0-9A-F]{2})/g, (__, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    )
    .replace(/[\x80-\xff]+/g, (bytes) => Buffer.from(bytes, 'latin1').toString())
}
