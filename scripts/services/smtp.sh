#!/usr/bin/env bash
# A throw-away mail server for tests: it takes letters on ports of its own and writes each into a file.
#
#   source scripts/services/smtp.sh     then: trap smtp_stop EXIT; smtp_start
#   scripts/services/smtp.sh COMMAND…   runs COMMAND beside a server that ends with it
#
# smtp_start exports RIALTO_TEST_SMTP_DIR, a folder with `ports` (plain=…, starttls=…, tls=…), `ca.pem`, and `mails/`,
# a JSON file for each letter. What the server asks of its clients stands in smtp_server.py beside this.
set -euo pipefail

RIALTO_SMTP_DIR=""
RIALTO_SMTP_PID=""

smtp_start() {
  if [[ -n $RIALTO_SMTP_DIR ]]; then
    return 0
  fi
  local here attempt
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  _smtp_ensure
  RIALTO_SMTP_DIR=$(mktemp -d "${TMPDIR:-/tmp}/rialto-smtp.XXXXXX")
  mkdir "$RIALTO_SMTP_DIR/mails"
  _smtp_certificates
  /usr/bin/python3 "$here/smtp_server.py" "$RIALTO_SMTP_DIR" >"$RIALTO_SMTP_DIR/log" 2>&1 </dev/null &
  RIALTO_SMTP_PID=$!
  for attempt in {1..100}; do
    if [[ -f $RIALTO_SMTP_DIR/ports ]]; then
      export RIALTO_TEST_SMTP_DIR=$RIALTO_SMTP_DIR
      return 0
    fi
    kill -0 "$RIALTO_SMTP_PID" 2>/dev/null || break
    sleep 0.1
  done
  _smtp_failed "the mail server did not start" "$RIALTO_SMTP_DIR/log"
}

# Safe in a trap: may be called twice, and when nothing was started.
smtp_stop() {
  local dir=$RIALTO_SMTP_DIR pid=$RIALTO_SMTP_PID
  RIALTO_SMTP_DIR=""
  RIALTO_SMTP_PID=""
  unset RIALTO_TEST_SMTP_DIR
  if [[ -n $pid ]]; then
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  fi
  if [[ -n $dir ]]; then
    rm -rf "$dir"
  fi
}

# A certificate authority of its own, and a certificate for localhost. RIALTO_TEST_SMTP_DIR/ca.pem is to be trusted.
_smtp_certificates() {
  (
    cd "$RIALTO_SMTP_DIR"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Rialto test CA" -keyout ca.key -out ca.pem
    openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
    printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' >server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
  ) >"$RIALTO_SMTP_DIR/openssl.log" 2>&1 || _smtp_failed "no certificates could be made" "$RIALTO_SMTP_DIR/openssl.log"
}

# Installs what is missing where that can be done unasked.
_smtp_ensure() {
  if _smtp_is_there; then
    return 0
  fi
  local as_root=()
  if ((EUID != 0)); then
    as_root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null || { ((EUID != 0)) && ! sudo -n true 2>/dev/null; }; then
    _smtp_failed "a mail server is missing; install it with: sudo apt-get install -y python3-aiosmtpd openssl"
  fi
  echo "smtp.sh: installing a mail server from Debian's packages" >&2
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-aiosmtpd openssl >&2
  _smtp_is_there || _smtp_failed "python3-aiosmtpd was installed, but /usr/bin/python3 does not find it"
}

# Debian's Python, whatever other one stands first in PATH.
_smtp_is_there() {
  command -v openssl >/dev/null && /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null
}

_smtp_failed() {
  echo "smtp.sh: $1" >&2
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
  trap smtp_stop EXIT
  smtp_start
  "$@"
fi
