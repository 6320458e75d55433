#!/usr/bin/env bash
# Proves that the LaTeX of traces, explanations and worksheets compiles: `bash tests/latex/run.sh`. Installs TeX Live,
# some 500 MB, if it is missing.
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v pdflatex >/dev/null || ! kpsewhich t2aenc.def >/dev/null; then
    echo "missing Debian packages: texlive-latex-base texlive-lang-cyrillic"
    [ "$(id -u)" = 0 ] || exit 1
    apt-get update -q
    apt-get install --yes --quiet --no-install-recommends texlive-latex-base texlive-lang-cyrillic
fi

out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
cargo run --quiet >"$out/steps.tex"
if ! pdflatex -halt-on-error -interaction=nonstopmode -output-directory="$out" "$out/steps.tex" >"$out/log" 2>"$out/fonts"; then
    grep -A 5 '^!' "$out/log"
    exit 1
fi
if grep -q "Missing character" "$out/steps.log"; then
    grep "Missing character" "$out/steps.log" | sort | uniq -c
    exit 1
fi
grep "Output written" "$out/log"
