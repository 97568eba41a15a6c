#!/bin/sh
# Run a command where there is no network but this machine's own: the Playground listens on every address it finds.
set -e
ip link set lo up
exec "$@"
