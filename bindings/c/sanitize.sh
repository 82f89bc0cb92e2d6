#!/usr/bin/env bash
# The C tests with the library built under AddressSanitizer: what Rust reads and writes is
# checked as well as what the programs do. Needs a nightly compiler, gcc, g++.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}/sanitized
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
work=$CARGO_TARGET_DIR/c-tests
mkdir -p "$work"

# With --target, build scripts and macros are not checked too. Optimised as tests are, with
# the overflow checks and debug assertions of a debug build. (`--profile test` would build
# the unit tests.)
CARGO_PROFILE_DEV_OPT_LEVEL=2 RUSTFLAGS=-Zsanitizer=address cargo +nightly rustc \
    --package bocpd-ffi --lib --target "$host" --crate-type staticlib
library=$CARGO_TARGET_DIR/$host/debug/libbocpd.a

flags=(-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -Iinclude)
libraries=("$library" -lpthread -ldl -lm)
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:allocator_may_return_null=1
for source in tests/{any_number,api,fork,own,own_readouts,readouts,results,threads,corpus,forged,broken}.c tests/wrapper.cpp; do
    name=$(basename "${source%.*}")
    case $source in
    *.cpp) g++ -std=c++17 "${flags[@]}" "$source" -o "$work/$name" "${libraries[@]}" ;;
    *) gcc -std=c99 "${flags[@]}" "$source" -o "$work/$name" "${libraries[@]}" ;;
    esac
done
for name in any_number api fork own own_readouts readouts results threads wrapper; do
    printf '== %s\n' "$name"
    "$work/$name"
done
# What the programs read is made without the sanitizer.
made_by() { CARGO_TARGET_DIR=${CARGO_TARGET_DIR%/sanitized} cargo run --quiet --profile test --package "$@"; }
printf '== corpus\n'
made_by bocpd-ffi --example corpus_lines >"$work/corpus.txt"
"$work/corpus" 60 <"$work/corpus.txt"
printf '== forged\n'
made_by bocpd-behaviour-tests --example forge -- 1000 7 >"$work/forged.bin"
"$work/forged" <"$work/forged.bin"

# The checker is awake.
if "$work/broken" use-after-free >/dev/null 2>&1; then
    echo "AddressSanitizer overlooks a use after free" >&2
    exit 1
fi
if [ "$(nm "$library" 2>/dev/null | grep -c __asan_report_load8)" -eq 0 ]; then
    echo "the library is not checked" >&2
    exit 1
fi
