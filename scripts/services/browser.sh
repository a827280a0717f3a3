#!/usr/bin/env bash
# A browser for the tests in tests/browser.
#
# Source it and call `browser_ensure`, which leaves the path of a Chromium in CHROMIUM, or run it:
#
#   scripts/services/browser.sh             prints the path
#   scripts/services/browser.sh --test URL  checks types, runs the unit tests, then the browser tests against URL

browser_repo_root() { cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd; }

# Prints the path of an installed Chromium; fails when there is none.
browser_find() {
    local candidate
    for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$candidate" ] && command -v "$candidate"; then return 0; fi
    done
    return 1
}

# Installs Debian's Chromium where that is possible without a question.
browser_install() {
    local as_root=()
    if ! command -v apt-get >/dev/null; then
        echo "browser: no Chromium found. Install one and set CHROMIUM=/path/to/chromium." >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "browser: no Chromium found. Run: sudo apt-get update && sudo apt-get install -y chromium" >&2
            return 1
        fi
        as_root=(sudo -n)
    fi
    echo "browser: installing chromium (about 120 MB to fetch)" >&2
    "${as_root[@]}" apt-get update -qq >&2 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            chromium fonts-dejavu-core >&2
}

# Makes sure that a Chromium and the packages of tests/browser are there; exports CHROMIUM.
browser_ensure() {
    local tests lock
    tests="$(browser_repo_root)/tests/browser"
    CHROMIUM="$(browser_find)" || {
        browser_install || return 1
        CHROMIUM="$(browser_find)" || { echo "browser: chromium was installed but is not on PATH" >&2; return 1; }
    }
    export CHROMIUM
    if ! command -v npm >/dev/null; then
        echo "browser: the browser tests need Node 20 or newer with npm." >&2
        return 1
    fi
    # The copy tells a finished install from a broken one, and from one of another lock file.
    lock="$tests/node_modules/.installed-lock.json"
    if ! cmp -s "$tests/package-lock.json" "$lock"; then
        (cd "$tests" && npm ci --no-fund --no-audit >&2) && cp "$tests/package-lock.json" "$lock" || return 1
    fi
}

# Checks types, runs the unit tests, then the browser tests against the server at $1.
browser_test() {
    browser_ensure || return 1
    (cd "$(browser_repo_root)/tests/browser" && npm run --silent check:types && npm run --silent test:unit && RIALTO_URL="$1" npm run --silent test:browser)
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    if [ "${1:-}" = "--test" ]; then
        browser_test "${2:?the address of a running server, such as http://127.0.0.1:8080}"
    else
        browser_ensure
        echo "$CHROMIUM"
    fi
fi
