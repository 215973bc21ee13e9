#!/bin/bash
# made.sh make [argument...] -- <command...>: runs `make install`, then the command, then
# `make uninstall`, and fails if that leaves anything behind. The machine's own files stay as they are: /usr and
# /etc are covered in a mount namespace of this script's own.
set -euo pipefail
if [[ -z ${COVERED-} ]]; then COVERED=1 exec unshare -m --propagation private "$0" "$@"; fi
make=()
while [[ $1 != -- ]]; do
    make+=("$1")
    shift
done
shift
cover=$(mktemp -d)
# This script's own programs keep /usr busy: the lazy unmount takes effect when they have ended.
trap 'umount --lazy /etc /usr "$cover" && rmdir "$cover"' EXIT
mount -t tmpfs enclavia "$cover"
for folder in usr etc; do
    mkdir "$cover/$folder" "$cover/$folder.work"
    mount -t overlay enclavia \
        -o "lowerdir=/$folder,upperdir=$cover/$folder,workdir=$cover/$folder.work" "/$folder"
done
env -u XDG_DATA_DIRS -u XDG_DATA_HOME "${make[@]}" -s install >&2
status=0
"$@" || status=$?
"${make[@]}" -s uninstall >&2
rest=$(find "$cover/usr" "$cover/etc" \( -type f -o -type l \) -name '*enclavia*')
[[ -z $rest ]] || { echo "left behind: $rest" >&2; exit 4; }
exit "$status"
