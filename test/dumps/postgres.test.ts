/** A real PostgreSQL: dumped, cut, hung, stopped, and restored by pg_restore. */
import { test } from 'node:test'
import { databaseSuite } from './databases.suite.ts'
import { noPostgres, PASSWORD, startPostgres } from './servers.ts'

if (noPostgres) test('postgresql', { skip: noPostgres }, () => {})
else
  databaseSuite({
    kind: 'postgresql',
    dumpFile: 'database.dump',
    tool: '/usr/lib/postgresql/15/bin/pg_dump',
    start: startPostgres,
    accounts: [
      'create database clinic',
      `create role toride login password '${PASSWORD}' in role pg_read_all_data`,
      'create role "nobody-much" login',
    ],
    fill: [
      `create table patient (id int primary key, name text, memo text);
       insert into patient select i, '患者' || i, repeat(md5(i::text), 1 + i % 4) from generate_series(1, 100000) i;
       create table lab (id int primary key, item text, value numeric);
       insert into lab select i, md5((i * 7)::text), i / 10.0 from generate_series(1, 200000) i`,
    ],
    change: [
      `update patient set memo = memo || 'changed' where id = 5;
       update lab set value = 0 where id = 70;
       delete from patient where id = 99`,
    ],
    hold: 'begin; lock table lab in access exclusive mode; select pg_sleep(30)',
    holding: "select pid from pg_locks where mode = 'AccessExclusiveLock' and relation = 'lab'::regclass and granted",
    waiting: "select pid from pg_stat_activity where usename = 'toride' and wait_event_type = 'Lock'",
    end: (id) => `select pg_terminate_backend(${id})`,
    digest: `select md5(string_agg(p::text, ',' order by id)) from patient p
             union all select md5(string_agg(l::text, ',' order by id)) from lab l`,
  })
