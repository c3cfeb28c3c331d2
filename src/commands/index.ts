export { CommandBook } from './definitions.ts'
export type {
  CommandDefinition,
  DatabaseDefinition,
  Definitions,
  HookDefinition,
  ShareDefinition,
} from './definitions.ts'
export { dumpDatabase, tryDatabase } from './dump.ts'
export type { DumpTrial } from './dump.ts'
export { demandPrivate, demandStartable } from './ownership.ts'
export { accountCanWrite, isUnc, localPathOf, shareOf } from './share.ts'
export { findTool } from './tool.ts'
export { runCommand, signalGroup } from './run-command.ts'
export type { Ended } from './run-command.ts'
