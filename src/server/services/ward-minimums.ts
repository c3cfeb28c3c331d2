/** The wards' minimum lists (R13): kept as a setting, each change a ledger entry of codes. */
import { inTurns } from '#base'
import type { WardMinimums } from '#reading'
import type { WardMinimum } from '#web'
import type { Institution } from '../institution.ts'

const SETTING = 'ward-minimums'

export function wardMinimums({ vault, ledger }: Pick<Institution, 'vault' | 'ledger'>): WardMinimums {
  const list = async () => JSON.parse((await vault.setting(SETTING)) ?? '[]') as WardMinimum[]
  async function replace(personId: string, minimum: WardMinimum): Promise<void> {
    const others = (await list()).filter(({ ward }) => ward !== minimum.ward)
    const isWithdrawn = minimum.topics.length === 0
    await vault.saveSetting(SETTING, JSON.stringify(isWithdrawn ? others : [...others, minimum]))
    const data = { area: 'ward-minimum', changes: isWithdrawn ? ['none'] : [...minimum.topics] }
    await ledger.append({ type: 'settings.changed', actor: `person:${personId}`, data })
  }
  const inTurn = inTurns()
  return {
    list,
    save(viewer, minimum) {
      // One after the other: two wards saved at once must not undo each other.
      return inTurn(() => replace(viewer.personId, minimum))
    },
  }
}
