#!/usr/bin/env bash
# Everything about the C binding that can rot. Needs Rust, and the programs that tools.sh
# is asked for below.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}
work=$CARGO_TARGET_DIR/c-tests
prefix=$work/prefix
rm -rf "$work"
mkdir -p "$work"

say() { printf '\n== %s\n' "$*"; }
fail() {
    echo "bindings/c/test.sh: $*" >&2
    exit 1
}

# -- tools ---------------------------------------------------------------------------
./tools.sh gcc g++ cmake valgrind pkg-config python3

say "what is missing is installed: tools.sh with an apt-get that only notes it"
bin=$work/bin
mkdir "$bin"
cat >"$bin/apt-get" <<STUB
#!$BASH
echo "\$*" >>"$work/apt-get.log"
[[ \$* != *there* ]] || { echo "#!$BASH" >"$bin/there"; /bin/chmod +x "$bin/there"; }
STUB
chmod +x "$bin/apt-get"
tools() { PATH=$bin "$BASH" ./tools.sh "$@" >"$work/tools.log" 2>&1; }
tools apt-get || fail "nothing was missing"
[ ! -e "$work/apt-get.log" ] || fail "apt-get was called for nothing"
if [ "$EUID" -eq 0 ]; then
    tools apt-get there || fail "'there' was not installed: $(cat "$work/tools.log")"
    printf 'update -qq\ninstall -y -qq there\n' | cmp - "$work/apt-get.log" || fail "apt-get"
fi
if tools apt-get nowhere; then
    fail "what cannot be installed is not noticed"
fi
grep -q 'please install: nowhere' "$work/tools.log" || fail "the message of tools.sh"

# -- the library ---------------------------------------------------------------------
say "unit tests; the committed header is what the sources say"
# As in ../../test, so that nothing is compiled twice; what else is tested there has been.
# shellcheck disable=SC2086
cargo test --quiet ${BOCPD_TESTED:---package bocpd-ffi --package bocpd-generate --lib} \
    --test complete --test fresh

say "install into a temporary prefix"
./install.sh "$prefix"
export LD_LIBRARY_PATH=$prefix/lib
for file in include/bocpd.h include/bocpd.hpp lib/libbocpd.so lib/libbocpd.so.1 lib/libbocpd.a \
    lib/pkgconfig/bocpd.pc lib/cmake/bocpd/bocpdConfig.cmake; do
    [ -e "$prefix/$file" ] || fail "$file was not installed"
done

say "the static library has nothing that the linker has no use for"
if readelf --wide --section-headers "$prefix/lib/libbocpd.a" 2>/dev/null |
    grep -E '\.debug_info|\.llvmbc' >/dev/null; then
    fail "libbocpd.a was not stripped"
fi

say "exported symbols: those of the header, no others; the soname"
nm -D --defined-only "$prefix/lib/libbocpd.so" | awk '{print $3}' | sort >"$work/exported"
if grep -v '^bocpd_' "$work/exported"; then
    fail "exported symbols that do not begin with bocpd_"
fi
grep -oE '\bbocpd_[a-z_]+\(' "$prefix/include/bocpd.h" | tr -d '(' | sort -u >"$work/declared"
diff "$work/declared" "$work/exported" || fail "header and library differ"
readelf -d "$prefix/lib/libbocpd.so" | grep -q 'soname: \[libbocpd.so.1\]' || fail "soname"

# -- C99 and C++17 programs ----------------------------------------------------------
warnings=(-Wall -Wextra -Wpedantic -Werror -Wshadow)
sanitizers=(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
here=(-I"$prefix/include" -L"$prefix/lib")

# compile SOURCE PROGRAM [FLAG...]
compile() {
    local source=$1 program=$2
    shift 2
    case $source in
    *.cpp) g++ -std=c++17 -g -O1 "${warnings[@]}" "${here[@]}" "$@" "$source" -o "$program" -lbocpd -lm -pthread ;;
    *) gcc -std=c99 -g -O1 "${warnings[@]}" "${here[@]}" "$@" "$source" -o "$program" -lbocpd -lm -pthread ;;
    esac
}

say "headers on their own, in every standard from C99 and C++17 on"
for standard in c99 c11 c17; do
    gcc -std=$standard "${warnings[@]}" -fsyntax-only -x c "$prefix/include/bocpd.h"
done
for standard in c++17 c++20; do
    echo '#include "bocpd.hpp"' | g++ -std=$standard "${warnings[@]}" -I"$prefix/include" -fsyntax-only -x c++ -
done

tests=(tests/{any_number,api,fork,own,own_readouts,panels,readouts,results,threads}.c tests/wrapper.cpp)
for source in "${tests[@]}" tests/{corpus,forged,broken}.c; do
    [ -e "$source" ] || fail "$source is missing"
    name=$(basename "${source%.*}")
    compile "$source" "$work/$name" &
    compile "$source" "$work/$name.san" "${sanitizers[@]}"
    wait $!
