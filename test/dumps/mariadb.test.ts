/** A real MariaDB: dumped, cut, hung, stopped, and restored by its client. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { databaseSuite } from './databases.suite.ts'
import { noMariadb, PASSWORD, startMariadb } from './servers.ts'

if (noMariadb) test('mariadb', { skip: noMariadb }, () => {})
else
  databaseSuite({
    kind: 'mariadb',
    dumpFile: 'database.sql',
    tool: '/usr/bin/mariadb-dump',
    start: startMariadb,
    accounts: [
      'create database clinic character set utf8mb4',
      `create user toride@'127.0.0.1' identified by '${PASSWORD}'`,
      `grant select, show view, trigger, event, lock tables on clinic.* to toride@'127.0.0.1'`,
      `create user 'nobody-much'@'127.0.0.1' identified by '${PASSWORD}'`,
    ],
    fill: [
      `create table patient (id int primary key, name varchar(40), memo text);
       insert into patient select seq, concat('患者', seq), repeat(md5(seq), 1 + seq % 4) from seq_1_to_100000;
       create table lab (id int primary key, item char(32), value decimal(12, 1));
       insert into lab select seq, md5(seq * 7), seq / 10 from seq_1_to_200000`,
    ],
    change: [
      `update patient set memo = concat(memo, 'changed') where id = 5;
       update lab set value = 0 where id = 70;
       delete from patient where id = 99`,
    ],
    hold: 'lock tables lab write; select sleep(30)',
    holding: "select id from information_schema.processlist where info = 'select sleep(30)'",
    waiting: "select id from information_schema.processlist where user = 'toride' and state like '%metadata lock%'",
    end: (id) => `kill ${id}`,
    digest: `select sum(crc32(concat_ws(',', id, name, memo))), count(*) from patient
             union all select sum(crc32(concat_ws(',', id, item, value))), count(*) from lab`,
    quick(restored) {
      const joined = join(restored, 'joined.sql')
      const script = 'LC_ALL=C awk -f join-rows.awk database.sql > joined.sql'
      assert.equal(spawnSync('sh', ['-c', script], { cwd: restored }).status, 0)
      assert.ok(statSync(joined).size < statSync(join(restored, 'database.sql')).size * 0.9)
      return joined
    },
  })
