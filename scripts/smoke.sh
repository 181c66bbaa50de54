#!/usr/bin/env bash
# Uses a program as its owner would, in a home that goes away: `smoke.sh PROGRAM`. Prints what each command answered.
set -euo pipefail

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/home" "$work/reports"
export HOME=$work/home METALGUARD_REPORT_DIRS=$work/reports NO_COLOR=1
cd "$work"

# `answers CODES WORDS ARGS…`: the exit code is one of CODES, and the output holds WORDS.
answers() {
  local codes=$1 words=$2 code=0 output
  shift 2
  output=$("$program" "$@" 2>&1) || code=$?
  printf '$ metal-guard %s\n%s\n[exit %d]\n' "$*" "$output" "$code"
  if [[ " $codes " != *" $code "* ]]; then
    echo "smoke: exit $code, wanted one of $codes" >&2
    exit 1
  fi
  if [[ $output != *"$words"* ]]; then
    echo "smoke: the answer does not hold: $words" >&2
    exit 1
  fi
}

answers 0 . --version
answers 0 '"kind": "clear"' panic-gate --json
answers "0 1" "" doctor
answers "0 1" '"chip"' hardware --json
answers "0 1" '"panic_cooldown"' status --json
answers 0 hello run --label smoke -- /bin/echo hello
answers 7 "" run --label smoke -- /bin/sh -c 'exit 7'
echo "smoke: every command answered"
