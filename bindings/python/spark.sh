#!/usr/bin/env bash
# A real Spark on this machine, with the environment that test.sh has made. Needs Java 17 or later.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
unset PYTHONPATH PYTHONHOME

if ! command -v java >/dev/null; then
    echo "skipped: Spark needs Java, and there is none here"
    exit 0
fi
[ -x .venv/bin/python ] || { echo "bindings/python/test.sh makes the environment first" >&2; exit 1; }
.venv/bin/python -m pytest --quiet -p no:cacheprovider tests/spark
