/**
 * Work that is done one after the other: each begins when the one before has ended, however that ended. So of two clicks
 * at once the second sees what the first made.
 */
export function inTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
}
