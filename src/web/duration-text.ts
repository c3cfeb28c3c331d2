/** A time as people write it after a look at a watch. */
const MINUTES = /^(\d{1,3})(?:分|min|m)(?:(\d{1,2})(?:秒|sec|s)?)?$/
const CLOCK = /^(\d{1,3}):(\d{2})$/
const SECONDS = /^(\d{1,5})(?:秒|sec|s)?$/

/**
 * `95`, `95秒`, `1分35秒`, `1:35`, `2分`, in digits of either width; English units too.
 * @returns seconds; undefined where it is no time
 */
export function secondsIn(text: string): number | undefined {
  const typed = text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase()
  const alone = SECONDS.exec(typed)
  if (alone) return Number(alone[1])
  const [, minutes, seconds = '0'] = MINUTES.exec(typed) ?? CLOCK.exec(typed) ?? []
  return minutes === undefined || Number(seconds) > 59 ? undefined : Number(minutes) * 60 + Number(seconds)
}
