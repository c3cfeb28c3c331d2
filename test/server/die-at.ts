/** Runs one generation in a process of its own and dies by SIGKILL at a step's border. argv: data folder, source folder, step. */
import { systemClock } from '#base'
import { openInstitution } from '#server'
import { DEFAULT_POLICY } from '#vault'
import { clockAt } from './house.ts'

const [, , folder = '', source = '', step = '', daysAhead = '0'] = process.argv
const clock = clockAt(systemClock.now() + Number(daysAhead) * 86_400_000)
const fresh = { kind: 'own', institution: '試験', createdAt: clock.now() } as const
const { vault, ledger } = await openInstitution({ dataFolder: folder, fresh, clock, version: '0.0.1' })

/** Makes a method die before or after its work, when its first argument fits. */
function dieAt<T extends object>(
  object: T,
  method: keyof T & string,
  name: string,
  fits: (...args: never[]) => boolean,
): void {
  const real = (object[method] as (...args: never[]) => Promise<unknown>).bind(object)
  const dying = async (...args: never[]): Promise<unknown> => {
    if (fits(...args) && step === `before ${name}`) process.kill(process.pid, 'SIGKILL')
    const result = await real(...args)
    if (fits(...args) && step === `after ${name}`) process.kill(process.pid, 'SIGKILL')
    return result
  }
  Object.assign(object, { [method]: dying })
}

for (const type of ['recorded', 'locked', 'expired'])
  dieAt(ledger, 'append', type, ((entry: { type: string }) => entry.type === `generation.${type}`) as never)
dieAt(vault.generations, 'add', 'row', (() => true) as never)
dieAt(vault.generations, 'update', 'lock noted', ((_: string, change: object) => 'lock_strength' in change) as never)
dieAt(vault.generations, 'update', 'expiry noted', ((_: string, change: object) => 'expired_at' in change) as never)

const known = (await vault.sources()).find((one) => one.kind !== 'own-state')
const { id } =
  known ?? (await vault.addSource({ kind: 'folder', name: '書類', paths: [source], policy: DEFAULT_POLICY }))
await (
  await vault.runs.run(id)
).done
console.log('survived')
