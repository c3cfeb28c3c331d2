/**
 * 半田 (2021): the on-line copies were destroyed with the records; a copy that was off line survived. Here the server and all
 * it holds is lost; a disk from the safe and the printed kit bring the institution back, and from it the documents.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { sheetWords } from '#access'
import { institutionInstant, manualClock, systemClock } from '#base'
import { type Institution, issueKit, openInstitution } from '#server'
import { sessionOf } from '../../src/server/services/viewers.ts'
import { DEFAULT_MEDIA_SETTINGS } from '../../src/vault/media/settings.ts'
import { loopDevice, missing, pullOut, putIn } from '../media/loop.ts'
import { house, removeHeld, toride } from '../server/house.ts'
import { firstPerson } from '../server/person.ts'
import { encrypt, filesIn, goBack, lettersAreBack, writeLetters } from './hospital.ts'

const HOLDERS = ([0, 1, 2, 3] as const).map((part) => ({
  part,
  holder: `持ち主${part}`,
  keptAt: '金庫',
  outside: part === 3,
}))

async function idle({ vault }: Institution): Promise<void> {
  while (vault.jobs.list().some(({ state }) => state === 'running')) await setTimeout(50)
}

test(
  '半田: everything on line is gone; the disk from the safe brings it back',
  { skip: missing('ext4') },
  async (t) => {
    const home = house(t)
    // 2021-10-30, the morning before; the attack came in the night to the 31st.
    const clock = manualClock(institutionInstant('2021-10-30', 3))
    const first = await home.open(clock)
    writeLetters(home.source)
    await first.vault.ensureOwnState()
    const source = await first.vault.addSource({ kind: 'folder', name: '書類', paths: [home.source] })
    const { viewer } = await firstPerson(first)
    const { sheets } = await issueKit(first, sessionOf(viewer), HOLDERS)
    const generation = await (await first.vault.runs.run(source.id)).done
    // The kit begins a state of its own, in the background; what counts is the one with the documents' generation.
    await idle(first)
    clock.advance(60_000)
    await first.vault.runs.runOwnState()
    await idle(first)
    const loop = loopDevice(t, 'ext4')
    await first.vault.media.saveSettings(
      { ...DEFAULT_MEDIA_SETTINGS, name: '夜間の交代ディスク', size: 5 },
      'person:clerk',
    )
    await first.vault.media.register(
      { number: 1, uuid: loop.uuid, label: '', kind: 'rdx', shelf: '金庫' },
      'person:clerk',
    )
    clock.set(institutionInstant('2021-10-30', 9))
    const copying = await first.vault.media.copyNow()
    assert.ok('done' in copying, 'the disk that is due is in')
    await copying.done
    pullOut(loop)
    await home.close()

    encrypt(home.source)
    removeHeld(home.folder)
    assert.ok(!existsSync(home.folder), 'nothing on line is left')

    const mount = mkdtempSync(join(tmpdir(), 'toride-safe-'))
    const again = putIn(t, loop)
    execFileSync('mount', ['-o', 'ro', again.device, mount], { stdio: 'pipe' })
    t.after(() => {
      spawnSync('umount', ['-l', mount])
      rmSync(mount, { recursive: true })
    })
    const bare = join(dirname(home.folder), 'new-machine')
    const words = join(dirname(home.folder), 'words.txt')
    const text = sheetWords(sheets[0]!).map(({ word }) => word)
    writeFileSync(words, text.join(' '))
    const done = await toride('recover', '--place', join(mount, 'toride'), '--data', bare, '--words-file', words)
    assert.equal(done.code, 0, done.out + done.error)
    const fresh = { kind: 'own', institution: '', createdAt: 0 } as const
    const back = await openInstitution({ dataFolder: bare, fresh, clock: systemClock, version: '0.0.1' })
    t.after(() => back.close())
    await back.vault.runs.recover()
    const survived = await back.vault.generations.demand(generation.id)

    await back.cases.begin('attack', undefined, 'director')
    const evidence = { kind: 'disk-image', place: '暗号化されたディスクの写し、金庫', hash: '', who: '保守' } as const
    await back.cases.addEvidence(1, evidence, 'director')
    await back.cases.pass(1, 'evidence', '写しを取った', 'director')
    await goBack(back, survived, join(dirname(home.folder), 'apart'))
    lettersAreBack(home.source)
    lettersAreBack(join(dirname(home.folder), 'apart', 'source'))
    assert.ok(
      filesIn(home.source).some((name) => name.endsWith('.x7f3q')),
      'what the attacker left stays for the police',
    )
  },
)
