/** Takes a generation whose command before never ends. argv: data folder, source folder, definitions file. */
import { systemClock as clock } from '#base'
import { openInstitution } from '#server'

const [, , dataFolder = '', source = '', commandsFile] = process.argv
const fresh = { kind: 'own', institution: '試験', createdAt: clock.now() } as const
const { vault } = await openInstitution({ dataFolder, fresh, clock, version: '0.0.1', commandsFile })
const { id } = await vault.addSource({ kind: 'folder', name: '書類', paths: [source], options: { hook: 'stop' } })
await (
  await vault.runs.run(id)
).done
