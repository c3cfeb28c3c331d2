/** A FHIR server over TLS: the token is sent only to the certificate that was registered or that an issuer vouches for. */
import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { systemClock } from '#base'
import { FhirServer } from '#fhir-server'
import { certificatePin, makeCertificate } from '#tls'

const STATEMENT = JSON.stringify({
  resourceType: 'CapabilityStatement',
  fhirVersion: '4.0.1',
  rest: [{ mode: 'server', resource: [{ type: 'Patient', interaction: [{ code: 'search-type' }] }] }],
})

test('an unknown certificate gets no request; a pin or its issuer opens', async (t) => {
  const { key, cert } = await makeCertificate('Toride', ['127.0.0.1'], systemClock.now())
  const seen: (string | undefined)[] = []
  const server = createServer({ key, cert }, (request, response) => {
    seen.push(request.headers.authorization)
    response.setHeader('Content-Type', 'application/fhir+json')
    response.end(STATEMENT)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const base = `https://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`
  const pin = certificatePin(cert)
  const login = { kind: 'basic', user: 'toride', password: '秘密' } as const
  const ask = async (trust: { pinnedCertificateSha256?: string; caPem?: string }): Promise<readonly string[]> => {
    const fhir = new FhirServer({ base, login, ...trust }, { signal: new AbortController().signal })
    try {
      return (await fhir.capability()).types
    } finally {
      fhir.close()
    }
  }
  await assert.rejects(ask({}), { code: 'FHIR_SERVER_CERTIFICATE_WRONG' })
  await assert.rejects(ask({ pinnedCertificateSha256: 'ab'.repeat(32) }), { code: 'FHIR_SERVER_CERTIFICATE_WRONG' })
  assert.deepEqual(seen, [], 'nothing was sent')
  assert.deepEqual(await ask({ pinnedCertificateSha256: pin }), ['Patient'])
  assert.deepEqual(await ask({ caPem: cert }), ['Patient'])
  const expected = `Basic ${Buffer.from('toride:秘密').toString('base64')}`
  assert.deepEqual(seen, [expected, expected])
})
