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
export { isPrivate } from './ownership.ts'
export { runCommand, signalGroup } from './run-command.ts'
