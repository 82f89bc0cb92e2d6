#!/usr/bin/env bash
# Instructions of one hot step, counted by callgrind: the same for every run, on
# a busy machine too, so that small changes can be judged.
#
#   scripts/instructions.sh            the working tree
#   scripts/instructions.sh A B        commits A and B, and their ratio
#   scripts/instructions.sh A          commit A and the working tree
#
# Prints a Markdown table. Needs valgrind, which knows no AVX-512.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD

command -v valgrind > /dev/null || {
    echo "needs valgrind: install it with the system's package manager" >&2
    exit 1
}

few=512
many=1024
sets=(SSE2 AVX2)
scratch=$(mktemp -d)
worktrees=()
clean_up() {
    for tree in "${worktrees[@]}"; do
        git -C "$root" worktree remove --force "$tree"
    done
    rm -r "$scratch"
}
trap clean_up EXIT

# The counting program of a commit, or of the working tree where none is named.
# Commits are built with the benches of the working tree: what is compared is
# the library.
build() {
    local name=$1 commit=$2 tree=$root target=${CARGO_TARGET_DIR:-$root/target}/instructions
    if [ -n "$commit" ]; then
        tree=$scratch/$name
        git worktree add --quiet --detach "$tree" "$commit"
        worktrees+=("$tree")
        rm -r "$tree/benches"
        cp -r benches "$tree/benches"
    fi
    CARGO_TARGET_DIR=$target cargo build --quiet --release \
        --manifest-path "$tree/Cargo.toml" -p bocpd-bench --bin count
    cp "$target/release/count" "$scratch/count-$name"
}

# All instructions of a run.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 > /dev/null |
        awk '/Collected/ { print $NF }'
}

# Instructions of one step: what more steps cost more.
per_step() {
    local program=$1 case=$2 set=$3 less more
    less=$(instructions "$program" "$case" "$set" $few)
    more=$(instructions "$program" "$case" "$set" $many)
    echo $(((more - less) / (many - few)))
}

case $# in
    0) names=("working tree") commits=("") ;;
    1) names=("$1" "working tree") commits=("$1" "") ;;
    2) names=("$1" "$2") commits=("$1" "$2") ;;
    *) sed -n '2,9s/^# \?//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
for i in "${!commits[@]}"; do
    build "$i" "${commits[$i]}"
done

rustc --version
if [ ${#commits[@]} -eq 1 ]; then
    printf '\n| instructions of one step |'
    printf ' %s |' "${sets[@]}"
    printf '\n|---|--:|--:|\n'
else
    printf '\n| instructions of one step |'
    for set in "${sets[@]}"; do
        printf ' %s, %s | %s | ratio |' "$set" "${names[0]}" "${names[1]}"
    done
    printf '\n|---|--:|--:|--:|--:|--:|--:|\n'
fi
"$scratch/count-0" | while read -r case; do
    printf '| %s |' "$case"
    for set in "${sets[@]}"; do
        one=$(per_step "$scratch/count-0" "$case" "$set")
        printf ' %s |' "$one"
        if [ ${#commits[@]} -eq 2 ]; then
            two=$(per_step "$scratch/count-1" "$case" "$set")
            printf ' %s | %s |' "$two" "$(awk "BEGIN { printf \"%.3f\", $two / $one }")"
        fi
    done
    printf '\n'
done
