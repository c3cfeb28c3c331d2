/** Programs in a place without a network and without a way out. */
export { tryDump, type DatabaseKind, type DatabaseResult, type DumpForm } from './database.ts'
export { isolationProblem, runIsolated, type Bind, type Isolated } from './sandbox.ts'
export { unpackIsolated, type Unpacked, type Unpacker } from './unpack.ts'
export { scanFolder, type ScanOrder, type ScanResult } from './scan.ts'
