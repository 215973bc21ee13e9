#!/bin/sh
# load-lines.sh <bash's directory> <zsh's> <fish's>: prints the lines that startup files need for the completion scripts
# that `make install` has put there. None is needed for a directory in which the shell looks by default.
set -eu
data=${XDG_DATA_HOME:-${HOME:-}/.local/share}
data=${data%/}

# Prints a path as one word of a shell.
quote() {
    printf '%s\n' "$1" | sed -e "s/'/'\\\\''/g" -e "s/^/'/" -e "s/\$/'/"
}

# In fish, a backslash in quotation marks may quote what follows it.
fish=$(printf '%s\n' "$3" | sed 's/\\/\\\\/g')

case $1 in
    /usr/share/* | /usr/local/share/* | "$data"/*) ;;
    *) printf "bash: add this line to ~/.bashrc: . %s\n" "$(quote "$1/enclavia")" ;;
esac
case $2 in
    /usr/share/* | /usr/local/share/*) ;;
    *) printf "zsh: add this line to ~/.zshrc, before compinit: fpath=(%s \$fpath)\n" "$(quote "$2")" ;;
esac
case $3 in
    /usr/share/* | /etc/fish/* | "$data"/*) ;;
    *) printf "fish: add this line to ~/.config/fish/config.fish: set -a fish_complete_path %s\n" "$(quote "$fish")" ;;
esac
echo "To check what the shells of a user load, run enclavia doctor as that user."
