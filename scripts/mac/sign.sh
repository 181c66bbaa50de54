#!/usr/bin/env bash
# Signs the programs of a release: `sign.sh FOLDER`, with IDENTITY, or ad hoc for `-` and for none.
set -euo pipefail

folder=$1
identity=${IDENTITY:--}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
options=(--force --options runtime --identifier com.metal-guard.cli --entitlements "$here/entitlements.plist")
if [[ $identity == - ]]; then
  options+=(--timestamp=none)
else
  options+=(--timestamp)
fi
for name in macos-arm64 macos-x86_64 macos-universal; do
  program=$folder/$name/metal-guard
  codesign --sign "$identity" "${options[@]}" "$program"
  codesign --verify --strict --verbose=2 "$program"
done
