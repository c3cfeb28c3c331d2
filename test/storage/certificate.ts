import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export interface SelfSigned {
  readonly keyFile: string
  readonly certFile: string
  readonly key: string
  readonly cert: string
  /** SHA-256 of the DER. */
  readonly pin: string
}

/** A server certificate of 127.0.0.1 for one test, signed by itself. */
export function selfSigned(t: TestContext): SelfSigned {
  const folder = mkdtempSync(join(tmpdir(), 'toride-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', ['req', '-x509', ...made, ...files, ...subject, '-days', '2'], { stdio: 'ignore' })
  const cert = readFileSync(certFile, 'utf8')
  const pin = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex')
  return { keyFile, certFile, key: readFileSync(keyFile, 'utf8'), cert, pin }
}
