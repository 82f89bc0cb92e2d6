#!/usr/bin/env bash
# Looks for inputs that break a promise, guided by what code they reach.
#
#   scripts/fuzz.sh                     all targets in turn, an hour in all
#   scripts/fuzz.sh 600 snapshots       ten minutes of this target
#
# Needs a nightly compiler and cargo-fuzz (`rustup toolchain install nightly`, `cargo install
# cargo-fuzz`). What it learns is kept in fuzz/corpus, what it finds in fuzz/artifacts; the
# example `replay` of `tests/fuzz` runs a finding again on stable Rust.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds=${1:-3600}
shift $(($# > 0))
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    read -ra targets <<<"$(cd fuzz/fuzz_targets && echo *.rs | sed 's/\.rs//g')"
fi

# The versions that the workspace has.
cp Cargo.lock fuzz/Cargo.lock
cargo run --quiet --profile test -p bocpd-fuzz-targets --example seeds -- fuzz/corpus
failed=()
for target in "${targets[@]}"; do
    printf '\n=== %s\n' "$target"
    mkdir -p "fuzz/seeds/$target" # those without a finding have none
    words=()
    if [ -s "fuzz/corpus/$target.dict" ]; then words=("-dict=fuzz/corpus/$target.dict"); fi
    # An input that takes a minute is a finding: some take seconds here, under the sanitizer.
    cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- "${words[@]}" \
        -max_total_time=$((seconds / ${#targets[@]})) -max_len=4096 -timeout=60 -print_final_stats=1 ||
        failed+=("$target")
done
[ ${#failed[@]} -eq 0 ] || { echo "findings in fuzz/artifacts: ${failed[*]}" >&2; exit 1; }
