#!/usr/bin/env bash
# Has Apple look at the programs of a release: `notarise.sh FOLDER`. A plain program cannot carry the ticket: macOS asks
# for it when the program first starts.
set -euo pipefail

folder=$1
for name in APPLE_ID APPLE_TEAM_ID APPLE_PASSWORD; do
  if [[ -z ${!name:-} ]]; then
    echo "notarise: $name is not set" >&2
    exit 1
  fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in macos-arm64 macos-x86_64 macos-universal; do
  ditto -c -k "$folder/$name/metal-guard" "$work/$name.zip"
  xcrun notarytool submit "$work/$name.zip" --wait --timeout 20m \
    --apple-id "$APPLE_ID" --team-id "$APPLE_TEAM_ID" --password "$APPLE_PASSWORD"
done
