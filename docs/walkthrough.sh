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
server=
leave() {
    [ -z "$server" ] || { kill "$server" && wait "$server" || true; } 2>/dev/null
    rm -rf "$folder"
}
trap leave EXIT
cd "$folder"

chapter() { printf '\n== %s ==\n\n' "$1"; }
run() {
    printf '$ alfred %s\n' "$*"
    "${alfred[@]}" "$@"
}
play() { "${alfred[@]}" chat --script "$scenes/$1"; }

# A server for as long as the calls take; it answers them by itself, offline.
serve() {
    "${alfred[@]}" up --demo --port 0 > server.log 2>&1 &
    server=$!
    until [ -s .alfred/address ] && curl -sf "$(cat .alfred/address)/readyz" > ready; do
        kill -0 "$server" 2>/dev/null || { cat server.log >&2; exit 1; }
        sleep 0.2
    done
}
stop() {
    kill "$server"
    wait "$server"
    server=
}

chapter 'Acme, on the first of April'
run demo new --on '2026-04-01 09:00' --no-calls
run admin quota set @judy 200k monthly --rollover none

chapter 'A gift, and back'
play 1-a-gift.chat

chapter 'An emergency'
play 2a-an-emergency.chat
printf '$ alfred admin keys new @dan laptop\n'
key=$("${alfred[@]}" admin keys new @dan laptop | head -1)
serve
printf '$ curl …/v1/chat/completions, with a long log and the question what is wrong\n'
log=$(printf 'shard 7 does not answer; %.0s' {1..2000})
curl -sS -o answer -D headers "$(cat .alfred/address)/v1/chat/completions" -H "x-api-key: $key" \
    -d "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"$log\"}]}"
grep -E '^(HTTP|X-Alfred-(Cost|Source))' headers
stop
play 2b-it-is-over.chat

chapter 'A holiday'
play 3-a-holiday.chat

chapter "The month's end"
run demo advance 22d
play 4-the-months-end.chat

chapter 'The books'
run admin ledger verify
"${alfred[@]}" admin audit head > head.json
run admin audit verify --head head.json
