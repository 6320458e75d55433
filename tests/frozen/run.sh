#!/usr/bin/env bash
# Freezes random networks to Rust, C, Python and JavaScript, and counts the bits that differ from mlp-core's:
# `bash tests/frozen/run.sh`, or with a number of networks, `bash tests/frozen/run.sh 24`.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
for tool in gcc:gcc g++:g++ clang:clang clang++:clang python3:python3 node:nodejs; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "missing Debian packages: ${missing[*]}"
    [ "$(id -u)" = 0 ] || exit 1
    apt-get update -q
    apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
fi

export FROZEN_COUNT="${1:-200}"
target="${CARGO_TARGET_DIR:-$PWD/target}"
cargo run --locked --quiet -- "$target/programs"
