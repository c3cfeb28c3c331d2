/** `copy.ts FOLDER URL`: what production sends of a local repository to a Keeper; token and pin come in the environment. */
import { openLocalBackend, openRestBackend } from '#storage'
import { mirrorRepository } from '../src/vault/mirror.ts'

const [folder = '', url = ''] = process.argv.slice(2)
const to = openRestBackend({
  url,
  user: 'bench',
  password: process.env['BENCH_TOKEN'] ?? '',
  pinnedCertificateSha256: process.env['BENCH_PIN'],
})
await to.create()
await mirrorRepository(openLocalBackend(folder), to)
await to.close()
