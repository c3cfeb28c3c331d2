/** Serials of blank sheets and temporary numbers of patients, bound to one institution. */
import { sheetCode, temporaryCode } from '#downtime'
import { SLIP_KINDS } from '#sheets'
import type { SlipService, Viewer } from '#web'
import type { Institution } from '../institution.ts'

export function slipService({ serials, ledger }: Institution): SlipService {
  const given = async ({ personId }: Viewer, form: string, number: number, count: number) => {
    const codes = (await serials.allot(number, count)).map(number === 0 ? temporaryCode : sheetCode)
    const data = { form, from: codes[0]!, to: codes.at(-1)! }
    await ledger.append({ type: 'sheet.allotted', actor: `person:${personId}`, data })
    return codes
  }
  return {
    serials: (viewer, kind, count) => given(viewer, kind, SLIP_KINDS.indexOf(kind) + 1, count),
    temporary: (viewer, count) => given(viewer, 'temporary', 0, count),
    state: async () => ({ isReady: true }),
  }
}
