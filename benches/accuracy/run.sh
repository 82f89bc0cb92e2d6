#!/usr/bin/env bash
# How right the changes are: annotated series, made series, noise without change, steps;
# bocpd beside other packages in one run. README.md says what is measured.
#
#   benches/accuracy/run.sh [OPTIONS] [PATH…]      PATH: annotated sets, or folders of them
#   benches/accuracy/run.sh --help
#
# Needs Rust and Python 3.11 or later with venv. Everything goes into .venv beside this file.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
python="$here/.venv/bin/python"
[ -x "$python" ] || python3 -m venv "$here/.venv"
pip() { "$python" -m pip --quiet --disable-pip-version-check "$@"; }
pip install numpy==2.4.6 maturin==1.16.0
# Other packages, from wheels only: what cannot be installed is left out, and said.
for other in ruptures==1.1.10 changeforest==1.2.1; do
    pip install --only-binary :all: "$other" 2>/dev/null || echo "not installed: $other" >&2
done
rm -rf "$here/.venv/wheels"
PATH="$here/.venv/bin:$PATH" maturin build --quiet --release --locked \
    --manifest-path "$here/../../bindings/python/Cargo.toml" --out "$here/.venv/wheels"
pip install --force-reinstall --no-deps "$here"/.venv/wheels/*.whl
exec "$python" "$here/run.py" "$@"
