#!/usr/bin/env bash
# What a backup and a restore do next to Postgres: in a container of the stack's own Postgres image,
# so that pg_dump has the server's version. PGHOST, PGUSER, PGPASSWORD and PGDATABASE name the
# database; /backup is the backup's folder. Answers on standard output. A failure's last line on
# standard error is `CODE: what happened`.
set -Eeuo pipefail

said=/tmp/said

fail() {
  printf '%s: %s\n' "$1" "$2" >&2
  exit 1
}

# The last line that a program printed, and the code of the fault that it means.
fail_as_said() {
  local code=$1 last
  last=$(grep -v '^\s*$' "$said" | tail -n 1 || true)
  if grep -q -e 'Permission denied' -e 'Read-only file system' -e 'Input/output error' \
    -e 'Stale file handle' "$said"; then
    code=BACKUP_TARGET
  fi
  if grep -q 'No space left on device' "$said"; then code=BACKUP_DISK; fi
  fail "$code" "${last:-it ended without a word}"
}

ask() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"
}

# Prints a statement that counts each table of the database and adds up the hashes of its rows, in
# any order of the rows. The pages' own texts are left out: their content hashes stand for them. Run
# in UTC, or times differ.
counting_statement() {
  cat <<'SQL'
SELECT coalesce(string_agg(format(
    'SELECT %L AS name, count(*) AS rows,
       coalesce(sum(hashtextextended(ROW(%s)::text, 0)::numeric), 0)::text AS hash FROM public.%I',
    relname, columns, relname), ' UNION ALL '),
  'SELECT NULL AS name, 0 AS rows, NULL AS hash WHERE false') AS counting
FROM (
  SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND (c.relname, a.attname) NOT IN (('versions', 'page'), ('chunks', 'body'))
  GROUP BY c.relname
) AS tables
SQL
}

tables_json="SELECT coalesce(json_object_agg(name,
  json_build_object('rows', rows, 'hash', hash) ORDER BY name), '{}')"

# Counts the tables of the database: {"documents": {"rows": 3, "hash": "..."}, ...}
count_tables() {
  ask <<SQL
SET TimeZone = 'UTC';
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
$(counting_statement) \gset
$tables_json FROM (:counting) AS counted;
COMMIT;
SQL
}

