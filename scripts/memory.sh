#!/usr/bin/env bash
# The core's unit tests, every access to memory checked:
#
#   scripts/memory.sh valgrind   as they are, under valgrind
#   scripts/memory.sh address    built under AddressSanitizer; needs a nightly compiler
#   scripts/memory.sh miri       in Miri (`rustup component add --toolchain nightly miri`)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tests=(--package bocpd-core --features serde --lib)
host=$(rustc -vV | sed -n 's/^host: //p')
case ${1:-} in
valgrind)
    # No AVX-512 there; the tests take what the processor says it has.
    cargo --config "target.$host.runner = 'valgrind --quiet --error-exitcode=99'" \
        test "${tests[@]}" -- --test-threads=1
    ;;
address)
    RUSTFLAGS=-Zsanitizer=address cargo +nightly test --target-dir target/sanitized --target "$host" "${tests[@]}"
    ;;
miri)
    # Square roots of libm are in assembler otherwise.
    cargo +nightly miri test "${tests[@]}" --features libm/force-soft-floats
    ;;
*)
    sed -n 's/^# \{0,1\}//p' "$0" | head -6 >&2
    exit 2
    ;;
esac
