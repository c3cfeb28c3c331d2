/** The hardened repository server: another host, nothing clinical, no keys to the records. */
export { House } from './house.ts'
export { openDoor, type Door } from './http/server.ts'
export type { RemovalRule } from './http/restic.ts'
export { lockerHere, makeKeeper, type OpenKeeper, openKeeper, readInfo } from './open.ts'
export { pinOf } from './tls.ts'
export { TrustedClock } from './trusted-clock.ts'
export { type Client, Clients } from './clients.ts'
