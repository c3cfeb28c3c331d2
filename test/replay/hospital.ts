/** A hospital's documents, an attack on them, and the way back, for the replays. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Institution } from '#server'
import type { RestoreRun } from '#recovery'
import type { Generation } from '#vault'

const PATIENTS = 14
const letterOf = (folder: string, patient: number): string => join(folder, `患者${patient}`, '紹介状.txt')
export const letterText = (patient: number): string => `紹介状 ${patient} いつもお世話になっております。`.repeat(30)

export function writeLetters(folder: string): void {
  for (let patient = 0; patient < PATIENTS; patient++) {
    mkdirSync(join(folder, `患者${patient}`), { recursive: true })
    writeFileSync(letterOf(folder, patient), letterText(patient))
  }
}

/** As ransomware does: other bytes, another ending, a note. */
export function encrypt(folder: string): void {
  for (let patient = 0; patient < PATIENTS; patient++) {
    const path = letterOf(folder, patient)
    writeFileSync(path, randomBytes(readFileSync(path).length))
    renameSync(path, `${path}.x7f3q`)
  }
  writeFileSync(join(folder, 'HOW_TO_DECRYPT.txt'), 'pay')
}

export function lettersAreBack(folder: string): void {
  for (let patient = 0; patient < PATIENTS; patient++)
    assert.equal(readFileSync(letterOf(folder, patient), 'utf8'), letterText(patient))
}

/** Plan, begin, end: all of it, every byte compared. */
export async function restoreAll(
  { restores }: Institution,
  generation: Generation,
  target: string | undefined,
): Promise<RestoreRun> {
  const order = { generationId: generation.id, target, existing: 'beside' } as const
  const { fingerprint } = await restores.plan(order)
  const run = await (await restores.start(order, fingerprint, 'director')).done
  assert.deepEqual([run.state, run.result?.problems], ['complete', 0])
  return run
}

/** Everything behind the gate of evidence, with the restore apart and the one over the old place. */
export async function goBack(institution: Institution, generation: Generation, apart: string): Promise<void> {
  const { cases } = institution
  const number = (await cases.open())!.number
  const pass = (gate: Parameters<typeof cases.pass>[1]): Promise<void> =>
    cases.pass(number, gate, '確かめた', 'director')
  await cases.choose(number, generation, '怪しい日より前で、兆しが無い', 'director')
  await pass('scan')
  const isApart = ({ kind, scope, state }: RestoreRun): boolean =>
    kind === 'new' && scope === 'all' && state === 'complete'
  if (!(await institution.restores.list()).some(isApart)) await restoreAll(institution, generation, apart)
  await pass('isolated')
  await restoreAll(institution, generation, undefined)
  for (const gate of ['operation', 'reconciled', 'ended', 'review'] as const) await pass(gate)
  assert.equal(await cases.open(), undefined)
}

export async function typesIn({ ledger }: Institution): Promise<string[]> {
  const types: string[] = []
  for await (const { entry } of (await ledger.reader()).entries()) types.push(entry.type)
  return types
}

export const filesIn = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String)
