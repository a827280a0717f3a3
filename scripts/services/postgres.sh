#!/usr/bin/env bash
# A throw-away PostgreSQL for tests: its own cluster, port and folder; other clusters are never touched.
#
#   source scripts/services/postgres.sh     then: trap postgres_stop EXIT; postgres_start
#   scripts/services/postgres.sh COMMAND…   runs COMMAND beside a server that ends with it
#
# postgres_start exports RIALTO_TEST_POSTGRES_URL. Its data does not survive a crash (fsync is off), so
# it is good for tests alone. RIALTO_POSTGRES_DURABLE=on makes its commits reach the disk, for those who
# measure how long that takes.
set -euo pipefail

RIALTO_POSTGRES_DIR=""

postgres_start() {
  if [[ -n $RIALTO_POSTGRES_DIR ]]; then
    return 0
  fi
  local bin port attempt
  bin=$(_postgres_bin)
  RIALTO_POSTGRES_DIR=$(mktemp -d "${TMPDIR:-/tmp}/rialto-postgres.XXXXXX")
  mkdir "$RIALTO_POSTGRES_DIR/socket"
  if ((EUID == 0)); then
    chown -R postgres "$RIALTO_POSTGRES_DIR"
  fi
  _as_postgres "$bin/initdb" --pgdata="$RIALTO_POSTGRES_DIR/data" --username=postgres --auth=trust \
    --encoding=UTF8 --locale=C --no-sync >"$RIALTO_POSTGRES_DIR/initdb.log" 2>&1 ||
    _postgres_failed "initdb failed" "$RIALTO_POSTGRES_DIR/initdb.log"

  # Somebody may take the port between the look and the start, hence the attempts.
  for attempt in 1 2 3 4 5; do
    port=$(_free_port)
    if _as_postgres "$bin/pg_ctl" start --pgdata="$RIALTO_POSTGRES_DIR/data" --wait --silent \
      --log="$RIALTO_POSTGRES_DIR/server.log" --options="$(_postgres_settings "$port")" </dev/null >/dev/null 2>&1; then
      export RIALTO_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
      return 0
    fi
  done
  _postgres_failed "the server did not start in $attempt attempts" "$RIALTO_POSTGRES_DIR/server.log"
}

# Safe in a trap: may be called twice, and when nothing was started.
postgres_stop() {
  local dir=$RIALTO_POSTGRES_DIR bin
  RIALTO_POSTGRES_DIR=""
  unset RIALTO_TEST_POSTGRES_URL
  if [[ -z $dir || ! -d $dir ]]; then
    return 0
  fi
  if [[ -f $dir/data/postmaster.pid ]] && bin=$(_find_postgres_bin); then
    # Nothing in it is worth a checkpoint.
    _as_postgres "$bin/pg_ctl" stop --pgdata="$dir/data" --mode=immediate --silent >/dev/null 2>&1 || true
  fi
  rm -rf "$dir"
}

_postgres_settings() {
  local settings=(
    listen_addresses=127.0.0.1
    "port=$1"
    "unix_socket_directories=$RIALTO_POSTGRES_DIR/socket"
    max_connections=300
    "fsync=${RIALTO_POSTGRES_DURABLE:-off}"
    "full_page_writes=${RIALTO_POSTGRES_DURABLE:-off}"
    synchronous_commit=on
  )
  printf -- '-c %s ' "${settings[@]}"
}

# The folder of the newest PostgreSQL programs, installing them where that can be done unasked.
_postgres_bin() {
  _find_postgres_bin && return 0
  local as_root=()
  if ((EUID != 0)); then
    as_root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null || { ((EUID != 0)) && ! sudo -n true 2>/dev/null; }; then
    _postgres_failed "PostgreSQL is not installed; install it with: sudo apt-get install -y postgresql"
  fi
  echo "postgres.sh: installing PostgreSQL from Debian's packages" >&2
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >&2
  _find_postgres_bin || _postgres_failed "PostgreSQL was installed, but initdb is neither in PATH nor in /usr/lib/postgresql"
}

_find_postgres_bin() {
  local initdb
  initdb=$({ ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null || true; } | sort --version-sort | tail -n 1)
  initdb=$(command -v initdb || echo "$initdb")
  [[ -n $initdb ]] || return 1
  # PATH may hold a link to a program whose siblings are elsewhere.
  dirname "$(readlink -f "$initdb")"
}

# PostgreSQL refuses to run as root.
_as_postgres() {
  if ((EUID != 0)); then
    "$@"
  elif command -v runuser >/dev/null; then
    (cd / && runuser -u postgres -- "$@")
  else
    (cd / && setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
  fi
}

# Below the range that the system hands out by itself.
_free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return 0
    fi
  done
}

_postgres_failed() {
  echo "postgres.sh: $1" >&2
  if [[ -n ${2:-} && -f $2 ]]; then
    tail -n 20 "$2" >&2
  fi
  exit 1
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  if (($# == 0)); then
    echo "usage: $0 COMMAND…" >&2
    exit 2
  fi
  trap postgres_stop EXIT
  postgres_start
  "$@"
fi
