#!/usr/bin/env bash
# The story of Alfred, played by the people of a demo and checked line by line.
#
#     docs/walkthrough.sh                       with the alfred of this checkout, or the one on the path
#     docs/walkthrough.sh python -m alfred      with that one
#
# It works in a folder of its own that it removes, so it can be run again and again.
set -euo pipefail

scenes=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/walkthrough
here=$scenes/../../.venv/bin/alfred
alfred=("$@")
if [ $# = 0 ]; then
    alfred=(alfred)
    [ ! -x "$here" ] || alfred=("$(realpath "$here")")
fi
unset "${!ALFRED_@}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

chapter() { printf '\n== %s ==\n\n' "$1"; }
run() {
    printf '$ alfred %s\n' "$*"
    "${alfred[@]}" "$@"
}
play() { "${alfred[@]}" chat --script "$scenes/$1"; }

chapter 'Acme, on the first of April'
run demo new --on '2026-04-01 09:00' --no-calls
run admin quota set @judy 200k monthly --rollover none

chapter 'A gift, and back'
play 1-a-gift.chat

chapter 'A holiday'
play 3-a-holiday.chat

chapter "The month's end"
run demo advance 22d
play 4-the-months-end.chat

chapter 'The books'
run admin ledger verify
"${alfred[@]}" admin audit head > head.json
run admin audit verify --head head.json
