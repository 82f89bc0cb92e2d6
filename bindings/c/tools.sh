#!/usr/bin/env bash
# Sees to it that programs are there: tools.sh PROGRAM...
#
# What is missing is installed with apt-get, if there is one and it is root who asks;
# the packages have the names of the programs.
set -euo pipefail

missing() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || printf '%s ' "$program"
    done
}

read -ra wanted <<<"$(missing "$@")"
if [ ${#wanted[@]} -eq 0 ]; then
    exit 0
fi
if [ "$EUID" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "installing ${wanted[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${wanted[@]}" >/dev/null
fi
hash -r
read -ra wanted <<<"$(missing "$@")"
if [ ${#wanted[@]} -gt 0 ]; then
    echo "please install: ${wanted[*]}" >&2
    exit 1
fi
