import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalSystem, sameSystem, SYSTEM, systemLabel } from './systems.ts'

test('one drug system under its six names', () => {
  const names = [
    SYSTEM.hot9,
    'urn:oid:1.2.392.200119.4.403.1',
    'OID:1.2.392.200119.4.403.1',
    '1.2.392.100495.20.2.74',
    'HOT9',
    ' hot ',
  ]
  for (const name of names) assert.equal(canonicalSystem(name), SYSTEM.hot9)
  assert.ok(sameSystem('JC10', 'urn:oid:1.2.392.200119.4.504'))
  assert.ok(!sameSystem('HOT9', 'HOT7'))
  assert.ok(!sameSystem(undefined, undefined))
})

test('both OIDs of YJ, of the general name, the old and the present usage OID', () => {
  assert.ok(sameSystem('1.2.392.100495.20.1.73', 'urn:oid:1.2.392.100495.20.2.73'))
  assert.ok(sameSystem('urn:oid:1.2.392.100495.20.1.81', SYSTEM.genericDrug))
  assert.ok(sameSystem('urn:oid:1.2.392.200250.2.2.20', 'JAMISDP01'))
})

test('HL7 tables, unknown URIs and local tables', () => {
  assert.equal(canonicalSystem('HL70127'), 'http://terminology.hl7.org/CodeSystem/v2-0127')
  assert.equal(canonicalSystem('OID:1.2.3'), 'urn:oid:1.2.3')
  assert.equal(canonicalSystem('http://example.org/x'), 'http://example.org/x')
  assert.equal(canonicalSystem('99XYZ'), 'urn:toride:codesystem:99XYZ')
  assert.equal(systemLabel(canonicalSystem('99院内')), '99院内')
  assert.ok(!sameSystem('99XYZ', '99XY1'))
})

test('no two systems share a name', () => {
  const uris = Object.values(SYSTEM)
  assert.equal(new Set(uris.map(canonicalSystem)).size, uris.length)
})
