# shellcheck shell=sh
# Makes the folders $FOLDERS (relative, two names deep) under $BASE on the Docker host, owned by
# $OWNER (absent, the user of $IMAGE), from inside containers of $IMAGE, so that it works on a
# remote host. A folder that is there is left as it is. Engines do not make the source of a bind
# mount, and a folder that a volume flag makes belongs to root.
set -eu
in_host() {
  docker run --rm --network none --cap-drop ALL --security-opt no-new-privileges \
    --env FOLDERS --env OWNER --entrypoint sh "$@"
}

[ -n "${OWNER:-}" ] ||
  OWNER=$(docker run --rm --network none --entrypoint sh "$IMAGE" -c 'echo "$(id -u):$(id -g)"')
export OWNER

# As root, with only the capabilities that making a folder and changing its owner take.
in_host --user 0:0 --cap-add CHOWN --cap-add DAC_OVERRIDE --volume "$BASE:/base" "$IMAGE" -euc '
  for folder in $FOLDERS; do
    for part in "${folder%%/*}" "$folder"; do
      [ -d "/base/$part" ] || { mkdir -m 0755 "/base/$part"; chown "$OWNER" "/base/$part"; }
    done
  done'

# As the owner, mounted as a worker has it: can it write there?
for folder in $FOLDERS; do
  in_host --user "$OWNER" --volume "$BASE/$folder:/folder" "$IMAGE" -euc '[ -w /folder ]' || {
    remedy="chown -R $OWNER $BASE/$folder"
    echo "$BASE/$folder is there, and $OWNER cannot write to it; on the Docker host: $remedy" >&2
    exit 1
  }
done
