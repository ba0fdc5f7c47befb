# shellcheck shell=sh
# Writes standard input, what nobody else may see, to the file $FILE on the volume $VOLUME of the
# Docker host, from inside a container of $IMAGE, so that it works on a remote host. $OWNER alone may
# read it. The file before it stays, for the container that still runs with it; older ones go.
# With $FOLDER (relative, two names deep) $VOLUME is a folder of the host, and the file is in a folder
# below it. Only root may enter the first of both, whoever shares $VOLUME; the second is mounted.
set -eu
docker run --rm --interactive --network none --read-only --cap-drop ALL --cap-add CHOWN \
  --cap-add DAC_OVERRIDE --security-opt no-new-privileges --user 0:0 --env FOLDER --env FILE \
  --env OWNER --entrypoint sh --volume "$VOLUME:/secret" "$IMAGE" -euc '
  umask 077
  cd /secret
  if [ -n "${FOLDER:-}" ]; then
    mkdir -p "$FOLDER"
    chown 0:0 "${FOLDER%/*}" "$FOLDER"
    chmod 0700 "${FOLDER%/*}"
    cd "$FOLDER"
  fi
  ls -t | tail -n +2 | while read -r old; do [ "$old" = "$FILE" ] || rm -f "$old"; done
  cat > new
  chmod 0400 new
  chown "$OWNER" new
  chmod 0711 .
  mv -f new "$FILE"'
