#!/usr/bin/env bash
# Puts the Developer ID certificate into a keychain of this run, and names its identity. Without one: `-`, ad hoc.
set -euo pipefail

if [[ -z ${CERTIFICATE:-} ]]; then
  echo "identity=-" >>"$GITHUB_OUTPUT"
  echo "No certificate is set: the program is signed ad hoc and not notarised."
  exit 0
fi
keychain=$RUNNER_TEMP/release.keychain-db
file=$RUNNER_TEMP/certificate.p12
secret=$(openssl rand -hex 24)
trap 'rm -f "$file"' EXIT
printf '%s' "$CERTIFICATE" | openssl base64 -d -A >"$file"
security create-keychain -p "$secret" "$keychain"
security set-keychain-settings -lut 3600 "$keychain"
security unlock-keychain -p "$secret" "$keychain"
security import "$file" -P "${PASSWORD:-}" -T /usr/bin/codesign -k "$keychain"
security set-key-partition-list -S apple-tool:,apple: -k "$secret" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain"
identity=$(security find-identity -v -p codesigning "$keychain" |
  sed -n 's/.*\([0-9A-F]\{40\}\) "Developer ID Application.*/\1/p' | head -n 1)
if [[ -z $identity ]]; then
  echo "The certificate holds no Developer ID Application identity." >&2
  exit 1
fi
echo "identity=$identity" >>"$GITHUB_OUTPUT"
