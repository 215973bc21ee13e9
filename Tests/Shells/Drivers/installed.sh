#!/bin/bash
# installed.sh <package.deb> <command...>: installs the package, runs the command, removes the
# package, and fails if that leaves anything behind. The machine's own files stay as
# they are: /usr, /var and /etc are covered in a mount namespace of this script's own.
set -euo pipefail
if [[ -z ${COVERED-} ]]; then COVERED=1 exec unshare -m --propagation private "$0" "$@"; fi
package=$(realpath "$1")
shift
cover=$(mktemp -d)
# This script's own programs keep /usr busy: the lazy unmount takes effect when they have ended.
trap 'umount --lazy /etc /var /usr "$cover" && rmdir "$cover"' EXIT
mount -t tmpfs enclavia "$cover"
cp "$package" "$cover/package.deb"
for folder in usr var etc; do
    mkdir "$cover/$folder" "$cover/$folder.work"
    mount -t overlay enclavia \
        -o "lowerdir=/$folder,upperdir=$cover/$folder,workdir=$cover/$folder.work" "/$folder"
done
# Some Debian images exclude manual pages; a machine with man does not.
rm -f /etc/dpkg/dpkg.cfg.d/docker /etc/dpkg/dpkg.cfg.d/excludes
files=$(dpkg-deb -c "$cover/package.deb" | awk '$1 !~ /^d/ { print substr($6, 2) }')
dpkg -i "$cover/package.deb" >&2
for file in $files; do [[ -e $file ]] || { echo "$file is not installed" >&2; exit 3; }; done
status=0
"$@" || status=$?
dpkg -r enclavia >&2
for file in $files; do [[ ! -e $file ]] || { echo "$file is left behind" >&2; exit 4; }; done
exit "$status"
