/** Splits the segments of an order message (OML, OUL, OMG, OMI, ORU) into groups of one ORC/OBR with what hangs on it. */
import type { Message, Segment } from '#hl7v2'

/** ZE1: one procedure done within an order (JAHIS endoscopy, radiology), with its own observations. */
export interface DoneGroup {
  ze1: Segment
  obx: ResultSegment[]
  /** ZE2, 撮影条件. */
  others: Segment[]
}

export interface ResultSegment {
  obx: Segment
  notes: Segment[]
}

export interface OrderGroup {
  spm?: Segment
  orc?: Segment
  obr?: Segment
  tq1: Segment[]
  obx: ResultSegment[]
  ipc: Segment[]
  done: DoneGroup[]
  notes: Segment[]
  /** CTI 治験, DG1, and the like: kept as written. */
  others: Segment[]
}

/**
 * ORC and OBR come in either order; a second one of its kind, or either after results, begins the next group. SPM holds
 * for all groups up to the next SPM.
 */
export function orderGroups(message: Message): OrderGroup[] {
  const groups: OrderGroup[] = []
  let specimen: Segment | undefined
  let current: OrderGroup | undefined
  const begin = (): OrderGroup => {
    current = { ...(specimen && { spm: specimen }), tq1: [], obx: [], ipc: [], done: [], notes: [], others: [] }
    groups.push(current)
    return current
  }
  for (const segment of message.segments) {
    if (segment.id === 'SPM') {
      specimen = segment
      current = undefined
    } else if (segment.id === 'ORC' || segment.id === 'OBR') {
      const key = segment.id === 'ORC' ? 'orc' : 'obr'
      const group = current && !current[key] && !hasResults(current) ? current : begin()
      group[key] = segment
    } else if (BELOW.has(segment.id)) {
      attach(current ?? begin(), segment)
    }
  }
  return groups
}

const OTHERS = new Set(['CTI', 'DG1', 'TQ2', 'TCD', 'SID', 'SAC', 'INV', 'CTD', 'ZE2'])
const BELOW = new Set(['TQ1', 'OBX', 'IPC', 'ZE1', 'NTE', ...OTHERS])

function hasResults(group: OrderGroup): boolean {
  return group.obx.length + group.done.length + group.ipc.length > 0
}

function attach(group: OrderGroup, segment: Segment): void {
  const results = group.done.at(-1)?.obx ?? group.obx
  if (segment.id === 'TQ1') group.tq1.push(segment)
  else if (segment.id === 'IPC') group.ipc.push(segment)
  else if (segment.id === 'ZE1') group.done.push({ ze1: segment, obx: [], others: [] })
  else if (OTHERS.has(segment.id)) (group.done.at(-1) ?? group).others.push(segment)
  else if (segment.id === 'OBX') results.push({ obx: segment, notes: [] })
  else (results.at(-1)?.notes ?? group.notes).push(segment)
}
