#!/bin/sh
# Fetches Kafka Streams and compiles the application.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../fetch.sh"
"$here/../prepare.sh"

made=$cache/streams
stamp=$(stamp_of "$0" "$here/pom.xml" "$here/WordCount.java")
if ! is_made "$made" "$stamp"; then
    echo "fetching Kafka Streams"
    rm -rf "$made" && mkdir -p "$made/classes"
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies \
        -DoutputDirectory="$made/libs" -DincludeScope=runtime
    javac -d "$made/classes" -cp "$made/libs/*" "$here/WordCount.java"
    echo "$stamp" >"$made/.made"
fi
