/** Agents as the web shows them. The escrow key lies in the reading ring: only a person's password opens a card. */
import { makeEscrowKey, type Machine, openCard } from '#agent'
import { AppError, inTurns, isAppError } from '#base'
import type { Machine as MachineModel, MachineService, Viewer } from '#web'
import type { Institution } from '../institution.ts'
import { withoutUndefined } from './read-model.ts'
import { demand, readingOf } from './viewers.ts'

const ESCROW = 'agent-escrow'
const DAY_MS = 86_400_000
/** A night's run may take this long before it is called late. */
const GRACE_MS = 6 * 3_600_000

export function machineService(institution: Institution): MachineService {
  const { machines, vault, ledger, clock } = institution
  const note = (viewer: Viewer, id: string, change: 'added' | 'removed' | 'key-shown') =>
    ledger.append({
      type: 'settings.changed',
      actor: `person:${viewer.personId}`,
      subject: `machine:${id}`,
      data: { area: 'machines', changes: [change] },
    })
  const inTurn = inTurns()
  async function add(
    viewer: Viewer,
    { card, code }: { card: string; code: string },
  ): ReturnType<MachineService['add']> {
    const bare = card.replaceAll(/\s/g, '')
    // The second click of the same form: its code is used up, and the machine is there.
    if ((await machines.list()).some((known) => known.card === bare)) return { kind: 'ok' }
    try {
      const { facts } = openCard(bare, escrowOf(viewer))
      const id = await machines.add(facts, bare, code)
      await note(viewer, id, 'added')
      await machines.refresh((await machines.get(id))!)
      return { kind: 'ok' }
    } catch (error) {
      if (!isAppError(error)) throw error
      return { kind: 'refused', field: error.code === 'AGENT_CARD_WRONG' ? 'card' : 'code', code: error.code }
    }
  }
  return {
    async list() {
      const sound = (await machines.list()).map((machine) => machineModel(machine, clock.now()))
      const spoilt = (await machines.spoilt()).map(
        ({ id, name }) => ({ id, name, client: '', dailyAt: '', state: 'spoilt' }) as const,
      )
      return [...sound, ...spoilt]
    },
    async prepare(viewer) {
      demand(viewer, 'manage-backup')
      const place = (await vault.otherPlaces.list()).find(({ kind }) => kind === 'keeper')
      const keeper = place?.kind === 'keeper' && { address: new URL(place.config.url).host, pin: place.config.pin }
      return { escrowKey: escrowOf(viewer).publicKey, ...(keeper ? { keeper } : {}) }
    },
    async add(viewer, input) {
      demand(viewer, 'manage-backup')
      return inTurn(() => add(viewer, input))
    },
    async ask(viewer, id) {
      demand(viewer, 'manage-backup')
      const machine = await machines.get(id)
      if (machine) await machines.refresh(machine)
    },
    async remove(viewer, id) {
      demand(viewer, 'manage-backup')
      if (await machines.remove(id)) await note(viewer, id, 'removed')
    },
    async openKey(viewer, id) {
      demand(viewer, 'manage-backup')
      const machine = await machines.get(id)
      if (!machine) return undefined
      const { password } = openCard(machine.card, escrowOf(viewer))
      const repositories = await machines.repositories(machine)
      // Written down before it is shown.
      await note(viewer, id, 'key-shown')
      return { name: machine.name, repositories, password }
    },
  }
}

/** Made when it is first asked for, by a person who holds the ring; both halves in one data key. */
function escrowOf(viewer: Viewer): { publicKey: string; privateKey: string } {
  const reading = readingOf(viewer)
  if (!reading) throw new AppError('VAULT_KEY_MISSING')
  const known = reading.key(ESCROW)
  const [publicKey = '', privateKey = ''] = known ? Buffer.from(known).toString().split(' ') : []
  if (known) return { publicKey, privateKey }
  const made = makeEscrowKey()
  reading.add(ESCROW, Buffer.from(`${made.publicKey} ${made.privateKey}`))
  return made
}

/** One whose registration can be read. */
export type SoundMachine = MachineModel & { readonly state: Exclude<MachineModel['state'], 'spoilt'> }

export function machineModel({ id, name, client, dailyAt, seen, failure }: Machine, now: number): SoundMachine {
  const newest = seen?.newestAt
  const isLate = newest !== undefined && now - newest > DAY_MS + GRACE_MS
  return withoutUndefined({
    id,
    name,
    client,
    dailyAt,
    state: seen === undefined ? 'unasked' : newest === undefined ? 'never' : isLate ? 'late' : 'good',
    generations: seen?.generations,
    newestAtMs: newest,
    lockedUntilMs: seen?.lockedUntil,
    failure: failure && { code: failure.code, atMs: failure.at },
  })
}
