/** Lies beside each dump: whoever finds it on a bad day knows what to do with it, without Toride and without its manual. */
const POSTGRESQL = `PostgreSQL のデータベースの写しです（戻す前に、電子カルテの会社に相談してください）。
A PostgreSQL database. Ask the vendor before you put it back.

  psql --file=accounts.sql postgres          利用者を先に戻す / the accounts first (if accounts.sql is here)
  createdb --template=template0 NAME         空のデータベース / an empty database
  pg_restore --exit-on-error --dbname=NAME database.dump
`

const MARIADB = `MariaDB（MySQL）のデータベースの写しです（戻す前に、電子カルテの会社に相談してください）。
A MariaDB (MySQL) database. Ask the vendor before you put it back.

  mariadb < accounts.sql                     利用者を先に戻す / the accounts first (if accounts.sql is here)
  mariadb -e 'CREATE DATABASE NAME'          空のデータベース / an empty database
  LC_ALL=C awk -f join-rows.awk database.sql | mariadb --default-character-set=utf8mb4 NAME

  (そのまま戻しても同じ結果ですが、何倍も時間がかかります / the same without awk, but several times slower:)
  mariadb --default-character-set=utf8mb4 NAME < database.sql
`

/** The dump has a row a line, so that one that changed moves no other; a server takes many at once far faster. */
const JOIN_ROWS = `# 同じ表の行を500ずつまとめます / joins 500 rows of one table to a statement
function finish() { if (head != "") print ";"; head = "" }
/^INSERT INTO / {
  at = index($0, " VALUES ") + 7
  rows = substr($0, at + 1); sub(/;$/, "", rows)
  if (substr($0, 1, at) == head && count < 500) { printf ",\\n%s", rows; count++ }
  else { finish(); head = substr($0, 1, at); printf "%s%s", head, rows; count = 1 }
  next
}
{ finish(); print }
END { finish() }
`

/** Name of the file to its text. */
export const HOW_TO_RESTORE: Readonly<Record<'postgresql' | 'mariadb', Readonly<Record<string, string>>>> = {
  postgresql: { 'README.txt': POSTGRESQL },
  mariadb: { 'README.txt': MARIADB, 'join-rows.awk': JOIN_ROWS },
}
