#!/bin/sh
# Builds libbocpd and installs it: install.sh PREFIX
#
#   PREFIX/include          bocpd.h, bocpd.hpp
#   PREFIX/lib              the shared and the static library
#   PREFIX/lib/pkgconfig    bocpd.pc
#   PREFIX/lib/cmake/bocpd  find_package(bocpd)
#
# The tree can be moved as a whole. DESTDIR is put before PREFIX if it is set.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: install.sh PREFIX" >&2
    exit 2
fi
case $1 in
/*) prefix=${DESTDIR:-}$1 ;;
*) prefix=${DESTDIR:-$PWD}/$1 ;;
esac
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"

# BOCPD_BESIDE names further packages, with whose dependencies those of the library are shared.
# shellcheck disable=SC2086
cargo build --release --package bocpd-ffi ${BOCPD_BESIDE:-}
target=${CARGO_TARGET_DIR:-$(cd ../.. && pwd)/target}
built=$target/release

header_number() {
    sed -n "s/^#define $1 //p" include/bocpd.h
}
abi=$(header_number BOCPD_ABI_VERSION)
version=$(header_number BOCPD_VERSION_MAJOR).$(header_number BOCPD_VERSION_MINOR).$(header_number BOCPD_VERSION_PATCH)

# What the static library needs besides itself.
case $(uname -s) in
Darwin)
    shared=libbocpd.$abi.dylib link=libbocpd.dylib
    static_flags="-liconv -lSystem -lm"
    ;;
*)
    shared=libbocpd.so.$abi link=libbocpd.so
    static_flags="-lgcc_s -lutil -lrt -lpthread -lm -ldl"
    ;;
esac
static_libs=$(printf '%s' "$static_flags" | sed 's/-l//g; s/ /;/g')

fill() {
    sed -e "s/@VERSION@/$version/g" -e "s/@SHARED@/$shared/g" \
        -e "s/@STATIC_FLAGS@/$static_flags/g" -e "s/@STATIC_LIBS@/$static_libs/g" "$1" >"$2"
    chmod 644 "$2"
}

mkdir -p "$prefix/include" "$prefix/lib/pkgconfig" "$prefix/lib/cmake/bocpd"
install -m 644 include/bocpd.h include/bocpd.hpp "$prefix/include"
install -m 755 "$built/$link" "$prefix/lib/$shared"
ln -sf "$shared" "$prefix/lib/$link"
# Without what the linker has no use for, which is more than half of it: information for
# debuggers, and Rust's standard library once more as bitcode of LLVM.
install -m 644 "$built/libbocpd.a" "$prefix/lib/libbocpd.a"
if command -v strip >/dev/null; then
    strip -S "$prefix/lib/libbocpd.a"
fi
if [ "$(uname -s)" = Linux ] && command -v objcopy >/dev/null; then
    objcopy --remove-section .llvmbc --remove-section .llvmcmd "$prefix/lib/libbocpd.a"
fi
fill bocpd.pc.in "$prefix/lib/pkgconfig/bocpd.pc"
fill cmake/bocpdConfig.cmake.in "$prefix/lib/cmake/bocpd/bocpdConfig.cmake"
fill cmake/bocpdConfigVersion.cmake.in "$prefix/lib/cmake/bocpd/bocpdConfigVersion.cmake"
echo "installed bocpd $version to $prefix"
