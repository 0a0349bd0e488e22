#!/bin/sh
# Fetches what a Kafka Connect worker needs besides Kafka's own tools: the file connectors.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.sh"
"$here/../prepare.sh"
version=4.3.0

made=$cache/connect
stamp=$version-$(stamp_of "$0")
if ! is_made "$made" "$stamp"; then
    echo "fetching Kafka Connect's file connectors"
    rm -rf "$made" && mkdir -p "$made"
    mvn -q -B dependency:copy -Dartifact="org.apache.kafka:connect-file:$version" \
        -DoutputDirectory="$made/libs"
    ln -s "$cache/java/libs" "$made/kafka-libs"
    echo "$stamp" >"$made/.made"
fi