# The dump, and what is in it as the dump's own snapshot sees it. The dump is a file that pg_dump
# writes and flushes itself. Prints one line of JSON; nothing when pg_dump failed.
dump_and_count() {
  # For psql's own shell, in one line: a command of psql ends with it.
  # shellcheck disable=SC2016
  local dumping='pg_dump --format=custom --compress=5 --snapshot="$SNAPSHOT" --file=database.dump'
  ask <<SQL
SET TimeZone = 'UTC';
SET idle_in_transaction_session_timeout = 0;
BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\set dumped \`$dumping 2>>$said && echo true || echo false\`
\if :dumped
  $(counting_statement) \gset
  SELECT to_regclass('public.schema_migrations') IS NOT NULL AS is_migrated \gset
  \set schema ''
  \if :is_migrated
    SELECT coalesce(max(name), '') AS schema FROM schema_migrations \gset
  \endif
  \set about \`printf '%s' "\$BACKUP_ABOUT"\`
  SELECT :'about'::jsonb || jsonb_build_object(
    'format', 1,
    'takenAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'database', current_database(),
    'postgres', current_setting('server_version'),
    'schema', :'schema',
    'tables', ($tables_json FROM (:counting) AS counted)::jsonb);
\endif
COMMIT;
SQL
}

describe_files() {
  local name
  find . -maxdepth 1 -type f ! -name 'manifest*' -printf '%f\n' | sort | while read -r name; do
    printf '{"name":"%s","bytes":%s,"sha256":"%s"},' \
      "$name" "$(stat -c %s "$name")" "$(sha256sum "$name" | cut -d ' ' -f 1)"
  done
}

# Writes database.dump, then the manifest: it is there only when all else is, and is flushed.
dump() {
  cd /backup
  : >"$said"
  local counted files table
  counted=$(dump_and_count 2>>"$said") || fail_as_said BACKUP_POSTGRES
  [ -n "$counted" ] || fail_as_said BACKUP_POSTGRES
  for table in documents versions chunks operator; do
    [[ $counted == *"\"$table\": {"* ]] || fail BACKUP_TABLES "the database has no table $table"
  done
  files=$(describe_files 2>>"$said") || fail_as_said BACKUP_TARGET
  {
    printf '%s,"files":[%s]}\n' "${counted%\}}" "${files%,}" >manifest.json.partial
    sync ./* && mv manifest.json.partial manifest.json && sync .
  } 2>>"$said" || fail_as_said BACKUP_TARGET
  cat manifest.json
}

# Reads the whole dump as a restore would, and prints how many rows it has of each table.
read_dump() {
  : >"$said"
  pg_restore --file=- /backup/database.dump 2>>"$said" | awk '
    table == "" && /^COPY public\./ { table = $2; sub(/^public\./, "", table); rows = 0; next }
    table != "" && /^\\\.$/ { print table "\t" rows; table = ""; next }
    table != "" { rows++ }' || fail_as_said BACKUP_DAMAGED
}

# Prints the tables that have something in them which a restore would replace; nothing for a
# database that is empty or absent. Workers that wait for work write to the other tables.
list_contents() {
  local is_there
  is_there=$(ask --dbname postgres --set name="$PGDATABASE" \
    <<<"SELECT count(*) FROM pg_database WHERE datname = :'name'") || exit 1
  [ "$is_there" = 1 ] || return 0
  ask <<'SQL'
SELECT format('SELECT %L WHERE EXISTS (SELECT FROM public.%I)', relname, relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace
  AND relname IN ('documents', 'crawls', 'deliveries') \gexec
SQL
}

# Prints the migrations that the database has had; nothing where it never had one.
list_migrations() {
  ask <<'SQL'
SELECT to_regclass('public.schema_migrations') IS NOT NULL AS is_migrated \gset
\if :is_migrated
  SELECT name FROM schema_migrations ORDER BY name;
\endif
SQL
}

# Restores into a database of its own, and prints what is in it then. The database in use is
# untouched.
load() {
  : >"$said"
  {
    ask --dbname postgres --set name="$RESTORED" <<'SQL' &&
DROP DATABASE IF EXISTS :"name" WITH (FORCE);
CREATE DATABASE :"name" TEMPLATE template0;
SQL
      pg_restore --exit-on-error --no-owner --no-privileges --jobs=2 --dbname="$RESTORED" \
        /backup/database.dump
  } >/dev/null 2>>"$said" || fail_as_said BACKUP_RESTORE
  export PGDATABASE=$RESTORED
  { ask <<<'ANALYZE' && count_tables; } 2>>"$said" || fail_as_said BACKUP_RESTORE
}

# Puts the restored database in the place of the empty one.
swap() {
  : >"$said"
  {
    ask --dbname postgres --set name="$PGDATABASE" --set restored="$RESTORED" <<'SQL'
DROP DATABASE IF EXISTS :"name" WITH (FORCE);
ALTER DATABASE :"restored" RENAME TO :"name";
SQL
  } 2>>"$said" || fail_as_said BACKUP_RESTORE
}

# Removes what an unfinished restore left.
forget() {
  ask --dbname postgres --set restored="$RESTORED" \
    <<<'DROP DATABASE IF EXISTS :"restored" WITH (FORCE);'
}

# Prints up to 20 random documents that can be found: URL, a tab, the first words of one.
pick_documents() {
  ask --field-separator=$'\t' <<'SQL'
SELECT d.url, regexp_replace(left(c.body, 200), '[^[:alnum:]]+', ' ', 'g')
FROM documents d JOIN chunks c ON c.version_id = d.latest AND c.index = 0
ORDER BY random() LIMIT 20
SQL
}

# Keeps in the database what came of the last backup or drill: $1 is which, $RESULT_OK whether it is
# good, $RESULT a sentence.
record() {
  ask --set key="$1" <<'SQL'
\set ok `printf '%s' "$RESULT_OK"`
\set result `printf '%s' "$RESULT"`
INSERT INTO operator VALUES (:'key', jsonb_build_object(
  'ok', :'ok'::boolean, 'at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'result', :'result'))
ON CONFLICT (key) DO UPDATE SET value = excluded.value
SQL
}

# A repository of restic, which RESTIC_REPOSITORY and RESTIC_PASSWORD name.

restic_quietly() {
  restic --quiet --no-cache "$@"
}

fail_as_restic_said() {
  local code=$1
  if grep -qi 'wrong password\|no key found' "$said"; then code=BACKUP_PASSWORD; fi
  fail_as_said "$code"
}

# Opens the repository, or makes it; prints `made` then. A server that is away is not waited for.
open_repository() {
  : >"$said"
  if timeout 60 restic --quiet --no-cache cat config >/dev/null 2>"$said"; then return; fi
  if grep -qi 'wrong password\|no key found' "$said"; then fail_as_restic_said BACKUP_TARGET; fi
  timeout 60 restic --quiet --no-cache init >/dev/null 2>"$said" ||
    fail_as_restic_said BACKUP_TARGET
  echo made
}

# Stores /backup, and prints the id of the snapshot.
store() {
  : >"$said"
  restic --no-cache backup --json --host "$BACKUP_HOST" --tag "$BACKUP_TAGS" /backup 2>>"$said" |
    sed -n 's/.*"snapshot_id":"\([0-9a-f]*\)".*/\1/p' || fail_as_restic_said BACKUP_TARGET
  # Root's files would be closed to the folder's owner, as whom the container of the stack works.
  if [ "$(id -u)" = 0 ] && [ -d /repository ]; then chown -R --reference=/repository /repository; fi
}

list_snapshots() {
  : >"$said"
  restic_quietly snapshots --json --tag pulse 2>>"$said" || fail_as_restic_said BACKUP_TARGET
}

check_repository() {
  : >"$said"
  restic_quietly check --read-data >/dev/null 2>>"$said" || fail_as_restic_said BACKUP_DAMAGED
}

# Writes a snapshot's files below /backup, as files of whoever asks. The manifest says whether all
# have come.
fetch() {
  : >"$said"
  restic_quietly dump --tag pulse --archive tar "$SNAPSHOT" /backup 2>>"$said" |
    tar --extract --no-same-owner --directory /backup 2>>"$said" ||
    fail_as_restic_said BACKUP_TARGET
}

# The container of a stack that backs up by the clock. Its state is in the repository and in the
# database alone.

self() {
  bash "$0" "$@"
}

# When the last backup of this stack was stored, in seconds since 1970; 0 where there is none or
# none can be asked.
last_stored() {
  local time
  time=$(restic_quietly snapshots --json --tag pulse --host "$BACKUP_HOST" --latest 1 2>/dev/null |
    grep -o '"time":"[^"]*"' | cut -d '"' -f 4 | sort | tail -n 1 || true)
  date --date="${time:-@0}" +%s
}

# 7 daily and 4 weekly backups of this stack stay. A lock that a killed restic left is removed
# first.
forget_old() {
  : >"$said"
  {
    restic_quietly unlock &&
      restic_quietly forget --prune --tag pulse --host "$BACKUP_HOST" --group-by host \
        --keep-daily 7 --keep-weekly 4
  } >/dev/null 2>>"$said" || fail_as_restic_said BACKUP_TARGET
}

# One backup, from the dump to the end; prints what came of it.
back_up() {
  find /backup -mindepth 1 -delete
  self open_repository >/dev/null
  self dump >/dev/null
  documents=$(grep -o '"documents": {[^}]*}' /backup/manifest.json |
    grep -o '"rows": [0-9]*' | grep -o '[0-9]*')
  BACKUP_TAGS="pulse,$BACKUP_HOST-$(date -u +%Y%m%dT%H%M%SZ),documents=$documents" \
    self store >/tmp/snapshot
  [ -s /tmp/snapshot ] || fail BACKUP_TARGET 'restic stored nothing'
  self forget_old
  find /backup -mindepth 1 -delete
  echo "$documents documents in $(head -c 8 /tmp/snapshot) of the repository"
}

# Backs up when it is due. After a failure it tries again within ten minutes. A database without
# documents is left out, so that an empty stack never stands before the backups that it is to be
# restored from.
run_schedule() {
  local last retry=0 result
  trap 'exit 0' TERM INT
  touch /tmp/alive
  last=$(last_stored)
  while :; do
    if [ "$(date +%s)" -ge $((last + BACKUP_EVERY)) ] && [ "$(date +%s)" -ge "$retry" ] &&
      [ -n "$(self list_contents || true)" ]; then
      self back_up >/tmp/result 2>/tmp/failed &
      if wait $!; then
        last=$(date +%s)
        result=$(cat /tmp/result)
        keep_result true "$result"
      else
        retry=$(($(date +%s) + (BACKUP_EVERY < 600 ? BACKUP_EVERY : 600)))
        result=$(tail -n 1 /tmp/failed)
        keep_result false "$result"
      fi
    fi
    sleep "$((BACKUP_EVERY < 30 ? 1 : 30))" &
    wait $!
  done
}

# Says it in the log, and to the database: to one that was away as soon as it is there again.
keep_result() {
  local outcome=FAILED
  if [ "$1" = true ]; then outcome=ok; fi
  printf '%s backup %s: %s\n' "$(date -u +%FT%TZ)" "$outcome" "$2"
  local tries=0
  until RESULT_OK=$1 RESULT=$2 self record backup 2>/dev/null || [ $((tries += 1)) -gt 60 ]; do
    sleep 5 &
    wait $!
  done
}

"$@"
