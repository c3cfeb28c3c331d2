/** Repositories made by others (research data beside the checkout): listed and restored as they say, the broken named. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { check, decodeTree, encodeTree, loadSnapshots, Repository } from '#restic'
import { openLocalBackend } from '#storage'
import { scratch, toride } from './toride-repo.ts'

const FIXTURES = join(import.meta.dirname, '../../../shared/data/restic-fixtures')
const skip = existsSync(FIXTURES) ? false : 'research data is not beside the checkout'
interface Listed {
  readonly struct_type: string
  readonly path: string
  readonly type: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size?: number
}

/** What must be found broken, and how. */
const BROKEN: Readonly<Record<string, string>> = {
  'repo-data-missing': 'pack-missing',
  'repo-index-missing': 'tree-unreadable',
  'repo-index-missing-blob': 'node-content-missing',
}
const archives = skip ? [] : globSync(`${FIXTURES}/{own,restic}/**/*.tar.gz`)

test('the fixtures are there', { skip }, () => assert.ok(archives.length >= 13))

for (const archive of archives) {
  const name = basename(archive, '.tar.gz')
  test(`fixture ${name}`, async (t) => {
    const base = scratch(t)
    execFileSync('tar', ['xzf', archive, '-C', base])
    const config = globSync(`${base}/**/config`)[0]
    if (config === undefined) return // a source tree, not a repository
    const password = name.includes('-restic-') ? 'fixture' : 'geheim'
    const backend = openLocalBackend(dirname(config))
    const repository = await Repository.open(backend, { password })
    const result = await check({ repository, storage: backend.sync, readData: 'all' })
    const errors = result.findings.filter((one) => one.severity === 'error').map((one) => one.what)
    assert.deepEqual([...new Set(errors)], BROKEN[name] ? [BROKEN[name]] : [])

    const index = await repository.loadIndex()
    const { snapshots, unreadable } = await loadSnapshots(repository)
    assert.deepEqual(unreadable, [])
    assert.ok(snapshots.length > 0)
    // Every tree that restic wrote in UTC comes back byte for byte from our writer.
    const trees: string[] = []
    index.forEach((id, { type }) => type === 'tree' && trees.push(id.toString('hex')))
    for (const tree of trees) {
      const bytes = await repository.loadBlob(index, tree, 'tree')
      const isUtc = !/[+-]\d\d:\d\d"/.test(bytes.toString('latin1'))
      if (isUtc) assert.equal(encodeTree(decodeTree(bytes)).toString(), bytes.toString())
    }
  })
}

test('own fixtures list and restore as restic recorded', { skip }, async (t) => {
  for (const name of ['v1-restic-0.14', 'v2-restic-0.14', 'v2-restic-0.19.1']) {
    const base = scratch(t)
    execFileSync('tar', ['xzf', join(FIXTURES, 'own', `${name}.tar.gz`), '-C', base])
    const repo = join(base, name)
    const secret = join(base, 'password')
    execFileSync('sh', ['-c', `printf fixture > ${secret}`])
    const listed = readFileSync(join(FIXTURES, 'own', `${name}.ls.jsonl`), 'utf8')
      .trim()
      .split('\n')
    const wanted = listed.map((line) => JSON.parse(line) as Listed).filter((line) => line.struct_type === 'node')
    const snapshot = JSON.parse(listed[0]!).short_id ?? 'latest'
    const { out } = await toride(repo, 'ls', snapshot, '--json', '--password-file', secret)
    const ours = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Listed)
      .filter((line) => line.struct_type === 'node')
    const essence = (n: Listed) => `${n.path} ${n.type} ${n.mode} ${n.uid}:${n.gid} ${n.size ?? 0}`
    assert.deepEqual(ours.map(essence).toSorted(), wanted.map(essence).toSorted(), name)

    const target = join(base, 'out')
    const restored = await toride(
      repo,
      'restore',
      snapshot,
      '--target',
      target,
      '--special',
      '--verify',
      '--password-file',
      secret,
    )
    assert.equal(restored.code, 0, restored.err)
    const sums = readFileSync(join(FIXTURES, 'own', 'tree.sha256'), 'latin1')
      .trim()
      .split('\n')
    const have = sha256Of(target)
    const missing = sums.map((line) => line.replace(/^\\/, '').slice(0, 64)).filter((sum) => !have.has(sum))
    assert.deepEqual(missing, [], name)
  }
})

function sha256Of(folder: string): Set<string> {
  const out = execFileSync('sh', ['-c', 'find . -type f -print0 | xargs -0 sha256sum'], {
    cwd: folder,
    encoding: 'latin1',
  })
  const empty = createHash('sha256').update('').digest('hex')
  return new Set([empty, ...out.split('\n').map((line) => line.replace(/^\\/, '').slice(0, 64))])
}
