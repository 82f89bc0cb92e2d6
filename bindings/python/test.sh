#!/usr/bin/env bash
# The wheel as its users get it: built, installed into a fresh environment and
# tested from there. Needs Rust and Python 3.10 or later; PYTHON names another
# interpreter than python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || {
    echo "bindings/python/test.sh needs Python 3.10 or later" >&2
    exit 1
}
# Settings of the caller's environment must not choose what is imported.
unset PYTHONPATH PYTHONHOME
export PIP_DISABLE_PIP_VERSION_CHECK=1 MPLBACKEND=Agg

step() { printf -- '--- %s\n' "$*"; }

step "environment"
rm -rf .venv
"$python" -m venv .venv
pip=(.venv/bin/python -m pip)
"${pip[@]}" install --quiet -r tests/requirements.txt
# Libraries that the package works with but does not need: from wheels only,
# and without those that have none for this Python. Their tests skip then.
if ! "${pip[@]}" install --quiet --only-binary :all: -r tests/extras.txt; then
    while read -r extra; do
        "${pip[@]}" install --quiet --only-binary :all: "$extra" ||
            "${pip[@]}" install --quiet --only-binary :all: "${extra%%==*}" ||
            echo "skipped: no wheel of $extra for this Python"
    done <tests/extras.txt
fi

# Its library is needed for the stubs; spark.sh runs it.
"${pip[@]}" install --quiet -r tests/spark/requirements.txt

step "wheel"
rm -rf dist
PATH="$PWD/.venv/bin:$PATH" .venv/bin/maturin build --release --locked --quiet --out dist
"${pip[@]}" install --quiet --no-index --no-deps dist/*.whl

step "bits of the core"
# The settings of the wheel, so that nothing is built twice.
PYO3_BUILD_EXTENSION_MODULE=1 cargo run --release --locked --quiet --package bocpd-py \
    --example corpus_bits >.venv/bits.jsonl
export BOCPD_BITS=$PWD/.venv/bits.jsonl

step "forged snapshots"
# Built as tests are, with what is tested in ../../test: "cargo build" would compile the core once
# more, with other features.
# shellcheck disable=SC2086
cargo test --locked --quiet --no-run ${BOCPD_TESTED:---package bocpd-behaviour-tests}
"${CARGO_TARGET_DIR:-../../target}/debug/examples/forge" 1000 11 >.venv/forged.bin
export BOCPD_FORGED=$PWD/.venv/forged.bin

step "tests"
.venv/bin/python -m pytest --quiet -p no:cacheprovider

step "accuracy bench"
.venv/bin/python -m unittest discover --quiet --start-directory ../../benches/accuracy
.venv/bin/python ../../benches/accuracy/run.py --methods nothing,default,plain-gaussian \
    --only noises,short --observations 400 --short 1 >/dev/null

step "stubs"
.venv/bin/python -m mypy.stubtest bocpd --mypy-config-file pyproject.toml
step "types"
.venv/bin/python -m mypy --strict --cache-dir .venv/mypy examples python/bocpd

step "source distribution"
.venv/bin/maturin sdist --out dist >/dev/null
"$python" -m venv .venv/sdist
# The build tools of the first environment, so that nothing is fetched twice. Whether it builds
# and works is asked, not how fast it is; what others wrote was compiled so for the README's first
# command in ../../test.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256
CARGO_TARGET_DIR=$(cd "${CARGO_TARGET_DIR:-../../target}" && pwd)/first
export CARGO_TARGET_DIR
PATH="$PWD/.venv/bin:$PATH" "${pip[@]}" wheel --quiet --no-deps --no-build-isolation \
    --wheel-dir .venv/from-sdist dist/*.tar.gz
.venv/sdist/bin/python -m pip install --quiet "$(grep '^numpy' tests/requirements.txt | head -1)" \
    .venv/from-sdist/*.whl
.venv/sdist/bin/python -c 'import bocpd; assert bocpd.detect([0.0] * 20 + [9.0] * 20).changepoints == [20]'
