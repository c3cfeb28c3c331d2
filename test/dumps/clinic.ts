/** A house with definitions beside it, and what the tests ask of a source that is taken through them. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { isAppError } from '#base'
import type { Institution } from '#server'
import type { Generation, SourceInput } from '#vault'
import { type House, house, removeHeld } from '../server/house.ts'

export interface Clinic extends House {
  readonly commandsFile: string
  /** Writes the definitions file anew. */
  define(definitions: object): void
  begin(): Promise<Institution>
  /** Adds the source on the first call and takes a generation. */
  take(input: SourceInput): Promise<Generation>
  /** Takes one, which must fail with this code and leave neither a generation nor a dump. */
  fail(input: SourceInput, code: string): Promise<void>
  /** Restores a generation with the terminal's own verb; where the source's files lie. */
  restore(generation: Generation): Promise<string>
  /** What lies in the folder of dumps now. */
  dumps(): string[]
}

export function clinic(t: TestContext): Clinic {
  const home = house(t)
  const outside = mkdtempSync(join(tmpdir(), 'toride-commands-'))
  t.after(() => removeHeld(outside))
  const commandsFile = join(outside, 'commands.json')
  let institution: Institution | undefined
  const sourceOf = async (input: SourceInput) => {
    const { vault } = institution!
    return (await vault.sources()).find((source) => source.name === input.name) ?? (await vault.addSource(input))
  }
  const dumps = () => {
    const folder = join(home.folder, 'dumps')
    return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : []
  }
  return {
    ...home,
    commandsFile,
    define: (definitions) =>
      writeFileSync(commandsFile, JSON.stringify({ version: 1, ...definitions }), { mode: 0o600 }),
    async begin() {
      institution = await home.open(undefined, commandsFile)
      return institution
    },
    async take(input) {
      return (await institution!.vault.runs.run((await sourceOf(input)).id)).done
    },
    async fail(input, code) {
      const source = await sourceOf(input)
      const { vault } = institution!
      const before = await vault.generations.count(source.id)
      await assert.rejects((await vault.runs.run(source.id)).done, (error) => isAppError(error) && error.code === code)
      assert.equal(await vault.generations.count(source.id), before, 'no generation of a failed run')
      assert.deepEqual(dumps(), [], 'nothing in the clear is left')
      assert.equal((await vault.source(source.id))?.lastFailure?.code, code)
    },
    async restore(generation) {
      const target = mkdtempSync(join(outside, 'restored-'))
      const { keys, vault } = institution!
      const source = (await vault.source(generation.sourceId))!
      const repository = join(home.folder, 'places', 'local', source.id)
      execFileSync('bin/toride', ['repo', 'restore', generation.id, '--repo', repository, '--target', target], {
        env: { ...process.env, RESTIC_PASSWORD: keys.secrets.load(source.id)! },
        stdio: 'pipe',
      })
      return join(target, source.paths[0]!)
    },
    dumps,
  }
}
