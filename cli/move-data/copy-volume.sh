# shellcheck shell=sh
# Runs in a container: copies /from into /base/$FOLDER with owners and modes, compares both, and
# gives the copy its name only then. What a copy that was cut left is removed first.
set -eu
to=/base/$FOLDER
if [ -d "$to" ] && [ -n "$(ls -A "$to")" ]; then
  echo "$FOLDER is there and not empty: nothing is copied over it" >&2
  exit 1
fi
# The deployment makes a folder for nothing, with the owner who has to write there.
[ -n "$(ls -A /from)" ] || exit 0
mkdir -p "$(dirname "$to")"
rm -rf "$to.partial"
cp -a /from "$to.partial"
diff -r --brief /from "$to.partial"
sync
[ ! -d "$to" ] || rmdir "$to"
mv "$to.partial" "$to"
