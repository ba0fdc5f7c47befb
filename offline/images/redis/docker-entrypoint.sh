#!/bin/sh
# As in the official image: options alone mean redis-server; root hands over to the user redis.
set -eu

case "${1:-}" in -* | *.conf) set -- redis-server "$@" ;; esac

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi

# Dumps and append-only files are nobody else's to read.
if [ "$(umask)" = 0022 ]; then
  umask 0077
fi
exec "$@"
