/** A database dump for measurements: a third SQL text, a third that cannot be compressed, a third that repeats itself. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { randomBytes } from './random-bytes.ts'
import { randomFor } from './random.ts'
import type { Random } from './random.ts'

const BLOCK_BYTES = 1 << 20
/** The third part is made of so many different blocks. */
const DIFFERENT_BLOCKS = 8

/** INSERT lines of a results table, as pg_dump --inserts writes them. */
function sqlBlock(random: Random, first: number): Buffer {
  const lines: string[] = []
  let bytes = 0
  for (let row = first; bytes < BLOCK_BYTES; row++) {
    const value = (random.int(0, 20_000) / 100).toFixed(2)
    const line = `INSERT INTO lab_result (id, patient_id, code, value, unit, reported_at) VALUES (${row}, '${String(random.int(0, 99_999)).padStart(10, '0')}', '3A01000000232710${random.int(1, 9)}', '${value}', 'g/dL', '2026-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}T09:${String(random.int(10, 59))}:00+09:00');\n`
    lines.push(line)
    bytes += line.length
  }
  return Buffer.from(lines.join(''), 'latin1').subarray(0, BLOCK_BYTES)
}

/** Writes exactly `sizeBytes` bytes, the same for the same seed. */
export function writeDump(file: string, sizeBytes: number, seed = 'dump'): void {
  const random = randomFor(seed)
  const repeated = Array.from({ length: DIFFERENT_BLOCKS }, (_, i) => randomBytes(`${seed}/repeated/${i}`, BLOCK_BYTES))
  const blocks = Math.ceil(sizeBytes / BLOCK_BYTES)
  mkdirSync(dirname(file), { recursive: true })
  const handle = openSync(file, 'w')
  try {
    for (let i = 0; i < blocks; i++) {
      const part = Math.floor((i * 3) / blocks)
      const block =
        part === 0
          ? sqlBlock(random, i * 5000)
          : part === 1
            ? randomBytes(`${seed}/${i}`, BLOCK_BYTES)
            : repeated[i % DIFFERENT_BLOCKS]!
      writeSync(handle, block, 0, Math.min(BLOCK_BYTES, sizeBytes - i * BLOCK_BYTES))
    }
  } finally {
    closeSync(handle)
  }
}
