#!/usr/bin/env bash
# Writes lessons and checks them in Debian's chromium: bits, sliders, keyboard, languages, accessibility.
# `bash tests/lesson/run.sh`; `bash tests/lesson/run.sh picture` takes the README's picture of a lesson.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
for tool in chromium:chromium chromedriver:chromium-driver node:nodejs npm:npm; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "missing Debian packages: ${missing[*]}"
    [ "$(id -u)" = 0 ] || exit 1
    apt-get update -q
    apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
fi

target="${CARGO_TARGET_DIR:-$PWD/target}"
axe=4.10.3
[ -f "$target/axe/node_modules/axe-core/axe.min.js" ] ||
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$target/axe" "axe-core@$axe"
cargo run --locked --quiet -- "$target/lessons"
if [ "${1:-}" = picture ]; then
    node picture.mjs "$target/lessons" ../../examples/figures/lesson.webp
else
    node check.mjs "$target/lessons" "$target/axe/node_modules/axe-core/axe.min.js"
fi
