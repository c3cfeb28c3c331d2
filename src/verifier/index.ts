/** The verifier: on a machine of its own it reads what a Keeper holds, and signs what it found (SECURITY.md 2). */
export { enrolVerifier, holdFolder, openVerifier, type Verifier } from './folder.ts'
export { openAtKeeper, type Listed } from './at-keeper.ts'
export { type RunEvent, type RunOptions, type RunResult, runVerifier } from './run.ts'
export type { Problem, Progress } from './judge.ts'
export { lookAtBuckets, type Watched, watchBucket, watchedBuckets } from './watch.ts'
