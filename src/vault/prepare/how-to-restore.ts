/** Lies beside each dump: whoever finds it on a bad day knows what to do with it, without Toride and without its manual. */
export const HOW_TO_RESTORE = {
  postgresql: `PostgreSQL のデータベースの写しです（戻す前に、電子カルテの会社に相談してください）。
A PostgreSQL database. Ask the vendor before you put it back.

  psql --file=accounts.sql postgres          利用者を先に戻す / the accounts first (if accounts.sql is here)
  createdb --template=template0 NAME         空のデータベース / an empty database
  pg_restore --exit-on-error --dbname=NAME database.dump
`,
  mariadb: `MariaDB（MySQL）のデータベースの写しです（戻す前に、電子カルテの会社に相談してください）。
A MariaDB (MySQL) database. Ask the vendor before you put it back.

  mariadb < accounts.sql                     利用者を先に戻す / the accounts first (if accounts.sql is here)
  mariadb -e 'CREATE DATABASE NAME'          空のデータベース / an empty database
  mariadb NAME < database.sql
`,
} as const
