#!/bin/sh
# Shows the first steps with Enclavia, inside `enclavia-sandbox run`.
set -eu

tell() { printf '\n# %s\n' "$*"; }
show() {
    printf '\n$ %s\n' "$*"
    "$@"
}

tell "A small image, made on the spot"
show enclavia-sandbox image hello:v1 --size 200000 \
    --label org.opencontainers.image.revision=4f1d2c9

tell "An enclave that waits for an image of yours"
printf '\n$ enclavia enclave create --image demo:v1 --upgradable\n'
enclave=$(enclavia enclave create --image demo:v1 --upgradable)
echo "$enclave"

tell "The push: the enclave is built from it"
show enclavia push hello:v1 demo:v1
show enclavia enclave status "$enclave" --wait

tell "What this machine knows about it"
show enclavia history
show enclavia status

tell "Another image under the same tag: the tag moves, and the upgrade waits for a restart"
show enclavia-sandbox image hello:v2 --size 200000 --seed 2 \
    --label org.opencontainers.image.revision=8a09b3e
show enclavia push hello:v2 demo:v1
show enclavia history
show enclavia status
show enclavia enclave restart "$enclave"
show enclavia enclave list
