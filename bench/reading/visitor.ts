/** Somebody at a browser, as far as a server notices: one connection that stays, cookies, forms with their token. */
import { Agent, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: string
  readonly location: string | undefined
  /** From the first byte sent to the last received. */
  readonly ms: number
}

export class Visitor {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #cookies = new Map<string, string>()
  #csrf = ''

  constructor(url: string) {
    this.#url = url
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask('GET', path, headers)
  }

  /** A form of the page that was seen last. */
  post(path: string, fields: readonly (readonly [string, string])[]): Promise<Answer> {
    const body = new URLSearchParams([['csrf', this.#csrf], ...fields.map(([k, v]) => [k, v])]).toString()
    return this.#ask('POST', path, { 'content-type': 'application/x-www-form-urlencoded', origin: this.#url }, body)
  }

  close(): void {
    this.#agent.destroy()
  }

  async #ask(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> {
    try {
      return await this.#once(method, path, headers, body)
    } catch (error) {
      // A server closes a connection that nobody used; browsers ask again on a new one.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error
      return this.#once(method, path, headers, body)
    }
  }

  #once(method: string, path: string, headers: Record<string, string>, body: string): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const started = performance.now()
    return new Promise((resolve, reject) => {
      const asked = request(
        new URL(path, this.#url),
        { method, agent: this.#agent, headers: { ...headers, cookie, 'content-length': Buffer.byteLength(body) } },
        (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('error', reject)
          answer.on('end', () => {
            const ms = performance.now() - started
            for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line)
            const text = Buffer.concat(parts).toString()
            this.#csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? this.#csrf
            resolve({ status: answer.statusCode ?? 0, body: text, location: answer.headers.location, ms })
          })
        },
      )
      asked.on('error', reject)
      asked.end(body)
    })
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (value === '') this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}
