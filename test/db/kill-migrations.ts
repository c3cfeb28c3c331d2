import type { Migration } from '#db'

/** Each makes a table and moves one row along: run twice or half, the numbers no longer fit. */
export const KILL_MIGRATIONS: readonly Migration[] = Array.from({ length: 8 }, (_, n) => ({
  id: 2026112201 + n,
  name: `test: step ${n}`,
  sql: [
    `CREATE TABLE step_${n} (id BIGINT PRIMARY KEY, value BIGINT NOT NULL)`,
    n === 0 ? 'INSERT INTO step_0 VALUES (1, 1)' : `INSERT INTO step_${n} SELECT id, value * 2 FROM step_${n - 1}`,
    ...(n === 0 ? [] : [`UPDATE step_0 SET value = value + 1`]),
  ],
}))
