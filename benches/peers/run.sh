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
.venv/bin/pip install --quiet --disable-pip-version-check numpy fast-bocpd==1.0.0
cargo build --release --quiet
target=${CARGO_TARGET_DIR:-target}
.venv/bin/python peers.py "$target/release/bocpd-peers" "${1:-7}"
