/** A server's own certificate: made once, signed by itself, known by its fingerprint (no authority to trust or renew). */
import 'reflect-metadata'
import { createHash, X509Certificate as NodeCertificate } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import {
  X509CertificateGenerator,
  PemConverter,
  SubjectAlternativeNameExtension,
  BasicConstraintsExtension,
} from '@peculiar/x509'
import type { EpochMs } from '#base'

export interface TlsPair {
  /** PEM. */
  readonly key: string
  readonly cert: string
}

const YEARS_20_MS = 20 * 365 * 86_400_000
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** @param name of the server, in letters and spaces @param hosts names and addresses by which clients call it */
export async function makeCertificate(name: string, hosts: readonly string[], now: EpochMs): Promise<TlsPair> {
  const keys = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as CryptoKeyPair
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    // A server whose clock is wrong at first must not be unreachable.
    notBefore: new Date(now - 365 * 86_400_000),
    notAfter: new Date(now + YEARS_20_MS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host })),
      ),
    ],
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { key: PemConverter.encode(pkcs8, 'PRIVATE KEY'), cert: certificate.toString('pem') }
}

/** SHA-256 of the certificate's DER, hex: what clients pin. */
export const certificatePin = (certPem: string): string =>
  createHash('sha256').update(new NodeCertificate(certPem).raw).digest('hex')

/** By which this machine may be called in its network, without loopback. */
export function networkNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  const outside = addresses.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
  return [hostname(), ...outside.map(({ address }) => address)]
}
