/** FHIR files that others wrote, taken in as a source and answered again: what goes out is valid R4. */
import assert from 'node:assert/strict'
import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Bundle, Resource } from '@medplum/fhirtypes'
import { house } from '../server/house.ts'
import { judge, scene } from './scene.ts'

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const FOLDERS = ['fhir_jp-core-1.1.2-package', 'fhir_jp-core-v1.2dev-compiled', 'fhir_clinical-core_JP-CLINS']
const skip = existsSync(DATA) ? false : 'the public FHIR samples are not beside the checkout'

for (const folder of FOLDERS)
  test(`${folder}: every resource of every patient that is answered is valid R4`, { skip }, async (t) => {
    const home = house(t)
    const { vault } = await home.open()
    const path = join(home.source, folder)
    cpSync(join(DATA, folder), path, { recursive: true })
    const options = { intake: [{ format: 'fhir' as const, settings: {} }] }
    const { id } = await vault.addSource({ kind: 'intake', name: 'FHIR', paths: [path], options })
    const run = await (await vault.runs.run(id)).done
    const answering = await scene(t, [await vault.openGeneration(run.id)])
    const wrong = judge()
    const asked = async <T extends Resource>(address: string) => (await (await answering.get(address)).json()) as T
    const people = (await asked<Bundle>('/Patient?birthdate=ge1800&_count=100')).entry ?? []
    assert.ok(people.length > 0)
    const seen: Resource[] = []
    for (const { resource } of people) {
      const all = await asked<Bundle>(`/Patient/${resource!.id}/$everything?_count=1000`)
      seen.push(all, ...(all.entry ?? []).map((one) => one.resource!))
    }
    assert.ok(seen.length > people.length, String(seen.length))
    assert.deepEqual(seen.flatMap(wrong), [])
    assert.deepEqual(answering.errors, [])
  })
