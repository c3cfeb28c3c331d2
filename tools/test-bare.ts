/**
 * `npm run test:bare`: proves the two commands on a bare machine (tools/bare-root.ts): `npm start` to the address and the
 * sign-in page, `npm start` again without any network, then `npm test` once. Needs root and debootstrap.
 *   -- --start-only   leaves `npm test` out
 *   -- --keep         leaves the root standing, to look into
 */
import { CLONE, inside, withBareRoot } from './bare-root.ts'

const words = process.argv.slice(2)
await withBareRoot(words.includes('--keep'), (root) => {
  const startOnce = ['node', 'tools/start-once.mjs']
  inside(root, { command: startOnce, folder: CLONE })
  console.log('✓ npm start on a bare machine')
  inside(root, { command: startOnce, folder: CLONE, offline: true })
  console.log('✓ npm start again, without a network')
  if (words.includes('--start-only')) return
  inside(root, { command: ['npm', 'test'], folder: CLONE })
  console.log('✓ npm test')
})
