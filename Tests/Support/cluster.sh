#!/bin/bash
# Runs a private PostgreSQL server, and starts it again when it dies: cluster.sh DIRECTORY PORT
#
# It ends when its standard input is closed, as it is when a test dies, and then removes DIRECTORY.
# It listens on a Unix socket in DIRECTORY, where it trusts everybody, and with TLS on 127.0.0.1, where it asks for
# passwords. Its certificate, for the name localhost, is of DIRECTORY/root.crt. Prints "up" once it accepts connections.
set -euo pipefail
directory=$1 port=$2
bin=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
bin=${bin%/initdb}
as=()
if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups --)
    chown nobody "$directory"
fi
export PGTZ=UTC LC_ALL=C
cd "$directory"
"${as[@]}" "$bin/initdb" -D data -U owner -E UTF8 --no-locale -A trust --no-sync >initdb.log 2>&1
"${as[@]}" openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=authority \
    -keyout root.key -out root.crt 2>>openssl.log
"${as[@]}" openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout data/server.key -out server.csr 2>>openssl.log
printf 'subjectAltName=DNS:localhost\n' | "${as[@]}" tee server.ext >/dev/null
"${as[@]}" openssl x509 -req -days 30 -in server.csr -CA root.crt -CAkey root.key -set_serial 1 \
    -extfile server.ext -out data/server.crt 2>>openssl.log
"${as[@]}" chmod 600 data/server.key
printf 'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n' |
    "${as[@]}" tee data/pg_hba.conf >/dev/null
supervise() {
    while true; do
        rm -f data/postmaster.pid
        "${as[@]}" "$bin/postgres" -D data -c listen_addresses=127.0.0.1 -c port="$port" -c ssl=on \
            -c unix_socket_directories="$directory" -c fsync=off -c max_connections=40 >>postgres.log 2>&1 &
        printf '%s\n' "$!" >postmaster.new && mv postmaster.new postmaster
        wait "$!" || true
    done
}
stop() {
    kill -KILL "$supervisor" 2>/dev/null || true
    server=$(cat postmaster 2>/dev/null || true)
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$server" 2>/dev/null || break
            sleep 0.1
        done
    fi
    cd / && rm -rf "$directory"
}
supervise </dev/null &
supervisor=$!
trap stop EXIT
trap 'exit 0' TERM INT
for _ in $(seq 300); do
    psql -qAtX -h "$directory" -p "$port" -U owner -d postgres -c 'select 1' >/dev/null 2>&1 && touch up && break
    sleep 0.1
done
echo up
cat <&0 >/dev/null &
wait "$!" || true
