#!/usr/bin/env bash
# Fetches test data published elsewhere, at fixed revisions, into the folder named by the first argument.
set -euo pipefail
folder=$1
work=$(mktemp -d)
mkdir -p "$folder/jcs"

fetch() { # repository, revision, paths …
  local name=${1##*/}
  git clone --quiet --filter=blob:none --no-checkout "https://github.com/$1" "$work/$name"
  git -C "$work/$name" checkout --quiet "$2" -- "${@:3}"
}

fetch C2SP/wycheproof dac1dd4 testvectors_v1/ed25519_test.json
cp "$work/wycheproof/testvectors_v1/ed25519_test.json" "$folder/wycheproof-ed25519.json"
fetch novifinancial/ed25519-speccheck 6551933 cases.json
cp "$work/ed25519-speccheck/cases.json" "$folder/ed25519-speccheck.json"
fetch cyberphone/json-canonicalization 19d51d7 testdata/input testdata/output
for side in input output; do
  for file in "$work/json-canonicalization/testdata/$side"/*.json; do
    name=$(basename "$file" .json)
    if [ "$name" != simpleString ]; then cp "$file" "$folder/jcs/$name.$side.json"; fi
  done
done
