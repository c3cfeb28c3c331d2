/** A second machine: a folder of its own, `toride agent` as typed, and a real Keeper. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { makeEscrowKey } from '#agent'
import { ask, HOUR, type RunningKeeper, startKeeper } from '../keeper/running.ts'

export class Scene {
  readonly keeper: RunningKeeper
  readonly home: string
  readonly source: string
  readonly data: string
  /** Production's. */
  readonly escrow = makeEscrowKey()

  private constructor(keeper: RunningKeeper, home: string) {
    this.keeper = keeper
    this.home = home
    this.source = join(home, 'records')
    this.data = join(home, 'agent')
  }

  static async open(t: TestContext): Promise<Scene> {
    const home = mkdtempSync(join(tmpdir(), 'toride-agent-'))
    t.after(() => rmSync(home, { recursive: true, force: true }))
    const scene = new Scene(await startKeeper(t, { tls: true }), home)
    for (let n = 0; n < 30; n++) {
      mkdirSync(join(scene.source, `${n % 3}`), { recursive: true })
      writeFileSync(join(scene.source, `${n % 3}`, `書類${n}.txt`), `内容 ${n} `.repeat(3000))
    }
    return scene
  }

  static async enrolled(t: TestContext): Promise<Scene> {
    const scene = await Scene.open(t)
    const { code, text } = await scene.enrol()
    if (code !== 0) throw new Error(text)
    return scene
  }

  code(name: string, kind: 'append' | 'read', of?: string): string {
    const more = of === undefined ? {} : { of }
    const until = this.keeper.time.wall + HOUR
    return this.keeper.house.clients.invite({ name, kind, quotaBytes: 1 << 30, plain: false, until, ...more })
  }

  enrol(more: { key?: string; code?: string } = {}) {
    const { key = this.escrow.publicKey, code = this.code('desk', 'append') } = more
    const place = ['--address', this.keeper.url, '--pin', this.keeper.pin, '--code', code]
    return this.agent('enrol', ...place, `--key=${key}`, '--folder', this.source, '--name', '受付のPC', '--at', '01:30')
  }

  /** As typed at the second machine, by the Keeper's clock. */
  async agent(...args: string[]): Promise<{ code: number; text: string }> {
    const workerData = { args: ['agent', ...args, '--data', this.data], now: this.keeper.time.wall }
    const worker = new Worker(new URL('../keeper/cli-worker.ts', import.meta.url), { workerData })
    const [answer] = (await once(worker, 'message')) as [{ code: number; text: string }]
    await worker.terminate()
    return answer
  }

  async generations(who: { name: string; token: string }) {
    const { body } = await ask(this.keeper, who, 'GET', 'desk/files/generations')
    return JSON.parse(body) as { snapshot: string; objects: number }[]
  }
}
