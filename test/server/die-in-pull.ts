/** Begins a backup of a FHIR server in a process of its own, to be killed while it reads. argv: data folder, base address. */
import { systemClock } from '#base'
import { openInstitution } from '#server'
import { clockAt } from './house.ts'

const [, , folder = '', base = ''] = process.argv
const clock = clockAt(systemClock.now())
const fresh = { kind: 'own', institution: '試験', createdAt: clock.now() } as const
const { vault } = await openInstitution({ dataFolder: folder, fresh, clock, version: '0.0.1' })
const { id } = await vault.addFhirServer({ name: '電子カルテ', options: {} }, { base, login: { kind: 'none' } })
await (
  await vault.runs.run(id)
).done
console.log('survived')