done

export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:allocator_may_return_null=1
check_with_valgrind() {
    valgrind --quiet --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
        --error-exitcode=99 "$@"
}

for source in "${tests[@]}"; do
    name=$(basename "${source%.*}")
    say "$name: plain, with AddressSanitizer and UBSan, under valgrind"
    "$work/$name"
    "$work/$name.san"
    check_with_valgrind "$work/$name"
done

say "corpus: the same, but under valgrind, where it would take long, only some cases"
# Built as tests are: "cargo build" would compile the core once more, with other features.
# shellcheck disable=SC2086
cargo test --quiet --no-run ${BOCPD_TESTED:---package bocpd-ffi --package bocpd-behaviour-tests}
examples=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/examples
"$examples/corpus_lines" >"$work/corpus.txt"
awk '/^case /{ kept = $2 ~ /^readouts-(gaussian|gamma|binomial)$/ } /^end of/{ kept = 1 } kept' "$work/corpus.txt" >"$work/readouts.txt"
"$work/corpus" 60 <"$work/corpus.txt"
"$work/corpus.san" 60 <"$work/corpus.txt"
check_with_valgrind "$work/corpus" 3 <"$work/readouts.txt"

say "forged snapshots: refused, or detectors like any other; under valgrind some"
"$examples/forge" 1000 7 >"$work/forged.bin"
"$work/forged" <"$work/forged.bin"
"$work/forged.san" <"$work/forged.bin"
check_with_valgrind "$work/forged" 60 <"$work/forged.bin"

say "the checkers are awake"
for crime in leak use-after-free; do
    if "$work/broken.san" $crime >/dev/null 2>&1; then
        fail "AddressSanitizer overlooks a $crime"
    fi
    if check_with_valgrind "$work/broken" $crime >/dev/null 2>&1; then
        fail "valgrind overlooks a $crime"
    fi
done

# -- other ways in -------------------------------------------------------------------
say "ctypes, from Python's standard library"
python3 tests/ctypes_driver.py "$prefix/lib/libbocpd.so" "$prefix/include/bocpd.h" ../../tests/corpus

say "odd numbers in every argument"
python3 tests/odd_numbers.py "$prefix/lib/libbocpd.so" "$prefix/include/bocpd.h"

say "the programs in docs/c.md"
mkdir -p "$work/docs"
python3 tests/extract_programs.py ../../docs/c.md "$work/docs"
for source in "$work"/docs/*.c "$work"/docs/*.cpp; do
    compile "$source" "${source%.*}.program"
    "${source%.*}.program"
done

# -- the examples, as a stranger would build them ------------------------------------
data=../../docs/data/nile.csv
expected=28
run_example() {
    local found
    found=$("$1" "$data") || fail "$1 failed"
    [ "$found" = "$expected" ] || fail "$1 printed '$found', not '$expected'"
}

say "examples with pkg-config"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
read -ra flags <<<"$(pkg-config --cflags --libs bocpd)"
gcc -std=c99 "${warnings[@]}" examples/changepoints.c -o "$work/changepoints" "${flags[@]}"
g++ -std=c++17 "${warnings[@]}" examples/changepoints.cpp -o "$work/changepoints++" "${flags[@]}"
read -ra flags <<<"$(pkg-config --cflags bocpd) $(pkg-config --variable=libdir bocpd)/libbocpd.a"
gcc -std=c99 "${warnings[@]}" examples/changepoints.c -o "$work/changepoints_alone" "${flags[@]}" \
    -lpthread -ldl -lm
for program in changepoints changepoints++ changepoints_alone; do
    run_example "$work/$program"
done

say "examples with CMake, from a prefix that was moved"
mv "$prefix" "$work/moved"
unset LD_LIBRARY_PATH
cmake -S examples -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/moved" >"$work/cmake.log" 2>&1 ||
    { cat "$work/cmake.log"; fail "cmake"; }
cmake --build "$work/cmake" >"$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; fail "cmake --build"; }
for program in changepoints changepoints++ changepoints_static; do
    run_example "$work/cmake/$program"
done

say "as a part of another project: add_subdirectory, FetchContent"
for fetch in "" "$(cd ../.. && pwd)"; do
    build=$work/part${fetch:+-fetched}
    cmake -S tests/part_of_another -B "$build" -DFETCH="$fetch" \
        -DBOCPD_CARGO_TARGET_DIR="$CARGO_TARGET_DIR/first" >"$work/cmake.log" 2>&1 ||
        { cat "$work/cmake.log"; fail "cmake"; }
    # Whether it builds and works is asked, not how fast it is; what others wrote was compiled
    # so for the README's first command in ../../test.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
        cmake --build "$build" >"$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; fail "cmake --build"; }
    for program in changepoints changepoints++ changepoints_static; do
        run_example "$build/$program"
    done
done

say "the first program of the README, built as it says"
python3 ../../scripts/examples.py program "In C" ../../README.md

say "the C binding is in order"
