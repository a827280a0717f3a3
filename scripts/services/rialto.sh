#!/usr/bin/env bash
# A throw-away Rialto for the browser tests: its own data directory and port.
#
#   source scripts/services/rialto.sh     then: trap rialto_stop EXIT; rialto_start
#
# rialto_start exports RIALTO_URL, RIALTO_CHAT_API_URL (that surface on a listener of its own), and the files that the server
# writes to: RIALTO_OUT and RIALTO_LOG. `cargo build` comes first.
set -euo pipefail

RIALTO_PID=""
RIALTO_DIR=""

rialto_start() {
  local binary="${CARGO_TARGET_DIR:-target}/debug/rialto" _
  RIALTO_DIR=$(mktemp -d "${TMPDIR:-/tmp}/rialto-browser.XXXXXX")
  # The server is started beside this; it may not have opened the file when it is first looked into.
  : >"$RIALTO_DIR/out"
  env -u DATABASE_URL DATA_DIR="$RIALTO_DIR/data" PORT=0 RIALTO__AUTH__BCRYPT_COST=4 RIALTO__LISTENERS=chat-api=127.0.0.1:0 \
    RIALTO__PRICES__PROVIDERS=simulated RIALTO__PRICES__TICK_INTERVAL_MS=1000 "$binary" >"$RIALTO_DIR/out" 2>"$RIALTO_DIR/log" &
  RIALTO_PID=$!
  for _ in $(seq 100); do
    RIALTO_URL=$(sed -n 's/^ *web  *\(http:.*[^/]\)\/*$/\1/p' "$RIALTO_DIR/out")
    if [[ -n $RIALTO_URL ]]; then
      RIALTO_CHAT_API_URL=$(sed -n '/\/compat\//!s/^ *for clients of chat-api  *\(http:.*[^/]\)\/*$/\1/p' "$RIALTO_DIR/out")
      export RIALTO_URL RIALTO_CHAT_API_URL RIALTO_OUT="$RIALTO_DIR/out" RIALTO_LOG="$RIALTO_DIR/log"
      return 0
    fi
    kill -0 "$RIALTO_PID" 2>/dev/null || break
    sleep 0.1
  done
  echo "rialto.sh: the server did not start" >&2
  cat "$RIALTO_DIR/log" >&2
  return 1
}

# Safe in a trap: may be called twice, and when nothing was started.
rialto_stop() {
  if [[ -n $RIALTO_PID ]]; then
    kill "$RIALTO_PID" 2>/dev/null || true
    wait "$RIALTO_PID" 2>/dev/null || true
    RIALTO_PID=""
  fi
  if [[ -n $RIALTO_DIR ]]; then
    rm -rf "$RIALTO_DIR"
    RIALTO_DIR=""
  fi
}
