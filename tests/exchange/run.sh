#!/usr/bin/env bash
# Exchanges networks with PyTorch, scikit-learn and ONNX Runtime, and prints how much their predictions differ. Exits
# with 1 if that is too much. `PYTHON=… bash tests/exchange/run.sh` uses a Python that has all of them already;
# otherwise it installs them in `target/venv`, which takes 6 GB, because the usual wheel of PyTorch has CUDA.
set -euo pipefail
cd "$(dirname "$0")"

if [ -z "${PYTHON:-}" ]; then
    venv=target/venv
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet numpy onnxruntime safetensors scikit-learn torch
    PYTHON="$venv/bin/python"
fi
files="$(mktemp -d)"
trap 'rm -r "$files"' EXIT
export PYTHONDONTWRITEBYTECODE=1
"$PYTHON" models.py "$files"
cargo run --quiet --release --locked -- "$files"
"$PYTHON" compare.py "$files"
