import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { locate, restoredFiles } from './restored.ts'

test('a link that came back leads to nothing of this computer', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toride-restored-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const [host, target] = [join(folder, 'host'), join(folder, 'data')]
  mkdirSync(join(host, 'below'), { recursive: true })
  mkdirSync(join(target, '患者'), { recursive: true })
  writeFileSync(join(host, 'below', 'secret'), '')
  writeFileSync(join(target, '患者', 'record'), '')
  symlinkSync(host, join(target, 'way'))
  symlinkSync(join(host, 'below', 'secret'), join(target, 'file'))
  for (const path of ['way/below/secret', 'way/below', 'way', 'file'])
    assert.equal(locate(target, path), undefined, path)
  assert.deepEqual([...restoredFiles(target, 'way')], [])
  assert.equal(locate(target, '/患者/record')?.toString(), join(target, '患者', 'record'))
  assert.equal(locate(target, '')?.toString(), target)
  assert.equal(locate(target, '患者/gone'), undefined)
})
