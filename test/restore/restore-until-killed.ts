/** Restores the newest generation and dies by SIGKILL in the middle of it. argv: data folder, target. */
import { existsSync, readdirSync } from 'node:fs'
import { systemClock } from '#base'
import { openInstitution } from '#server'

const [, , folder = '', target = ''] = process.argv
const fresh = { kind: 'own', institution: '試験', createdAt: 0 } as const
const { restores, vault } = await openInstitution({ dataFolder: folder, fresh, clock: systemClock, version: '0.0.1' })
const [generation] = await vault.generations.list()
const order = { generationId: generation!.id, target, existing: 'beside' } as const
await restores.start(order, (await restores.plan(order)).fingerprint, 'p1')
const written = (): string[] => (existsSync(target) ? readdirSync(target, { recursive: true }).map(String) : [])
const look = (): void => {
  if (written().some((name) => name.includes('.part'))) process.kill(process.pid, 'SIGKILL')
  setImmediate(look)
}
look()
