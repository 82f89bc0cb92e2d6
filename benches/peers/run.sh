#!/usr/bin/env bash
# bocpd beside its peers: installs them into an environment of its own here,
# runs everything in turns on the same data, prints ratios and errors.
#
#   benches/peers/run.sh [ROUNDS]
#
# Needs Rust, Python 3 with venv and a C compiler (fast-bocpd is built from source).
set -euo pipefail
cd "$(dirname "$0")"
python3 -m venv .venv
pip() { .venv/bin/python -m pip --quiet --disable-pip-version-check "$@"; }
pip install numpy maturin==1.16.0 fast-bocpd==1.0.0 changepoint==0.4.0
rm -rf .venv/wheels
PATH="$PWD/.venv/bin:$PATH" maturin build --quiet --release --locked \
    --manifest-path ../../bindings/python/Cargo.toml --out .venv/wheels
pip install --force-reinstall --no-deps .venv/wheels/*.whl
cargo build --release --quiet
target=${CARGO_TARGET_DIR:-target}
.venv/bin/python peers.py "$target/release/bocpd-peers" "${1:-7}"
