/** Whether the records of devices and the register of spares are still of today. Pure. */
import { addDays, type EpochMs, institutionDate } from '#base'
import type { Device, Spare } from './devices.ts'

export type RecordState = 'good' | 'stale' | 'none'

const DAYS_A_MONTH = 30.44

export function recordState(
  { versions, staleMonths }: Pick<Device, 'versions' | 'staleMonths'>,
  now: EpochMs,
): RecordState {
  const newest = versions[0]
  if (!newest) return 'none'
  return now - newest.at > staleMonths * DAYS_A_MONTH * 86_400_000 ? 'stale' : 'good'
}

/** A spare that nobody looked at for a year may be gone, or its battery empty. */
export function spareState({ checkedOn }: Pick<Spare, 'checkedOn'>, now: EpochMs): RecordState {
  if (checkedOn === undefined) return 'none'
  return checkedOn < addDays(institutionDate(now), -365) ? 'stale' : 'good'
}
