#!/bin/sh
# A push without enclavia: curl, docker login, tag and push, curl, sqlite3.
# usage: push.sh IMAGE DESTINATION DATABASE   (in the environment of `enclavia-sandbox run`)
set -eu
token=$(jq -r .access_token "$XDG_CONFIG_HOME/enclavia/credentials.json")
me=$(curl -sSf -H "Authorization: Bearer $token" "$ENCLAVIA_BACKEND_URL/me/registry")
registry=$(printf %s "$me" | jq -r .registry_url)
handle=$(printf %s "$me" | jq -r .namespace)
password=$(printf %s "$me" | jq -r .token)
reference="$registry/$handle/$2"
printf %s "$password" | docker login "$registry" -u "$handle" --password-stdin >/dev/null 2>&1
docker tag "$1" "$reference"
digest=$(docker push "$reference" | sed -n 's/.*digest: \(sha256:[0-9a-f]*\).*/\1/p')
curl -sSf -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
    -d "{\"image\":\"$reference\",\"digest\":\"$digest\",\"push_id\":\"$$\"}" \
    "$ENCLAVIA_BACKEND_URL/me/registry/push-notify" >/dev/null
sqlite3 "$3" "PRAGMA journal_mode=wal; PRAGMA synchronous=FULL;
    CREATE TABLE IF NOT EXISTS push(at TEXT, reference TEXT, digest TEXT);
    INSERT INTO push VALUES (datetime(), '$reference', '$digest')" >/dev/null
printf '%s\n' "$registry/$handle/${2%%:*}@$digest"
