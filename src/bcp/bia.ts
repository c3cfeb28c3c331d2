/** Business impact: how soon each system must be back, with what hangs on it counted in. Pure. */

export interface BiaInput {
  readonly systemId: string
  /** Hours; undefined where nobody decided. */
  readonly rtoHours?: number
  readonly rpoHours?: number
  /** What is done meanwhile (代替運用); '' where nobody wrote it. */
  readonly instead: string
  /** Systems without which this one does not run. */
  readonly needs: readonly string[]
}

export interface BiaLine extends BiaInput {
  /** The shorter of its own and of all that need it. */
  readonly neededHours?: number
  /** Because of which system that is shorter than its own. */
  readonly because?: string
  /** It needs itself, through others. */
  readonly isRing: boolean
}

/** In the order of the input. */
export function rolledUp(inputs: readonly BiaInput[]): BiaLine[] {
  const needers = new Map<string, BiaInput[]>()
  for (const one of inputs) for (const id of one.needs) needers.set(id, [...(needers.get(id) ?? []), one])
  return inputs.map((one) => {
    const above = allAbove(one.systemId, needers)
    const ring = above.delete(one.systemId)
    let [hours, because] = [one.rtoHours, undefined as string | undefined]
    for (const [id, other] of above)
      if (other.rtoHours !== undefined && (hours === undefined || other.rtoHours < hours))
        [hours, because] = [other.rtoHours, id]
    return {
      ...one,
      ...(hours !== undefined && { neededHours: hours }),
      ...(because !== undefined && { because }),
      isRing: ring,
    }
  })
}

/** Everything that needs it, through whatever; itself where there is a ring. */
function allAbove(id: string, needers: ReadonlyMap<string, readonly BiaInput[]>): Map<string, BiaInput> {
  const found = new Map<string, BiaInput>()
  const waiting = [...(needers.get(id) ?? [])]
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    if (found.has(one.systemId)) continue
    found.set(one.systemId, one)
    waiting.push(...(needers.get(one.systemId) ?? []))
  }
  return found
}
