/** Serials of blank sheets, bound to one institution. */
import { createHash } from 'node:crypto'
import { SLIP_KINDS } from '#sheets'
import type { SlipService } from '#web'
import type { Institution } from '../institution.ts'

export const slipService = ({ serials, ledger }: Institution): SlipService => ({
  async serials(viewer, kind, count) {
    // Any three digits that tell two houses apart: of the ledger's own name.
    const mark = createHash('sha256').update(ledger.verifierKey).digest().readUInt16BE(0) % 1000
    const form = SLIP_KINDS.indexOf(kind) + 1
    const given = await serials.allot(form, count, mark)
    await ledger.append({
      type: 'sheet.allotted',
      actor: `person:${viewer.personId}`,
      data: { form: kind, from: given[0]!, to: given.at(-1)! },
    })
    return given
  },
})
