/** The certificate of this server where other computers of the house read from it: of one's own making, or given as files. */
import { existsSync, readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { join } from 'node:path'
import { writePrivateFile } from '#access'
import { AppError, type Clock, systemError } from '#base'
import { makeCertificate, networkNames, type TlsPair } from '#tls'

const FILES = { key: 'tls.key', cert: 'tls.crt' } as const

/** Loopback goes over no network. */
export const needsTls = (host: string): boolean => !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host)

/** Made the first time, and the same ever after: its fingerprint is what people compare. @throws BASE_CONFIG_INVALID, STORAGE_… */
export async function ownCertificate(dataFolder: string, host: string, clock: Clock): Promise<TlsPair> {
  const [key, cert] = [join(dataFolder, FILES.key), join(dataFolder, FILES.cert)]
  if (existsSync(key) && existsSync(cert)) return givenCertificate(key, cert)
  const hosts = new Set([
    'localhost',
    '127.0.0.1',
    ...(host === '0.0.0.0' || host === '::' ? [] : [host]),
    ...networkNames(),
  ])
  const made = await makeCertificate('Toride', [...hosts], clock.now())
  try {
    writePrivateFile(key, Buffer.from(made.key))
    writePrivateFile(cert, Buffer.from(made.cert))
  } catch (error) {
    throw systemError(error, 'write the certificate')
  }
  return made
}

/** @throws BASE_CONFIG_INVALID where the files are no key with its certificate */
export function givenCertificate(keyFile: string, certFile: string): TlsPair {
  try {
    const pair = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
    createSecureContext(pair)
    return pair
  } catch (cause) {
    throw new AppError('BASE_CONFIG_INVALID', { context: { option: 'tls-key / tls-cert' }, cause })
  }
}
