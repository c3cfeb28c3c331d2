/**
 * Random histories of a clinic, its Keeper and its verifier: backups, copies, cuts, kills, expiry, rot, full disks, clocks
 * that are moved. Always: what was acknowledged with a receipt and is locked restores byte for byte until its lock ends,
 * unless the test itself spoilt that very file, and then the judgement names it.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Chance, chance, chanceOf, rounds } from '../robustness/seed.ts'
import { World } from './model-world.ts'
import { DAY, HOUR } from './running.ts'

/** Name, how often, and what it does. */
const STEPS: readonly (readonly [string, number, (world: World, random: Chance) => Promise<void> | void])[] = [
  ['change', 6, (world) => world.change()],
  ['backup', 6, (world) => world.backUp()],
  ['copy', 12, (world) => world.copy()],
  ['cut', 4, (world, random) => world.copy(random.below(6))],
  ['heal', 4, (world) => world.heal()],
  ['rubbish', 3, (world) => world.rubbish()],
  ['attest', 10, (world) => world.attest()],
  ['expire', 12, (world) => world.expire()],
  ['die', 4, (world, random) => world.dieAfter(random.below(8))],
  ['restart', 5, (world) => world.restart()],
  ['full', 3, (world) => world.fill()],
  ['room', 5, (world) => world.giveRoom()],
  ['read', 4, (world) => world.read()],
  ['rot', 1, (world) => world.spoilThere()],
  ['rot here', 2, (world) => world.spoilHere()],
  ['mend here', 3, (world) => world.mendHere()],
  ['a day', 22, (world, random) => world.clock.run(world.keeper, (12 + random.below(48)) * HOUR)],
  ['slew', 2, (world, random) => world.clock.slew(world.keeper, (1 + random.below(24)) * HOUR, random)],
  ['step', 1, (world, random) => world.clock.step(world.keeper, random)],
  ['off', 1, (world, random) => off(world, (1 + random.below(20)) * DAY, 1)],
  ['off, set ahead', 1, (world, random) => off(world, 0, (1 + random.below(60)) * DAY)],
  ['correct', 5, correct],
]

function correct(world: World): void {
  world.giveRoom()
  world.clock.correct(world.keeper)
}

/** Where `ahead` is 1 the hardware clock is right. */
async function off(world: World, trueMs: number, ahead: number): Promise<void> {
  world.clock.off(world.keeper, trueMs, ahead === 1 ? trueMs : ahead)
  await world.restart()
}

/** Weeks in which nothing happens but what should: whatever came before, things go their way again. */
async function quietWeeks(world: World): Promise<void> {
  await world.restart()
  correct(world)
  world.mendHere()
  for (let i = 0; i < 8; i++) {
    world.clock.run(world.keeper, 4 * DAY)
    world.change()
    await world.backUp()
    await world.read()
    await world.heal()
    await world.copy()
    for (let j = 0; j < 3; j++) await world.attest()
    await world.expire()
  }
}

const BAG = STEPS.flatMap((step) => Array.from({ length: step[1] }, () => step))
const STEPS_A_BATCH = 12

test('acknowledged and locked means restorable until its lock ends', async (t) => {
  const random = chance(t)
  const done = { steps: 0, promised: 0, ended: 0, gone: 0, spoilt: 0, healed: 0 }
  for (let round = 0; round < rounds(4); round++) {
    const own = chanceOf(random.below(2 ** 31))
    const world = await World.make(t, own)
    const history: string[] = []
    try {
      for (let batch = 0; batch < 36; batch++) {
        for (let i = 0; i < STEPS_A_BATCH; i++) {
          const [name, , run] = own.pick(BAG)
          history.push(name)
          await run(world, own)
          // The clocks are looked at between any two things that happen to them.
          await world.keeper.house.now()
        }
        await world.demandPromises()
        world.demandAttested()
        const some = own.pick([...world.promised.values()].filter((one) => world.isLocked(one)))
        if (some) await world.demandRestores(some)
      }
      await quietWeeks(world)
      await world.demandPromises()
      world.demandAttested()
      for (const one of world.promised.values()) if (world.isLocked(one)) await world.demandRestores(one)
    } catch (error) {
      console.error(`round ${round}, after: ${history.slice(-60).join(', ')}`)
      throw error
    }
    done.steps += history.length
    done.promised += world.promised.size
    done.spoilt += world.spoilt
    done.healed += await world.healedCount()
    for (const one of world.promised.values()) if (!world.isLocked(one)) done.ended++
    done.gone += world.gone.length
    await world.keeper.close()
  }
  t.diagnostic(JSON.stringify(done))
  assert.ok(done.gone > 0 && done.healed > 0, `else nothing was tried: ${JSON.stringify(done)}`)
})
