/** The hardened repository server: another host, nothing clinical, no keys to the records. */
export { runKeeperCommand } from './console/cli.ts'
export type { KeeperIo } from './console/cli.ts'
// For the suites, which run a Keeper with clocks and rules of their own.
export { type Client, Clients } from './clients.ts'
export { House } from './house.ts'
export type { RemovalRule } from './http/restic.ts'
export { type Door, openDoor } from './http/server.ts'
export { lockerHere, makeKeeper, openKeeper, trustedClockOf } from './open.ts'
