/** SIU^S12: an appointment, as some reception systems leave it in the extended storage. */
import type { EpochMs } from '#base'
import { stamp12 } from './calendar.ts'
import { DEPARTMENTS, SYSTEMS } from './hospital.ts'
import { components, segment } from './hl7-segment.ts'
import type { Segment } from './hl7-segment.ts'
import { msh, pid } from './message-common.ts'
import type { Situation } from './message-common.ts'

export interface Appointment {
  readonly at: EpochMs
  readonly minutes: number
  readonly text: string
}

export function bookingMessage(s: Situation, key: string, appointment: Appointment): Segment[] {
  const system = SYSTEMS.admissions
  const { department } = s
  const start = stamp12(appointment.at)
  return [
    msh(system, 'SIU^S12^SIU_S12', s.at, s.person),
    segment('SCH', {
      1: key,
      7: components('', appointment.text, '99A03'),
      11: components('', '', '', start),
    }),
    pid(system, s.person),
    segment('PV1', { 1: '0001', 2: 'O', 10: components(department, DEPARTMENTS[department], '99XY1') }),
    segment('RGS', { 1: '1' }),
    segment('AIS', {
      1: '1',
      3: components('', appointment.text, '99A03'),
      4: start,
      7: appointment.minutes,
      8: 'min',
    }),
  ]
}
