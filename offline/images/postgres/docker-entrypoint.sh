#!/usr/bin/env bash
# The part of the official image's entrypoint that a stack relies on: initialise an empty PGDATA from
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB and POSTGRES_INITDB_ARGS (the first three also as *_FILE),
# run /docker-entrypoint-initdb.d, then become the server.
set -Eeuo pipefail

fail() {
  printf 'Error: %s\n' "$1" >&2
  exit 1
}

# file_env NAME DEFAULT: NAME's value, or the contents of the file that NAME_FILE names, or the default.
file_env() {
  local name=$1 file_name="${1}_FILE"
  if [ -n "${!name:-}" ] && [ -n "${!file_name:-}" ]; then
    fail "both $name and $file_name are set; set one of them"
  fi
  if [ -n "${!file_name:-}" ]; then
    printf -v "$name" '%s' "$(<"${!file_name}")"
  fi
  printf -v "$name" '%s' "${!name:-${2:-}}"
  export "${name?}"
  unset "$file_name"
}

as_postgres_when_root() {
  [ "$(id -u)" = 0 ] || return 0
  mkdir -p "$PGDATA"
  find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
}

init_database() {
  [ -n "$POSTGRES_PASSWORD" ] || [ "${POSTGRES_HOST_AUTH_METHOD:-}" = trust ] \
    || fail 'the database is empty and POSTGRES_PASSWORD is not set'
  local -a init_args=()
  # Word splitting with quotes honoured, as in the official image.
  eval "init_args=(${POSTGRES_INITDB_ARGS:-})"
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    --auth-local=trust --auth-host=scram-sha-256 "${init_args[@]}" >&2
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >> "$PGDATA/pg_hba.conf"
}

# Over the Unix socket only: until initialisation is complete nobody may connect from outside.
with_private_server() {
  PGUSER="$POSTGRES_USER" pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w start >&2
  "$@"
  PGUSER="$POSTGRES_USER" pg_ctl -D "$PGDATA" -m fast -w stop >&2
}

run_sql() {
  psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" "$@"
}

create_database_and_run_scripts() {
  if [ "$POSTGRES_DB" != postgres ]; then
    run_sql --dbname postgres --set db="$POSTGRES_DB" <<< 'CREATE DATABASE :"db";'
  fi
  local script
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
      *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
      *.sql) run_sql --dbname "$POSTGRES_DB" --file "$script" ;;
      *.sql.gz) gunzip --stdout "$script" | run_sql --dbname "$POSTGRES_DB" ;;
    esac
  done
}

main() {
  case "${1:-}" in -*) set -- postgres "$@" ;; esac
  [ "${1:-}" = postgres ] || exec "$@"
  as_postgres_when_root "$@"

  file_env POSTGRES_PASSWORD
  file_env POSTGRES_USER postgres
  file_env POSTGRES_DB "$POSTGRES_USER"
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA" 2> /dev/null || true # a bind mount may refuse this; initdb and the server check it themselves
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    init_database
    with_private_server create_database_and_run_scripts
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
  fi
  unset POSTGRES_PASSWORD
  exec "$@"
}

main "$@"
